// What happens inside a translator while it translates a sentence, shared by all components that
// show it: sent once, unpacked when it is asked for. `jobs/explaining.py` says what is in it.
window.seq2seqTrace ??= (() => {
  const listeners = new Map();
  const unpacked = new WeakMap();
  const tell = (what) => {
    for (const [element, listener] of listeners) {
      if (element.isConnected) listener(what);
      else listeners.delete(element);
    }
  };
  const store = {
    trace: null, // of the model and sentence at hand; null before there is one
    beside: null, // the same of a second model, if one was chosen
    view: "written", // or "reference": whose steps are shown
    step: 0, // the step of the decoder that is shown, from 0
    original: null, // the trace as it was sent
    picture: null, // returns the drawing of the network as SVG, once there is one
    // Calls the listener with "trace" after another sentence or model, with "step" after another
    // step or view, for as long as the element is on the page; at once if there is a trace.
    subscribe(element, listener) {
      listeners.set(element, listener);
      if (store.trace) listener("trace");
    },
    show(trace, beside) {
      const fresh = { beside: beside ?? null, view: "written", step: 0 };
      Object.assign(store, { trace, original: trace, ...fresh });
      tell("trace");
    },
    // Shows what came of a change in the network; the rest stays.
    alter(trace) {
      Object.assign(store, { trace, view: "written", step: 0 });
      tell("trace");
    },
    // Shows the unchanged trace again.
    restore() {
      if (store.altered) store.alter(store.original);
    },
    get altered() {
      return store.trace !== store.original;
    },
    go({ step = store.step, view = store.view }) {
      const shown = view === "reference" && !store.trace?.reference ? "written" : view;
      const next = Math.max(0, Math.min(step, store.lastStep(shown)));
      if (next === store.step && shown === store.view) return;
      Object.assign(store, { step: next, view: shown });
      tell("step");
    },
    // The last step of whichever model wrote more.
    lastStep(view = store.view) {
      const writings = [store.trace, store.beside].map((each) => each?.[view] ?? each?.written);
      return Math.max(...writings.map((writing) => writing?.tokens.length ?? 1)) - 1;
    },
    // The writing whose steps are shown.
    get writing() {
      return store.trace?.[store.view] ?? null;
    },
    // A packed array's numbers, one after the other.
    numbers(packed) {
      if (!unpacked.has(packed)) {
        const bytes = Uint8Array.from(atob(packed.data), (letter) => letter.charCodeAt(0));
        const view = new DataView(bytes.buffer);
        const numbers = new Float32Array(bytes.length / 2);
        for (let at = 0; at < numbers.length; at++) {
          numbers[at] = view.getInt16(2 * at, true) * packed.scale;
        }
        unpacked.set(packed, numbers);
      }
      return unpacked.get(packed);
    },
    // One row of a packed matrix.
    row(packed, index) {
      const width = packed.shape[packed.shape.length - 1];
      return store.numbers(packed).subarray(index * width, (index + 1) * width);
    },
  };
  return store;
})();
