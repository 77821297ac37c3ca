// What if: choose a step and a change, ask the server, and set the two translations side by side.
const store = seq2seqTrace;
const box = element.querySelector(".whatif");
const texts = box.dataset;
const find = (name) => box.querySelector(`.whatif-${name}`);
const panes = [...box.querySelectorAll(".whatif-pane")];
const tabs = [...box.querySelectorAll("[role=tab]")];
let step = 0;
let kind = "attention";
let bars = null;
let asked = null;
let answer = null;

const written = () => store.original.written;
const source = () => store.original.source;
const hasAttention = () => written().weights !== null;

const drawSteps = () => {
  find("steps").replaceChildren(
    ...written().tokens.map((token, index) => {
      const chip = make("button", "whatif-step", token);
      Object.assign(chip, { type: "button", tabIndex: index === step ? 0 : -1 });
      chip.setAttribute("role", "radio");
      chip.setAttribute("aria-checked", String(index === step));
      chip.dataset.index = index;
      return chip;
    }),
  );
};
const drawAttention = () => {
  const pane = panes.find((each) => each.dataset.kind === "attention");
  const known = changes.get("attention");
  for (const part of pane.querySelectorAll("button")) part.disabled = !hasAttention();
  if (!hasAttention()) {
    find("bars").replaceChildren(make("p", "whatif-none", texts.none));
    return;
  }
  const own = store.row(written().weights, step);
  const given = known && known.step === step ? known.change.weights : own;
  bars = drawBars(find("bars"), source(), given, texts, (weights) => {
    changes.set("attention", { step, change: { kind: "attention", step, weights } });
    drawChanges();
  });
};
const drawWords = () => {
  const { top_tokens, top_ids, top_probabilities, ids } = written();
  find("words").replaceChildren(
    ...top_tokens[step].map((token, index) => {
      const button = make("button", "whatif-word");
      button.type = "button";
      const chosen = top_ids[step][index] === ids[step];
      button.append(
        make("span", "whatif-token", token),
        make("span", "whatif-probability", top_probabilities[step][index].toFixed(3)),
      );
      if (chosen) button.append(make("span", "whatif-now", texts.now));
      const wanted = changes.get("word");
      const isWanted = wanted?.step === step && wanted.change.token === top_ids[step][index];
      button.setAttribute("aria-pressed", String(isWanted));
      button.addEventListener("click", () => {
        const change = { kind: "word", step, token: top_ids[step][index] };
        changes.set("word", { step, word: token, change });
        drawWords();
        drawChanges();
      });
      return button;
    }),
  );
};
const drawGates = () => {
  const gates = GATES[store.trace.model.cell];
  const before = find("gate").value;
  find("gate").replaceChildren(
    ...gates.map((gate) => {
      const option = make("option", "", SHOWN[gate] ?? gate);
      option.value = gate;
      return option;
    }),
  );
  find("gate").value = gates.includes(before) ? before : gates[0];
  limitValue();
};
const limitValue = () => {
  const [least, most] = bounds(find("gate").value);
  Object.assign(find("value"), { min: least, max: most });
  if (find("value").value === "") find("value").value = 0;
};
const drawChanges = () => {
  const list = box.querySelector(".whatif-changes ul");
  list.replaceChildren(
    ...[...changes.keys()].map((each) => {
      const row = make("li");
      const undo = make("button", "", "×");
      Object.assign(undo, { type: "button", title: texts.undo });
      undo.setAttribute("aria-label", texts.undo);
      undo.addEventListener("click", () => {
        changes.delete(each);
        drawForm();
      });
      row.append(make("span", "", chipOf(each, texts)), undo);
      return row;
    }),
  );
  if (!changes.size) list.replaceChildren(make("li", "whatif-none", texts.nothing));
  find("go").disabled = !changes.size || asked !== null;
  find("forget").disabled = !changes.size;
};
const drawForm = () => {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab.dataset.kind === kind));
    tab.tabIndex = tab.dataset.kind === kind ? 0 : -1;
  }
  for (const pane of panes) pane.hidden = pane.dataset.kind !== kind;
  drawSteps();
  drawAttention();
  drawWords();
  drawGates();
  drawChanges();
};
// Which tokens of two sentences belong to a longest common subsequence of them.
const inCommon = (one, other) => {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array(other.length + 1).fill(0));
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      lengths[i][j] =
        one[i] === other[j]
          ? lengths[i + 1][j + 1] + 1
          : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const common = [new Set(), new Set()];
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    if (one[i] === other[j]) {
      common[0].add(i++);
      common[1].add(j++);
    } else if (lengths[i + 1][j] >= lengths[i][j + 1]) i++;
    else j++;
  }
  return common;
};
const drawSentence = (place, tokens, common) => {
  place.replaceChildren(
    ...tokens.map((token, index) => make(common.has(index) ? "span" : "mark", "", token)),
  );
};
const drawAnswer = () => {
  find("result").hidden = !answer;
  if (!answer) return;
  const [before, after] = [answer.before.tokens, answer.after.tokens];
  const common = inCommon(before, after);
  drawSentence(find("before"), before, common[0]);
  drawSentence(find("after"), after, common[1]);
  for (const when of ["before", "after"]) find(`${when}-text`).textContent = answer[when].text;
  const from = answer.differs_at;
  const words = { step: from + 1, before: before[from], after: after[from] };
  find("verdict").textContent = from === null ? texts.same : filled(texts.differs, words);
  find("back").hidden = !store.altered;
};
const choose = (index, focus) => {
  step = Math.max(0, Math.min(index, written().tokens.length - 1));
  drawForm();
  if (focus) find("steps").children[step].focus();
};

