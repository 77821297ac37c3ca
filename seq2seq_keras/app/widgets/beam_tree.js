// The tree of a search in a frame of its own: pointing at a node, tapping it, or going there with
// the arrow keys tells all about it and shows its branch.
const box = element.querySelector(".beam");
const texts = box.dataset;
const scroller = element.querySelector(".beam-scroller");
const sheet = element.querySelector(".beam-sheet");
const line = element.querySelector(".beam-line");
const spoken = element.querySelector(".beam-spoken");
const whose = element.querySelector(".beam-whose");
const prunedButton = element.querySelector(".beam-pruned");
const FEW = 300; // so many nodes are shown with what was pruned
const HEAD = 24; // pixels of the line of steps
let tree = null;
let layout = null;
let all = false; // whether everything pruned is shown
let scale = 1;
let chosen = 0;
let pointed = null;
let parts = new Map(); // of each node that is shown its element
let edges = new Map(); // of each node that is shown the edge that leads to it
let extras = null; // what is pruned near the node at hand, while the rest of it is hidden
let extrasOf = null;

const trace = () => (whose.value ? seq2seqTrace.beside : null) ?? seq2seqTrace.trace;
const penalty = (node) => ((6 + node.step) / 6) ** tree.length_penalty;
const scoreText = (node) => filled(texts.score, { number: figure(node.score) });
const branchOf = (number) => {
  const numbers = [];
  for (let at = number; at >= 0; at = tree.nodes[at].parent) numbers.unshift(at);
  return numbers;
};

const put = (node, nodes, lines, low) => {
  const at = [layout.x(node), layout.y(node, low)];
  const part = drawNode(node, ...at, scoreText(node));
  parts.set(node.number, part);
  nodes.append(part);
  if (node.parent < 0) return;
  const parent = tree.nodes[node.parent];
  const kind = node.fate + (node.on_path ? " path" : "");
  const edge = drawEdge([layout.x(parent), layout.y(parent)], at, kind);
  edges.set(node.number, edge);
  lines.append(edge);
};

const resize = () => {
  const height = layout.height(all);
  sheet.style.setProperty("--scale", scale);
  sheet.style.width = layout.width * scale + 30 + "px";
  const svg = sheet.querySelector("svg");
  svg.setAttribute("width", layout.width * scale);
  svg.setAttribute("height", height * scale);
  const every = Math.ceil(26 / (COLUMN * scale)); // where columns are narrow, not all have numbers
  sheet.querySelectorAll(".beam-step").forEach((head, at) => {
    head.hidden = at % every !== 0;
    head.style.left = 30 + (LEFT + at * COLUMN + WIDE / 2) * scale + "px";
  });
  const above = TOP + layout.beamHeight + GAP / 2;
  const sides = [...sheet.querySelectorAll(".beam-side")];
  [above, height - above].forEach((high, at) => {
    sides[at].style.height = high * scale + "px";
    sides[at].classList.toggle("narrow", high * scale < 80);
  });
};

const draw = () => {
  parts = new Map();
  edges = new Map();
  extrasOf = null;
  const height = layout.height(all);
  const svg = makeSvg("svg", { viewBox: "0 0 " + layout.width + " " + height, "aria-hidden": "true" });
  const [lines, nodes] = [makeSvg("g", {}), makeSvg("g", {})];
  extras = makeSvg("g", {});
  const band = { class: "beam-band", x: 0, y: 2, width: layout.width, height: layout.beamHeight + TOP - 2 };
  svg.append(makeSvg("rect", band), lines, extras, nodes);
  // The way that won is drawn last, over the others.
  for (const node of [...tree.nodes].sort((a, b) => a.on_path - b.on_path)) {
    if (all || node.fate !== "pruned") put(node, nodes, lines);
  }
  const heads = make("div", "beam-steps");
  layout.steps.forEach((_, at) => heads.append(make("span", "beam-step", at ? String(at) : "")));
  const sides = make("div", "beam-sides");
  sides.append(make("span", "beam-side", texts.beam), make("span", "beam-side", texts.pruned));
  const body = make("div", "beam-body");
  body.append(sides, svg);
  sheet.replaceChildren(heads, body);
  resize();
};

