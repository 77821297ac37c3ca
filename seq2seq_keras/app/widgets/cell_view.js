// What is chosen: a chain, a neuron, a step and a gate; and everything that follows from it.
const select = element.querySelector(".cell-chain");
const neuronField = element.querySelector(".cell-neuron");
const line = element.querySelector(".cell-line");
const spoken = element.querySelector(".cell-spoken");
let chosen = { beside: false, part: "encoder", layer: 1, direction: "forward" };
let position = 0; // in an encoder chain
let besideStep = 0; // in a decoder of the model beside, whose steps are its own
let neuron = 0;
let gate = null;
let similar = true;
let update = null; // fills the drawing
let drawn = null; // the tokens that the maps show
let question = null; // the one that was asked last
let engaged = false; // whether a sum was asked for: then it follows what is chosen here

const trace = () => (chosen.beside ? seq2seqTrace.beside : seq2seqTrace.trace);
const decoding = () => chosen.part === "decoder";
const writing = () => trace()[seq2seqTrace.view] ?? trace().written;
const record = () =>
  decoding() ? writing().layers[chosen.layer - 1] : trace().encoder.layers[chosen.layer - 1][chosen.direction];
const tokens = () => (decoding() ? writing().tokens : trace().source);
const letterNow = () => (decoding() ? "s" : "h");
const plainContext = () => trace().model.attention === "none";
const stepNow = () => {
  if (!decoding()) return Math.min(position, tokens().length - 1);
  return Math.min(chosen.beside ? besideStep : seq2seqTrace.step, tokens().length - 1);
};

// The states that the step began with.
const before = (quantity, step) => {
  const at = chosen.direction === "backward" && !decoding() ? step + 1 : step - 1;
  const packed = record()[quantity];
  if (at >= 0 && at < packed.shape[0]) return seq2seqTrace.row(packed, at)[neuron];
  if (!decoding()) return 0;
  const start = trace().encoder.start[chosen.layer - 1];
  return seq2seqTrace.numbers(start[quantity === "C" ? 1 : 0])[neuron];
};
const valueOf = (quantity, at = neuron, step = stepNow()) => seq2seqTrace.row(record()[quantity], step)[at];
const valuesNow = () => {
  const cell = trace().model.cell;
  const values = Object.fromEntries(QUANTITIES[cell].map((name) => [name, valueOf(name)]));
  values["h before"] = before("h", stepNow());
  if (cell === "lstm") {
    values["C before"] = before("C", stepNow());
    values["f·C"] = values.f * values["C before"];
    values["i·C~"] = values.i * values["C~"];
    values["tanh C"] = Math.tanh(values.C);
  }
  if (cell === "gru") {
    values["1−z"] = 1 - values.z;
    values["z·h"] = values.z * values["h before"];
    values["(1−z)·h~"] = (1 - values.z) * values["h~"];
  }
  return values;
};

const tellLine = (place, say) => {
  const parts = [filled(texts.neuron, { number: place.neuron }) + " · " + tokens()[place.step] + " · "];
  line.replaceChildren(...parts);
  for (const { quantity } of maps) {
    const value = make("span", quantity === place.quantity ? "pointed" : "");
    value.append(symbolOf(quantity, letterNow()), " " + figure(valueOf(quantity, place.neuron, place.step), 3));
    line.append(value, " ");
  }
  if (say) spoken.textContent = line.textContent;
};

// What stands behind a combination of gates, in figures: f·C + i·C~ and so on.
const workedFormula = (quantity, values) => {
  const two = (value) => (value < 0 ? "(" + figure(value) + ")" : figure(value));
  const cell = trace().model.cell;
  let work = "";
  if (cell === "lstm" && quantity === "C") {
    work = figure(values.f) + " · " + two(values["C before"]) + " + " + figure(values.i) + " · " + two(values["C~"]) + " = ";
  } else if (cell === "lstm" && quantity === "h") {
    work = figure(values.o) + " · tanh(" + figure(values.C) + ") = ";
  } else if (cell === "gru" && quantity === "h") {
    work = figure(values.z) + " · " + two(values["h before"]) + " + " + figure(values["1−z"]) + " · " + two(values["h~"]) + " = ";
  }
  return "= " + work + figure(values[quantity], 3);
};

const showReadings = () => {
  const { attention, placement, bidirectional } = trace().model;
  let what = "source";
  if (chosen.layer > 1) what = !decoding() && bidirectional ? "both" : "below";
  else if (decoding()) what = attention === "none" ? "plain" : placement === "after" ? "word" : "context";
  const shown = [what, !decoding() && chosen.direction === "backward" ? "backward" : ""];
  for (const part of element.querySelectorAll("[data-reading]")) part.hidden = !shown.includes(part.dataset.reading);
};