find("steps").addEventListener("click", (event) => {
  const chip = event.target.closest("[data-index]");
  if (chip) choose(Number(chip.dataset.index), true);
});
find("steps").addEventListener("keydown", (event) => {
  const way = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (!way) return;
  event.preventDefault();
  choose(step + way, true);
});
for (const tab of tabs) {
  tab.addEventListener("click", () => {
    kind = tab.dataset.kind;
    drawForm();
  });
  tab.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    const next = tabs[(tabs.indexOf(tab) + way + tabs.length) % tabs.length];
    kind = next.dataset.kind;
    drawForm();
    next.focus();
  });
}
find("even").addEventListener("click", () => bars?.even());
find("own").addEventListener("click", () => {
  changes.delete("attention");
  drawForm();
});
find("gate").addEventListener("change", limitValue);
find("clamp").addEventListener("click", () => {
  const value = Number(find("value").value);
  if (find("value").value === "" || !Number.isFinite(value)) {
    find("state").textContent = texts.number;
    return;
  }
  const here = find("where").value === "step";
  const part = find("part");
  const change = { kind: "clamp", part: part.value, gate: find("gate").value, value };
  if (here) change.steps = [part.value === "encoder" ? Math.min(step, source().length - 1) : step];
  const from = here && part.value === "decoder" ? step : 0;
  changes.set("clamp", { step: from, part: part.selectedOptions[0].textContent, change });
  drawChanges();
});
find("swap").addEventListener("click", () => {
  const sentence = find("sentence").value.trim();
  if (!sentence) {
    find("state").textContent = texts.sentence;
    return;
  }
  const change = { kind: "swap", sentence, start: find("start").checked, memory: find("memory").checked };
  changes.set("swap", { step: 0, change });
  drawChanges();
});
find("forget").addEventListener("click", () => {
  changes.clear();
  answer = null;
  store.restore();
  drawForm();
  drawAnswer();
});
find("go").addEventListener("click", () => {
  asked = question();
  find("state").textContent = texts.wait;
  drawChanges();
  trigger("click", asked);
});
find("watch").addEventListener("click", () => {
  const { source, encoder, after } = answer;
  store.alter({ ...store.original, source, encoder, written: after });
  drawAnswer();
  store.go({ step: answer.differs_at ?? 0, view: "written" });
  trigger("select", {});
});
find("back").addEventListener("click", () => {
  store.restore();
  drawAnswer();
});
watch("value", () => {
  const told = props.value;
  if (!told || JSON.stringify(told.question) !== JSON.stringify(asked)) return;
  asked = null;
  find("state").textContent = told.error ?? "";
  answer = told.answer ?? null;
  drawChanges();
  drawAnswer();
});

let drawn = null; // the sentence that the form was drawn for
store.subscribe(element, (what) => {
  if (what !== "trace") return;
  // A changed trace is shown in the other parts; here all goes on from the unchanged one.
  if (store.altered || drawn === store.trace) return drawAnswer();
  drawn = store.trace;
  changes.clear();
  answer = null;
  asked = null;
  step = 0;
  kind = hasAttention() ? "attention" : "swap";
  find("state").textContent = "";
  drawForm();
  drawAnswer();
});
