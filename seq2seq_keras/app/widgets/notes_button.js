// Asks for the notes, and saves them when they come.
const button = element.querySelector("button");
const status = element.querySelector("[role=status]");
let asked = 0;

button.disabled = true;
seq2seqTrace.subscribe(element, () => {
  button.disabled = false;
});
button.addEventListener("click", () => {
  asked += 1;
  seq2seqTrace.restore(); // they are about the sentence, not about what was changed
  button.disabled = true;
  status.textContent = element.querySelector(".notes").dataset.wait;
  trigger("click", { number: asked, schematic: seq2seqTrace.picture?.() ?? null });
});
watch("value", () => {
  const told = props.value;
  if (!told || told.number !== asked) return;
  button.disabled = false;
  status.textContent = told.error ?? "";
  if (!told.zip) return;
  const bytes = Uint8Array.from(atob(told.zip), (letter) => letter.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  link.download = told.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
