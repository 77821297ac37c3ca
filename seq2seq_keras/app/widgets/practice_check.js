// Whether a drawing is right, by the data of its level alone. Parts of a group that could change
// places may have done so: of all such readings the one that finds most right is taken.
const keyOf = ({ from, to }) => `${from}>${to}`;

const orders = (list) =>
  list.length < 2
    ? [list]
    : list.flatMap((first, at) =>
        orders([...list.slice(0, at), ...list.slice(at + 1)]).map((rest) => [first, ...rest]),
      );
// Every reading as a map from a place to the part that it is taken for; as drawn first.
const readingsOf = (level) =>
  level.swaps.reduce(
    (readings, group) =>
      readings.flatMap((reading) =>
        orders(group).map((order) => {
          const next = new Map(reading);
          group.forEach((place, at) => next.set(place, order[at]));
          return next;
        }),
      ),
    [new Map()],
  );

// `labelOf(id)` is what identifies the label that belongs to a part, `put(id)` that of the label
// that lies on it now, or undefined; `drawn` are the keys of the arrows drawn.
const judge = (level, labelOf, put, drawn) => {
  const open = level.parts.filter((part) => !part.given);
  const wanted = level.arrows.filter((arrow) => !arrow.given);
  const ways = new Map(); // the key of an arrow, and the one that it stands for
  for (const arrow of wanted)
    for (const key of [keyOf(arrow), ...(arrow.or ?? [])]) ways.set(key, arrow);
  const extra = new Map(level.extra.map((arrow) => [keyOf(arrow), arrow]));
  let best = null;
  for (const reading of readingsOf(level)) {
    const taken = (id) => reading.get(id) ?? id;
    const translated = (key) => key.split(">").map(taken).join(">");
    const right = open.filter(({ id }) => put(id) === labelOf(taken(id))).length;
    const met = new Set();
    for (const key of drawn) if (ways.has(translated(key))) met.add(ways.get(translated(key)));
    if (!best || right + met.size > best.score)
      best = { score: right + met.size, right, met, taken, translated };
  }
  const { taken, translated, met, right } = best;
  const placeOf = new Map(level.parts.map(({ id }) => [taken(id), id]));
  const labels = new Map(
    open.map(({ id }) => {
      const state = put(id) === undefined ? "missing" : put(id) === labelOf(taken(id)) ? "right" : "wrong";
      return [id, { state, part: taken(id) }];
    }),
  );
  const arrows = new Map(
    drawn.map((key) => {
      const meant = translated(key);
      if (ways.has(meant)) return [key, { state: "right", arrow: ways.get(meant) }];
      if (extra.has(meant)) return [key, { state: "extra", arrow: extra.get(meant) }];
      return [key, { state: "wrong", trap: level.traps[meant], to: meant.split(">")[1] }];
    }),
  );
  const missing = wanted
    .filter((arrow) => !met.has(arrow))
    .map((arrow) => ({ arrow, from: placeOf.get(arrow.from), to: placeOf.get(arrow.to) }));
  const wrong = [...arrows.values()].filter(({ state }) => state === "wrong").length;
  return {
    labels, arrows, missing,
    counts: { labels: right, allLabels: open.length, arrows: met.size, allArrows: wanted.length, wrong },
    solved: right === open.length && met.size === wanted.length && !wrong,
  };
};
