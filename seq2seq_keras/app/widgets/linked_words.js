// Two sentences whose words are linked: a word that is pointed at, focused or tapped shows which
// words of the other sentence it goes with, and how much.
const box = element.querySelector(".linked-words");
const texts = box.dataset;
const FAINTEST = 0.05; // lesser weights are not told in figures
let rows = { source: [], target: [] };
let held = null; // the word that was tapped or clicked, as [side, index]

const other = (side) => (side === "source" ? "target" : "source");
const weightsOf = (side, index) =>
  side === "target"
    ? props.value.weights[index]
    : props.value.weights.map((row) => row[index]);

const show = (chosen) => {
  for (const word of [...rows.source, ...rows.target]) {
    word.classList.remove("chosen", "linked");
    word.style.removeProperty("--weight");
    delete word.dataset.weight;
  }
  if (!chosen) return;
  const [side, index] = chosen;
  rows[side][index].classList.add("chosen");
  weightsOf(side, index).forEach((weight, place) => {
    const word = rows[other(side)][place];
    word.classList.add("linked");
    word.style.setProperty("--weight", weight);
    if (weight >= FAINTEST) word.dataset.weight = weight.toFixed(2);
  });
};

const wordOf = (event) => {
  const word = event.target.closest?.("[data-side]");
  return word && [word.dataset.side, Number(word.dataset.index)];
};
const hold = (chosen) => {
  if (held) rows[held[0]][held[1]].setAttribute("aria-pressed", "false");
  held = held && chosen && held[0] === chosen[0] && held[1] === chosen[1] ? null : chosen;
  if (held) rows[held[0]][held[1]].setAttribute("aria-pressed", "true");
  show(held || chosen);
};
// One stop of the Tab key a sentence; the arrow keys go from word to word.
const focus = (side, index) => {
  const words = rows[side];
  if (!words.length) return;
  const next = words[Math.max(0, Math.min(index, words.length - 1))];
  for (const word of words) word.tabIndex = word === next ? 0 : -1;
  next.focus();
};
const strongest = (side, index) => {
  const weights = weightsOf(side, index);
  return weights.indexOf(Math.max(...weights));
};

box.addEventListener("mouseover", (event) => {
  const chosen = wordOf(event);
  if (chosen) show(chosen);
});
box.addEventListener("mouseleave", () => show(held));
box.addEventListener("focusin", (event) => show(wordOf(event) || held));
box.addEventListener("focusout", () => show(held));
box.addEventListener("click", (event) => {
  const chosen = wordOf(event);
  if (chosen) hold(chosen);
});
box.addEventListener("keydown", (event) => {
  const chosen = wordOf(event);
  if (!chosen) return;
  const [side, index] = chosen;
  const moves = {
    ArrowLeft: () => focus(side, index - 1),
    ArrowRight: () => focus(side, index + 1),
    Home: () => focus(side, 0),
    End: () => focus(side, rows[side].length - 1),
    ArrowUp: () => side === "target" && focus("source", strongest(side, index)),
    ArrowDown: () => side === "source" && focus("target", strongest(side, index)),
    Enter: () => hold(chosen),
    " ": () => hold(chosen),
    Escape: () => held && hold(held),
  };
  if (!moves[event.key]) return;
  event.preventDefault();
  moves[event.key]();
});

const drawWord = (side, word, index) => {
  const linked = props.value.weights !== null;
  const part = document.createElement("span"); // lines break as they do in any text
  part.className = "word";
  part.textContent = word.text;
  for (const mark of ["unknown", "differs", "end"]) part.classList.toggle(mark, Boolean(word[mark]));
  if (word.unknown) part.title = texts.unknown;
  if (word.end) part.title = texts.end;
  if (linked) {
    part.setAttribute("role", "button");
    part.tabIndex = index === 0 ? 0 : -1;
    part.dataset.side = side;
    part.dataset.index = index;
    part.setAttribute("aria-label", word.label);
    part.setAttribute("aria-pressed", "false");
  }
  return part;
};
const drawSentence = (side) => {
  const line = document.createElement("div");
  line.className = "linked-line";
  line.setAttribute("role", "group");
  line.setAttribute("aria-label", texts[side]);
  const name = document.createElement("span");
  name.className = "linked-name";
  name.textContent = texts[side];
  const sentence = document.createElement("p");
  sentence.lang = props.value.languages[side] || "";
  props.value[side].forEach((word, index) => {
    if (word.space) sentence.append(" ");
    const part = drawWord(side, word, index);
    rows[side].push(part);
    sentence.append(part);
  });
  line.append(name, sentence);
  return line;
};
const draw = () => {
  rows = { source: [], target: [] };
  held = null;
  box.replaceChildren();
  if (!props.value) return;
  box.append(drawSentence("source"), drawSentence("target"));
  for (const text of props.value.notes) {
    const note = document.createElement("p");
    note.className = "linked-note";
    note.textContent = text;
    box.append(note);
  }
};
watch("value", draw);
draw();
