// The values of a step, card by card. What does not change from step to step is made once.
const ACROSS = 64; // cells in a row of a strip; twice as many for very wide vectors
const ORDER = {
  plain: [["before", "context", "new"], ["output"]],
  before: [
    ["before", "attend"],
    ["context", "new", "output"],
  ],
  after: [
    ["before", "new", "attend"],
    ["context", "output"],
  ],
};
const cardsBox = one(".stepping-cards");
const card = (name) => cardsBox.querySelector(`[data-card=${name}]`);
const weightsList = one(".stepping-weights");
const likeliest = one(".stepping-likeliest");
const NEVER_WRITTEN = [0, 1, 3]; // padding, start and unknown
const TOP = 10;
const ROW = 23; // the height of a row, as in the style sheet
const MOST_ROWS = 16; // so many source words are seen at once
let strips = {}; // by card: what is drawn of a vector, a strip for each layer
let weightRows = [];
let likelyRows = [];
let largest = 1; // of all components shown, so that colours compare from step to step

const layersOf = (model) => drawnLayers(model.decoder_layers);
const arrange = (model) => {
  const order = ORDER[model.attention === "none" ? "plain" : model.placement];
  const found = Object.fromEntries(all(".stepping-card").map((each) => [each.dataset.card, each]));
  cardsBox.replaceChildren();
  for (const names of order) {
    const side = make("div", "stepping-side");
    side.append(...names.map((name) => found[name]));
    cardsBox.append(side);
  }
  found.attend.hidden = model.attention === "none";
  if (found.attend.hidden) cardsBox.append(found.attend); // kept for another model
  order.flat().forEach((name, place) => {
    found[name].querySelector(".stepping-number").textContent = place + 1;
  });
};

// Strips: a vector as small coloured cells, with its norm and its first numbers.
const shades = () => {
  const style = getComputedStyle(root);
  const read = (name) =>
    style
      .getPropertyValue(`--stepping-${name}`)
      .trim()
      .match(/[0-9a-f]{2}/gi)
      .map((part) => parseInt(part, 16));
  return { low: read("low"), none: read("none"), high: read("high") };
};
let palette = null;
const makeStrip = (box, size, label) => {
  const strip = make("div", "stepping-strip");
  const canvas = make("canvas");
  const across = size > 512 ? 2 * ACROSS : Math.min(size, ACROSS);
  canvas.width = across;
  canvas.height = Math.ceil(size / across);
  canvas.style.height = `${canvas.height * (across > ACROSS ? 5 : size <= 32 ? 16 : 8)}px`;
  canvas.setAttribute("role", "img");
  const facts = make("p", "stepping-numbers");
  const [name, letter, index] = [make("b"), make("i"), make("sub")];
  const [norm, numbers] = [make("span", "stepping-norm"), make("span")];
  name.append(letter, index);
  facts.append(...(label ? [make("em", "", label)] : []), name, numbers, norm);
  strip.append(canvas, facts);
  box.append(strip);
  const made = { canvas, letter, index, norm, numbers, values: [] };
  canvas.addEventListener("mousemove", (event) => {
    const area = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - area.top) / area.height) * canvas.height);
    const index = row * across + Math.floor(((event.clientX - area.left) / area.width) * across);
    canvas.title =
      index < made.values.length
        ? say("component", { index: index + 1, value: figure(made.values[index], 3) })
        : "";
  });
  return made;
};
const drawStrip = (strip, values, letter, index) => {
  const { canvas } = strip;
  strip.values = values;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(canvas.width, canvas.height);
  let sum = 0;
  values.forEach((value, at) => {
    sum += value * value;
    const share = Math.min(1, Math.abs(value) / largest);
    const end = value < 0 ? palette.low : palette.high;
    for (let part = 0; part < 3; part++) {
      image.data[4 * at + part] = palette.none[part] + share * (end[part] - palette.none[part]);
    }
    image.data[4 * at + 3] = 255;
  });
  pen.putImageData(image, 0, 0);
  const norm = figure(Math.sqrt(sum), 2);
  write(strip.letter, letter);
  write(strip.index, index);
  write(strip.norm, `${say("norm")} ${norm}`);
  write(
    strip.numbers,
    ` = (${[...values.slice(0, 4)].map((value) => figure(value)).join(", ")}${values.length > 4 ? ", …" : ""})`,
  );
  canvas.setAttribute("aria-label", `${letter}${index}: ${say("norm")} ${norm}`);
};

