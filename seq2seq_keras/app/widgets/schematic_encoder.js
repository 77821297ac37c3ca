// The encoder over the source tokens, and what it hands to the decoder once and for all.
const drawSource = (drawing) => {
  const { shape, trace, parts } = drawing;
  const names = group(drawing.svg, "source");
  trace.source.forEach((token, index) => {
    const what = say("source_token", { index: index + 1, token });
    const part = choosable(names, "word", index, what);
    box(part, shape.x(index), shape.vector, shape.cell, VECTOR, "word", { "stroke-width": 1 });
    tokenText(part, shape, index, shape.vector + VECTOR + 3, token);
  });
  parts.source = names;
};

const drawEncoder = (drawing) => {
  const { shape, trace } = drawing;
  const { model, source } = trace;
  const cells = group(drawing.svg, "encoder");
  const last = source.length - 1;
  const shift = model.bidirectional ? 9 : 0; // past each other, so that both are reached
  const wide = shape.cell - shift;
  const middle = { forward: -shift / 2, backward: shift / 2 };
  const half = { forward: 4.5 - shape.cell / 2, backward: shape.cell / 2 - 4.5 };
  const rows = shape.encoder;
  rows.forEach(({ layer, direction, top, joint }, row) => {
    const backward = direction === "backward";
    const kind = backward ? "backward" : "encoder";
    const above = rows
      .slice(0, row)
      .reverse()
      .find((other) => other.joint !== undefined);
    const end = above ? above.joint + 5 : shape.state + STATE;
    const low =
      joint ??
      (layer ? rows.slice(row).find((other) => other.joint !== undefined).joint : shape.vector);
    source.forEach((token, index) => {
      const x = shape.x(index);
      // From below into the cell, and from the cell up to h_i; the two directions pass each other.
      const enters = backward ? half.backward : middle.forward;
      arrow(drawing, cells, `M${x + enters} ${low} V${top + HALF_CELL + 1}`);
      const leaves = backward || !model.bidirectional ? middle[direction] : half.forward;
      arrow(drawing, cells, `M${x + leaves} ${top} V${end + 1}`);
      const next = backward ? index - 1 : index + 1;
      if (next >= 0 && next <= last) {
        const [from, to] = backward ? [-wide / 2, wide / 2 + 1] : [wide / 2, -wide / 2 - 1];
        const y = top + HALF_CELL / 2;
        arrow(
          drawing,
          cells,
          `M${x + middle[direction] + from} ${y} H${shape.x(next) + middle[direction] + to}`,
          kind,
        );
      }
      if (joint !== undefined) box(cells, x, joint, shape.cell, 5, "word", { "stroke-width": 1 });
    });
    source.forEach((token, index) => {
      const what = say(backward ? "encoder_backward" : "encoder_cell", {
        index: index + 1,
        token,
        layer: layer + 1,
        cell: cellName(model),
      });
      const part = choosable(cells, "encoder", index, what, {
        "data-layer": layer + 1,
        "data-direction": direction,
      });
      const x = shape.x(index) + middle[direction];
      box(part, x, top, wide, HALF_CELL, kind);
      words(part, x, top + HALF_CELL / 2 + 4, cellName(model), {
        "font-size": shape.column > NARROW ? 11.5 : 9.5,
        fill: colour("ink"),
      });
    });
    const first = backward
      ? shape.x(last) + shape.column / 2 + 12
      : shape.x(0) - shape.column / 2 - 12;
    const to = backward
      ? shape.x(last) + middle.backward + wide / 2 + 1
      : shape.x(0) + middle.forward - wide / 2 - 1;
    arrow(drawing, cells, `M${first} ${top + HALF_CELL / 2} H${to}`, kind);
    words(cells, first, top + HALF_CELL / 2 + 4, "0", {
      "font-size": 11,
      fill: colour("subdued"),
      "text-anchor": backward ? "start" : "end",
    });
    number(
      cells,
      backward ? to + 1 : first + 2,
      top + HALF_CELL / 2 - 5,
      model.units / (model.bidirectional ? 2 : 1),
    );
  });
  number(cells, shape.x(0) + middle.forward + 3, shape.vector - 3, model.embedding_dim);
  source.forEach((token, index) => {
    const part = choosable(
      cells,
      "state",
      index,
      say("encoder_state", { index: index + 1, token }),
    );
    box(part, shape.x(index), shape.state, shape.cell, STATE, "encoder", {
      fill: colour("surface"),
    });
    symbol(part, shape.x(index), shape.state + 14, "h", index + 1, {
      fill: colour("encoder-text"),
      "font-size": 12.5,
    });
  });
  number(cells, shape.x(0) + middle.backward + 3, shape.state + STATE + 12, model.units);
};

