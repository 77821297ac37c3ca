// What all of the view draws with: elements, figures, and colours that tell numbers apart, in
// light and dark, also to eyes that do not see red and green.
const box = element.querySelector(".cell");
const texts = box.dataset;
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
const clipped = (text, most) => ([...text].length > most ? [...text].slice(0, most - 1).join("") + "…" : text);

// A gate lies between 0 and 1; everything else has a sign.
const GATES = ["f", "i", "o", "z", "r"];
const isGate = (quantity) => GATES.includes(quantity);
const SUMMED = { lstm: ["f", "i", "C~", "o"], gru: ["z", "r", "h~"], rnn: ["h"] };
const QUANTITIES = { lstm: ["f", "i", "C~", "C", "o", "h"], gru: ["z", "r", "h~", "h"], rnn: ["h"] };

// Colours from the least value to the greatest.
const STOPS = {
  light: {
    gate: ["#f6f8fa", "#b9e3dd", "#4fb3a9", "#16766f", "#0c4a47"],
    signed: ["#8a3a06", "#d9822b", "#f8d3a5", "#f6f7fb", "#bcc4fb", "#6366f1", "#2e2a8a"],
  },
  dark: {
    gate: ["#16203a", "#14524f", "#17857c", "#5cc9bc", "#d3f7f0"],
    signed: ["#ffd9ad", "#e08a35", "#8a4a12", "#16203a", "#3e3fb0", "#868cf8", "#dfe3ff"],
  },
};
const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
const tableOf = (stops) =>
  Array.from({ length: 256 }, (_, at) => {
    const place = (at / 255) * (stops.length - 1);
    const left = Math.min(Math.floor(place), stops.length - 2);
    const [from, to] = [channels(stops[left]), channels(stops[left + 1])];
    return from.map((value, index) => Math.round(value + (to[index] - value) * (place - left)));
  });
const TABLES = {};
const isDark = () => Boolean(element.closest(".dark"));
const kindOf = (quantity) => (isGate(quantity) ? "gate" : "signed");
const stopsOf = (quantity) => STOPS[isDark() ? "dark" : "light"][kindOf(quantity)];
const tableFor = (quantity) => {
  const key = (isDark() ? "dark " : "light ") + kindOf(quantity);
  TABLES[key] ??= tableOf(stopsOf(quantity));
  return TABLES[key];
};
// The colour of a value on a scale that ends at `most`, and the colour of figures upon it.
const colourOf = (quantity, value, most) => {
  const share = isGate(quantity) ? value : (value / most + 1) / 2;
  return tableFor(quantity)[Math.max(0, Math.min(255, Math.round(share * 255)))];
};
const inkOn = ([red, green, blue]) =>
  0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#0f172a" : "#ffffff";
