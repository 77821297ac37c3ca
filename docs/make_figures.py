"""Draws the figures of the theory, `docs/images/understand/`, from trained models.

    .venv/bin/python docs/make_figures.py

Takes some minutes: the shipped models have no LSTM, so one is trained on the sample corpus, once,
into `docs/.cache/`. The drawings of the network are those of the page, and need Chromium
(`make browser`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).resolve().parents[1]
IMAGES = Path(__file__).with_name("images") / "understand"
CACHE = Path(__file__).with_name(".cache")
sys.path.insert(0, str(REPOSITORY / "tests"))

from helpers.chromium import find_chromium  # noqa: E402
from seq2seq_keras.app.limits_figures import CELLS, COLOURS  # noqa: E402
from seq2seq_keras.app.notes.heat_map import heat_map  # noqa: E402
from seq2seq_keras.app.theme import STYLE_SHEETS  # noqa: E402
from seq2seq_keras.app.widgets.stepping import stepping  # noqa: E402
from seq2seq_keras.explain import Explanation, Model, explain  # noqa: E402
from seq2seq_keras.explain.fresh_cells import fresh_gradients  # noqa: E402
from seq2seq_keras.explain.probe import Accuracy, bottleneck  # noqa: E402
from seq2seq_keras.jobs.explaining import trace_json  # noqa: E402
from seq2seq_keras.localisation import LANGUAGES, Language  # noqa: E402
from seq2seq_keras.translator import Translator  # noqa: E402

SHORT = "The young woman reads a book."
ORDERED = (
    "Emma's aunt reads a book in the garden every morning."  # said in another order in Chinese
)
RADII = (0.5, 1.0, 1.5)
_KEPT_NEURONS = 40
_MOST_PRUNED = 2  # of each step: a tree of all would not be read

# Words in the figures, which are few and nowhere on the page.
_CHINESE = {
    "position in the sentence": "在句中的位置",
    "tokens named rightly": "说对的词元比例",
    "from c": "由 c 读出",
    "from h at the word": "由该词处的 h 读出",
    "always the commonest": "总猜最常见的词元",
    "steps back": "往回的步数",
    "norm of the Jacobian": "雅可比矩阵的范数",
    "spectral radius {radius}": "谱半径 {radius}",
    "forget gate f": "遗忘门 f",
    "input gate i": "输入门 i",
    "output gate o": "输出门 o",
    "kept": "保留",
    "pruned": "剪去",
    "finished": "结束",
    "the path taken": "选中的路径",
    "step": "步",
    "simple RNN": "简单 RNN",
}


def say(text: str, language: Language, **values: object) -> str:
    """A word of a figure in a language."""
    return (_CHINESE[text] if language.code == "zh" else text).format(**values)


def main() -> None:
    """Draws them all, in both languages."""
    matplotlib.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "understand",
            "font.family": ["DejaVu Sans", "Noto Sans CJK SC"],
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
    IMAGES.mkdir(parents=True, exist_ok=True)
    french, plain, chinese = (
        Model.of(Translator.load(REPOSITORY / "saved_models" / name))
        for name in ("sample-en-fr-attention", "sample-en-fr-plain", "sample-en-zh-attention")
    )
    lstm = Model.of(trained_lstm())
    attended, tree = explain(chinese, ORDERED), explain(french, SHORT, beam_size=3)
    gates, sentences = explain(lstm, ORDERED), held_out_sentences()
    probe = bottleneck(plain, sentences).by_position()
    jacobians = {
        radius: {kind: fresh_gradients(kind, radius).jacobians for kind in CELLS}
        for radius in RADII
    }
    for language in LANGUAGES.values():
        save("schematic-plain", network_drawing(explain(plain, SHORT), language), language)
        save("schematic-attention", network_drawing(explain(french, SHORT), language), language)
        save("attention-map", attention_map(attended), language)
        save("lstm-gates", lstm_gates(gates, language), language)
        save("probe-accuracy", probe_accuracy(probe, language), language)
        save("gradient-distance", gradient_distance(jacobians, language), language)
        save("beam-tree", beam_tree(tree, language), language)


def save(name: str, drawing: Figure | str, language: Language) -> None:
    """Writes a figure, of which each language has one."""
    path = IMAGES / f"{name}{'' if language.code == 'en' else '.' + language.code}.svg"
    if isinstance(drawing, str):
        path.write_text(drawing + "\n", encoding="utf-8")
    else:
        drawing.savefig(path, bbox_inches="tight", metadata={"Date": None})
    print(path.relative_to(REPOSITORY), f"{path.stat().st_size // 1024} kB", flush=True)


def trained_lstm() -> Translator:
    """An LSTM with attention, trained for a few epochs on the English–Chinese sample."""
    from seq2seq_keras import load_corpus
    from seq2seq_keras.config import Config
    from seq2seq_keras.pipeline import is_begun, train

    folder = CACHE / "lstm-attention"
    if not (folder / "model.keras").is_file():
        corpus = load_corpus(
            REPOSITORY / "data" / "english-chinese.tsv", source_lang="en", target_lang="zh"
        )
        train(
            corpus.split(seed=1),
            folder,
            config=Config.create(cell="lstm", epochs=6, source_lang="en", target_lang="zh"),
            resume=is_begun(folder),
        )
    return Translator.load(folder)


def held_out_sentences() -> list[str]:
    """English sentences of the sample corpus that none of its models was trained on."""
    from seq2seq_keras import load_corpus
    from seq2seq_keras.jobs.reading import SPLIT_SEED

    path = REPOSITORY / "data" / "english-french.tsv"
    corpus = load_corpus(path, source_lang="en", target_lang="fr")
    return list(corpus.split(seed=SPLIT_SEED).test.sources[:1000])


def network_drawing(explanation: Explanation, language: Language) -> str:
    """The page's own drawing of the network, at the third step."""
    component = stepping(language, "stepping")
    styles = "".join(path.read_text(encoding="utf-8") for path in STYLE_SHEETS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_content(f"<style>{styles}</style><div id='part'></div>")
        drawing = page.evaluate(
            """({template, script, trace}) => {
                const element = document.querySelector("#part");
                element.innerHTML = template;
                Function("element", "trigger", "props", "watch", script)(
                    element, () => {}, {value: null}, () => {});
                seq2seqTrace.show(trace);
                seq2seqTrace.go({step: 2});
                return seq2seqTrace.picture();
            }""",
            {
                "template": component.html_template,
                "script": component.js_on_load,
                "trace": json.loads(json.dumps(trace_json(explanation))),
            },
        )
        browser.close()
    return str(drawing)


def attention_map(explanation: Explanation) -> str:
    """Attention weights, source across, translation down."""
    written = explanation.beam
    assert written.weights is not None
    return heat_map(
        written.weights,
        written.tokens,
        written.attended,
        title=f"{explanation.sentence} – {written.text}",
        cell=(26, 26),
    )


def lstm_gates(explanation: Explanation, language: Language) -> Figure:
    """The three gates of the decoder over the steps, similar neurons together."""
    written, layer = explanation.beam, explanation.arrays()["beam"]["layers"][0]
    chosen = np.linspace(0, len(layer["order"]) - 1, _KEPT_NEURONS).astype(int)
    neurons = layer["order"][chosen]
    figure = Figure(figsize=(9, 7.5), layout="constrained")
    axes = figure.subplots(3, 1, sharex=True)
    names = {"f": "forget gate f", "i": "input gate i", "o": "output gate o"}
    for part, (gate, name) in zip(axes, names.items(), strict=True):
        values = layer[gate][:, neurons].T  # (neurons, T')
        image = part.imshow(values, aspect="auto", cmap="Purples", vmin=0, vmax=1)
        part.set_ylabel(say(name, language))
        part.set_yticks([])
    axes[-1].set_xticks(range(len(written.tokens)), written.tokens, rotation=45, ha="right")
    figure.colorbar(image, ax=list(axes), fraction=0.03)
    return figure


def probe_accuracy(rows: list[Accuracy], language: Language) -> Figure:
    """What probes name, by position, with 95% intervals."""
    figure = Figure(figsize=(7.5, 3.6), layout="constrained")
    axes = figure.subplots()
    places = [row.first + 1 for row in rows]
    lines = {
        "states": ("from h at the word", COLOURS[0], "s-"),
        "context": ("from c", COLOURS[1], "o-"),
        "majority": ("always the commonest", COLOURS[5], "x:"),
    }
    for key, (name, colour, style) in lines.items():
        shares = np.array([getattr(row, key) for row in rows])
        errors = 1.96 * np.sqrt(shares * (1 - shares) / [row.cases for row in rows])
        bars = errors if key != "majority" else None
        axes.errorbar(
            places, shares, bars, fmt=style, color=colour, label=say(name, language), capsize=2
        )
    axes.set(xlabel=say("position in the sentence", language), ylim=(0, 1.03))
    axes.set_ylabel(say("tokens named rightly", language))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False)
    return figure


