// The way of an arrow from one part to another: of many curves the shortest that runs into no other
// part. It depends on where things lie and on nothing else, so a right arrow looks like a wrong one.
const SIDES = { left: [-1, 0], right: [1, 0], top: [0, -1], bottom: [0, 1] };
const REACHES = [18, 45, 85, 140, 200];
const SAMPLES = 22;
const WIDE = 200; // a part so wide is met straight above or below

const within = (value, most) => Math.max(-most, Math.min(most, value));
// Where a curve touches a side: a little towards the other end.
const anchor = (part, side, other, gap) => {
  const [dx, dy] = SIDES[side];
  const round = part.shape === "round";
  const slide = (distance, length) =>
    round ? 0 : within(distance * (length > WIDE ? 1 : 0.14), length * (length > WIDE ? 0.46 : 0.3));
  return dx
    ? [part.x + dx * (part.w / 2 + gap), part.y + slide(other.y - part.y, part.h)]
    : [part.x + slide(other.x - part.x, part.w), part.y + dy * (part.h / 2 + gap)];
};
const pointOn = ([a, b, c, d], t) => {
  const s = 1 - t;
  return [0, 1].map(
    (axis) =>
      s * s * s * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t * t * t * d[axis],
  );
};
const isOver = ([x, y], part, margin) =>
  Math.abs(x - part.x) < part.w / 2 + margin && Math.abs(y - part.y) < part.h / 2 + margin;

const costOf = (curve, from, to, level) => {
  let cost = 0;
  let last = curve[0];
  for (let at = 1; at <= SAMPLES; at++) {
    const point = pointOn(curve, at / SAMPLES);
    cost += Math.hypot(point[0] - last[0], point[1] - last[1]);
    if (point[0] < 6 || point[0] > level.width - 6 || point[1] < 6 || point[1] > level.height - 6)
      cost += 200;
    for (const part of level.parts) {
      const own = part === from || part === to;
      if (isOver(point, part, own ? -1 : 7)) cost += 130;
    }
    last = point;
  }
  return cost;
};
const routes = new Map();
const routeOf = (level, from, to) => {
  const key = `${level.id} ${from.id}>${to.id}`;
  if (routes.has(key)) return routes.get(key);
  let best = null;
  for (const [out, away] of Object.entries(SIDES)) {
    for (const [into, back] of Object.entries(SIDES)) {
      const start = anchor(from, out, to, 1);
      const end = anchor(to, into, from, 3);
      for (const reach of REACHES) {
        const near = [start[0] + away[0] * reach, start[1] + away[1] * reach];
        const far = [end[0] + back[0] * reach, end[1] + back[1] * reach];
        const curve = [start, near, far, end];
        const cost = costOf(curve, from, to, level);
        if (!best || cost < best.cost) best = { cost, curve };
      }
    }
  }
  routes.set(key, best.curve);
  return best.curve;
};
const pathOf = ([a, b, c, d]) => `M${a} C${b} ${c} ${d}`;
const tipOf = (curve) => {
  const [end, before] = [curve[3], pointOn(curve, 0.94)];
  const length = Math.hypot(end[0] - before[0], end[1] - before[1]) || 1;
  const [x, y] = [(end[0] - before[0]) / length, (end[1] - before[1]) / length];
  const at = (back, aside) => [end[0] - back * x - aside * y, end[1] - back * y + aside * x];
  return [end, at(9, 4.5), at(9, -4.5)].join(" ");
};
