// The drawing as a whole: what stays as it is from step to step.
const drawLabels = (drawing) => {
  const { shape, trace } = drawing;
  const { model } = trace;
  const labels = group(drawing.svg, "labels");
  words(labels, 8, 18, architecture(model), {
    "text-anchor": "start",
    "font-size": 14,
    "font-weight": 700,
  });
  const name = (y, text, letter, index = "") => {
    const label = words(labels, 8, y, undefined, {
      "text-anchor": "start",
      "font-size": 11.5,
      fill: colour("subdued"),
    });
    svgPart(label, "tspan", {}, letter ? `${text} ` : text);
    if (letter) svgPart(label, "tspan", { "font-style": "italic" }, letter);
    if (index) svgPart(label, "tspan", { dy: 3, "font-size": "80%" }, index);
  };
  name(shape.written + (shape.turned ? shape.token - 16 : 6), say("row_written"), "y", "t");
  name(shape.output + OUTPUT / 2 + 4, say("row_output"), "p", "t");
  for (const [layer, top] of shape.decoder) {
    name(
      top + CELL / 2 + 4,
      model.decoder_layers > 1
        ? say("row_decoder_layer", { layer: layer + 1 })
        : say("row_decoder"),
      "s",
      "t",
    );
  }
  name(shape.read + VECTOR, say("row_read"), "y", "t−1");
  name(shape.context + 4, say("row_context"), "c", shape.attention ? "t" : "");
  if (shape.attention) name((shape.context + shape.state) / 2 + 4, say("row_weights"), "a", "ti");
  name(shape.state + 14, say("row_states"), "h", "i");
  for (const { layer, direction, top } of shape.encoder) {
    const text = say(model.bidirectional ? `row_${direction}` : "row_forward");
    name(
      top + HALF_CELL / 2 + 4,
      model.encoder_layers > 1 ? say("row_layer", { name: text, layer: layer + 1 }) : text,
    );
  }
  name(shape.vector + VECTOR, say("row_vectors"), "x", "i");
  const notes = [say(shape.attention ? "note_output" : "note_output_plain")];
  if (Math.max(model.encoder_layers, model.decoder_layers) > MOST_LAYERS) {
    notes.unshift(
      say("note_layers", { encoder: model.encoder_layers, decoder: model.decoder_layers }),
    );
  }
  words(labels, 8, shape.note, notes.join(" "), {
    "text-anchor": "start",
    "font-size": 11.5,
    fill: colour("subdued"),
  });
};

const drawMarkers = (drawing) => {
  const defs = svgPart(drawing.svg, "defs");
  for (const name of ["line", "encoder", "backward", "decoder", "context"]) {
    const size =
      name === "context"
        ? { markerUnits: "userSpaceOnUse", markerWidth: 10, markerHeight: 10 }
        : { markerUnits: "userSpaceOnUse", markerWidth: 6.5, markerHeight: 6.5 };
    const marker = svgPart(defs, "marker", {
      id: `${drawing.name}-${name}`,
      viewBox: "0 0 8 8",
      refX: 7,
      refY: 4,
      orient: "auto",
      ...size,
    });
    svgPart(marker, "path", { d: "M0 0 L8 4 L0 8 z", fill: colour(name) });
  }
};

// Draws a model over a sentence and what it wrote; returns what a step changes.
const drawSchematic = (name, trace, writing) => {
  const shape = layoutOf(trace, writing);
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    class: "schematic-live",
    width: shape.width,
    height: shape.height,
    viewBox: `0 0 ${shape.width} ${shape.height}`,
    role: "group",
    "aria-label": architecture(trace.model),
  })) {
    svg.setAttribute(key, value);
  }
  const drawing = { name, trace, writing, shape, svg, parts: {} };
  drawMarkers(drawing);
  drawDecoder(drawing);
  drawPassing(drawing);
  drawEncoder(drawing);
  drawSource(drawing);
  drawWords(drawing);
  drawing.parts.attention = group(svg, "attention");
  drawing.parts.figures = group(svg, "weights");
  prepareAttention(drawing);
  drawLabels(drawing);
  return drawing;
};