// What the encoder ended with, c, and the way from there to s_0, and without attention to all steps.
const drawPassing = (drawing) => {
  const { shape, trace, writing } = drawing;
  const { model, source } = trace;
  const passing = group(drawing.svg, "context");
  const rows = shape.encoder;
  const [x, y] = [shape.x(-1) - (shape.attention ? 8 : 0), shape.context];
  const thick = shape.attention ? 2.5 : 6;
  const stroke = shape.attention ? "line" : "context";
  const top = (direction) => rows.find((row) => row.direction === direction).top + HALF_CELL / 2;
  const foot = y + 13;
  const right = shape.x(source.length - 1) + shape.column / 2 + (model.bidirectional ? 30 : 8);
  // Of the left-to-right chain the state at the right end; of the other one that at the left end.
  const from =
    shape.x(source.length - 1) + (model.bidirectional ? shape.cell / 2 - 9 : shape.cell / 2);
  line(
    passing,
    `M${from} ${top("forward") + 7} H${right} V${shape.rail} H${x + 8} V${foot}`,
    stroke,
    thick,
    { "stroke-linejoin": "round" },
  );
  if (model.bidirectional) {
    line(
      passing,
      `M${shape.x(0) - shape.cell / 2 + 9} ${top("backward")} H${x - 6} V${foot}`,
      stroke,
      thick,
      { "stroke-linejoin": "round" },
    );
  }
  const upward = shape.attention ? 1.6 : 4;
  arrow(drawing, passing, `M${x} ${y - 12} V${shape.lowest + 3}`, stroke, upward);
  words(passing, x - 7, shape.lowest + 14, "tanh(W c + b)", {
    "text-anchor": "end",
    "font-size": 10,
    "font-style": "italic",
    fill: colour("subdued"),
    stroke: colour("surface"),
    "stroke-width": 3,
    "paint-order": "stroke",
  });
  const left = shape.x(-1) - shape.cell / 2;
  for (const top of shape.decoder.values()) {
    if (top + CELL === shape.lowest) continue;
    const path = `M${x - 12} ${y} H${left - 9} V${top + CELL / 2} H${left - 2}`;
    arrow(drawing, passing, path, stroke, upward); // each layer has a first state of its own
  }
  if (!shape.attention) {
    const end = shape.gutter(writing.tokens.length - 1);
    line(passing, `M${x + 14} ${y} H${end}`, "context", 6, { "stroke-linecap": "round" });
    const entering = (drawing.parts.entering = group(passing, "c at every step"));
    writing.tokens.forEach((_, step) => {
      const at = shape.gutter(step);
      arrow(
        drawing,
        entering,
        `M${at} ${y} V${shape.lowest + 12} L${shape.x(step) - shape.cell / 2 + 7} ${shape.lowest + 3}`,
        "context",
        4,
        { "data-step": step, "stroke-linejoin": "round" },
      );
    });
    number(passing, x + 20, y - 7, model.units);
  } else {
    number(passing, x + 5, y - 17, model.units);
  }
  const part = choosable(
    passing,
    "context",
    -1,
    say(shape.attention ? "context_first" : "context_plain", { units: model.units }),
  );
  box(
    part,
    x,
    y - 12,
    shape.attention ? 28 : Math.min(shape.cell, 44),
    24,
    shape.attention ? "word" : "context",
    shape.attention ? {} : { "stroke-width": 2.4 },
  );
  symbol(part, x, y + 5, "c", "", {
    "font-size": 15,
    fill: colour(shape.attention ? "ink" : "context-text"),
  });
};
