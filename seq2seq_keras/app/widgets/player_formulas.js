// Which formulas are shown, their values, and what their symbols mean.
const slots = new Map();
for (const slot of all("[data-slot]")) {
  slots.set(slot.dataset.slot, [...(slots.get(slot.dataset.slot) ?? []), slot]);
}
const fill = (name, text) => {
  for (const slot of slots.get(name) ?? []) write(slot, text);
};

const conditional = all("[data-when]");
const showFormulas = () => {
  const { model } = shownTrace();
  const facts = new Set([
    notation,
    model.bidirectional ? "bidirectional" : "oneway",
    model.tie_embeddings === false ? "untied" : "tied",
    ...(model.attention === "none" ? ["plain"] : ["attention", model.placement, model.attention]),
  ]);
  for (const part of conditional) {
    part.hidden = !part.dataset.when.split(" ").every((fact) => !fact || facts.has(fact));
  }
};

// A symbol that is pointed at tells what it is, and shows where it stands in the drawing; a
// formula that has the focus tells all of its symbols.
const tip = one(".stepping-tip");
const meanings = one(".stepping-legend").dataset;
const PLACES = {
  x: "[data-part=word]",
  h: "[data-part=state]",
  s: "[data-part=decoder]",
  c: "[data-part=context]",
  whole: "[data-part=context]",
  a: "[data-part=attention]",
  e: "[data-part=attention]",
  y: "[data-part=written]",
  p: "[data-part=output]",
  u: "[data-part=output]",
  f: "[data-part=decoder]",
  g: "[data-part=decoder], [data-part=output]",
};
const pointIn = (names) => {
  for (const part of all(".schematic-part.meant")) part.classList.remove("meant");
  for (const name of names) {
    if (!PLACES[name]) continue;
    for (const part of all(".stepping-drawing")[shownModel]?.querySelectorAll(PLACES[name]) ?? []) {
      part.classList.add("meant");
    }
  }
};
const explain = (symbols, beside) => {
  const names = [...new Set(symbols.map((symbol) => symbol.dataset.symbol))];
  pointIn(names.length === 1 ? names : []);
  tip.hidden = !names.length;
  if (tip.hidden) return;
  tip.replaceChildren(
    ...names.map((name) => {
      const row = make("span", "stepping-tip-row");
      const drawn = document.createElementNS("http://www.w3.org/1998/Math/MathML", "math");
      drawn.append(symbols.find((symbol) => symbol.dataset.symbol === name).cloneNode(true));
      row.append(drawn, " ", meanings[name]);
      return row;
    }),
  );
  const [outer, inner] = [root.getBoundingClientRect(), beside.getBoundingClientRect()];
  const left = inner.left - outer.left;
  tip.style.left = `${Math.max(0, Math.min(left, outer.width - tip.offsetWidth))}px`;
  tip.style.top = `${inner.bottom - outer.top + 6}px`;
};
const symbolOf = (event) => event.target.closest?.("[data-symbol]");
root.addEventListener("mouseover", (event) => {
  const symbol = symbolOf(event);
  if (symbol && !tip.contains(symbol)) explain([symbol], symbol);
  else if (!root.querySelector(".stepping-formula:focus-visible")) explain([]);
});
root.addEventListener("mouseleave", () => explain([]));
root.addEventListener("click", (event) => {
  const symbol = symbolOf(event);
  if (symbol) explain([symbol], symbol); // a phone has no pointer
});
root.addEventListener("focusin", (event) => {
  const formula = event.target.closest?.(".stepping-formula");
  if (formula?.matches(":focus-visible"))
    explain([...formula.querySelectorAll("[data-symbol]")], formula);
});
root.addEventListener("focusout", () => explain([]));
