// The attention of one step as bars that can be dragged, a row for each source token.
const make = (name, className, text) => {
  const part = document.createElement(name);
  if (className) part.className = className;
  if (text !== undefined) part.textContent = text;
  return part;
};
// "{step}" and the like in a text of ours.
const filled = (text, values) =>
  text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

// Draws the bars into a box. `given` are the weights at first, `changed(weights)` hears of others.
const drawBars = (box, tokens, given, texts, changed) => {
  let weights = Array.from(given);
  const rows = tokens.map((token, index) => {
    const row = make("div", "whatif-bar");
    const slider = make("input");
    Object.assign(slider, { type: "range", min: 0, max: 1000, step: 1 });
    slider.setAttribute("aria-label", token);
    slider.dataset.index = index;
    const only = make("button", "whatif-only", texts.only);
    only.type = "button";
    only.title = texts.onlyHint;
    only.dataset.index = index;
    row.append(make("span", "whatif-token", token), slider, make("output"), only);
    return row;
  });
  const show = (but) => {
    rows.forEach((row, index) => {
      const slider = row.querySelector("input");
      if (slider !== but) slider.value = Math.round(weights[index] * 1000);
      slider.style.setProperty("--part", `${(weights[index] * 100).toFixed(1)}%`);
      row.querySelector("output").textContent = weights[index].toFixed(3);
    });
  };
  const set = (next, but) => {
    const sum = next.reduce((total, weight) => total + weight, 0);
    // All at zero is nothing to look at: then it looks at all alike.
    weights = next.map((weight) => (sum > 0 ? weight / sum : 1 / next.length));
    show(but);
    changed(weights);
  };
  rows.forEach((row, index) => {
    row.querySelector("input").addEventListener("input", (event) => {
      // The others share what is left, in the proportion that they have.
      const wish = Number(event.target.value) / 1000;
      const rest = weights.reduce((total, weight, at) => total + (at === index ? 0 : weight), 0);
      const share = (weight) =>
        rest > 0 ? (weight / rest) * (1 - wish) : (1 - wish) / Math.max(1, weights.length - 1);
      set(weights.map((weight, at) => (at === index ? wish : share(weight))), event.target);
    });
    row.querySelector("input").addEventListener("change", () => show());
    row.querySelector(".whatif-only").addEventListener("click", () =>
      set(weights.map((_, at) => Number(at === index))),
    );
  });
  box.replaceChildren(...rows);
  show();
  return { even: () => set(weights.map(() => 1 / weights.length)), show };
};
