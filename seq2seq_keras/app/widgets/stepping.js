// Brings drawing and player together: draws anew with another sentence, and what changes at a step.
const drawingsBox = one(".stepping-drawings");
let drawings = [];
let drawnView = null;

const prepareDrawings = () => {
  drawingsBox.replaceChildren();
  drawings = traces().map((trace, index) => {
    const drawing = drawSchematic(`${element.id || "stepping"}-${index}`, trace, writingOf(trace));
    const figure = make("figure", "stepping-drawing");
    const frame = make("div", "stepping-frame");
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", say("frame"));
    frame.append(drawing.svg);
    const foot = make("figcaption", "stepping-save");
    // A long drawing is scrolled, and its own title with it.
    if (traces().length > 1) foot.append(make("b", "", architecture(trace.model)));
    for (const [kind, save] of [
      ["svg", saveSvg],
      ["png", savePng],
    ]) {
      const button = make("button", "small-button", say(`export_${kind}`));
      button.type = "button";
      button.dataset.save = kind;
      button.addEventListener("click", () => save(drawing));
      foot.append(button);
    }
    figure.append(frame, foot);
    drawingsBox.append(figure);
    frame.addEventListener("click", (event) =>
      choose(drawing, index, event.target.closest("[data-part]")),
    );
    frame.addEventListener("keydown", (event) => moveIn(drawing, index, event));
    return Object.assign(drawing, { frame });
  });
};

// To the detail of a part: its step, its formula, or the inside of its cell.
const choose = (drawing, model, part) => {
  if (!part) return;
  const { part: kind, index, layer, direction } = part.dataset;
  const place = Number(index);
  const inside = () =>
    trigger("select", {
      part: kind,
      index: place,
      layer: Number(layer),
      direction: direction ?? "forward",
      beside: model === 1,
    });
  showModel(model);
  if (kind === "encoder") inside();
  else if (kind === "decoder") {
    if (place === drawing.step) inside();
    else goTo(place);
    pointAt("new");
  } else if (kind === "output" || kind === "written") {
    goTo(place);
    pointAt("output");
  } else if (kind === "attention" || (kind === "state" && drawing.shape.attention))
    pointAt("attend", place);
  else if (kind === "start") pointAt("before");
  else if (kind === "word") pointAt("attend", place);
  else pointAt("context");
};
const moveIn = (drawing, model, event) => {
  const stops = stopsOf(drawing);
  const at = stops.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    stops[
      Math.max(0, Math.min(stops.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))
    ].focus();
  } else if (at >= 0 && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    event.stopPropagation();
    choose(drawing, model, stops[at]);
  }
};
one(".stepping-inside").addEventListener("click", () => {
  const trace = shownTrace();
  trigger("select", {
    part: "decoder",
    index: stepOf(writingOf(trace)),
    layer: trace.model.decoder_layers,
    direction: "forward",
    beside: shownModel === 1,
  });
});

const showModel = (model) => {
  if (model === shownModel) return;
  shownModel = model;
  showFormulas();
  prepareCards();
  reserveRoom();
  prepareControls();
  drawStep();
};
one("[data-choice=view]").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) seq2seqTrace.go({ view: button.dataset.view });
});
one("[data-choice=model]").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) showModel(Number(button.dataset.model));
});
one("[data-choice=notation]").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  notation = button.dataset.notation;
  press("notation", notation);
  showFormulas();
  reserveRoom();
  drawCards();
});

const drawStep = () => {
  const lefts = drawings.map(({ frame, writing, shape }) =>
    scrollFor(frame, shape.x(stepOf(writing)), shape.column * 1.5),
  );
  const [left, top] = [scrollForToken(), scrollForWeights()];
  for (const drawing of drawings) stepSchematic(drawing, stepOf(drawing.writing));
  drawCards();
  drawControls();
  // Scrolling has the page laid out, which the next picture does in any case.
  requestAnimationFrame(() => {
    drawings.forEach(({ frame }, index) => scrollGently(frame, lefts[index]));
    scrollGently(tokensBox, left);
    if (top !== null) weightsList.scrollTop = top;
  });
};
const drawAll = () => {
  root.classList.add("stepping-drawn");
  shownModel = Math.min(shownModel, traces().length - 1);
  drawnView = seq2seqTrace.view;
  prepareDrawings();
  showFormulas();
  prepareCards();
  reserveRoom();
  prepareControls();
  prepareSwitches();
  pointAt("");
  drawStep();
};
seq2seqTrace.subscribe(element, (what) => {
  if (what === "trace" || seq2seqTrace.view !== drawnView) drawAll();
  else drawStep();
  if (what === "step") announce();
});
// The tab is opened, or its width changes: room is reserved for other lines.
let width = root.offsetWidth;
new ResizeObserver(() => {
  if (!seq2seqTrace.trace || !root.offsetWidth || root.offsetWidth === width) return;
  width = root.offsetWidth;
  reserveRoom();
  drawStep();
}).observe(root);
// The strips are painted, so they have to follow the page's mode by themselves.
new MutationObserver((_, observer) => {
  if (!root.isConnected) observer.disconnect();
  else if (palette) {
    palette = shades();
    drawCards();
  }
}).observe(document.body, { attributes: true, attributeFilter: ["class"] });
seq2seqTrace.picture = () => (drawings.length ? standalone(drawings[0]) : null);
