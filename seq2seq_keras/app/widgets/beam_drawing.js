// Nodes and edges. What became of a hypothesis shows in shape, line and colour alike.
const SVG = "http://www.w3.org/2000/svg";
const make = (name, className, text) => {
  const part = document.createElement(name);
  if (className) part.className = className;
  if (text !== undefined) part.textContent = text;
  return part;
};
const makeSvg = (name, attributes, text) => {
  const part = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  if (text !== undefined) part.textContent = text;
  return part;
};
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const figure = (value, digits = 2) => {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
};
// Cuts a text to the room of so many letters; a Chinese character takes that of two.
const cut = (text, most) => {
  let room = 0;
  const kept = [];
  for (const letter of text) {
    room += letter.codePointAt(0) > 0x2e7f ? 2 : 1;
    if (room > most) return kept.slice(0, -1).join("") + "…";
    kept.push(letter);
  }
  return text;
};

const shapeOf = (fate, x, y, width, height) => {
  const top = y - height / 2;
  if (fate === "given_up") {
    const [right, bottom, corner] = [x + width, top + height, 9];
    const points = [
      [x + corner, top], [right - corner, top], [right, y], [right - corner, bottom], [x + corner, bottom], [x, y],
    ];
    return makeSvg("polygon", { points: points.join(" ") });
  }
  const round = { finished: height / 2, pruned: 2 }[fate] ?? 7;
  return makeSvg("rect", { x, y: top, width, height, rx: round });
};

const drawNode = (node, x, y, scoreText) => {
  const part = makeSvg("g", { class: "beam-node " + node.fate + (node.on_path ? " path" : "") });
  part.dataset.number = node.number;
  const middle = x + WIDE / 2;
  if (node.fate === "pruned") {
    part.append(shapeOf(node.fate, x, y, WIDE, LOW));
    part.append(makeSvg("text", { class: "beam-piece", x: x + 5, y: y + 4 }, cut(node.piece, 6)));
    part.append(makeSvg("text", { class: "beam-figure", x: x + WIDE - 5, y: y + 4 }, figure(node.log_probability, 1)));
    return part;
  }
  part.append(shapeOf(node.fate, x, y, WIDE, HIGH));
  if (node.fate === "finished") part.append(shapeOf(node.fate, x + 3, y, WIDE - 6, HIGH - 6));
  part.append(makeSvg("text", { class: "beam-piece", x: middle, y: y - 2 }, cut(node.piece, 10)));
  const told = node.fate === "finished" ? scoreText : node.parent < 0 ? "" : figure(node.log_probability);
  part.append(makeSvg("text", { class: "beam-figure", x: middle, y: y + 12 }, told));
  return part;
};

const drawEdge = (from, to, kind) => {
  const [x1, y1, x2, y2] = [from[0] + WIDE, from[1], to[0], to[1]];
  const bend = (x2 - x1) * 0.55;
  const path = "M" + [x1, y1] + " C" + [x1 + bend, y1, x2 - bend, y2, x2, y2].join(" ");
  return makeSvg("path", { class: "beam-edge " + kind, d: path });
};

// A small picture of each shape, with its name.
const drawLegend = (names) => {
  const legend = element.querySelector(".beam-legend");
  legend.replaceChildren(
    ...["path", "kept", "finished", "given_up", "pruned"].map((kind) => {
      const entry = make("li");
      const svg = makeSvg("svg", { viewBox: "0 0 40 20", width: 40, height: 20, "aria-hidden": "true" });
      const fate = kind === "path" ? "kept" : kind;
      const part = makeSvg("g", { class: "beam-node " + fate + (kind === "path" ? " path" : "") });
      if (kind === "path") svg.append(makeSvg("path", { class: "beam-edge path", d: "M0 10 H40" }));
      part.append(shapeOf(fate, 7, 10, 26, 14));
      if (kind === "finished") part.append(shapeOf(fate, 9.5, 10, 21, 9));
      svg.append(part);
      entry.append(svg, make("span", "", names[kind]));
      return entry;
    }),
  );
};
