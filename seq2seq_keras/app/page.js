// Enter translates and Shift + Enter begins a new line; an input method's Enter is its own.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const box = event.target.closest?.("#translate-input textarea");
    if (!box) return;
    event.stopPropagation();
    if (event.shiftKey) return;
    event.preventDefault();
    document.querySelector("#translate-button")?.click();
  },
  true,
);

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