const prepareCards = () => {
  const trace = shownTrace();
  const writing = writingOf(trace);
  const { model } = trace;
  arrange(model);
  palette = shades();
  const shown = [
    writing.contexts,
    ...writing.layers.map((layer) => layer.h),
    ...trace.encoder.start.map((states) => states[0]),
  ];
  largest = Math.max(
    1e-6,
    ...shown.map((packed) =>
      seq2seqTrace.numbers(packed).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    ),
  );
  one(".stepping-low").textContent = figure(-largest);
  one(".stepping-high").textContent = figure(largest);
  strips = {};
  for (const name of ["before", "context", "new"]) {
    const box = card(name).querySelector(".stepping-strips");
    box.replaceChildren();
    const layers = name === "context" ? [0] : layersOf(model);
    strips[name] = layers.map((layer) =>
      makeStrip(box, model.units, layers.length > 1 ? say("layer", { layer: layer + 1 }) : ""),
    );
  }
  weightsList.replaceChildren();
  weightRows = writing.weights
    ? writing.attended.map((token, index) => {
        const row = make("li");
        const [name, score, bar, weight] = [
          make("span", "stepping-word", token),
          make("span", "stepping-score"),
          make("span", "stepping-bar"),
          make("span", "stepping-weight"),
        ];
        const filled = make("i");
        bar.append(filled);
        row.append(name, score, bar, weight);
        row.dataset.index = index;
        weightsList.append(row);
        return { row, score, filled, weight };
      })
    : [];
  weightsList.style.height = `${ROW * Math.min(weightRows.length, MOST_ROWS)}px`;
  likeliest.replaceChildren();
  // A word that is not among the ten has a row of its own below them.
  const outside = writing.ids.some((id, step) => !writing.top_ids[step].includes(id));
  likelyRows = Array.from({ length: outside ? TOP + 1 : TOP }, () => {
    const row = make("li");
    const [rank, name, bar, value] = [
      make("span", "stepping-rank"),
      make("span", "stepping-word"),
      make("span", "stepping-bar"),
      make("span", "stepping-weight"),
    ];
    const filled = make("i");
    bar.append(filled);
    row.append(rank, name, bar, value);
    likeliest.append(row);
    return { row, rank, name, filled, value };
  });
};

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
// A large or small number as 1.74×10⁸.
const powerOfTen = (value) => {
  if (value >= 1e-2 && value < 1e5) return value < 1000 ? value.toPrecision(4) : value.toFixed(0);
  const [digits, power] = value.toExponential(2).split("e");
  const raised = [...power].map((letter) => (letter === "-" ? "⁻" : (RAISED[letter] ?? "")));
  return `${digits}×10${raised.join("")}`;
};

// Room for the longest texts and values, so that nothing moves from step to step.
const reserveRoom = () => {
  const trace = shownTrace();
  const writing = writingOf(trace);
  const longest = [...writing.tokens].sort(
    (first, second) => lengthOf(second) - lengthOf(first),
  )[0];
  fill("token", `${longest}国`); // letters of both scripts are of different heights
  fill("step", writing.tokens.length);
  for (const name of ["best-place", "place-1", "place-2", "place-3"])
    fill(name, trace.source.length);
  fill("score-sum", "8.88×10⁸⁸");
  fill("best-score", "−88.88");
  for (const part of all(".stepping-formula")) part.style.minHeight = "";
  const formulas = all(".stepping-formula:not([hidden])");
  const formulaHeights = formulas.map((part) => part.offsetHeight);
  formulas.forEach((part, at) => (part.style.minHeight = `${formulaHeights[at]}px`));
  const [chosen, sentence] = [one(".stepping-chosen"), one(".stepping-sentence")];
  for (const line of [chosen, sentence]) line.style.minHeight = "";
  const heights = writing.tokens.map((_, step) => {
    tellChosen(writing, step);
    return chosen.offsetHeight;
  });
  drawSentence(writing, writing.tokens.length - 1);
  chosen.style.minHeight = `${Math.max(...heights)}px`;
  sentence.style.minHeight = `${sentence.offsetHeight}px`;
};

// A bar is pushed in as far as its share goes: this moves without laying the page out anew.
const shownPart = (share) => `${(100 * share - 100).toFixed(2)}%`;
// Where the list of the weights should scroll to, so that the largest is seen; null to stay.
const scrollForWeights = () => {
  const writing = writingOf(shownTrace());
  if (!writing.weights || weightRows.length <= MOST_ROWS) return null;
  const weights = seq2seqTrace.row(writing.weights, stepOf(writing));
  const top = ROW * weights.indexOf(Math.max(...weights));
  const seen = weightsList.scrollTop;
  const room = ROW * (MOST_ROWS - 1);
  return top < seen || top > seen + room ? Math.max(0, top - room / 2) : null;
};

