// Where each node of the search stands: its step across, its place among the candidates of the
// step down. What survives a step stands above, what is pruned below.
const COLUMN = 118; // from one step to the next
const WIDE = 92; // of a node
const LANE = 46; // from one place in the beam to the next
const HIGH = 36; // of a node in the beam
const LOW_LANE = 26; // the same of what is pruned
const LOW = 21;
const TOP = 12;
const LEFT = 10;
const GAP = 20; // between the beam and what is pruned

const layoutOf = (tree) => {
  const children = tree.nodes.map(() => []);
  const steps = []; // the nodes of each step, best first; the root alone comes before
  for (const node of tree.nodes) {
    if (node.parent >= 0) children[node.parent].push(node.number);
    (steps[node.step + 1] ??= []).push(node.number);
  }
  const place = tree.nodes.map((node) => steps[node.step + 1].indexOf(node.number));
  const beamHeight = tree.beam_size * LANE;
  const most = Math.max(0, ...steps.map((numbers) => numbers.length - tree.beam_size));
  return {
    children,
    steps,
    place,
    beamHeight,
    width: LEFT + (steps.length - 1) * COLUMN + WIDE + LEFT,
    // With all that is pruned, or with room for the continuations of one hypothesis.
    height: (all) => TOP + beamHeight + GAP + (all ? most : Math.min(most, tree.beam_size)) * LOW_LANE,
    x: (node) => LEFT + (node.step + 1) * COLUMN,
    // The middle; `low` is the place among what is shown of the pruned.
    y: (node, low) =>
      node.fate === "pruned"
        ? TOP + beamHeight + GAP + (low ?? place[node.number] - tree.beam_size) * LOW_LANE + LOW / 2
        : TOP + place[node.number] * LANE + HIGH / 2,
  };
};
