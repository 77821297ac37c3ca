// What a step changes in the drawing: which columns are done, where attention looks, what is lit.
const FAINT = 0.32;
const MOST_FIGURES = 5; // so many weights are told in figures
const LEAST_FIGURE = 0.05;

// Attention: the arrows from the encoder states, the question and the answer. All of it is made
// once, for a step must be quick; a step moves it.
const prepareAttention = (drawing) => {
  const { shape, trace, writing, parts } = drawing;
  if (!shape.attention) return;
  parts.dots = writing.tokens.map((_, step) =>
    svgPart(parts.attention, "circle", {
      cx: shape.gutter(step),
      cy: shape.context,
      r: 3.5,
      fill: colour("context"),
    }),
  );
  parts.looks = trace.source.map((token, index) => {
    const part = choosable(parts.attention, "attention", index, "");
    const path = line(part, "", "context", 1, { "stroke-linecap": "round" });
    const shade = box(part, shape.x(index), shape.state, shape.cell, STATE, "context", {
      stroke: "none",
      fill: colour("context"),
    });
    const figures = words(parts.figures, shape.x(index) + 5, shape.state - 7, "", {
      "text-anchor": "start",
      "font-size": 11.5,
      "font-weight": 600,
      fill: colour("context-text"),
      stroke: colour("surface"),
      "stroke-width": 3,
      "paint-order": "stroke",
    });
    return { part, path, shade, figures, title: part.querySelector("title") };
  });
  parts.question = arrow(drawing, parts.attention, "", "decoder", 1.6, {
    "stroke-dasharray": "3 3",
  });
  parts.answer = arrow(drawing, parts.attention, "", "context", 2.4);
  const node = choosable(parts.attention, "context", 0, "");
  const circle = svgPart(node, "circle", {
    cy: shape.context,
    r: 12,
    fill: colour("context-fill"),
    stroke: colour("context"),
    "stroke-width": 2,
  });
  const name = symbol(node, 0, shape.context + 4, "c", "0", {
    "font-size": 12,
    fill: colour("context-text"),
  });
  parts.node = { node, circle, name, title: node.querySelector("title") };
};

const stepAttention = (drawing, step) => {
  const { shape, trace, writing, parts } = drawing;
  if (!shape.attention) return;
  const weights = seq2seqTrace.row(writing.weights, step);
  const [x, y] = [shape.gutter(step), shape.context];
  const told = new Set(
    [...weights.keys()]
      .filter((index) => weights[index] >= LEAST_FIGURE)
      .sort((first, second) => weights[second] - weights[first])
      .slice(0, MOST_FIGURES),
  );
  const middle = (shape.state + y) / 2;
  parts.looks.forEach(({ part, path, shade, figures, title }, index) => {
    const weight = weights[index];
    const what = say("attention_arrow", {
      step: step + 1,
      index: index + 1,
      token: trace.source[index],
      weight: weight.toFixed(3),
    });
    part.setAttribute("aria-label", what);
    write(title, what);
    const from = shape.x(index);
    path.setAttribute(
      "d",
      `M${from} ${shape.state} C${from} ${middle} ${x} ${middle} ${x} ${y + 11}`,
    );
    path.setAttribute("stroke-width", (0.7 + 7 * weight).toFixed(2));
    path.setAttribute("stroke-opacity", (0.13 + 0.8 * weight).toFixed(3));
    shade.setAttribute("fill-opacity", (0.45 * weight).toFixed(3));
    write(figures, told.has(index) ? weight.toFixed(2) : "");
  });
  parts.dots.forEach((dot, at) =>
    dot.setAttribute("fill-opacity", at < step ? 0.7 : at === step ? 0 : 0.18),
  );
  const corner = shape.cell / 2 - 5;
  if (shape.after) {
    const side = shape.highest + CELL - 6;
    const below = shape.output + OUTPUT;
    parts.question.setAttribute(
      "d",
      `M${shape.x(step) - shape.cell / 2} ${side} H${x + 3} V${y - 12}`,
    );
    parts.answer.setAttribute(
      "d",
      `M${x - 3} ${y - 11} V${below + 9} L${shape.x(step) - corner} ${below + 1}`,
    );
  } else {
    parts.question.setAttribute(
      "d",
      `M${shape.x(step - 1) + corner} ${shape.lowest} L${x - 4} ${shape.lowest + 9} V${y - 12}`,
    );
    parts.answer.setAttribute(
      "d",
      `M${x + 4} ${y - 11} V${shape.lowest + 10} L${shape.x(step) - corner} ${shape.lowest + 2}`,
    );
  }
  const { node, circle, name, title } = parts.node;
  node.dataset.index = step;
  node.setAttribute("aria-label", say("context_step", { step: step + 1 }));
  write(title, say("context_step", { step: step + 1 }));
  circle.setAttribute("cx", x);
  name.setAttribute("x", x);
  write(name.lastChild, step + 1);
};

// A column is done, present, or yet to come; only those that change are touched.
const setColumn = (drawing, at, step) => {
  const { parts } = drawing;
  const [opacity, lit] = [at <= step ? 1 : FAINT, at === step];
  for (const part of [parts.steps[at], parts.outputs[at], parts.written[at], parts.read[at]]) {
    part.setAttribute("opacity", opacity);
  }
  parts.written[at].querySelector("text").setAttribute("font-weight", lit ? 700 : 400);
  for (const cell of parts.steps[at].querySelectorAll("[data-lit]"))
    cell.setAttribute("stroke-width", lit ? 3 : 1.4);
  parts.entering?.children[at].setAttribute("stroke-opacity", at <= step ? 1 : 0.45);
};
const stepSchematic = (drawing, step) => {
  const { shape, parts } = drawing;
  const known = drawing.step ?? -1;
  parts.steps.forEach((_, at) => {
    const changes = at === known || at === step || at > known !== at > step;
    if (known < 0 || changes) setColumn(drawing, at, step);
  });
  parts.band.setAttribute("x", shape.gutter(step));
  stepAttention(drawing, step);
  drawing.step = step;
};

// Where a frame should scroll to, to keep a place in sight; null to stay. All frames are asked
// before anything is drawn: asked afterwards, each would have the page laid out anew.
const scrollFor = (frame, x, room) => {
  const wide = frame.clientWidth;
  const place = x - frame.scrollLeft;
  return !wide || (place > room && place < wide - room) ? null : Math.max(0, x - wide / 2);
};
const scrollGently = (frame, left) => {
  if (left === null) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  frame.scrollTo({ left, behavior: calm ? "instant" : "smooth" });
};

// The stops of the arrow keys up and down: from the word written to the source word looked at most.
const stopsOf = (drawing) => {
  const { svg, trace, writing, step } = drawing;
  const weights = writing.weights && seq2seqTrace.row(writing.weights, step);
  const source = weights ? weights.indexOf(Math.max(...weights)) : trace.source.length - 1;
  return [
    `[data-part=written][data-index="${step}"]`,
    `[data-part=output][data-index="${step}"]`,
    `[data-part=decoder][data-index="${step}"]`,
    "[data-part=context]",
    `[data-part=attention][data-index="${source}"]`,
    `[data-part=state][data-index="${source}"]`,
    `[data-part=encoder][data-index="${source}"]`,
  ].flatMap((selector) => [...svg.querySelectorAll(selector)]);
};
