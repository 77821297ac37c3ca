// A map for each quantity: neurons down, tokens across, a pixel for a number, enlarged.
const scroller = element.querySelector(".cell-scroller");
const sheet = element.querySelector(".cell-sheet");
const AXIS = 46; // pixels, as in the style sheet
const MOST_HIGH = 256;
let maps = []; // of each quantity its packed array, its scale and its elements
let rowOf = []; // of each neuron the row that it stands in
let wide = 24; // of a column
let high = 2; // of a row
let widest = 0; // of the tokens' names, about
const SQUARE = /[\u2e80-\uffef]/; // Chinese characters, which always stand upright
const widthOf = (token) =>
  [...clipped(token, 14)].reduce((width, letter) => width + (SQUARE.test(letter) ? 13 : 8), 4);

const drawLegend = (legend, map) => {
  const ends = isGate(map.quantity) ? [0, 0.5, 1] : [-map.most, 0, map.most];
  const scale = make("span", "cell-scale");
  scale.style.background = "linear-gradient(90deg," + stopsOf(map.quantity).join(",") + ")";
  const [low, middle, top] = ends.map((value) => make("i", "", figure(value, Number.isInteger(value) ? 0 : 1)));
  const figures = make("span", "cell-ends");
  figures.append(low, middle, top);
  legend.replaceChildren(scale, figures);
};

const paint = (map) => {
  const [steps, units] = map.packed.shape;
  const numbers = seq2seqTrace.numbers(map.packed);
  const picture = new ImageData(steps, units);
  const table = tableFor(map.quantity);
  const gate = isGate(map.quantity);
  for (let neuron = 0; neuron < units; neuron++) {
    for (let step = 0; step < steps; step++) {
      const value = numbers[step * units + neuron];
      const share = gate ? value : (value / map.most + 1) / 2;
      const colour = table[Math.max(0, Math.min(255, Math.round(share * 255)))];
      picture.data.set([...colour, 255], 4 * (rowOf[neuron] * steps + step));
    }
  }
  map.canvas.width = steps;
  map.canvas.height = units;
  map.canvas.getContext("2d").putImageData(picture, 0, 0);
  drawLegend(map.legend, map);
};

// The size of the cells for the room that there is.
const fitMaps = () => {
  if (!maps.length || !scroller.clientWidth) return;
  const [steps, units] = maps[0].packed.shape;
  const room = (scroller.clientWidth - AXIS) / steps;
  wide = Math.max(18, Math.min(64, Math.floor(room)));
  high = Math.min(Math.max(1, Math.min(14, Math.floor(192 / units))), MOST_HIGH / units);
  sheet.classList.toggle("upright", widest > wide);
  sheet.style.setProperty("--wide", wide + "px");
  sheet.style.setProperty("--seen", scroller.clientWidth + "px");
  sheet.style.width = Math.max(AXIS + wide * steps, scroller.clientWidth) + "px";
  for (const map of maps) {
    map.canvas.style.width = wide * steps + "px";
    map.canvas.style.height = high * units + "px";
  }
};

const buildMaps = (cell, record, tokens) => {
  const holder = element.querySelector(".cell-maps");
  holder.replaceChildren();
  maps = QUANTITIES[cell].map((quantity) => {
    const packed = record[quantity];
    const part = make("div", "cell-map");
    part.dataset.quantity = quantity;
    part.append(
      element.querySelector('template[data-of="' + cell + " " + quantity + '"]').content.cloneNode(true),
    );
    const plot = part.querySelector(".cell-plot");
    const axis = make("div", "cell-axis");
    const number = make("span", "cell-row-number");
    const canvas = make("canvas", "cell-canvas");
    const row = make("div", "cell-row");
    axis.append(number);
    plot.append(axis, canvas, row);
    holder.append(part);
    // Only an LSTM's memory is unbounded: its scale ends at the largest value of this sentence.
    const most = quantity === "C" ? Math.max(1, ...seq2seqTrace.numbers(packed).map(Math.abs)) : 1;
    const below = part.querySelector(".cell-value");
    return { quantity, packed, most, part, plot, canvas, row, number, below, legend: part.querySelector(".cell-legend") };
  });
  const heads = element.querySelector(".cell-tokens");
  heads.replaceChildren(
    ...tokens.map((token) => {
      const head = make("span", "cell-token");
      head.append(make("span", "", clipped(token, 14)));
      head.title = token;
      head.classList.toggle("square", SQUARE.test(token));
      return head;
    }),
  );
  widest = Math.max(...tokens.map(widthOf));
};

const orderMaps = (order) => {
  rowOf = [];
  order.forEach((neuron, row) => (rowOf[neuron] = row));
  maps.forEach(paint);
};

const markMaps = (neuron, step) => {
  const column = element.querySelector(".cell-column");
  column.hidden = !maps.length;
  column.style.left = AXIS + step * wide + "px";
  column.style.width = wide + "px";
  element.querySelectorAll(".cell-token").forEach((head, at) => head.classList.toggle("chosen", at === step));
  for (const map of maps) {
    const top = rowOf[neuron] * high + high / 2;
    map.row.style.top = top + "px";
    map.row.style.height = Math.max(high, 3) + "px";
    map.row.style.width = map.canvas.style.width;
    map.number.style.top = top + "px";
    map.number.textContent = neuron;
  }
};

// Brings the chosen column out from under the axis.
const showColumn = (step) => {
  const left = step * wide;
  const room = scroller.clientWidth - AXIS;
  if (left < scroller.scrollLeft) scroller.scrollLeft = left;
  if (left + wide > scroller.scrollLeft + room) scroller.scrollLeft = left + wide - room;
};

// The neuron and step under the pointer, and in which map.
const placeOf = (event) => {
  const canvas = event.target.closest?.(".cell-canvas");
  const map = maps.find((each) => each.canvas === canvas);
  if (!map) return null;
  const [steps, units] = map.packed.shape;
  const outer = canvas.getBoundingClientRect();
  const inside = (part, whole, count) => Math.max(0, Math.min(count - 1, Math.floor((part / whole) * count)));
  const row = inside(event.clientY - outer.top, outer.height, units);
  return {
    neuron: rowOf.indexOf(row),
    step: inside(event.clientX - outer.left, outer.width, steps),
    quantity: map.quantity,
  };
};
