// First, back, play, next, last; the words written as a row to choose from; the keys.
const playButton = one("[data-go=play]");
const speed = one(".stepping-speed select");
const tokensBox = one(".stepping-tokens");
const SECONDS = 1.6; // a step, at speed 1
let playing = null;
let tokenButtons = [];

const pause = () => {
  clearInterval(playing);
  playing = null;
  root.classList.remove("playing");
  for (const name of ["title", "aria-label"]) playButton.setAttribute(name, say("play"));
};
const play = () => {
  if (!seq2seqTrace.trace) return;
  if (seq2seqTrace.step === seq2seqTrace.lastStep()) seq2seqTrace.go({ step: 0 });
  clearInterval(playing);
  playing = setInterval(
    () => {
      if (!root.isConnected || seq2seqTrace.step >= seq2seqTrace.lastStep()) pause();
      else seq2seqTrace.go({ step: seq2seqTrace.step + 1 });
    },
    (1000 * SECONDS) / Number(speed.value),
  );
  root.classList.add("playing");
  for (const name of ["title", "aria-label"]) playButton.setAttribute(name, say("pause"));
};
const goTo = (step) => {
  pause();
  seq2seqTrace.go({ step });
};
const ways = {
  first: () => goTo(0),
  back: () => goTo(seq2seqTrace.step - 1),
  play: () => (playing ? pause() : play()),
  next: () => goTo(seq2seqTrace.step + 1),
  last: () => goTo(seq2seqTrace.lastStep()),
};
for (const button of all("[data-go]")) button.addEventListener("click", ways[button.dataset.go]);
speed.addEventListener("change", () => playing && play());

const KEYS = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last", " ": "play" };
root.addEventListener("keydown", (event) => {
  const way = KEYS[event.key];
  if (
    !way ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.target.matches("select, input")
  )
    return;
  // The space bar presses what has the focus.
  if (event.key === " " && event.target.closest("button, [role=button]")) return;
  event.preventDefault();
  ways[way]();
  if (event.target.closest(".stepping-tokens"))
    tokenButtons[stepOf(writingOf(shownTrace()))].focus({ preventScroll: true });
});

const prepareControls = () => {
  const writing = writingOf(shownTrace());
  pause();
  tokensBox.replaceChildren();
  tokenButtons = writing.tokens.map((token, step) => {
    const button = make("button", "stepping-token");
    button.type = "button";
    const chance = Math.exp(writing.chosen[step]);
    const rank = writing.ranks[step];
    const bar = make("i");
    bar.style.setProperty("--share", chance.toFixed(4));
    button.append(
      make("span", "", token),
      bar,
      make(
        "small",
        rank > 1 ? "lower" : "",
        rank > 1 ? `${probability(chance)} · ${say("rank", { rank })}` : probability(chance),
      ),
    );
    button.setAttribute(
      "aria-label",
      say("token_button", { step: step + 1, token, probability: probability(chance), rank }),
    );
    button.addEventListener("click", () => goTo(step));
    tokensBox.append(button);
    return button;
  });
};

const prepareSwitches = () => {
  one("[data-choice=view]").hidden = !seq2seqTrace.trace.reference;
  const models = traces();
  one("[data-choice=model]").hidden = models.length < 2;
  if (models.length > 1) {
    const kinds = models.map(({ model }) =>
      model.attention === "none" ? "without_attention" : "with_attention",
    );
    const names = kinds[0] === kinds[1] ? ["first_model", "second_model"] : kinds;
    names.forEach((name, index) => (one(`[data-model="${index}"]`).textContent = say(name)));
  }
};

const scrollForToken = () => {
  const present = tokenButtons[stepOf(writingOf(shownTrace()))];
  return scrollFor(tokensBox, present.offsetLeft + present.offsetWidth / 2, 90);
};

const press = (name, value) => {
  for (const button of all(`[data-choice=${name}] button`)) {
    button.setAttribute("aria-pressed", String(button.dataset[name] === String(value)));
  }
};
const drawControls = () => {
  const writing = writingOf(shownTrace());
  const step = stepOf(writing);
  const count = writing.tokens.length;
  tokenButtons.forEach((button, at) => {
    button.classList.toggle("later", at > step);
    if (at === step) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
    button.tabIndex = at === step ? 0 : -1;
  });
  write(one(".stepping-count"), say("count", { step: step + 1, count }));
  for (const name of ["first", "back"]) one(`[data-go=${name}]`).disabled = seq2seqTrace.step === 0;
  for (const name of ["next", "last"])
    one(`[data-go=${name}]`).disabled = seq2seqTrace.step === seq2seqTrace.lastStep();
  press("view", seq2seqTrace.view);
  press("model", shownModel);
  press("notation", notation);
};
const announce = () => {
  const writing = writingOf(shownTrace());
  const step = stepOf(writing);
  one(".stepping-spoken").textContent = say("spoken", {
    step: step + 1,
    count: writing.tokens.length,
    token: writing.tokens[step],
    probability: probability(Math.exp(writing.chosen[step])),
  });
};
