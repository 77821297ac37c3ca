// What the reader does with labels and arrows.
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
