// The translations that the search kept, best first, each with its score and a button to copy it.
const list = element.querySelector("ol");

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page that is not served safely has no clipboard; the old way still works there.
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
};
list.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  await copy(props.value[Number(button.dataset.index)].text);
  button.textContent = list.dataset.copied;
  setTimeout(() => (button.textContent = list.dataset.copy), 1500);
});

const draw = () => {
  const rows = (props.value || []).map((each, index) => {
    const row = document.createElement("li");
    const text = document.createElement("span");
    text.className = "alternative-text";
    text.textContent = each.text || "–";
    const score = document.createElement("span");
    score.className = "alternative-score";
    score.textContent = each.score.toFixed(3);
    score.title = list.dataset.score;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small-button";
    button.dataset.index = index;
    button.textContent = list.dataset.copy;
    button.setAttribute("aria-label", `${list.dataset.copy}: ${each.text}`);
    row.append(text, score, button);
    return row;
  });
  list.replaceChildren(...rows);
};
watch("value", draw);
draw();
