// The cell as a drawing: boxes for what is learned, circles for what is done number by number, and
// on the wires the values of one neuron at one step.
const diagram = element.querySelector(".cell-diagram");
let pills = []; // the places of values, each with the name of what it shows

const LAYOUTS = {
  lstm: (draw) => {
    draw.body(52, 18, 356, 290, 345);
    draw.wire("state", [0, 62], [89, 62]);
    draw.wire("state", [111, 62], [229, 62]);
    draw.wire("state", [251, 62], [460, 62]);
    draw.wire("", [0, 262], [310, 262], [310, 237]);
    for (const x of [100, 170, 240]) draw.wire("", [x, 262], [x, 237]);
    draw.wire("", [76, 345], [76, 263]);
    draw.wire("gate", [100, 206], [100, 74]);
    draw.wire("gate", [170, 206], [170, 130], [228, 130]);
    draw.wire("", [240, 206], [240, 142]);
    draw.wire("", [240, 119], [240, 74]);
    draw.wire("gate", [310, 206], [310, 165], [348, 165]);
    draw.wire("", [360, 62], [360, 92]);
    draw.wire("", [360, 121], [360, 153]);
    draw.wire("state", [360, 176], [360, 262], [460, 262]);
    draw.dots([100, 262], [170, 262], [240, 262], [76, 262], [360, 62]);
    draw.box(100, 221, "σ", "gate");
    draw.box(170, 221, "σ", "gate");
    draw.box(240, 221, "tanh");
    draw.box(310, 221, "σ", "gate");
    draw.box(360, 107, "tanh", "plain");
    draw.circle(100, 62, "×");
    draw.circle(240, 62, "+");
    draw.circle(240, 130, "×");
    draw.circle(360, 165, "×");
    draw.symbol(4, 26, "C", "t−1");
    draw.pill(26, 44, "C before");
    draw.symbol(4, 226, "h", "t−1");
    draw.pill(26, 244, "h before");
    draw.symbol(416, 26, "C", "t");
    draw.pill(434, 44, "C");
    draw.symbol(416, 226, "h", "t");
    draw.pill(434, 244, "h");
    draw.symbol(107, 158, "f", "t");
    draw.pill(129, 176, "f");
    draw.symbol(177, 158, "i", "t");
    draw.pill(199, 176, "i");
    draw.symbol(247, 158, "C̃", "t");
    draw.pill(270, 176, "C~");
    draw.symbol(318, 157, "o", "t");
    draw.pill(337, 187, "o");
    draw.pill(172, 45, "f·C");
    draw.pill(268, 96, "i·C~");
    draw.pill(386, 138, "tanh C");
    draw.input(88, 332);
  },
  gru: (draw) => {
    draw.body(52, 18, 356, 294, 345);
    draw.wire("state", [0, 62], [189, 62]);
    draw.wire("state", [211, 62], [335, 62]);
    draw.wire("state", [357, 62], [460, 62]);
    draw.wire("", [70, 62], [70, 246], [231, 246]);
    draw.wire("", [276, 246], [296, 246]);
    draw.wire("", [319, 246], [336, 246], [336, 222]);
    draw.wire("", [88, 345], [88, 286], [356, 286], [356, 222]);
    draw.wire("", [128, 246], [128, 222]);
    draw.wire("", [112, 286], [112, 222]);
    draw.wire("", [208, 246], [208, 222]);
    draw.wire("", [192, 286], [192, 222]);
    draw.wire("gate", [120, 192], [120, 164], [308, 164], [308, 234]);
    draw.wire("gate", [200, 192], [200, 74]);
    draw.wire("gate", [200, 118], [258, 118]);
    draw.wire("gate", [281, 118], [334, 118]);
    draw.wire("", [346, 192], [346, 130]);
    draw.wire("", [346, 107], [346, 74]);
    draw.dots([70, 62], [128, 246], [208, 246], [112, 286], [192, 286], [200, 118]);
    draw.box(120, 206, "σ", "gate");
    draw.box(200, 206, "σ", "gate");
    draw.box(346, 206, "tanh");
    draw.box(254, 246, "U", "plain", 40);
    draw.circle(200, 62, "×");
    draw.circle(346, 62, "+");
    draw.circle(270, 118, "1−");
    draw.circle(346, 118, "×");
    draw.circle(308, 246, "×");
    draw.symbol(4, 26, "h", "t−1");
    draw.pill(26, 44, "h before");
    draw.symbol(416, 26, "h", "t");
    draw.pill(434, 44, "h");
    draw.symbol(126, 184, "r", "t");
    draw.pill(163, 179, "r");
    draw.symbol(207, 150, "z", "t");
    draw.pill(243, 145, "z");
    draw.pill(308, 101, "1−z");
    draw.symbol(354, 154, "h̃", "t");
    draw.pill(382, 174, "h~");
    draw.pill(272, 45, "z·h");
    draw.pill(375, 91, "(1−z)·h~");
    draw.input(98, 332);
  },
  rnn: (draw) => {
    draw.body(60, 40, 340, 190, 290);
    draw.wire("state", [0, 120], [99, 120]);
    draw.wire("", [150, 120], [193, 120]);
    draw.wire("", [205, 290], [205, 206]);
    draw.wire("", [205, 175], [205, 132]);
    draw.wire("", [205, 74], [205, 108]);
    draw.wire("", [216, 120], [265, 120]);
    draw.wire("state", [320, 120], [460, 120]);
    draw.box(125, 120, "U", "plain");
    draw.box(205, 190, "W", "plain");
    draw.box(293, 120, "tanh");
    draw.circle(205, 120, "+");
    draw.symbol(200, 66, "b", "");
    draw.symbol(4, 84, "h", "t−1");
    draw.pill(28, 102, "h before");
    draw.symbol(412, 84, "h", "t");
    draw.pill(432, 102, "h");
    draw.input(217, 278);
  },
};