const drawWeights = (writing, step) => {
  if (!writing.weights) return;
  const weights = seq2seqTrace.row(writing.weights, step);
  const scores = seq2seqTrace.row(writing.scores, step);
  const ranked = [...weights.keys()].sort((first, second) => weights[second] - weights[first]);
  const best = ranked[0];
  weightRows.forEach(({ row, score, filled, weight }, index) => {
    write(score, figure(scores[index]));
    write(weight, weights[index].toFixed(3));
    filled.style.translate = shownPart(weights[index]);
    row.classList.toggle("most", index === best);
  });
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  fill("best-place", best + 1);
  fill("best-score", figure(scores[best]));
  fill("score-sum", powerOfTen(sum));
  fill("best-weight", weights[best].toFixed(3));
  for (const rank of [1, 2, 3]) {
    const index = ranked[rank - 1];
    fill(`weight-${rank}`, index === undefined ? "0" : weights[index].toFixed(2));
    fill(`place-${rank}`, index === undefined ? "–" : index + 1);
  }
};

const tellChosen = (writing, step) => {
  const [rank, chance] = [writing.ranks[step], probability(Math.exp(writing.chosen[step]))];
  const above = writing.top_ids[step].slice(0, rank - 1);
  const barred = above.length === rank - 1 && above.every((id) => NEVER_WRITTEN.includes(id));
  const searched = rank === 1 ? "likeliest" : barred ? "barred" : "searched";
  const told = seq2seqTrace.view === "reference" ? "referred" : searched;
  const values = { token: writing.tokens[step], rank, probability: chance };
  write(one(".stepping-chosen"), say(told, values));
};

const drawLikeliest = (writing, step) => {
  const chosen = Math.exp(writing.chosen[step]);
  const rank = writing.ranks[step];
  const top = writing.top_tokens[step].map((token, at) => ({
    rank: at + 1,
    token,
    value: writing.top_probabilities[step][at],
    chosen: writing.top_ids[step][at] === writing.ids[step],
  }));
  if (!top.some((each) => each.chosen))
    top[TOP] = { rank, token: writing.tokens[step], value: chosen, chosen: true };
  likelyRows.forEach((parts, at) => {
    const each = top[at];
    parts.row.classList.toggle("empty", !each);
    parts.row.classList.toggle("chosen", Boolean(each?.chosen));
    write(parts.rank, each ? each.rank : "");
    write(parts.name, each ? each.token : "");
    parts.filled.style.translate = shownPart(each?.value ?? 0);
    write(parts.value, each ? probability(each.value) : "");
  });
  tellChosen(writing, step);
  fill("token", writing.tokens[step]);
  fill("probability", probability(chosen));
};

// The sentence as it reads, with the spaces of its text, the present word marked.
const drawSentence = (writing, step) => {
  const line = one(".stepping-sentence");
  line.replaceChildren(make("span", "stepping-name", say("sentence")), " ");
  line.lang = shownTrace().model.target_lang ?? "";
  let at = 0;
  writing.tokens.slice(0, step + 1).forEach((token, place) => {
    const bare = token.replace(/^▁/, "");
    const found = writing.text.indexOf(bare, at);
    const close = found >= 0 && found - at <= 1;
    line.append(close ? writing.text.slice(at, found) : place ? " " : "");
    if (close) at = found + bare.length;
    line.append(make(place === step ? "mark" : "span", "", bare));
  });
};

const drawCards = () => {
  const trace = shownTrace();
  const writing = writingOf(trace);
  const step = stepOf(writing);
  const layers = layersOf(trace.model);
  const plain = trace.model.attention === "none";
  layers.forEach((layer, at) => {
    const before = step
      ? seq2seqTrace.row(writing.layers[layer].h, step - 1)
      : seq2seqTrace.numbers(trace.encoder.start[layer][0]);
    drawStrip(strips.before[at], before, "s", step);
    drawStrip(strips.new[at], seq2seqTrace.row(writing.layers[layer].h, step), "s", step + 1);
  });
  const whole = notation === "course" ? "C" : "c";
  drawStrip(
    strips.context[0],
    seq2seqTrace.row(writing.contexts, step),
    plain ? whole : "c",
    plain ? "" : step + 1,
  );
  fill("step", step + 1);
  fill("read", writing.read[step]);
  drawWeights(writing, step);
  drawLikeliest(writing, step);
  drawSentence(writing, step);
};

// A part of the drawing was chosen: its card is shown and marked.
const pointAt = (name, row) => {
  for (const part of all(".stepping-card.pointed, .stepping-weights .pointed"))
    part.classList.remove("pointed");
  const found = name && card(name);
  if (!found || found.hidden) return;
  found.classList.add("pointed");
  if (row !== undefined) weightRows[row]?.row.classList.add("pointed");
  found.scrollIntoView({
    block: "nearest",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth",
  });
};
