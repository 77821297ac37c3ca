// Enter translates and Shift + Enter begins a new line, the other way round than Gradio has it.
// An input method's Enter is its own.
for (const kind of ["keydown", "keypress"]) {
  document.addEventListener(
    kind,
    (event) => {
      // Safari has ended the composition by now, and tells it by this code alone.
      if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
      if (!event.target.closest?.("#translate-input textarea")) return;
      event.stopPropagation();
      if (event.shiftKey) return;
      event.preventDefault();
      if (kind === "keydown") document.querySelector("#translate-button")?.click();
    },
    true,
  );
}

// Light and dark: the system's wish, until the visitor says otherwise.
const MODE = "seq2seq-keras-mode";
const applyMode = () => {
  const wish = localStorage.getItem(MODE);
  if (wish) document.body?.classList.toggle("dark", wish === "dark");
};
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".masthead .mode")) return;
  const dark = !document.body.classList.contains("dark");
  localStorage.setItem(MODE, dark ? "dark" : "light");
  applyMode();
});
document.addEventListener("DOMContentLoaded", applyMode);
window.addEventListener("load", () => setTimeout(applyMode, 0));
