// Practice: the reader puts the picture of a model together again. What is held, chosen and marked
// lives here; a change draws the level anew and keeps the focus where it was.
const store = seq2seqTrace;
const box = element.querySelector(".practice");
const texts = JSON.parse(box.dataset.texts);
const find = (name) => box.querySelector(`.practice-${name}`);
const svg = find("svg");
const pool = find("pool");
const progress = readProgress();
let level = readLevel();
let mode = "labels"; // or "arrows"
let held = null; // the chip in hand
let start = null; // the part where an arrow begins
let chosen = null; // the key of the arrow chosen
let result = null; // of the last check, with what lay there then
let isSolution = false; // whether the solution is shown in place of the reader's drawing
let told = "";

const say = (key, values = {}) => filled(texts[key] ?? key, values);
const words = { source: [], written: [], read: [] };
const partOf = (id) => level.parts.find((part) => part.id === id);
const openParts = () => level.parts.filter((part) => !part.given);
const wordAt = ([row, index]) => words[row][index] ?? (row === "source" ? "…" : `y_${index + (row === "read" ? 0 : 1)}`);
const labelOf = (part) => {
  if (part.shape === "text") return { text: wordAt(part.token), token: true };
  if (typeof part.label === "string") return { text: part.label, token: false };
  const [row, index] = part.label.token;
  return { text: wordAt([row, index]), token: words[row][index] !== undefined };
};
const identityOf = (id) => {
  const { text, token } = labelOf(partOf(id));
  return (token ? "word " : "") + text;
};
const solution = () => ({
  labels: Object.fromEntries(openParts().map(({ id }) => [id, id])),
  arrows: level.arrows.filter((arrow) => !arrow.given).map(keyOf),
});
const drawing = () => (isSolution ? solution() : progress.get(level.id));
const numberOf = (id) => openParts().findIndex((part) => part.id === id) + 1;
const spokenLabel = (label) => label.text.replace(/_/g, " ").replace("×", texts.times).replace("+", texts.plus);

// The label lying on a part, or none.
const lying = (part) => {
  if (part.given) return part.label || part.shape === "text" ? labelOf(part) : null;
  const chip = drawing().labels[part.id];
  return chip ? labelOf(partOf(chip)) : null;
};
// What a part is called in a sentence: its label where it is given, else its number and label.
const nameOf = (id, spoken = false) => {
  const part = partOf(id);
  const label = lying(part);
  const shown = label && (spoken || label.token ? spokenLabel(label) : label.text);
  if (part.given) return part.kind === "sign" && part.fill ? `${shown} (${wordAt(part.fill.word)})` : (shown ?? "");
  return label ? say("box_with", { number: numberOf(id), label: shown }) : say("box", { number: numberOf(id) });
};
const valuesOf = (fill) => {
  const values = { ...fill };
  if (Array.isArray(fill?.word)) values.word = wordAt(fill.word);
  return values;
};

