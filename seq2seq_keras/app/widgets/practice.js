// Practice: the reader puts the picture of a model together again, by clicks and by keys.
box.addEventListener("click", (event) => {
  if (wasDragged) {
    wasDragged = false;
    return;
  }
  const { target } = event;
  const chip = target.closest("[data-chip]");
  const node = target.closest("[data-node]");
  const arrow = target.closest("[data-arrow]");
  const about = target.closest("[data-about]");
  if (chip) {
    pickUp(chip.dataset.chip);
    if (event.detail === 0 && held) focusOn("node", firstEmpty()?.id); // by keyboard: on to the boxes
  } else if (node) useNode(node.dataset.node, false);
  else if (arrow) chooseArrow(arrow.dataset.arrow);
  else if (about) {
    const [what, key] = about.dataset.about.split(" ");
    for (const part of svg.querySelectorAll(".shown")) part.classList.remove("shown");
    svg.querySelector(`[data-${what}="${key}"]`)?.classList.add("shown");
    svg.querySelector(`[data-${what}="${key}"]`)?.scrollIntoView({ block: "nearest", inline: "center" });
  } else if (target.closest(".practice-svg") && (held || start || chosen)) letGo();
});
// The nearest part in a direction.
const neighbour = (id, [dx, dy]) => {
  const here = partOf(id);
  let best = null;
  for (const other of svg.querySelectorAll("[data-node][tabindex='0']")) {
    const part = partOf(other.dataset.node);
    const along = (part.x - here.x) * dx + (part.y - here.y) * dy;
    const aside = Math.abs((part.x - here.x) * dy) + Math.abs((part.y - here.y) * dx);
    if (along <= 4) continue;
    const distance = along + 2.5 * aside;
    if (!best || distance < best.distance) best = { distance, id: part.id };
  }
  return best?.id;
};
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
box.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const node = target.closest("[data-node]")?.dataset.node;
  const arrow = target.closest("[data-arrow]")?.dataset.arrow;
  const chip = target.closest("[data-chip]");
  if (key === "Escape" && (held || start || chosen)) {
    const back = held;
    letGo();
    if (back && node) focusOn("chip", back);
  } else if ((key === "Enter" || key === " ") && (node || arrow)) {
    if (node) useNode(node, true);
    else chooseArrow(arrow);
  } else if (key === "Delete" || key === "Backspace") {
    if (arrow) removeArrow(arrow);
    else if (node && mode === "labels") empty(node);
    else return;
  } else if (WAYS[key] && node) focusOn("node", neighbour(node, WAYS[key]));
  else if (WAYS[key] && chip) {
    const chips = [...pool.querySelectorAll("button")];
    const [dx, dy] = WAYS[key];
    chips[(chips.indexOf(chip) + dx + dy + chips.length) % chips.length].focus();
  } else return;
  event.preventDefault();
});
const open = (next) => {
  level = next;
  held = start = chosen = result = null;
  isSolution = false;
  mode = firstEmpty() ? "labels" : "arrows";
  keepProgress(level, progress);
  showResult();
  render();
  find("frame").scrollLeft = 0;
};
for (const button of box.querySelectorAll("[data-level]")) {
  const at = LEVELS.findIndex(({ id }) => id === button.dataset.level);
  button.addEventListener("click", () => open(LEVELS[at]));
  button.addEventListener("keydown", (event) => {
    if (!WAYS[event.key]) return;
    event.preventDefault();
    const [dx, dy] = WAYS[event.key];
    const next = LEVELS[(at + dx + dy + LEVELS.length) % LEVELS.length];
    open(next);
    box.querySelector(`[data-level="${next.id}"]`).focus();
  });
}
for (const button of box.querySelectorAll("[data-mode]"))
  button.addEventListener("click", () => !isSolution && setMode(button.dataset.mode));
find("check").addEventListener("click", check);
find("remove").addEventListener("click", () => {
  if (chosen) removeArrow(chosen);
  else empty(Object.keys(drawing().labels).find((id) => drawing().labels[id] === held));
});
find("again").addEventListener("click", () => {
  Object.assign(progress.get(level.id), { labels: {}, arrows: [] });
  open(level);
});
find("show").addEventListener("click", () => {
  isSolution = !isSolution;
  held = start = chosen = result = null;
  if (isSolution) check();
  else {
    showResult();
    render();
  }
});
const takeWords = () => {
  const { trace } = store;
  words.source = trace?.source.slice(0, 3) ?? [];
  words.written = trace?.written.tokens.slice(0, 3) ?? [];
  words.read = trace?.written.read.slice(0, 3) ?? ["<s>"];
};
takeWords();
open(level);
store.subscribe(element, (what) => {
  if (what !== "trace") return;
  takeWords();
  if (result) check();
  else render();
});
