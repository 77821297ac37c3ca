// The levels that draw a model over a sentence. A level is data: its parts, with the label that
// belongs to each and the key of the text that says what it is; and its arrows. What is `given`
// stands there from the start. `made` is the key of what leads into a part, `swaps` are groups of
// parts that could change places, `extra` what is true and not asked for, and `traps` what is said
// of mistakes that are worth a text of their own.
const LEVELS = [];

const plainLevel = () => {
  const parts = [];
  const arrows = [];
  const extra = [];
  const encoder = [66, 166, 266];
  const decoder = [462, 568, 682, 796];
  const row = 206;
  encoder.forEach((x, index) => {
    const i = index + 1;
    const fill = { i, prev: i - 1, word: ["source", index] };
    parts.push(
      { id: `w${i}`, kind: "text", shape: "text", x, y: 366, w: 84, h: 26, token: ["source", index], given: true },
      { id: `x${i}`, kind: "word", x, y: 300, w: 46, h: 28, label: `x_${i}`, given: true, fill },
      { id: `h${i}`, kind: "encoder", x, y: row, w: 58, h: 42, label: `h_${i}`, why: "plain.h", made: "plain.into.h", row: "encoder", fill },
    );
    arrows.push(
      { from: `w${i}`, to: `x${i}`, why: "plain.embed", given: true, fill },
      { from: `x${i}`, to: `h${i}`, why: "plain.x-h", given: true, fill },
    );
    if (index) arrows.push({ from: `h${i - 1}`, to: `h${i}`, why: "plain.h-h", fill });
  });
  parts.push({ id: "c", kind: "context", x: 364, y: 288, w: 48, h: 48, shape: "round", label: "c", why: "plain.c", made: "plain.into.c", row: "between" });
  arrows.push({ from: "h3", to: "c", why: "plain.h-c" }, { from: "c", to: "s0", why: "plain.c-s0" });
  decoder.forEach((x, i) => {
    const fill = { i, prev: i - 1, word: ["written", i - 1] };
    parts.push({
      id: `s${i}`, kind: "decoder", x, y: row, w: 58, h: 42, label: `s_${i}`, fill, row: "decoder",
      why: i ? "plain.s" : "plain.s0", made: i ? "plain.into.s" : "plain.into.s0",
    });
    if (!i) return;
    parts.push(
      { id: `r${i}`, kind: "word", x, y: 366, w: 84, h: 34, label: { token: ["read", i - 1] }, why: i > 1 ? "plain.read" : "plain.start", made: i > 1 ? "plain.into.read" : "plain.into.start", row: "read", fill },
      { id: `p${i}`, kind: "output", x, y: 118, w: 84, h: 34, label: "softmax", why: "plain.softmax", made: "plain.into.softmax", row: "output", fill },
      { id: `y${i}`, kind: "text", shape: "text", x, y: 42, w: 84, h: 26, token: ["written", i - 1], given: true, made: "plain.into.written" },
    );
    arrows.push(
      { from: `s${i - 1}`, to: `s${i}`, why: "plain.s-s", fill },
      { from: "c", to: `s${i}`, why: "plain.c-s", fill },
      { from: `r${i}`, to: `s${i}`, why: "plain.y-s", fill },
      { from: `s${i}`, to: `p${i}`, why: "plain.s-p", given: true, fill },
      { from: `p${i}`, to: `y${i}`, why: "plain.p-y", given: true, fill },
    );
    if (i > 1) arrows.push({ from: `y${i - 1}`, to: `r${i}`, why: "plain.feed", fill });
    extra.push({ from: "c", to: `p${i}`, why: "plain.also" }, { from: `r${i}`, to: `p${i}`, why: "plain.also" });
  });
  const names = [
    { x: 66, y: 152, text: "encoder" },
    { x: 462, y: 152, text: "decoder" },
    { x: 462, y: 46, text: "written" },
    { x: 462, y: 370, text: "read" },
  ];
  return { id: "plain", width: 862, height: 400, parts, arrows, extra, swaps: [], traps: {}, names };
};