def gradient_distance(jacobians: dict[float, dict[Any, np.ndarray]], language: Language) -> Figure:
    """How much of a state is left k steps later, for three spectral radii."""
    figure = Figure(figsize=(9.5, 3.4), layout="constrained")
    axes = figure.subplots(1, len(jacobians), sharey=True)
    for part, (radius, cells) in zip(axes, jacobians.items(), strict=True):
        for kind, values in cells.items():
            name, colour = CELLS[kind]
            shown = say(name, language) if kind == "rnn" else name
            part.semilogy(values, color=COLOURS[colour], label=shown)
        part.set_title(say("spectral radius {radius}", language, radius=radius), fontsize=10)
        part.set_xlabel(say("steps back", language))
        part.set_ylim(1e-12, 1e6)
        part.axhline(1, color="#94a3b8", linewidth=0.6)
    axes[0].set_ylabel(say("norm of the Jacobian", language))
    axes[0].legend(frameon=False, fontsize=9)
    return figure


def beam_tree(explanation: Explanation, language: Language) -> Figure:
    """The search: steps across, the path taken on top."""
    tree, tokens = explanation.tree, explanation.model.target_tokenizer
    shown = [node for node in tree.nodes if node.fate != "pruned" or node.on_path]
    for step in range(max(node.step for node in tree.nodes) + 1):
        pruned = [node for node in tree.nodes if node.step == step and node.fate == "pruned"]
        shown += pruned[:_MOST_PRUNED]
    rows = dict(_rows({node.number: node for node in shown}))
    figure = Figure(figsize=(11, 0.36 * (max(rows.values()) + 2)), layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    styles = {
        "kept": ("#eef2ff", "#4f46e5", "kept"),
        "given_up": ("#f1f5f9", "#94a3b8", "pruned"),
        "pruned": ("#f1f5f9", "#94a3b8", "pruned"),
        "finished": ("#dcfce7", "#15803d", "finished"),
    }
    for node in shown:
        fill, edge, _ = styles[node.fate]
        x, y = node.step, -rows[node.number]
        if node.parent in rows:
            at = x - 1, -rows[node.parent]
            width = 2.4 if node.on_path else 0.7
            axes.plot([at[0] + 0.3, x - 0.3], [at[1], y], color=edge, linewidth=width, zorder=1)
        (piece,) = tokens.pieces([node.token]) if node.step >= 0 else ("<s>",)
        axes.text(
            x,
            y,
            f"{piece}  {node.log_probability:.2f}" if node.step >= 0 else piece,
            ha="center",
            va="center",
            fontsize=8.5,
            color="#1f2937" if node.fate != "pruned" else "#64748b",
            fontweight="bold" if node.on_path else "normal",
            bbox={"boxstyle": "round,pad=0.3", "fc": fill, "ec": edge, "lw": 0.8},
        )
    for fate in ("kept", "finished", "pruned"):
        fill, edge, name = styles[fate]
        axes.scatter([], [], marker="s", s=60, c=fill, edgecolors=edge, label=say(name, language))
    axes.plot([], [], color="#15803d", linewidth=2.4, label=say("the path taken", language))
    axes.legend(frameon=False, loc="lower left", ncols=4, fontsize=9)
    _make_room(axes, shown, rows)
    return figure


def _make_room(axes: Axes, shown: list[Any], rows: dict[int, int]) -> None:
    axes.set_xlim(-1.6, max(node.step for node in shown) + 0.6)
    axes.set_ylim(-max(rows.values()) - 1.6, 0.8)


def _rows(nodes: dict[int, Any], number: int = 0, row: int = 0) -> Iterator[tuple[int, int]]:
    """Gives each node a row: a first child its parent's, the others the next free ones."""
    yield number, row
    children = [node for node in nodes.values() if node.parent == number]
    children.sort(key=lambda node: (not node.on_path, -node.total))
    for place, child in enumerate(children):
        if place:
            row += 1
        below = list(_rows(nodes, child.number, row))
        yield from below
        row = max(taken for _, taken in below)


if __name__ == "__main__":
    main()
