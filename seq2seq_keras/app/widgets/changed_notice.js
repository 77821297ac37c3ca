// Says that what the page shows follows from a change, and leads back.
const notice = element.querySelector(".changed");
seq2seqTrace.subscribe(element, () => {
  notice.hidden = !seq2seqTrace.altered;
});
notice.querySelector("button").addEventListener("click", () => seq2seqTrace.restore());
