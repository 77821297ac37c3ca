// The levels that draw the inside of a cell: what is learned in boxes, what is done number by
// number in circles. `sign` is a function that stands in a box beside its name.
const sign = (id, x, y, label, why, made) => ({ id, kind: "sign", shape: "round", x, y, w: 40, h: 40, label, why, made, row: "cell" });
const outside = (id, x, y, label, more = {}) => ({ id, kind: "encoder", x, y, w: 64, h: 40, label, given: true, ...more });

LEVELS.push({
  id: "gru", width: 700, height: 470, cell: [104, 24, 484, 376],
  parts: [
    outside("h", 50, 84, "h_t−1"),
    outside("x", 50, 426, "x_t", { kind: "word" }),
    outside("out", 648, 84, "h_t", { made: "gru.into.out" }),
    { id: "r", kind: "gate", x: 190, y: 240, w: 66, h: 52, label: "r_t", sign: "σ", why: "gru.r", made: "gru.into.gate", row: "cell" },
    { id: "z", kind: "gate", x: 304, y: 240, w: 66, h: 52, label: "z_t", sign: "σ", why: "gru.z", made: "gru.into.gate", row: "cell" },
    { id: "n", kind: "encoder", x: 536, y: 278, w: 66, h: 52, label: "h̃_t", sign: "tanh", why: "gru.n", made: "gru.into.n", row: "cell" },
    { id: "u", kind: "plain", x: 304, y: 356, w: 62, h: 40, label: "U_h", why: "gru.u", made: "gru.into.u", row: "cell" },
    sign("mr", 424, 356, "×", "gru.mr", "gru.into.mr"),
    sign("mz", 304, 84, "×", "gru.mz", "gru.into.mz"),
    { ...sign("one", 424, 172, "1−z_t", "gru.one", "gru.into.one"), kind: "gate", shape: "box", w: 66 },
    sign("mn", 536, 172, "×", "gru.mn", "gru.into.mn"),
    sign("plus", 536, 84, "+", "gru.plus", "gru.into.plus"),
  ],
  arrows: [
    { from: "x", to: "r", why: "gru.x-gate", given: true },
    { from: "x", to: "z", why: "gru.x-gate", given: true },
    { from: "h", to: "r", why: "gru.h-gate", given: true },
    { from: "h", to: "z", why: "gru.h-gate", given: true },
    { from: "x", to: "n", why: "gru.x-n" },
    { from: "h", to: "u", why: "gru.h-u" },
    { from: "u", to: "mr", why: "gru.u-mr" },
    { from: "r", to: "mr", why: "gru.r-mr" },
    { from: "mr", to: "n", why: "gru.mr-n" },
    { from: "h", to: "mz", why: "gru.h-mz" },
    { from: "z", to: "mz", why: "gru.z-mz" },
    { from: "z", to: "one", why: "gru.z-one" },
    { from: "one", to: "mn", why: "gru.one-mn" },
    { from: "n", to: "mn", why: "gru.n-mn" },
    { from: "mz", to: "plus", why: "gru.mz-plus" },
    { from: "mn", to: "plus", why: "gru.mn-plus" },
    { from: "plus", to: "out", why: "gru.plus-out" },
  ],
  extra: [],
  swaps: [["r", "z"], ["mr", "mz", "mn"]],
  traps: { "h>mr": "gru.trap.before", "mr>u": "gru.trap.before", "u>n": "gru.trap.reset", "n>plus": "gru.trap.whole", "h>plus": "gru.trap.whole" },
  names: [],
});

LEVELS.push({
  id: "lstm", width: 760, height: 470, cell: [112, 24, 530, 374],
  parts: [
    outside("old", 54, 84, "C_t−1", { w: 70 }),
    outside("in", 250, 434, "[h_t−1; x_t]", { w: 112 }),
    { id: "f", kind: "gate", x: 172, y: 316, w: 66, h: 52, label: "f_t", sign: "σ", why: "lstm.f", made: "lstm.into.gate", row: "cell" },
    { id: "i", kind: "gate", x: 262, y: 316, w: 66, h: 52, label: "i_t", sign: "σ", why: "lstm.i", made: "lstm.into.gate", row: "cell" },
    { id: "n", kind: "encoder", x: 352, y: 316, w: 66, h: 52, label: "C̃_t", sign: "tanh", why: "lstm.n", made: "lstm.into.gate", row: "cell" },
    { id: "o", kind: "gate", x: 456, y: 316, w: 66, h: 52, label: "o_t", sign: "σ", why: "lstm.o", made: "lstm.into.gate", row: "cell" },
    sign("mf", 172, 84, "×", "lstm.mf", "lstm.into.mf"),
    sign("mi", 307, 196, "×", "lstm.mi", "lstm.into.mi"),
    sign("plus", 352, 84, "+", "lstm.plus", "lstm.into.plus"),
    { id: "t", kind: "plain", x: 572, y: 180, w: 66, h: 40, label: "tanh", why: "lstm.t", made: "lstm.into.t", row: "cell" },
    sign("mo", 572, 290, "×", "lstm.mo", "lstm.into.mo"),
    { ...outside("new", 706, 84, "C_t"), given: false, why: "lstm.C", made: "lstm.into.C", row: "out" },
    { ...outside("out", 706, 290, "h_t"), given: false, why: "lstm.h", made: "lstm.into.h", row: "out" },
  ],
  arrows: [
    ...["f", "i", "n", "o"].map((to) => ({ from: "in", to, why: "lstm.in-gate", given: true })),
    { from: "old", to: "mf", why: "lstm.old-mf" },
    { from: "f", to: "mf", why: "lstm.f-mf" },
    { from: "i", to: "mi", why: "lstm.i-mi" },
    { from: "n", to: "mi", why: "lstm.n-mi" },
    { from: "mf", to: "plus", why: "lstm.mf-plus" },
    { from: "mi", to: "plus", why: "lstm.mi-plus" },
    { from: "plus", to: "new", why: "lstm.plus-C" },
    { from: "plus", to: "t", or: ["new>t"], why: "lstm.C-t" },
    { from: "t", to: "mo", why: "lstm.t-mo" },
    { from: "o", to: "mo", why: "lstm.o-mo" },
    { from: "mo", to: "out", why: "lstm.mo-h" },
  ],
  extra: [],
  swaps: [["f", "i", "o"], ["mf", "mi", "mo"], ["new", "out"]],
  traps: { "n>plus": "lstm.trap.whole", "old>plus": "lstm.trap.old", "plus>mo": "lstm.trap.tanh", "new>mo": "lstm.trap.tanh" },
  names: [],
});

// Boxes are numbered, and gone through by keyboard, as one reads: row by row.
for (const { parts } of LEVELS) parts.sort((one, other) => one.y - other.y || one.x - other.x);
