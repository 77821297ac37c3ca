// The drawing as a file of its own: colours of the light palette on white, text kept as text, every
// group named, so that a drawing program can take it apart.
const FONTS =
  "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
const LARGEST = 16000; // pixels that every browser's canvas has room for

const standalone = (drawing) => {
  const paper = getComputedStyle(root.querySelector(".stepping-paper"));
  const copy = drawing.svg.cloneNode(true);
  copy.removeAttribute("class");
  copy.setAttribute("font-family", FONTS);
  copy.setAttribute("role", "img");
  for (const part of copy.querySelectorAll("*")) {
    for (const { name, value } of [...part.attributes]) {
      const variable = value.match(/^var\((--stepping-[a-z-]+)\)$/)?.[1];
      if (variable) part.setAttribute(name, paper.getPropertyValue(variable).trim());
      if (["class", "role", "tabindex", "aria-label"].includes(name) || name.startsWith("data-"))
        part.removeAttribute(name);
    }
  }
  // Groups are known by their names; those of single parts by what stands in them.
  drawing.svg.querySelectorAll("g").forEach((part, index) => {
    const { group: name, part: kind, index: place, layer, direction } = part.dataset;
    const id =
      name ??
      (kind &&
        [kind, Number(place) + 1, direction, layer && `layer-${layer}`].filter(Boolean).join("-"));
    if (id) copy.querySelectorAll("g")[index].id = id.replaceAll(" ", "-");
  });
  const white = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries({ width: "100%", height: "100%", fill: "white" }))
    white.setAttribute(key, value);
  copy.prepend(white);
  return new XMLSerializer().serializeToString(copy);
};

const fileName = (drawing, ending) => {
  const stem = drawing.trace.sentence
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 48);
  const kind = drawing.trace.model.attention === "none" ? "plain" : "attention";
  return `${stem || "sentence"}-${kind}-${drawing.step + 1}.${ending}`;
};

const download = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

const saveSvg = (drawing) =>
  download(new Blob([standalone(drawing)], { type: "image/svg+xml" }), fileName(drawing, "svg"));

const savePng = async (drawing) => {
  const address = URL.createObjectURL(new Blob([standalone(drawing)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(2, LARGEST / drawing.shape.width);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(drawing.shape.width * scale);
    canvas.height = Math.round(drawing.shape.height * scale);
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.drawImage(image, 0, 0, drawing.shape.width, drawing.shape.height);
    download(
      await new Promise((done) => canvas.toBlob(done, "image/png")),
      fileName(drawing, "png"),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
};
