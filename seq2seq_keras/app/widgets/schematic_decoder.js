// The decoder over the tokens written: what it reads, its cells, what comes out.
const drawDecoder = (drawing) => {
  const { shape, trace, writing, parts } = drawing;
  const { model } = trace;
  const cells = group(drawing.svg, "decoder");
  parts.band = svgPart(cells, "rect", {
    y: 30,
    width: shape.column,
    height: shape.context - 34,
    rx: 10,
    fill: colour("lit"),
  });
  const lowest = shape.lowest;
  for (const [layer, top] of shape.decoder) {
    const start = choosable(cells, "start", layer, say("first_state", { layer: layer + 1 }));
    box(start, shape.x(-1), top, shape.cell, CELL, "decoder", { "stroke-dasharray": "4 3" });
    symbol(start, shape.x(-1), top + 22, "s", "0", {
      "font-size": 14,
      fill: colour("decoder-text"),
    });
    number(cells, shape.gutter(0), top - 4, model.units).setAttribute("text-anchor", "middle");
  }
  parts.steps = writing.tokens.map((token, step) => {
    const place = svgPart(cells, "g", { "data-step": step });
    const x = shape.x(step);
    for (const [layer, top] of shape.decoder) {
      const y = top + CELL / 2;
      arrow(
        drawing,
        place,
        `M${shape.x(step - 1) + shape.cell / 2} ${y} H${x - shape.cell / 2 - 1}`,
        "decoder",
        1.8,
      );
      const part = choosable(
        place,
        "decoder",
        step,
        say("decoder_cell", { step: step + 1, token, layer: layer + 1, cell: cellName(model) }),
        { "data-layer": layer + 1 },
      );
      box(part, x, top, shape.cell, CELL, "decoder", { "data-lit": "" });
      words(part, x, y - 2, cellName(model), {
        "font-size": shape.column > NARROW ? 11.5 : 9.5,
        fill: colour("ink"),
      });
      symbol(part, x, y + 11, "s", step + 1, { "font-size": 11.5, fill: colour("decoder-text") });
      const above =
        layer === model.decoder_layers - 1
          ? shape.output + OUTPUT
          : shape.decoder.get(model.decoder_layers - 1) + CELL;
      arrow(drawing, place, `M${x} ${top} V${above + 1}`);
    }
    arrow(drawing, place, `M${x} ${shape.read} V${lowest + 1}`);
    box(place, x, shape.read, shape.cell * 0.56, VECTOR, "word", { "stroke-width": 1 });
    return place;
  });
  number(cells, shape.x(0) + 3, shape.read - 3, model.embedding_dim);
  number(cells, shape.x(0) + 3, shape.highest - 5, model.units);
};

// The words read, the distribution over the next word as five small bars, and the word written.
const drawWords = (drawing) => {
  const { shape, trace, writing, parts } = drawing;
  const outputs = group(drawing.svg, "output");
  const read = group(drawing.svg, "previous words");
  const written = group(drawing.svg, "translation");
  parts.read = writing.read.map((token, step) =>
    tokenText(read, shape, step, shape.reading, token),
  );
  parts.outputs = writing.tokens.map((token, step) => {
    const x = shape.x(step);
    const what = say("distribution", {
      step: step + 1,
      token,
      probability: probability(Math.exp(writing.chosen[step])),
      count: trace.model.target_vocab_size,
    });
    const part = choosable(outputs, "output", step, what);
    box(part, x, shape.output, shape.cell, OUTPUT, "output");
    const bar = (shape.cell - 10) / 5;
    writing.top_probabilities[step].slice(0, 5).forEach((value, rank) => {
      const high = Math.max(1, value * (OUTPUT - 8));
      const chosen = writing.top_ids[step][rank] === writing.ids[step];
      svgPart(part, "rect", {
        x: x - shape.cell / 2 + 5 + rank * bar,
        y: shape.output + OUTPUT - 4 - high,
        width: Math.max(1, bar - 1.5),
        height: high,
        fill: colour("output"),
        "fill-opacity": chosen ? 1 : 0.45,
      });
    });
    return part;
  });
  number(
    outputs,
    shape.gutter(0) + 3,
    shape.output + OUTPUT - 3,
    trace.model.target_vocab_size,
  ).setAttribute("text-anchor", "end");
  parts.written = writing.tokens.map((token, step) => {
    const part = choosable(
      written,
      "written",
      step,
      say("written_token", { step: step + 1, token }),
    );
    tokenText(part, shape, step, shape.written - 8, token, { foot: true });
    return part;
  });
};
