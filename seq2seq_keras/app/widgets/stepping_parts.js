// What the files of this component share: its elements, its words, and which trace is shown.
const root = element.querySelector(".stepping");
const texts = root.dataset;
const one = (selector) => root.querySelector(selector);
const all = (selector) => [...root.querySelectorAll(selector)];

const say = (name, values = {}) =>
  (texts[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key]);
const make = (name, className, text) => {
  const part = document.createElement(name);
  if (className) part.className = className;
  if (text !== undefined) part.textContent = text;
  return part;
};
// Puts text where text may stand already: a new node would have its style found anew.
const write = (part, text) => {
  const old = part.firstChild;
  if (!old) part.textContent = text;
  else if (old.data !== String(text)) old.data = text;
};
const probability = (value) => (value >= 0.001 || value === 0 ? value.toFixed(3) : "<0.001");
// A minus as wide as the digits, and no negative zero.
const figure = (value, digits = 2) => {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
};
const cellName = (model) => (model.cell === "rnn" ? "RNN" : model.cell.toUpperCase());
const architecture = (model) =>
  model.attention === "none"
    ? say("title_plain", { cell: cellName(model) })
    : say("title_attention", { cell: cellName(model), score: say(model.attention) });

let shownModel = 0; // whose numbers are shown: 0, or 1 for the model beside it
let notation = "here";
const traces = () => [seq2seqTrace.trace, seq2seqTrace.beside].filter(Boolean);
const shownTrace = () => traces()[shownModel] ?? seq2seqTrace.trace;
const writingOf = (trace) => trace[seq2seqTrace.view] ?? trace.written;
// One of two models may have written less than the other.
const stepOf = (writing) => Math.min(seq2seqTrace.step, writing.tokens.length - 1);
