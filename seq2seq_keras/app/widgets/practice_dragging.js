// Labels dragged into boxes, and arrows from part to part, by mouse, pen or finger.
let drag = null;
let wasDragged = false;
const under = (event, name) => document.elementFromPoint(event.clientX, event.clientY)?.closest(`.practice [data-${name}]`);
const inDrawing = (event) => {
  const matrix = svg.getScreenCTM().inverse();
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
};
const beginDrag = () => {
  if (drag.node && mode === "arrows") {
    start = drag.node;
    render();
    drag.line = makeSvg(svg, "path", { class: "practice-line going" });
    return;
  }
  held = drag.chip;
  mode = "labels";
  start = chosen = null;
  render();
  drag.ghost = make("span", `practice-chip practice-ghost ${partOf(drag.chip).kind}`);
  setHtmlLabel(drag.ghost, labelOf(partOf(drag.chip)));
  box.append(drag.ghost);
};
const endDrag = () => {
  drag?.ghost?.remove();
  drag?.line?.remove();
  for (const part of svg.querySelectorAll(".over")) part.classList.remove("over");
  drag = null;
};
box.addEventListener("pointerdown", (event) => {
  wasDragged = false;
  if (event.button || isSolution || drag) return;
  const chip = event.target.closest("[data-chip]")?.dataset.chip;
  const node = event.target.closest("[data-node]")?.dataset.node;
  const carried = chip ?? (mode === "labels" && node ? drawing().labels[node] : undefined);
  if (!carried && !(node && mode === "arrows")) return;
  drag = { chip: carried, node, id: event.pointerId, x: event.clientX, y: event.clientY };
});
box.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  if (!wasDragged) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 7) return;
    wasDragged = true;
    box.setPointerCapture(drag.id);
    beginDrag();
  }
  if (drag.ghost) drag.ghost.style.translate = `${event.clientX}px ${event.clientY}px`;
  if (drag.line) {
    const from = partOf(drag.node);
    const { x, y } = inDrawing(event);
    drag.line.setAttribute("d", `M${from.x} ${from.y} L${x} ${y}`);
  }
  const over = under(event, "node");
  for (const part of svg.querySelectorAll(".over")) part.classList.remove("over");
  over?.classList.add("over");
});
box.addEventListener("pointerup", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const { chip, node, line } = drag;
  const target = wasDragged && under(event, "node")?.dataset.node;
  const isBack = wasDragged && under(event, "pool");
  endDrag();
  if (!wasDragged) return;
  if (line) {
    if (target) connect(node, target);
    else letGo();
  } else if (target && !partOf(target).given) place(target, chip);
  else if (isBack && node) empty(node);
  else letGo();
});
box.addEventListener("pointercancel", () => {
  if (!drag) return;
  endDrag();
  letGo();
});
