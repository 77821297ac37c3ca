// What the drawing is made of. Colours are variables of the style sheet, so that the drawing
// follows the mode and an export can put the light ones in their place.
const SVG = "http://www.w3.org/2000/svg";
const colour = (name) => `var(--stepping-${name})`;

const svgPart = (parent, name, attributes = {}, text) => {
  const part = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  if (text !== undefined) part.textContent = text;
  parent.append(part);
  return part;
};
const group = (parent, name, attributes = {}) =>
  svgPart(parent, "g", { "data-group": name, ...attributes });
// A part that can be chosen. `what` is told in the page's language.
const choosable = (parent, part, index, what, more = {}) => {
  const place = svgPart(parent, "g", {
    class: "schematic-part",
    "data-part": part,
    "data-index": index,
    role: "button",
    tabindex: -1,
    "aria-label": what,
    ...more,
  });
  svgPart(place, "title", {}, what);
  return place;
};
const line = (parent, path, stroke = "line", width = 1.3, more = {}) =>
  svgPart(parent, "path", {
    d: path,
    fill: "none",
    stroke: colour(stroke),
    "stroke-width": width,
    ...more,
  });
const arrow = (drawing, parent, path, stroke = "line", width = 1.3, more = {}) =>
  line(parent, path, stroke, width, { "marker-end": `url(#${drawing.name}-${stroke})`, ...more });
const box = (parent, x, y, width, height, kind, more = {}) =>
  svgPart(parent, "rect", {
    x: x - width / 2,
    y,
    width,
    height,
    rx: Math.min(7, height / 2),
    fill: colour(`${kind}-fill`),
    stroke: colour(kind),
    "stroke-width": 1.4,
    ...more,
  });
const words = (parent, x, y, text, more = {}) =>
  svgPart(
    parent,
    "text",
    { x, y, "text-anchor": "middle", "font-size": 12, fill: colour("text"), ...more },
    text,
  );
// A letter with an index, as in h₃: SVG has no such thing of its own.
const symbol = (parent, x, y, letter, index, more = {}) => {
  const text = words(parent, x, y, undefined, { "font-style": "italic", ...more });
  svgPart(text, "tspan", {}, letter);
  if (index !== "")
    svgPart(text, "tspan", { dy: 3, "font-size": "75%", "font-style": "normal" }, index);
  return text;
};
// A token below or above its column, turned where the columns are narrow.
const tokenText = (parent, shape, index, top, token, more = {}) => {
  const x = shape.x(index);
  const shown = shortened(token);
  const place = shape.turned
    ? {
        x: 0,
        y: 0,
        transform: `translate(${x + 4} ${more.foot ? top + shape.token - 2 : top + 2}) rotate(-90)`,
        "text-anchor": more.foot ? "start" : "end",
      }
    : { x, y: top + 14 };
  const text = words(parent, 0, 0, shown, { "font-size": 13, "data-token": index, ...place });
  if (shown !== token) svgPart(text, "title", {}, token);
  return text;
};
const number = (parent, x, y, value) =>
  words(parent, x, y, value, {
    "font-size": 10,
    fill: colour("subdued"),
    "text-anchor": "start",
    "data-width": "",
  });