// Marks the node at hand and its branch, and shows what else its hypothesis could have become.
const mark = () => {
  const now = pointed ?? chosen;
  const node = tree.nodes[now];
  const base = node.fate === "pruned" ? node.parent : now;
  if (!all && extrasOf !== base) {
    extrasOf = base;
    for (const part of extras.querySelectorAll(".beam-node")) {
      parts.delete(Number(part.dataset.number));
      edges.delete(Number(part.dataset.number));
    }
    extras.replaceChildren();
    layout.children[base]
      .map((number) => tree.nodes[number])
      .filter((child) => child.fate === "pruned")
      .forEach((child, low) => put(child, extras, extras, low));
  }
  for (const part of sheet.querySelectorAll(".branch, .pointed, .chosen")) {
    part.classList.remove("branch", "pointed", "chosen");
  }
  for (const number of branchOf(now)) {
    parts.get(number)?.classList.add("branch");
    edges.get(number)?.classList.add("branch");
  }
  parts.get(chosen)?.classList.add("chosen");
  parts.get(now)?.classList.add("pointed");
  for (const row of element.querySelectorAll("tbody tr")) {
    row.classList.toggle("chosen", Number(row.dataset.number) === now);
  }
  tell(node);
};

const tell = (node) => {
  if (node.parent < 0) {
    line.replaceChildren(make("p", "", node.piece + " · " + texts.start));
    return;
  }
  const total = figure(node.total, 3);
  const score =
    node.fate === "finished"
      ? filled(texts.score, { number: total + " / " + figure(penalty(node), 3) + " = " + figure(node.score, 3) })
      : filled(texts.ended, { number: figure(node.score, 3) });
  const probability = (100 * Math.exp(node.log_probability)).toPrecision(3);
  const first = make("p");
  first.append(
    make("b", "", node.piece),
    " · " + filled(texts.step, { number: node.step + 1 }),
    " · " + texts[node.fate + "_long"] + (node.on_path ? ", " + texts.path_long : ""),
    " · " + filled(texts.place, { number: layout.place[node.number] + 1 }),
  );
  const second = [
    "log P " + figure(node.log_probability, 3) + " (" + filled(texts.probability, { number: Number(probability) + " %" }) + ")",
    filled(texts.total, { number: total }),
    score,
  ];
  const soFar = branchOf(node.number).slice(1).map((number) => tree.nodes[number].piece);
  line.replaceChildren(first, make("p", "", second.join(" · ")), make("p", "beam-so-far", soFar.join(" ")));
};

