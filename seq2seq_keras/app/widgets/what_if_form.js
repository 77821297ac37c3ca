// The changes that are asked for: at most one of each kind, as chips that undo them.
const GATES = {
  lstm: ["f", "i", "C~", "C", "o", "h"],
  gru: ["z", "r", "h~", "h"],
  rnn: ["h"],
};
const SHOWN = { "C~": "C̃", "h~": "h̃" };
const bounds = (gate) => (["f", "i", "o", "z", "r"].includes(gate) ? [0, 1] : [-1, 1]);

// What is changed, by kind. Each has the `step` from which on the translation may differ, and
// `change`, what the server is told.
const changes = new Map();

const chipOf = (kind, texts) => {
  const { change, step, word, part } = changes.get(kind);
  if (kind === "attention") return filled(texts.chipAttention, { step: step + 1 });
  if (kind === "word") return filled(texts.chipWord, { step: step + 1, word });
  if (kind === "swap") return filled(texts.chipSwap, { sentence: change.sentence });
  const text = change.steps ? texts.chipClampStep : texts.chipClamp;
  const place = change.steps ? change.steps[0] + 1 : 0;
  const gate = SHOWN[change.gate] ?? change.gate;
  return filled(text, { part, gate, value: change.value, step: place });
};

const question = () => {
  const all = [...changes.values()];
  return { changes: all.map((each) => each.change), prefix: Math.min(...all.map((each) => each.step)) };
};
