// The last translations of this browser, kept in it and nowhere else. What the server sends as
// value is the translation just made; a click asks the server to bring an earlier one back.
const KEY = "seq2seq-keras-history";
const MOST = 30;
const LONGEST = 5000; // characters; a browser keeps a few millions for a whole site
const list = element.querySelector("ol");
const empty = element.querySelector(".history-empty");
const clear = element.querySelector(".history-clear");

const read = () => {
  try {
    const entries = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(entries) ? entries.filter((each) => typeof each?.text === "string") : [];
  } catch {
    return []; // nobody's, or a browser that keeps nothing
  }
};
const write = (entries) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    /* full, or forbidden: then there is no history */
  }
};
const same = (one, other) =>
  ["text", "model", "beam_size"].every((name) => one[name] === other[name]);
const remember = (entry) => {
  if (!entry || entry.text.length > LONGEST) return;
  write([entry, ...read().filter((each) => !same(each, entry))].slice(0, MOST));
};

const draw = () => {
  const entries = read();
  empty.hidden = entries.length > 0;
  clear.hidden = entries.length === 0;
  element.querySelector(".history-count").textContent = entries.length || "";
  list.replaceChildren(
    ...entries.map((entry, index) => {
      const row = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.index = index;
      for (const [name, text] of [
        ["history-text", entry.text],
        ["history-translation", entry.translation],
        ["history-model", entry.label],
      ]) {
        const part = document.createElement("span");
        part.className = name;
        part.textContent = text;
        button.append(part);
      }
      row.append(button);
      return row;
    }),
  );
};
list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { text, model, beam_size } = read()[Number(button.dataset.index)] || {};
  if (text !== undefined) trigger("click", { text, model, beam_size });
});
clear.addEventListener("click", () => {
  write([]);
  draw();
});
watch("value", () => {
  remember(props.value);
  draw();
});
// Another window of this browser may have translated something.
element.querySelector("details").addEventListener("toggle", draw);
draw();
