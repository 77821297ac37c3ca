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

// The drawer of jobs: opened and closed from every tab, by its button, by Escape, by a click
// beside it. How many jobs wait or run stands on the button.
const openDrawer = (open) => {
  document.querySelector("#drawer")?.toggleAttribute("data-open", open);
  document.querySelector(".masthead .jobs")?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector("#drawer .drawer-close")?.focus();
};
document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  const isOpen = document.querySelector("#drawer[data-open]") !== null;
  if (at(".masthead .jobs")) openDrawer(!isOpen);
  else if (at(".drawer-close, #drawer [data-act=show]") || (isOpen && !at("#drawer"))) openDrawer(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.querySelector("#drawer[data-open]")) return;
  openDrawer(false);
  document.querySelector(".masthead .jobs")?.focus();
});
const countJobs = () => {
  const badge = document.querySelector(".masthead .jobs .count");
  const list = document.querySelector("#drawer-list [data-active]");
  if (!badge || !list || badge.textContent === list.dataset.active) return;
  badge.textContent = list.dataset.active;
  badge.hidden = list.dataset.active === "0";
};

// Who is logged in, where there are accounts.
const ACCOUNT = document.querySelector("meta[name=account]")?.content;
const nameAccount = () => {
  const form = document.querySelector(".masthead .account[hidden]");
  if (!ACCOUNT || !form) return;
  form.querySelector(".name").textContent = ACCOUNT;
  form.hidden = false;
};

// Gradio heads every message of trouble with "Error", whatever title it was given.
const nameTrouble = () => {
  const words = document.querySelector(".masthead")?.dataset.trouble;
  for (const title of document.querySelectorAll(".toast-title")) {
    if (words && title.textContent.trim() === "Error") title.textContent = words;
  }
};

// The tab that is open stands in the address, so that a page loaded again, and a link to a tab,
// open it.
const tabButton = (which) =>
  document.querySelector(`#tabs > .tab-wrapper .tab-container:not(.visually-hidden) ${which}`);
let wantedTab = location.hash.slice(1);
const rememberTab = () => {
  const open = tabButton("[role=tab][aria-selected=true]")?.dataset.tabId;
  if (!open) return;
  const wanted = wantedTab && tabButton(`[data-tab-id="${CSS.escape(wantedTab)}"]`);
  wantedTab = "";
  if (wanted) return wanted.click();
  const hash = open === "translate" ? "" : `#${open}`;
  if (location.hash === hash) return;
  history.replaceState(history.state, "", location.pathname + location.search + hash);
};
new MutationObserver(() => {
  countJobs();
  nameAccount();
  nameTrouble();
  rememberTab();
}).observe(document, {
  subtree: true,
  childList: true,
  attributeFilter: ["data-active", "aria-selected"],
});

// A server that was started since the page came knows nothing of what was built for the page
// alone. So after a pause, in which that may have happened, the page asks before it goes on, and
// is loaded anew where it did.
const PAUSE = 3000;
const plainFetch = window.fetch;
let lastAnswer = performance.now();
const isAnotherServer = async () => {
  try {
    const health = await (await plainFetch("../health")).json();
    return health.start !== SERVER_START;
  } catch {
    return false; // there is none now: what is asked fails by itself
  }
};
window.fetch = async (...request) => {
  const paused = performance.now() - lastAnswer > PAUSE;
  if (paused && request[1]?.method === "POST" && (await isAnotherServer())) {
    location.reload();
    return new Promise(() => {});
  }
  const answer = await plainFetch(...request);
  lastAnswer = performance.now();
  if (ACCOUNT && answer.status === 401) location.reload(); // the login has ended
  return answer;
};
