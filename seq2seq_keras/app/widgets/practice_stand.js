// How a level stands: what is held, chosen and marked. A change draws it anew, and keeps the focus
// where it was.
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
