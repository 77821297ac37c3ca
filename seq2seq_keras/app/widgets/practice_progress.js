// What the reader has drawn, level by level. The browser keeps it, where it lets us.
const KEPT = "seq2seq-practice";
const emptyDrawing = () => ({ labels: {}, arrows: [], done: false });

// What is kept may be of another version, or not ours: only what fits the levels is taken.
const readDrawing = (level, kept) => {
  const drawing = emptyDrawing();
  const open = new Set(level.parts.filter((part) => !part.given).map((part) => part.id));
  const known = new Set(level.parts.map((part) => part.id));
  const used = new Set();
  for (const [id, chip] of Object.entries(kept?.labels ?? {})) {
    if (!open.has(id) || !open.has(chip) || used.has(chip)) continue;
    used.add(chip);
    drawing.labels[id] = chip;
  }
  const given = new Set(level.arrows.filter((arrow) => arrow.given).map(keyOf));
  for (const key of Array.isArray(kept?.arrows) ? kept.arrows : []) {
    const ends = String(key).split(">");
    const fits = ends.length === 2 && ends[0] !== ends[1] && ends.every((end) => known.has(end));
    if (fits && !given.has(key) && !drawing.arrows.includes(key)) drawing.arrows.push(key);
  }
  drawing.done = kept?.done === true;
  return drawing;
};
const readProgress = () => {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {} // no storage, or not ours
  return new Map(LEVELS.map((level) => [level.id, readDrawing(level, kept.drawings?.[level.id])]));
};
const readLevel = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT))?.level;
    return LEVELS.find(({ id }) => id === kept) ?? LEVELS[0];
  } catch {
    return LEVELS[0];
  }
};
const keepProgress = (level, progress) => {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ level: level.id, drawings: Object.fromEntries(progress) }));
  } catch {} // it lasts as long as the page then
};