const buildDiagram = (cell, letter) => {
  const svg = makeSvg("svg", { class: "cell-svg", role: "img" });
  const [wires, parts, figures] = ["g", "g", "g"].map((name) => makeSvg(name, {}));
  pills = [];
  let tokenText = null;
  const draw = {
    body(x, y, width, height, whole) {
      svg.setAttribute("viewBox", "0 0 460 " + (whole + 4));
      svg.append(makeSvg("rect", { class: "cell-body", x, y, width, height, rx: 18 }), wires, parts, figures);
    },
    wire(kind, ...points) {
      const style = "cell-wire " + kind;
      const [from, to] = points.slice(-2);
      const [dx, dy] = [Math.sign(to[0] - from[0]), Math.sign(to[1] - from[1])];
      const tip = [to, [to[0] - 7 * dx - 4 * dy, to[1] - 7 * dy - 4 * dx], [to[0] - 7 * dx + 4 * dy, to[1] - 7 * dy + 4 * dx]];
      const line = [...points.slice(0, -1), [to[0] - 5 * dx, to[1] - 5 * dy]];
      wires.append(
        makeSvg("polyline", { class: style, points: line.join(" ") }),
        makeSvg("polygon", { class: "cell-tip " + kind, points: tip.join(" ") }),
      );
    },
    dots(...points) {
      for (const [cx, cy] of points) wires.append(makeSvg("circle", { class: "cell-dot", cx, cy, r: 3 }));
    },
    box(x, y, text, kind = "", width = 52) {
      parts.append(
        makeSvg("rect", { class: "cell-box " + kind, x: x - width / 2, y: y - 15, width, height: 30, rx: 7 }),
        makeSvg("text", { class: "cell-function", x, y: y + 5 }, text),
      );
    },
    circle(cx, cy, text) {
      parts.append(
        makeSvg("circle", { class: "cell-circle", cx, cy, r: 11 }),
        makeSvg("text", { class: "cell-function" + (text.length > 1 ? " small" : ""), x: cx, y: cy + 4.5 }, text),
      );
    },
    symbol(x, y, base, index) {
      const name = base.startsWith("h") ? base.replace("h", letter) : base;
      const text = makeSvg("text", { class: "cell-name", x, y }, name);
      if (index) text.append(makeSvg("tspan", { class: "cell-index", dy: 4 }, index));
      figures.append(text);
    },
    pill(x, y, name) {
      const back = makeSvg("rect", { class: "cell-pill", x: x - 25, y: y - 10, width: 50, height: 20, rx: 7 });
      const text = makeSvg("text", { class: "cell-figure", x, y: y + 5 });
      figures.append(back, text);
      pills.push({ name, x, back, text });
    },
    input(x, y) {
      draw.symbol(x, y, "x", "t");
      tokenText = makeSvg("text", { class: "cell-word", x: x + 24, y });
      figures.append(tokenText);
    },
  };
  LAYOUTS[cell](draw);
  diagram.replaceChildren(svg);
  return (values, token, label, most) => {
    tokenText.textContent = clipped(token, 20);
    svg.setAttribute("aria-label", label);
    for (const { name, x, back, text } of pills) {
      const quantity = name === "1−z" ? "z" : name.split(" ")[0];
      const colour = colourOf(quantity, values[name], /^C/.test(name) || name === "f·C" || name === "i·C~" ? most : 1);
      back.style.fill = "rgb(" + colour.join(",") + ")";
      text.style.fill = inkOn(colour);
      text.textContent = figure(values[name]);
      const room = quantity === name && isGate(quantity) ? 40 : 50; // no sign: less room
      back.setAttribute("x", x - room / 2);
      back.setAttribute("width", room);
    }
  };
};