// After another neuron or step.
const showPlace = (say) => {
  const step = stepNow();
  const values = valuesNow();
  markMaps(neuron, step);
  tellLine({ neuron, step }, say);
  neuronField.value = neuron;
  element.querySelector(".cell-step").textContent = filled(texts.of, { number: step + 1, count: tokens().length });
  element.querySelector(".cell-back").disabled = step === 0;
  element.querySelector(".cell-on").disabled = step === tokens().length - 1;
  for (const map of maps) map.below.textContent = workedFormula(map.quantity, values);
  const most = maps.find((map) => map.quantity === "C")?.most ?? 1;
  const read = decoding() ? writing().read[step] : tokens()[step];
  update(values, chosen.layer > 1 ? "" : read, line.textContent, most);
  const reading = filled(texts.step, { read: "“" + read + "”", written: "“" + tokens()[step] + "”" });
  element.querySelector(".cell-step-words").textContent = decoding() ? reading : "";
};

// After another chain or sentence.
const showChain = () => {
  const { cell } = trace().model;
  const now = record();
  const units = now.h.shape[1];
  neuron = Math.min(neuron, units - 1);
  neuronField.max = units - 1;
  if (!SUMMED[cell].includes(gate)) gate = SUMMED[cell][0];
  drawn = tokens();
  buildMaps(cell, now, drawn);
  orderMaps(similar ? now.order : now.order.map((_, at) => at));
  fitMaps();
  update = buildDiagram(cell, letterNow());
  for (const name of element.querySelectorAll(".cell-state-letter")) name.textContent = letterNow();
  element.querySelector(".cell-reset").hidden = cell !== "gru";
  element.querySelector(".cell-gates").replaceChildren(
    ...SUMMED[cell].map((name) => {
      const button = make("button", "cell-gate");
      button.type = "button";
      button.dataset.gate = name;
      button.append(symbolOf(name, letterNow()));
      button.addEventListener("click", () => {
        gate = name;
        ask();
      });
      return button;
    }),
  );
  showReadings();
  showPlace();
  showColumn(stepNow());
  showSum();
};

// The sum: asked for at once where the reader follows it, else when it is wanted.
let waiting = 0;
const asked = () => ({
  beside: chosen.beside,
  part: decoding() ? (seq2seqTrace.view === "reference" ? "reference" : "beam") : "encoder",
  layer: chosen.layer,
  direction: chosen.direction,
  step: stepNow(),
  gate,
  neuron,
});
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const ask = () => {
  engaged = true;
  clearTimeout(waiting);
  question = asked();
  showSum();
  trigger("click", question);
};
const askSoon = () => {
  showSum();
  if (!engaged) return;
  clearTimeout(waiting);
  drawAsking();
  waiting = setTimeout(ask, 250);
};
const showSum = () => {
  for (const button of element.querySelectorAll(".cell-gate")) {
    button.setAttribute("aria-pressed", String(button.dataset.gate === gate));
  }
  const other = element.querySelector(".cell-other");
  other.textContent = texts.waiting;
  const now = asked();
  if (props.value && same(props.value.question, now)) {
    const { answer, error } = props.value;
    const step = stepNow();
    const shown = valueOf(gate);
    const { scale } = record()[gate];
    if (error) return drawAsk(ask, error);
    // The answer is of what the fields above say now, which may no longer be what is shown.
    if (Math.abs(answer.value - shown) > Math.max(2 * scale, 1e-5)) return drawAsk(ask, texts.moved);
    drawAnswer(answer, letterNow());
    if (answer.reset_before) tellOther(other, answer.reset_before);
  } else if (same(question, now)) {
    drawAsking();
  } else {
    drawAsk(ask);
  }
};
const tellOther = (place, values) => {
  const instead = (name) =>
    filled(texts.instead, { other: figure(values[name], 4), value: figure(valueOf(name), 4) });
  const parts = ["h~", "h"].map((name) => {
    const part = make("span", "cell-instead");
    part.append(symbolOf(name, letterNow()), " = " + instead(name));
    return part;
  });
  place.replaceChildren(texts.other, ...parts, texts.untrained);
};

const go = (next, say = true) => {
  const units = record().h.shape[1];
  if (next.neuron !== undefined) neuron = Math.max(0, Math.min(units - 1, next.neuron));
  if (next.step !== undefined) {
    const step = Math.max(0, Math.min(tokens().length - 1, next.step));
    if (!decoding()) position = step;
    else if (chosen.beside) besideStep = step;
    else if (step !== seq2seqTrace.step) moveStore(() => seq2seqTrace.go({ step }));
  }
  showPlace(say);
  showColumn(stepNow());
  askSoon();
};
let own = false; // while the store tells of what was done here
const moveStore = (move) => {
  own = true;
  move();
  own = false;
};

