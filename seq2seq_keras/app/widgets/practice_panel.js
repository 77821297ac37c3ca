// The panel: what the last check says of each part and each arrow.
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