const attentionLevel = () => {
  const parts = [];
  const arrows = [];
  [1, 2, 3].forEach((i) => {
    const left = 30 + 150 * i; // the state and its score; the weight stands to the right
    const fill = { i, word: ["source", i - 1] };
    parts.push(
      { id: `h${i}`, kind: "encoder", x: left, y: 310, w: 68, h: 52, label: `h_${i}`, token: ["source", i - 1], given: true, fill },
      { id: `e${i}`, kind: "context", x: left, y: 392, w: 56, h: 36, label: `e_2${i}`, why: "attention.e", made: "attention.into.e", row: "scores", fill },
      { id: `a${i}`, kind: "context", x: left + 75, y: 310, w: 56, h: 36, label: `a_2${i}`, why: "attention.a", made: "attention.into.a", row: "weights", fill },
      { id: `m${i}`, kind: "sign", shape: "round", x: left + 37, y: 212, w: 30, h: 30, label: "×", given: true, made: "attention.into.m", fill },
    );
    arrows.push(
      { from: `h${i}`, to: `e${i}`, why: "attention.h-e", fill },
      { from: "s1", to: `e${i}`, why: "attention.s-e", fill },
      { from: `e${i}`, to: "norm", why: "attention.e-norm", given: true, fill },
      { from: "norm", to: `a${i}`, why: "attention.norm-a", given: true, fill },
      { from: `h${i}`, to: `m${i}`, why: "attention.h-m", fill },
      { from: `a${i}`, to: `m${i}`, why: "attention.a-m", fill },
      { from: `m${i}`, to: "c", why: "attention.m-c", given: true, fill },
    );
  });
  const fill = { i: 2, prev: 1, word: ["written", 0] };
  parts.push(
    { id: "norm", kind: "output", x: 367, y: 500, w: 440, h: 36, label: "softmax", why: "attention.norm", made: "attention.into.norm", row: "weights" },
    { id: "c", kind: "context", shape: "round", x: 367, y: 112, w: 50, h: 50, label: "c_2", why: "attention.c", made: "attention.into.c", row: "between" },
    { id: "s1", kind: "decoder", x: 58, y: 580, w: 60, h: 42, label: "s_1", why: "attention.s1", row: "decoder" },
    { id: "s2", kind: "decoder", x: 730, y: 580, w: 60, h: 42, label: "s_2", why: "attention.s2", made: "attention.into.s2", row: "decoder" },
    { id: "r", kind: "word", x: 846, y: 580, w: 84, h: 34, label: { token: ["read", 1] }, why: "attention.y", made: "plain.into.read", row: "read", fill },
    { id: "p", kind: "output", x: 730, y: 140, w: 84, h: 34, label: "softmax", why: "plain.softmax", made: "plain.into.softmax", row: "output" },
    { id: "y", kind: "text", shape: "text", x: 730, y: 56, w: 84, h: 26, token: ["written", 1], given: true, made: "plain.into.written" },
  );
  arrows.push(
    { from: "c", to: "s2", why: "attention.c-s" },
    { from: "s1", to: "s2", why: "attention.s-s" },
    { from: "r", to: "s2", why: "plain.y-s", fill },
    { from: "s2", to: "p", why: "plain.s-p" },
    { from: "p", to: "y", why: "plain.p-y", given: true },
  );
  const traps = { "s1>c": "attention.trap.s-c", "s2>c": "attention.trap.s-c" };
  for (const i of [1, 2, 3]) {
    traps[`s2>e${i}`] = "attention.trap.after";
    traps[`h${i}>c`] = traps[`a${i}>c`] = "attention.into.m";
    traps[`e${i}>m${i}`] = "attention.trap.scores";
  }
  return {
    id: "attention", width: 904, height: 624, parts, arrows, traps,
    extra: [{ from: "c", to: "p", why: "plain.also" }, { from: "r", to: "p", why: "plain.also" }],
    swaps: [["e1", "e2", "e3"], ["a1", "a2", "a3"], ["m1", "m2", "m3"]],
    names: [
      { x: 84, y: 314, text: "encoder" },
      { x: 58, y: 617, text: "decoder" },
      { x: 640, y: 60, text: "written" },
      { x: 846, y: 546, text: "read" },
    ],
  };
};
LEVELS.push(plainLevel(), attentionLevel());
