// The attention weights as a table: tokens of the source across, of the translation down. Both
// heads stay in sight while it scrolls. Pointing at a cell, tapping it, or going there with the
// arrow keys tells its two tokens and its weight.
const scroller = element.querySelector(".map-scroller");
const tip = element.querySelector(".map-tip");
const spoken = element.querySelector(".map-spoken");
const legend = element.querySelector(".map-legend");
const MOST_HORIZONTAL = 8; // so many column heads are read without turning one's head
const MOST_FIGURES = 12; // so many columns leave room for figures in the cells
const FAINTEST = 0.3; // weights spread over a long sentence are small, and shall look so
let cells = [];
let place = null;

const most = () => Math.max(FAINTEST, ...props.value.weights.flat());
const words = (row, column) =>
  `${props.value.tokens[row]} ← ${props.value.source[column]}  ${props.value.weights[row][column].toFixed(3)}`;

const make = (name, className, text) => {
  const part = document.createElement(name);
  if (className) part.className = className;
  if (text !== undefined) part.textContent = text;
  return part;
};

const point = (next, speak) => {
  for (const part of scroller.querySelectorAll(".pointed")) part.classList.remove("pointed");
  place = next;
  tip.hidden = !next;
  if (!next) return;
  const [row, column] = next;
  const cell = cells[row][column];
  cell.classList.add("pointed");
  scroller.querySelector(`thead th[data-column="${column}"]`).classList.add("pointed");
  cell.parentElement.querySelector("th").classList.add("pointed");
  tip.textContent = words(row, column);
  if (speak) spoken.textContent = tip.textContent;
  const outer = element.querySelector(".map-frame").getBoundingClientRect();
  const inner = cell.getBoundingClientRect();
  const seen = scroller.getBoundingClientRect();
  tip.hidden = inner.left > seen.right || inner.right < seen.left || inner.top > seen.bottom;
  if (tip.hidden) return;
  const left = inner.left - outer.left + inner.width / 2 - tip.offsetWidth / 2;
  tip.style.left = `${Math.max(0, Math.min(left, outer.width - tip.offsetWidth))}px`;
  const above = inner.top - outer.top - tip.offsetHeight - 6;
  tip.style.top = `${above < 0 ? inner.bottom - outer.top + 6 : above}px`;
};
const cellOf = (event) => {
  const cell = event.target.closest?.("td");
  return cell && [Number(cell.dataset.row), Number(cell.dataset.column)];
};
// What the arrow keys scroll under a pointer that lies still was not pointed at.
let keyed = 0;
scroller.addEventListener("mouseover", (event) => {
  if (Date.now() - keyed > 400) point(cellOf(event));
});
scroller.addEventListener("mouseleave", () => point(null));
scroller.addEventListener("scroll", () => point(place));
scroller.addEventListener("click", (event) => point(cellOf(event), true));
scroller.addEventListener("blur", () => point(null));
scroller.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const step = steps[event.key];
  if (!step || !cells.length) return;
  event.preventDefault();
  keyed = Date.now();
  const [row, column] = place ? [place[0] + step[0], place[1] + step[1]] : [0, 0];
  if (!cells[row]?.[column]) return;
  // Out from under the heads, which stay where they are.
  const cell = cells[row][column];
  const left = scroller.querySelector("thead th").offsetWidth;
  const top = scroller.querySelector("thead").offsetHeight;
  scroller.scrollLeft = Math.min(
    Math.max(scroller.scrollLeft, cell.offsetLeft + cell.offsetWidth - scroller.clientWidth),
    cell.offsetLeft - left,
  );
  scroller.scrollTop = Math.min(
    Math.max(scroller.scrollTop, cell.offsetTop + cell.offsetHeight - scroller.clientHeight),
    cell.offsetTop - top,
  );
  point([row, column], true);
});

const draw = () => {
  cells = [];
  point(null);
  spoken.textContent = "";
  scroller.replaceChildren();
  legend.textContent = "";
  if (!props.value) return;
  const { tokens, source, weights } = props.value;
  const strongest = most();
  const table = make("table");
  table.classList.toggle("upright", source.length > MOST_HORIZONTAL);
  table.classList.toggle("figures", source.length <= MOST_FIGURES);
  table.append(make("caption", "", legend.dataset.caption));
  const head = table.createTHead().insertRow();
  head.append(make("td", "corner"));
  source.forEach((token, column) => {
    const name = make("th");
    name.scope = "col";
    name.dataset.column = column;
    name.append(make("span", "", token));
    head.append(name);
  });
  const body = table.createTBody();
  tokens.forEach((token, row) => {
    const line = body.insertRow();
    const name = make("th", "", token);
    name.scope = "row";
    line.append(name);
    cells.push(
      weights[row].map((weight, column) => {
        const cell = make("td", "", weight.toFixed(2));
        const share = weight / strongest;
        cell.style.setProperty("--share", share.toFixed(3));
        cell.classList.toggle("strong", share > 0.5);
        cell.dataset.row = row;
        cell.dataset.column = column;
        line.append(cell);
        return cell;
      }),
    );
  });
  scroller.append(table);
  legend.append(make("span", "", "0"), make("span", "map-scale"), make("span", "", strongest.toFixed(2)));
  legend.append(make("span", "", legend.dataset.weight));
};

// The map as a picture that any word processor takes.
const CELL = 28;
const SVG = "http://www.w3.org/2000/svg";
const picture = () => {
  const { tokens, source, weights } = props.value;
  const strongest = most();
  const length = (texts) => 24 + 9 * Math.max(...texts.map((text) => text.length));
  const [left, top] = [length(tokens), length(source)];
  const [width, height] = [left + source.length * CELL + 12, top + tokens.length * CELL + 12];
  const svg = document.createElementNS(SVG, "svg");
  const add = (name, attributes, text) => {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    if (text !== undefined) part.textContent = text;
    svg.append(part);
    return part;
  };
  const style = { "font-family": "sans-serif", "font-size": 14, fill: "#0f172a" };
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  add("rect", { width, height, fill: "white" });
  source.forEach((token, column) => {
    const [x, y] = [left + (column + 0.5) * CELL + 5, top - 8];
    add("text", { ...style, transform: `translate(${x} ${y}) rotate(-90)` }, token);
  });
  tokens.forEach((token, row) => {
    const y = top + row * CELL;
    add("text", { ...style, x: left - 8, y: y + CELL / 2 + 5, "text-anchor": "end" }, token);
    weights[row].forEach((weight, column) => {
      const x = left + column * CELL;
      const size = { width: CELL - 1, height: CELL - 1 };
      add("rect", { x, y, ...size, fill: "#4f46e5", "fill-opacity": 0.04 + (0.96 * weight) / strongest })
        .appendChild(document.createElementNS(SVG, "title")).textContent = words(row, column);
    });
  });
  return new XMLSerializer().serializeToString(svg);
};
element.querySelector(".map-save").addEventListener("click", () => {
  if (!props.value) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([picture()], { type: "image/svg+xml" }));
  link.download = "attention.svg";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

watch("value", draw);
draw();
