// Where everything lies in the drawing of one model over one sentence: the decoder above, the
// encoder below, a column for each token. One unit is a pixel.
const NAMES = 112; // room at the left for the names of the rows
const NARROW = 46; // a column of a long sentence; its tokens are turned
const FEW = 14; // so many columns may be as wide as their tokens
const CELL = 34;
const HALF_CELL = 28; // one direction of an encoder
const STATE = 20;
const VECTOR = 9;
const OUTPUT = 38;
const MOST_LAYERS = 2; // of more, the first and the last are drawn

const isWide = (letter) => /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/u.test(letter);
const lengthOf = (text) => [...text].reduce((sum, letter) => sum + (isWide(letter) ? 13 : 7.4), 0);
const MOST_LETTERS = 18;
const shortened = (text) => {
  const letters = [...text];
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS - 1).join("")}…` : text;
};
// The numbers of the layers that are drawn, from 0, lowest first.
const drawnLayers = (count) => [...new Set([0, count - 1])].slice(0, MOST_LAYERS);

const layoutOf = (trace, writing) => {
  const { model, source } = trace;
  const longest = Math.max(
    ...[...source, ...writing.tokens, ...writing.read].map((token) => lengthOf(shortened(token))),
  );
  const columns = Math.max(source.length, writing.tokens.length);
  const column = columns <= FEW ? Math.round(Math.max(58, Math.min(longest + 13, 92))) : NARROW;
  const turned = longest > column - 10;
  const token = turned ? Math.min(longest, 130) + 6 : 20;
  const has = { attention: model.attention !== "none", after: model.placement === "after" };
  const shape = { column, turned, token, cell: column - 14, ...has };
  const left = NAMES + column;
  shape.x = (index) => left + column * (index + 0.5); // -1 is where s_0 and c stand
  shape.gutter = (index) => left + column * index; // between two columns
  shape.right = shape.x(columns - 1) + column / 2;
  shape.width = shape.right + 44;

  let at = 38;
  const take = (height, gap) => {
    const top = at;
    at += height + gap;
    return top;
  };
  shape.written = take(token, 4);
  shape.output = take(OUTPUT, 18);
  shape.decoder = new Map();
  const decoders = drawnLayers(model.decoder_layers);
  for (const layer of [...decoders].reverse())
    shape.decoder.set(layer, take(CELL, layer ? 16 : 24));
  shape.lowest = shape.decoder.get(0) + CELL; // where words and contexts enter
  shape.highest = shape.decoder.get(model.decoder_layers - 1);
  shape.read = take(VECTOR, 3);
  shape.reading = take(token, 12);
  shape.context = take(24, has.attention ? 104 : 58) + 12; // its middle
  shape.rail = has.attention ? at - 22 : shape.context + 38; // what the encoder ended with
  shape.state = take(STATE, 16);
  shape.encoder = [];
  const directions = model.bidirectional ? ["backward", "forward"] : ["forward"];
  const encoders = drawnLayers(model.encoder_layers);
  for (const layer of [...encoders].reverse()) {
    for (const direction of directions)
      shape.encoder.push({ layer, direction, top: take(HALF_CELL, 8) });
    at += 8;
    if (layer) shape.encoder[shape.encoder.length - 1].joint = take(5, 12);
  }
  shape.vector = take(VECTOR, 3);
  shape.source = take(token, 0);
  shape.note = at + 22;
  shape.height = at + 36;
  return shape;
};
