// One neuron's gate worked through: the products that make its sum, and what becomes of the sum.
const sum = element.querySelector(".cell-sum");
const DIGITS = 4;
const FUNCTIONS = { sigmoid: "σ", tanh: "tanh" };

// Rounds so that the parts make the whole as it is shown: each is less than a unit of the last
// digit off, and those that were cut off most are rounded up.
const roundedTogether = (parts, whole) => {
  const unit = 10 ** DIGITS;
  const scaled = parts.map((part) => part * unit);
  const cut = scaled.map(Math.floor);
  const missing = Math.round(whole * unit) - cut.reduce((one, other) => one + other, 0);
  const byRemainder = scaled.map((_, at) => at).sort((a, b) => scaled[b] - cut[b] - (scaled[a] - cut[a]));
  byRemainder.slice(0, Math.max(0, missing)).forEach((at) => (cut[at] += 1));
  return cut.map((value) => value / unit);
};

const termName = (part, index, letter) => {
  const name = make("span", "cell-term");
  const symbol = { x: "x", y: "y", c: "c", below: "x", h: letter }[part];
  name.append(make("i", "", symbol));
  const time = { y: "t−1", h: "t−1", c: plainContext() ? "" : "t" }[part] ?? "t";
  if (time) name.append(make("sub", "", time));
  name.append("[" + index + "]");
  return name;
};

const sumRow = (kind, name, working, value, largest) => {
  const row = make("div", "cell-sum-row " + kind);
  const first = make("span", "cell-sum-name");
  first.append(name);
  const bar = make("span", "cell-bar");
  if (largest) {
    const fill = make("span", value < 0 ? "negative" : "positive");
    fill.style.width = Math.min(50, (50 * Math.abs(value)) / largest) + "%";
    bar.append(fill);
  }
  row.append(first, make("span", "cell-sum-work", working), make("span", "cell-sum-value", figure(value, DIGITS)), bar);
  return row;
};

const drawAnswer = (answer, letter) => {
  const parts = [...answer.terms.map((term) => term.product), answer.rest, answer.bias];
  const rounded = roundedTogether(parts, answer.total);
  const largest = Math.max(...parts.map(Math.abs), 1e-9);
  const rows = answer.terms.map((term, at) => {
    const reset = answer.reset !== null && term.part === "h" ? " × r" : "";
    const work = figure(term.value, 3) + " × " + figure(term.weight, 3) + reset;
    return sumRow("", termName(term.part, term.index, letter), work, rounded[at], largest);
  });
  const count = answer.terms.length;
  rows.push(sumRow("", filled(texts.rest, { count: answer.num_rest }), "", rounded[count], largest));
  rows.push(sumRow("", texts.bias, "", rounded[count + 1], largest));
  rows.push(sumRow("total", texts.total, "", answer.total, 0));
  const name = FUNCTIONS[answer.function] + "(" + figure(answer.total, DIGITS) + ")";
  rows.push(sumRow("value", symbolOf(answer.gate, letter), "= " + name + " =", answer.value, 0));
  const head = make("div", "cell-sum-row head");
  head.append(make("span", "", texts.term), make("span", "", texts.product));
  const reset = answer.reset === null ? "" : "  r = " + figure(answer.reset, 3) + ".";
  sum.replaceChildren(head, ...rows, make("p", "cell-hint", texts.rounded + reset));
};

const symbolOf = (quantity, letter) => {
  const name = make("span", "cell-term");
  const base = quantity.replace("~", "");
  name.append(make("i", "", (base === "h" ? letter : base) + (quantity.endsWith("~") ? "̃" : "")), make("sub", "", "t"));
  return name;
};

// The room of a sum that is not there yet.
const drawRoom = (...parts) => {
  const room = make("div", "cell-asked");
  room.append(...parts);
  sum.replaceChildren(room);
};
const drawAsk = (onAsk, error) => {
  const words = make("p", error ? "cell-error" : "", error ?? texts.offer);
  if (error) words.setAttribute("role", "alert");
  const button = make("button", "cell-ask", texts.ask);
  button.type = "button";
  button.addEventListener("click", onAsk);
  drawRoom(words, button);
};
const drawAsking = () => drawRoom(make("p", "cell-asking", texts.asking));