const fillChains = () => {
  select.replaceChildren();
  const add = (label, chain, view) => {
    const option = make("option", "", label);
    option.value = JSON.stringify([chain, view]);
    select.append(option);
  };
  for (const beside of [false, true]) {
    const each = beside ? seq2seqTrace.beside : seq2seqTrace.trace;
    if (!each) continue;
    const named = (text, layer, layers) =>
      text +
      (layers > 1 ? ", " + filled(texts.layer, { number: layer }) : "") +
      (beside ? " (" + texts.besides + ")" : "");
    each.encoder.layers.forEach((directions, at, all) => {
      for (const direction of Object.keys(directions)) {
        add(named(texts[direction], at + 1, all.length), { beside, part: "encoder", layer: at + 1, direction }, null);
      }
    });
    for (const view of each.reference ? ["written", "reference"] : ["written"]) {
      each.written.layers.forEach((_, at, all) => {
        const label = view === "written" ? texts.decoder : texts.reference;
        add(named(label, at + 1, all.length), { beside, part: "decoder", layer: at + 1, direction: "forward" }, view);
      });
    }
  }
  chooseOption();
};
const chooseOption = () => {
  select.value = JSON.stringify([chosen, decoding() ? seq2seqTrace.view : null]);
};

select.addEventListener("change", () => {
  const [chain, view] = JSON.parse(select.value);
  chosen = chain;
  if (view) moveStore(() => seq2seqTrace.go({ view }));
  showChain();
});
neuronField.addEventListener("change", () => go({ neuron: Math.round(Number(neuronField.value)) || 0 }));
element.querySelector(".cell-back").addEventListener("click", () => go({ step: stepNow() - 1 }));
element.querySelector(".cell-on").addEventListener("click", () => go({ step: stepNow() + 1 }));
const setOrder = (next) => {
  similar = next;
  element.querySelector(".cell-similar").setAttribute("aria-pressed", String(similar));
  element.querySelector(".cell-numbered").setAttribute("aria-pressed", String(!similar));
  if (!maps.length) return;
  orderMaps(similar ? record().order : record().order.map((_, at) => at));
  showPlace();
};
element.querySelector(".cell-similar").addEventListener("click", () => setOrder(true));
element.querySelector(".cell-numbered").addEventListener("click", () => setOrder(false));

scroller.addEventListener("mousemove", (event) => {
  const place = placeOf(event);
  if (maps.length) tellLine(place ?? { neuron, step: stepNow() });
});
scroller.addEventListener("mouseleave", () => maps.length && tellLine({ neuron, step: stepNow() }));
scroller.addEventListener("click", (event) => {
  const place = placeOf(event);
  if (!place) return;
  if (SUMMED[trace().model.cell].includes(place.quantity)) gate = place.quantity;
  go(place);
});
scroller.addEventListener("keydown", (event) => {
  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const move = moves[event.key];
  if (!move || !maps.length) return;
  event.preventDefault();
  const row = Math.max(0, Math.min(rowOf.length - 1, rowOf[neuron] + move[0]));
  go({ neuron: rowOf.indexOf(row), step: stepNow() + move[1] });
});

// A neuron to begin with: the one whose state changes most.
let cellSeen = null;
const liveliest = () => {
  const { h } = record();
  const numbers = seq2seqTrace.numbers(h);
  const [steps, units] = h.shape;
  const spread = (each) => {
    const course = Array.from({ length: steps }, (_, step) => numbers[step * units + each]);
    return Math.max(...course) - Math.min(...course);
  };
  return Array.from({ length: units }, (_, each) => each).reduce((best, each) =>
    spread(each) > spread(best) ? each : best,
  );
};

const follow = (what) => {
  if (!seq2seqTrace.trace) return;
  if (what === "trace") {
    const layers = chosen.beside || !trace() ? null : decoding() ? trace().written.layers : trace().encoder.layers;
    const exists = layers?.[chosen.layer - 1] && (decoding() || layers[chosen.layer - 1][chosen.direction]);
    if (!exists) chosen = { beside: false, part: "encoder", layer: 1, direction: "forward" };
    question = null;
    if (trace().model.cell !== cellSeen) neuron = liveliest();
    cellSeen = trace().model.cell;
    fillChains();
    showChain();
    return;
  }
  chooseOption();
  if (own || !decoding()) return;
  if (tokens() !== drawn) return showChain(); // the other view's
  showPlace();
  showColumn(stepNow());
  showSum();
};

new ResizeObserver((_, observer) => {
  if (!element.isConnected) return observer.disconnect();
  if (!maps.length) return;
  fitMaps();
  showPlace();
}).observe(scroller);
const watched = new MutationObserver(() => {
  if (!element.isConnected) return watched.disconnect();
  if (!maps.length) return;
  maps.forEach(paint);
  showPlace();
});
watched.observe(document.body, { attributes: true, attributeFilter: ["class"] });
// Another part of the page asks for a look into a cell.
const look = ({ part, index, layer, direction, beside }) => {
  if (beside && !seq2seqTrace.beside) return;
  chosen = { beside: Boolean(beside), part, layer, direction: direction ?? "forward" };
  if (!decoding()) position = index;
  else if (beside) besideStep = index;
  else moveStore(() => seq2seqTrace.go({ step: index }));
  chooseOption();
  showChain();
};
const take = () => {
  if (!maps.length) return;
  if (props.value?.look) look(props.value.look);
  else showSum();
};
watch("value", take);
seq2seqTrace.subscribe(element, follow);
take();
