// The drawing of a level: boxes that are empty or carry a label, arrows, and after a check the marks.
const SVG = "http://www.w3.org/2000/svg";
const MOST_LETTERS = 9;

const make = (name, className, text) => {
  const part = document.createElement(name);
  if (className) part.className = className;
  if (text !== undefined) part.textContent = text;
  return part;
};
const makeSvg = (parent, name, attributes = {}, text) => {
  const part = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  if (text !== undefined) part.textContent = text;
  parent.append(part);
  return part;
};
const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
const clipped = (text) => {
  const letters = [...text];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join("")}…` : text;
};

// The symbols in a text, as in "h_2 is made of *c*": a letter, what stands below it, or plain words.
const SYMBOL = /\*(\p{L}\u0303?)\*|(\p{Script=Latin}\u0303?)_([A-Za-z0-9−]+)/gu;
const segmentsOf = (text) => {
  const segments = [];
  let at = 0;
  for (const match of text.matchAll(SYMBOL)) {
    if (match.index > at) segments.push({ plain: text.slice(at, match.index) });
    segments.push({ letter: match[1] ?? match[2], below: match[3] ?? "" });
    at = match.index + match[0].length;
  }
  if (at < text.length) segments.push({ plain: text.slice(at) });
  return segments;
};
// A text with its symbols set, for HTML. Words of a sentence come in `values`, and stay as they are.
const setText = (parent, text, values = {}) => {
  for (const piece of text.split(/(\{\w+\})/)) {
    const name = piece.match(/^\{(\w+)\}$/)?.[1];
    if (name === "word" || name === "source" || name === "target") {
      parent.append(make("b", "", values[name] ?? ""));
      continue;
    }
    for (const { plain, letter, below } of segmentsOf(piece)) {
      if (plain !== undefined) parent.append(plain);
      else {
        parent.append(make("i", "", letter));
        if (below) parent.append(make("sub", "", below));
      }
    }
  }
  return parent;
};
// A label, in HTML or SVG: a symbol, a word of the sentence, or a sign.
const isLetter = (text) => /^\p{L}$/u.test(text);
const setSvgLabel = (parent, x, y, { text, token }, size) => {
  const label = makeSvg(parent, "text", { class: "practice-label", x, y: y + size * 0.34, "font-size": size });
  if (token) {
    label.textContent = clipped(text);
    if (clipped(text) !== text) makeSvg(label, "title", {}, text);
    return label;
  }
  let lowered = false;
  for (const { plain, letter, below } of segmentsOf(isLetter(text) ? `*${text}*` : text)) {
    const raise = lowered ? { dy: -size * 0.2 } : {};
    lowered = false;
    if (plain !== undefined) {
      makeSvg(label, "tspan", raise, plain);
      continue;
    }
    makeSvg(label, "tspan", { class: "practice-letter", ...raise }, letter);
    if (!below) continue;
    makeSvg(label, "tspan", { dy: size * 0.2, "font-size": size * 0.7 }, below);
    lowered = true;
  }
  return label;
};
const setHtmlLabel = (parent, { text, token }) => {
  if (token) parent.append(clipped(text));
  else setText(parent, isLetter(text) ? `*${text}*` : text);
  return parent;
};

const badge = (parent, x, y, right, size = 1) => {
  const place = makeSvg(parent, "g", {
    class: "practice-badge", "aria-hidden": "true", transform: `translate(${x} ${y}) scale(${size})`,
  });
  makeSvg(place, "circle", { r: 8 });
  makeSvg(place, "path", {
    d: right ? "M-3.6 0.2l2.6 2.8l4.6 -5.6" : "M-3 -3l6 6m0 -6l-6 6",
  });
};

const shapeOf = (parent, part) => {
  if (part.shape === "round")
    return makeSvg(parent, "ellipse", { cx: part.x, cy: part.y, rx: part.w / 2, ry: part.h / 2, class: "practice-shape" });
  return makeSvg(parent, "rect", {
    x: part.x - part.w / 2, y: part.y - part.h / 2, width: part.w, height: part.h, rx: 8, class: "practice-shape",
  });
};
// `look` says how a part stands: its label, its name for screen readers, its number, its state.
const drawPart = (parent, part, look) => {
  const kind = look.label ? look.kind : "empty";
  const place = makeSvg(parent, "g", {
    class: `practice-part ${kind}${part.given ? " given" : ""} ${look.state ?? ""} ${look.chosen ? "chosen" : ""}`,
    "data-node": part.id,
    role: "button",
    tabindex: look.reachable ? 0 : -1,
    "aria-label": look.name,
  });
  if (look.chosen) place.setAttribute("aria-pressed", "true");
  const shape = shapeOf(place, part);
  if (part.shape === "text") shape.classList.add("bare");
  const size = part.shape === "text" || look.label?.token ? 14.5 : 17;
  const two = part.sign !== undefined || (part.token && part.shape !== "text");
  if (look.label) setSvgLabel(place, part.x, part.y - (two ? 9 : 0), look.label, look.label.text.length > 8 && !look.label.token ? 15 : size);
  else makeSvg(place, "text", { class: "practice-number", x: part.x, y: part.y + 5 - (two ? 9 : 0) }, look.number);
  if (two) {
    const under = part.sign ?? clipped(look.word);
    makeSvg(place, "text", { class: "practice-under", x: part.x, y: part.y + 18 }, under);
  }
  if (look.label && look.number)
    makeSvg(place, "text", { class: "practice-corner", x: part.x - part.w / 2 - 2, y: part.y - part.h / 2 - 3 }, look.number);
  if (look.state)
    badge(place, part.x + part.w / 2 - (part.shape === "round" ? 3 : 0), part.y - part.h / 2 + (part.shape === "round" ? 3 : 0), look.state === "right");
};
const drawArrow = (parent, level, from, to, look) => {
  const curve = routeOf(level, from, to);
  const place = makeSvg(parent, "g", {
    class: `practice-arrow ${look.given ? "given" : ""} ${look.state ?? ""} ${look.chosen ? "chosen" : ""}`,
    "data-arrow": `${from.id}>${to.id}`,
    "aria-label": look.name,
  });
  if (look.given) place.setAttribute("role", "img");
  else {
    place.setAttribute("role", "button");
    place.setAttribute("tabindex", "0");
    if (look.chosen) place.setAttribute("aria-pressed", "true");
  }
  makeSvg(place, "path", { class: "practice-grip", d: pathOf(curve) });
  makeSvg(place, "path", { class: "practice-line", d: pathOf(curve) });
  makeSvg(place, "polygon", { class: "practice-tip", points: tipOf(curve) });
  if (look.state) badge(place, ...pointOn(curve, 0.4), look.state !== "wrong", 0.75);
};