const show = (number) => {
  const node = tree.nodes[number];
  const body = sheet.querySelector(".beam-body");
  const left = layout.x(node) * scale;
  const bottom = body.offsetTop + (layout.y(node) + HIGH / 2) * scale;
  const margin = 24;
  if (left < scroller.scrollLeft + margin) scroller.scrollLeft = left - margin;
  const right = left + (WIDE + COLUMN) * scale + 30; // with what comes after it
  if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth;
  const top = bottom - HIGH * scale - HEAD;
  if (top < scroller.scrollTop) scroller.scrollTop = Math.max(0, top - 8);
  if (all && bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight + 8;
};
const choose = (number, say) => {
  chosen = number;
  pointed = null;
  mark();
  show(number);
  if (say) spoken.textContent = [...line.children].slice(0, 2).map((part) => part.textContent).join(". ");
};

const list = () => {
  const rows = tree.leaves.map((number, rank) => {
    const node = tree.nodes[number];
    const row = make("tr");
    row.dataset.number = number;
    row.tabIndex = 0;
    const figures = [figure(node.total, 3), node.step + 1, figure(penalty(node), 3), figure(node.score, 3)];
    row.append(
      make("th", "", String(rank + 1)),
      make("td", "beam-text", tree.texts[rank]),
      ...figures.map((text) => make("td", "", String(text))),
    );
    return row;
  });
  element.querySelector("tbody").replaceChildren(...rows);
};

const setAll = (next) => {
  all = next;
  prunedButton.setAttribute("aria-pressed", String(all));
  element.querySelector(".beam-hint").textContent = all ? texts.shown : texts.hidden;
  draw();
  mark();
};
const zoom = (next) => {
  const middle = (scroller.scrollLeft + scroller.clientWidth / 2) / scale;
  scale = Math.max(0.03, Math.min(1.8, next));
  resize();
  scroller.scrollLeft = middle * scale - scroller.clientWidth / 2;
};

const start = () => {
  whose.hidden = !seq2seqTrace.beside;
  if (!seq2seqTrace.beside) whose.value = "";
  tree = trace().tree;
  layout = layoutOf(tree);
  const settings = { size: tree.beam_size, alpha: tree.length_penalty };
  element.querySelector(".beam-settings").textContent = filled(texts.settings, settings);
  const names = { path: texts.path, kept: texts.kept, finished: texts.finished };
  drawLegend({ ...names, given_up: texts.given_up, pruned: texts.pruned });
  scale = 1;
  chosen = layout.children[0].find((number) => tree.nodes[number].on_path);
  pointed = null;
  list();
  setAll(tree.nodes.length <= FEW);
  scroller.scrollTo(0, 0);
};

const nodeOf = (event) => {
  const part = event.target.closest?.(".beam-node");
  return part ? Number(part.dataset.number) : null;
};
scroller.addEventListener("mouseover", (event) => {
  const number = nodeOf(event);
  if (number === null || number === pointed) return;
  pointed = number;
  mark();
});
scroller.addEventListener("mouseleave", () => {
  if (pointed === null) return;
  pointed = null;
  mark();
});
scroller.addEventListener("click", (event) => {
  const number = nodeOf(event);
  if (number !== null) choose(number, true);
});
scroller.addEventListener("keydown", (event) => {
  if (!tree) return;
  const node = tree.nodes[chosen];
  // Those that are to be seen: a hidden one is reached from what it continues.
  const beside = layout.steps[node.step + 1].filter((number) => parts.has(number));
  const at = beside.indexOf(chosen);
  const children = layout.children[chosen];
  const next = {
    ArrowLeft: node.parent,
    ArrowRight: children.find((number) => tree.nodes[number].on_path) ?? children[0],
    ArrowUp: beside[at - 1],
    ArrowDown: beside[at + 1],
    Home: 0,
    End: tree.leaves[0],
  };
  if (!(event.key in next)) return;
  event.preventDefault();
  if (next[event.key] >= 0) choose(next[event.key], true);
});
const openRow = (event) => {
  const row = event.target.closest("tbody tr");
  if (row) choose(Number(row.dataset.number), true);
  return Boolean(row);
};
const table = element.querySelector("table");
table.addEventListener("click", openRow);
table.addEventListener("keydown", (event) => {
  if ((event.key === "Enter" || event.key === " ") && openRow(event)) event.preventDefault();
});
prunedButton.addEventListener("click", () => tree && setAll(!all));
element.querySelector(".beam-out").addEventListener("click", () => tree && zoom(scale / 1.25));
element.querySelector(".beam-in").addEventListener("click", () => tree && zoom(scale * 1.25));
element.querySelector(".beam-fit").addEventListener("click", () => {
  if (tree) zoom((scroller.clientWidth - 32) / layout.width);
});
whose.addEventListener("change", start);
seq2seqTrace.subscribe(element, (what) => what === "trace" && seq2seqTrace.trace && start());
