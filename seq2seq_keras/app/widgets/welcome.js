// A line for newcomers, which a browser that dismissed it never sees again.
const KEY = "seq2seq-keras-welcome-dismissed";
const line = element.querySelector(".welcome");
const dismissed = () => {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
};
line.hidden = dismissed();
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.tab) {
    trigger("click", { tab: button.dataset.tab });
    return;
  }
  line.hidden = true;
  try {
    localStorage.setItem(KEY, "1");
  } catch {
    /* it then comes back with the next visit */
  }
});