// ---- Drawing ----
// The chips in an order that says nothing, but is the same each time.
const chipsOf = () => {
  const scatter = (id) => [...`${level.id}${id}`].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  const used = new Set(Object.values(drawing().labels));
  return openParts()
    .filter(({ id }) => !used.has(id))
    .sort((one, other) => (scatter(one.id) * 7919) % 9973 - (scatter(other.id) * 7919) % 9973);
};
const stateAtCheck = (id) => {
  if (!result || isSolution || result.put[id] !== drawing().labels[id]) return null;
  const { state } = result.labels.get(id);
  return state === "missing" ? null : state;
};
const drawLevels = () => {
  const next = LEVELS.find(({ id }) => !progress.get(id).done);
  LEVELS.forEach(({ id }, index) => {
    const button = box.querySelector(`[data-level="${id}"]`);
    const { done } = progress.get(id);
    button.setAttribute("aria-checked", String(id === level.id));
    button.tabIndex = id === level.id ? 0 : -1;
    button.classList.toggle("done", done);
    button.classList.toggle("next", next?.id === id);
    button.querySelector(".practice-order").textContent = done ? "✓" : index + 1;
    button.querySelector(".practice-done").textContent = done ? texts.done : "";
  });
};
const drawPool = () => {
  const chips = chipsOf();
  pool.replaceChildren(
    ...chips.map((part) => {
      const label = labelOf(part);
      const chip = make("button", `practice-chip ${part.kind}`);
      chip.type = "button";
      chip.dataset.chip = part.id;
      chip.setAttribute("aria-pressed", String(held === part.id));
      chip.setAttribute("aria-label", say("chip", { label: spokenLabel(label) }));
      if (label.token) chip.title = label.text;
      return setHtmlLabel(chip, label);
    }),
  );
  if (!chips.length) pool.replaceChildren(make("span", "practice-none", texts.all_placed));
};
const drawPicture = () => {
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${level.width} ${level.height}`);
  svg.style.setProperty("--wide", `${level.width}px`);
  svg.setAttribute("aria-label", texts[`title_${level.id}`]);
  if (level.cell) {
    const [x, y, width, height] = level.cell;
    makeSvg(svg, "rect", { class: "practice-cell", x, y, width, height, rx: 18 });
  }
  for (const { x, y, text } of level.names)
    makeSvg(svg, "text", { class: "practice-name", x, y }, texts[`row_${text}`]);
  const arrows = makeSvg(svg, "g");
  for (const arrow of level.arrows.filter(({ given }) => given))
    drawArrow(arrows, level, partOf(arrow.from), partOf(arrow.to), {
      given: true,
      name: say("arrow", { from: nameOf(arrow.from, true), to: nameOf(arrow.to, true) }),
    });
  const parts = makeSvg(svg, "g");
  for (const part of level.parts) {
    const label = lying(part);
    const chip = drawing().labels[part.id];
    const kind = part.given ? part.kind : chip && partOf(chip).kind;
    const state = part.given ? null : stateAtCheck(part.id);
    const where = [part.row && texts[`row_${part.row}`], part.fill?.word && wordAt(part.fill.word)];
    const name = [nameOf(part.id, true), ...where, label ? "" : texts.empty, state ? texts[state] : ""];
    drawPart(parts, part, {
      label, kind, state,
      word: part.token && wordAt(part.token),
      number: part.given ? "" : numberOf(part.id),
      name: name.filter(Boolean).join(", "),
      chosen: start === part.id || (held && chip === held),
      reachable: mode === "arrows" || !part.given || isSolution,
    });
  }
  const drawn = makeSvg(svg, "g");
  for (const key of drawing().arrows) {
    const [from, to] = key.split(">");
    const state = isSolution ? null : result?.arrows.get(key)?.state;
    const shown = state === "extra" ? "right" : state;
    const name = say("arrow", { from: nameOf(from, true), to: nameOf(to, true) });
    drawArrow(drawn, level, partOf(from), partOf(to), {
      state: shown,
      name: shown ? `${name}, ${texts[shown]}` : name,
      chosen: chosen === key,
    });
  }
};
const todo = () => {
  if (isSolution) return texts.do_solution;
  if (chosen) return texts.do_arrow;
  if (mode === "arrows") return start ? say("do_end", { from: nameOf(start) }) : texts.do_start;
  if (held) return say("do_place", { label: labelOf(partOf(held)).text });
  return chipsOf().length ? texts.do_pick : texts.do_arrows_next;
};
const drawRest = () => {
  const labels = chipsOf().length;
  const left = Math.max(0, solution().arrows.length - drawing().arrows.length);
  find("left").textContent = say("left", { labels, arrows: left });
  find("do").replaceChildren();
  setText(find("do"), told || todo());
  const source = words.source.slice(0, 3).join(" ");
  const target = words.written.slice(0, 3).join(" ");
  find("task").replaceChildren();
  setText(find("task"), texts[`task_${level.id}${source ? "" : "_bare"}`] ?? texts[`task_${level.id}`], { source, target });
  find("note").replaceChildren();
  setText(find("note"), texts[`note_${level.id}`]);
  for (const button of box.querySelectorAll("[data-mode]"))
    button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  find("remove").disabled = isSolution || !(chosen || held && Object.values(drawing().labels).includes(held));
  const show = find("show");
  show.textContent = isSolution ? texts.back : texts.show;
  show.setAttribute("aria-pressed", String(isSolution));
  find("again").disabled = isSolution;
  box.classList.toggle("holding", held !== null);
  box.classList.toggle("drawing", mode === "arrows" && !isSolution);
  box.classList.toggle("starting", start !== null);
};
const render = () => {
  const active = document.activeElement;
  const kept = box.contains(active) && ["chip", "node", "arrow"].map((name) => [name, active.dataset?.[name]]).find(([, value]) => value);
  drawLevels();
  drawPool();
  drawPicture();
  drawRest();
  if (kept) focusOn(...kept, true);
  told = "";
};
const focusOn = (name, value, still = false) =>
  box.querySelector(`[data-${name}="${value}"]`)?.focus({ preventScroll: still });

// ---- The panel ----
const item = (key, state, symbol, ...content) => {
  const row = make("li", `practice-item ${state}`);
  row.dataset.about = key;
  const mark = make("span", "practice-mark", symbol);
  mark.setAttribute("aria-hidden", "true");
  const body = make("div");
  body.append(make("span", "practice-spoken", `${texts[state]}: `), ...content);
  row.append(mark, body);
  return row;
};
const sentence = (className, text, values) => setText(make("span", className), text, values);
const headOf = (key, values) => sentence("practice-head", say(key, values));
const about = (key, fill) => sentence("practice-why", filled(texts[key] ?? "", numbersOf(fill)), valuesOf(fill));
// What can be filled in at once; words of the sentence are set apart later.
const numbersOf = (fill = {}) => {
  const { word, ...numbers } = fill;
  return numbers;
};
const roleOf = (id) => partOf(id).why;
const madeOf = (id) => partOf(id).made ?? "nothing";

const labelItems = () =>
  [...result.labels].map(([id, { state, part }]) => {
    const meant = partOf(part);
    const role = about(roleOf(part), meant.fill);
    if (state === "right") return item(`node ${id}`, "right", "✓", headOf("head_right", { box: nameOf(id) }), role);
    if (state === "missing") return item(`node ${id}`, "missing", "○", headOf("head_empty", { box: nameOf(id) }), role);
    const put = labelOf(partOf(result.put[id])).text;
    return item(`node ${id}`, "wrong", "✗", headOf("head_wrong", { number: numberOf(id), label: put }), role);
  });
const arrowItems = () => {
  const rows = [...result.arrows].map(([key, judged]) => {
    const [from, to] = key.split(">");
    const head = headOf("head_arrow", { from: nameOf(from), to: nameOf(to) });
    if (judged.state !== "wrong")
      return item(`arrow ${key}`, "right", "✓", head, about(judged.arrow.why, judged.arrow.fill));
    const why = judged.trap ?? madeOf(judged.to);
    return item(`arrow ${key}`, "wrong", "✗", head, about(why, partOf(judged.to).fill));
  });
  const into = new Map();
  for (const each of result.missing) into.set(each.to, [...(into.get(each.to) ?? []), each]);
  for (const [to, missing] of into) {
    const key = missing.length > 1 ? "head_arrows_missing" : "head_arrow_missing";
    const role = partOf(missing[0].arrow.to);
    rows.push(item(`node ${to}`, "missing", "○", headOf(key, { count: missing.length, to: nameOf(to) }), about(role.made ?? "nothing", role.fill)));
  }
  return rows;
};
const givenItems = () =>
  level.arrows
    .filter(({ given }) => given)
    .map((arrow) =>
      item(`arrow ${keyOf(arrow)}`, "given", "→", headOf("head_arrow", { from: nameOf(arrow.from), to: nameOf(arrow.to) }), about(arrow.why, arrow.fill)),
    );
const group = (title, items, isOpen) => {
  const part = make("details", "practice-group");
  part.open = isOpen;
  const list = make("ul");
  list.append(...items);
  part.append(make("summary", "", `${title} (${items.length})`), list);
  return part;
};
const showResult = () => {
  const panel = find("panel");
  panel.replaceChildren();
  if (!result) {
    panel.append(make("h4", "", texts.panel), setText(make("p"), texts.panel_hint), setText(make("p"), texts.keys));
    return;
  }
  const { counts } = result;
  const title = isSolution ? texts.solution : result.solved ? texts.solved : texts.result;
  const score = say(counts.wrong ? "score_wrong" : "score", counts);
  panel.append(make("h4", result.solved ? "good" : "", title), make("p", "practice-score", score));
  if (!isSolution) told = `${title} ${score}`; // a screen reader hears this much
  const items = [...labelItems(), ...arrowItems()];
  const rank = (row) => (row.classList.contains("wrong") ? 0 : 1);
  const bad = items
    .filter((row) => !row.classList.contains("right"))
    .sort((one, other) => rank(one) - rank(other));
  const good = items.filter((row) => row.classList.contains("right"));
  if (bad.length) panel.append(group(texts.to_mend, bad, true));
  if (good.length) panel.append(group(bad.length ? texts.is_right : texts.why_so, good, !bad.length));
  if (result.solved) panel.append(group(texts.was_there, givenItems(), isSolution));
  panel.scrollTop = 0;
};
// Whatever was mended since the check is no longer marked, and its row fades.
const fade = () => {
  if (!result) return;
  for (const row of box.querySelectorAll(".practice-item[data-about]")) {
    const [what, key] = row.dataset.about.split(" ");
    const now = what === "node" ? drawing().labels[key] : drawing().arrows.includes(key);
    const then = what === "node" ? result.put[key] : result.arrows.has(key);
    const isGiven = row.classList.contains("given");
    row.classList.toggle("mended", !isGiven && now !== then);
  }
};
const point = (what, key) => {
  for (const row of box.querySelectorAll(".practice-item")) row.classList.remove("pointed");
  const row = box.querySelector(`.practice-item[data-about="${what} ${key}"]`);
  if (!row) return;
  row.closest("details").open = true;
  row.classList.add("pointed");
  const panel = find("panel");
  panel.scrollTop = row.offsetTop - panel.clientHeight / 3;
};
const check = () => {
  const { labels, arrows } = drawing();
  const put = (id) => (labels[id] ? identityOf(labels[id]) : undefined);
  result = { ...judge(level, identityOf, put, arrows), put: { ...labels } };
  if (result.solved && !isSolution) progress.get(level.id).done = true;
  held = start = chosen = null;
  keepProgress(level, progress);
  showResult();
  render();
};

// ---- What the reader does ----
const changed = () => {
  keepProgress(level, progress);
  render();
  fade();
};
const letGo = () => {
  held = start = chosen = null;
  render();
};
const setMode = (next) => {
  mode = next;
  letGo();
};
const pickUp = (chip) => {
  if (isSolution) return;
  held = held === chip ? null : chip;
  start = chosen = null;
  mode = "labels";
  render();
};
// Puts a chip on a part; what lay there goes back to the pool, or to where the chip came from.
const place = (id, chip) => {
  const { labels } = drawing();
  const before = Object.keys(labels).find((each) => labels[each] === chip);
  const there = labels[id];
  if (before) delete labels[before];
  if (before && there && before !== id) labels[before] = there;
  labels[id] = chip;
  held = null;
  changed();
};
const empty = (id) => {
  if (isSolution || !drawing().labels[id]) return;
  delete drawing().labels[id];
  held = null;
  changed();
};
const connect = (from, to) => {
  start = null;
  const key = `${from}>${to}`;
  const isThere = drawing().arrows.includes(key) || level.arrows.some((arrow) => arrow.given && keyOf(arrow) === key);
  if (from === to) told = "";
  else if (isThere) told = texts.there_already;
  else {
    drawing().arrows.push(key);
    told = say("drawn", { from: nameOf(from), to: nameOf(to) });
  }
  changed();
};
const removeArrow = (key) => {
  if (isSolution) return;
  const { arrows } = drawing();
  const at = arrows.indexOf(key);
  if (at >= 0) arrows.splice(at, 1);
  chosen = null;
  changed();
};
const chooseArrow = (key) => {
  point("arrow", key);
  if (!drawing().arrows.includes(key) || isSolution) return;
  chosen = chosen === key ? null : key;
  held = start = null;
  render();
};
const useNode = (id, byKeyboard) => {
  const part = partOf(id);
  point("node", id);
  chosen = null;
  if (isSolution) render();
  else if (mode === "arrows") {
    if (start) connect(start, id);
    else {
      start = id;
      render();
    }
  } else if (part.given) {
    told = texts.given_box;
    render();
  } else if (held) {
    place(id, held);
    if (byKeyboard) pool.querySelector("button")?.focus();
  } else if (drawing().labels[id]) pickUp(drawing().labels[id]);
  else {
    told = texts.do_pick;
    render();
  }
};
const firstEmpty = () => openParts().find(({ id }) => !drawing().labels[id]);

// ---- Dragging ----
let drag = null;
let wasDragged = false;
const under = (event, name) => document.elementFromPoint(event.clientX, event.clientY)?.closest(`.practice [data-${name}]`);
const inDrawing = (event) => {
  const matrix = svg.getScreenCTM().inverse();
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
};
const beginDrag = () => {
  if (drag.node && mode === "arrows") {
    start = drag.node;
    render();
    drag.line = makeSvg(svg, "path", { class: "practice-line going" });
    return;
  }
  held = drag.chip;
  mode = "labels";
  start = chosen = null;
  render();
  drag.ghost = make("span", `practice-chip practice-ghost ${partOf(drag.chip).kind}`);
  setHtmlLabel(drag.ghost, labelOf(partOf(drag.chip)));
  box.append(drag.ghost);
};
const endDrag = () => {
  drag?.ghost?.remove();
  drag?.line?.remove();
  for (const part of svg.querySelectorAll(".over")) part.classList.remove("over");
  drag = null;
};
box.addEventListener("pointerdown", (event) => {
  wasDragged = false;
  if (event.button || isSolution || drag) return;
  const chip = event.target.closest("[data-chip]")?.dataset.chip;
  const node = event.target.closest("[data-node]")?.dataset.node;
  const carried = chip ?? (mode === "labels" && node ? drawing().labels[node] : undefined);
  if (!carried && !(node && mode === "arrows")) return;
  drag = { chip: carried, node, id: event.pointerId, x: event.clientX, y: event.clientY };
});
box.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  if (!wasDragged) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 7) return;
    wasDragged = true;
    box.setPointerCapture(drag.id);
    beginDrag();
  }
  if (drag.ghost) drag.ghost.style.translate = `${event.clientX}px ${event.clientY}px`;
  if (drag.line) {
    const from = partOf(drag.node);
    const { x, y } = inDrawing(event);
    drag.line.setAttribute("d", `M${from.x} ${from.y} L${x} ${y}`);
  }
  const over = under(event, "node");
  for (const part of svg.querySelectorAll(".over")) part.classList.remove("over");
  over?.classList.add("over");
});
box.addEventListener("pointerup", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const { chip, node, line } = drag;
  const target = wasDragged && under(event, "node")?.dataset.node;
  const isBack = wasDragged && under(event, "pool");
  endDrag();
  if (!wasDragged) return;
  if (line) {
    if (target) connect(node, target);
    else letGo();
  } else if (target && !partOf(target).given) place(target, chip);
  else if (isBack && node) empty(node);
  else letGo();
});
box.addEventListener("pointercancel", () => {
  if (!drag) return;
  endDrag();
  letGo();
});

// ---- Clicks and keys ----
box.addEventListener("click", (event) => {
  if (wasDragged) {
    wasDragged = false;
    return;
  }
  const { target } = event;
  const chip = target.closest("[data-chip]");
  const node = target.closest("[data-node]");
  const arrow = target.closest("[data-arrow]");
  const about = target.closest("[data-about]");
  if (chip) {
    pickUp(chip.dataset.chip);
    if (event.detail === 0 && held) focusOn("node", firstEmpty()?.id); // by keyboard: on to the boxes
  } else if (node) useNode(node.dataset.node, false);
  else if (arrow) chooseArrow(arrow.dataset.arrow);
  else if (about) {
    const [what, key] = about.dataset.about.split(" ");
    for (const part of svg.querySelectorAll(".shown")) part.classList.remove("shown");
    svg.querySelector(`[data-${what}="${key}"]`)?.classList.add("shown");
    svg.querySelector(`[data-${what}="${key}"]`)?.scrollIntoView({ block: "nearest", inline: "center" });
  } else if (target.closest(".practice-svg") && (held || start || chosen)) letGo();
});
// The nearest part in a direction.
const neighbour = (id, [dx, dy]) => {
  const here = partOf(id);
  let best = null;
  for (const other of svg.querySelectorAll("[data-node][tabindex='0']")) {
    const part = partOf(other.dataset.node);
    const along = (part.x - here.x) * dx + (part.y - here.y) * dy;
    const aside = Math.abs((part.x - here.x) * dy) + Math.abs((part.y - here.y) * dx);
    if (along <= 4) continue;
    const distance = along + 2.5 * aside;
    if (!best || distance < best.distance) best = { distance, id: part.id };
  }
  return best?.id;
};
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
box.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const node = target.closest("[data-node]")?.dataset.node;
  const arrow = target.closest("[data-arrow]")?.dataset.arrow;
  const chip = target.closest("[data-chip]");
  if (key === "Escape" && (held || start || chosen)) {
    const back = held;
    letGo();
    if (back && node) focusOn("chip", back);
  } else if ((key === "Enter" || key === " ") && (node || arrow)) {
    if (node) useNode(node, true);
    else chooseArrow(arrow);
  } else if (key === "Delete" || key === "Backspace") {
    if (arrow) removeArrow(arrow);
    else if (node && mode === "labels") empty(node);
    else return;
  } else if (WAYS[key] && node) focusOn("node", neighbour(node, WAYS[key]));
  else if (WAYS[key] && chip) {
    const chips = [...pool.querySelectorAll("button")];
    const [dx, dy] = WAYS[key];
    chips[(chips.indexOf(chip) + dx + dy + chips.length) % chips.length].focus();
  } else return;
  event.preventDefault();
});
const open = (next) => {
  level = next;
  held = start = chosen = result = null;
  isSolution = false;
  mode = firstEmpty() ? "labels" : "arrows";
  keepProgress(level, progress);
  showResult();
  render();
  find("frame").scrollLeft = 0;
};
for (const button of box.querySelectorAll("[data-level]")) {
  const at = LEVELS.findIndex(({ id }) => id === button.dataset.level);
  button.addEventListener("click", () => open(LEVELS[at]));
  button.addEventListener("keydown", (event) => {
    if (!WAYS[event.key]) return;
    event.preventDefault();
    const [dx, dy] = WAYS[event.key];
    const next = LEVELS[(at + dx + dy + LEVELS.length) % LEVELS.length];
    open(next);
    box.querySelector(`[data-level="${next.id}"]`).focus();
  });
}
for (const button of box.querySelectorAll("[data-mode]"))
  button.addEventListener("click", () => !isSolution && setMode(button.dataset.mode));
find("check").addEventListener("click", check);
find("remove").addEventListener("click", () => {
  if (chosen) removeArrow(chosen);
  else empty(Object.keys(drawing().labels).find((id) => drawing().labels[id] === held));
});
find("again").addEventListener("click", () => {
  Object.assign(progress.get(level.id), { labels: {}, arrows: [] });
  open(level);
});
find("show").addEventListener("click", () => {
  isSolution = !isSolution;
  held = start = chosen = result = null;
  if (isSolution) check();
  else {
    showResult();
    render();
  }
});
const takeWords = () => {
  const { trace } = store;
  words.source = trace?.source.slice(0, 3) ?? [];
  words.written = trace?.written.tokens.slice(0, 3) ?? [];
  words.read = trace?.written.read.slice(0, 3) ?? ["<s>"];
};
takeWords();
open(level);
store.subscribe(element, (what) => {
  if (what !== "trace") return;
  takeWords();
  if (result) check();
  else render();
});
