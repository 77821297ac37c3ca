"""Notes on one translation, as a start for a report of one's own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seq2seq_keras.app.notes import formulas
from seq2seq_keras.app.notes.heat_map import heat_map
from seq2seq_keras.app.wording import model_architecture, model_languages
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.jobs.packing import unpacked
from seq2seq_keras.localisation import Language
from seq2seq_keras.markdown import inert

if TYPE_CHECKING:
    from seq2seq_keras.comparison import Report

_CELL_NAMES = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}
_MOST_NEURONS = 40
_MOST_HYPOTHESES = 5
_SHOWN_WEIGHTS = 3


def notes_zip(
    trace: Mapping[str, Any],
    info: ModelInfo,
    language: Language,
    *,
    schematic: str | None = None,
    report: Report | None = None,
) -> bytes:
    """Writes notes.md and its figures.

    Args:
        trace: What `TranslationService.trace` told of the sentence.
        info: The model.
        language: The language of the notes.
        schematic: The drawing of the network, as SVG.
        report: A comparison of this model with others.

    Returns:
        A zip archive: `notes.md`, and SVGs in `figures/`.

    Example:
        >>> Path("notes.zip").write_bytes(notes_zip(trace, info, ENGLISH))
    """
    notes = _Notes(trace, info, language)
    if schematic:
        notes.figures["schematic"] = schematic
    text = notes.text(report)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("notes/notes.md", text)
        for name, figure in notes.figures.items():
            packed.writestr(f"notes/figures/{name}.svg", figure)
    return archive.getvalue()


class _Notes:
    """The parts of the notes; figures are gathered as they are mentioned."""

    def __init__(self, trace: Mapping[str, Any], info: ModelInfo, language: Language) -> None:
        self._trace = trace
        self._info = info
        self._language = language
        self._say = language.say
        self._written = trace["written"]
        self._weights = None
        if self._written["weights"] is not None:
            self._weights = unpacked(self._written["weights"])  # (T', T)
        self.figures: dict[str, str] = {}

    def text(self, report: Report | None) -> str:
        config, written = self._info.config, self._written
        template = Path(__file__).with_name(f"{self._language.code}.md")
        probabilities = np.exp(written["chosen"])
        # The step to look at closely: where it was least sure, and so has the most to show.
        step = int(probabilities.argmin())
        attends = self._weights is not None
        return template.read_text(encoding="utf-8") % {
            "model": inert(self._info.name),
            "date": f"{datetime.now():%Y-%m-%d}",
            "sentence": inert(self._trace["sentence"]),
            "translation": inert(written["text"]),
            "reference": self._reference(),
            "architecture": model_architecture(self._info, self._language),
            "facts": self._facts(),
            "schematic": self._figure("schematic", self._say("The network over this sentence")),
            "encoder": formulas.encoder(config),
            "context": formulas.context(config),
            "decoder": formulas.decoder(config),
            "vocabulary": f"{self._trace['model']['target_vocab_size']:,}",
            "c": "c_t" if attends else "c",
            "bias": "" if config.tie_embeddings else " + b",
            "cell": _CELL_NAMES[config.cell],
            "cell_formulas": formulas.displayed(*formulas.CELLS[config.cell]),
            "steps": self._steps(probabilities),
            "attended": self._attended(),
            "step": step + 1,
            "token": _code(written["tokens"][step]),
            "worked": self._worked(step),
            "top": self._top(step),
            "gates_words": self._say(
                "Each row is one of {count} neurons of the decoder, ordered so that similar ones "
                "stand together, which is an order and nothing more; each column is a step. White "
                "is 0, indigo 1, vermilion −1.",
                count=min(_MOST_NEURONS, self._trace["model"]["units"]),
            ),
            "gates": self._gates(),
            "beam_size": self._trace["tree"]["beam_size"],
            "penalty": f"{self._trace['tree']['length_penalty']:g}",
            "hypotheses": self._hypotheses(),
            "comparison": self._comparison(report),
        }

    def _reference(self) -> str:
        reference = self._trace["reference"]
        if reference is None:
            return ""
        return f"\n- {self._say('Reference')}: {inert(reference['text'])}"

    def _facts(self) -> str:
        model, say = self._trace["model"], self._say
        rows = [
            (say("Languages"), model_languages(self._info, self._language)),
            (say("Width of a word vector"), f"{model['embedding_dim']}"),
            (say("Width of a state"), f"{model['units']}"),
            (say("Source vocabulary"), f"{model['source_vocab_size']:,}"),
            (say("Target vocabulary"), f"{model['target_vocab_size']:,}"),
        ]
        return _table(["", ""], rows)

    def _steps(self, probabilities: np.ndarray) -> str:
        written, say = self._written, self._say
        head = [say("Step"), say("Reads"), say("Writes"), say("Probability"), say("Rank")]
        rows = []
        for t, token in enumerate(written["tokens"]):
            row = [str(t + 1), _code(written["read"][t]), _code(token)]
            row += [f"{probabilities[t]:.3f}", str(written["ranks"][t])]
            if self._weights is not None:
                best = np.argsort(-self._weights[t], kind="stable")[:_SHOWN_WEIGHTS]
                looks = (f"{_code(written['attended'][i])} {self._weights[t, i]:.2f}" for i in best)
                row.append(", ".join(looks))
            rows.append(row)
        if self._weights is not None:
            head.append(say("Looks at"))
        return _table(head, rows)

    def _attended(self) -> str:
        if self._weights is None:
            return self._say(
                "This model has no attention: the same vector c is read at every step above."
            )
        title = self._say("Attention weights: the source across, the translation down")
        self.figures["attention"] = heat_map(
            self._weights, self._written["tokens"], self._written["attended"], title=title
        )
        return self._figure("attention", title)

    def _worked(self, step: int) -> str:
        """Scores and weights of a step, or the context that all steps share."""
        written, say = self._written, self._say
        context = unpacked(written["contexts"])[step]
        first = ", ".join(f"{value:.3f}" for value in context[:6])
        norm = float(np.linalg.norm(context))
        if self._weights is None or written["scores"] is None:
            return f"$$\nc = ({first}, \\ldots), \\qquad \\lVert c \\rVert = {norm:.3f}\n$$"
        scores = unpacked(written["scores"])[step]
        columns = scores, np.exp(scores - scores.max()), self._weights[step]
        rows = [
            [str(i + 1), _code(token), *(f"{column[i]:.4f}" for column in columns)]
            for i, token in enumerate(written["attended"])
        ]
        head = ["$i$", say("Source token"), "$e_{ti}$", r"$\exp(e_{ti} - \max_j e_{tj})$"]
        table = _table([*head, "$a_{ti}$"], rows)
        values = f"c_{{{step + 1}}} = ({first}, \\ldots)"
        length = f"\\lVert c_{{{step + 1}}} \\rVert = {norm:.3f}"
        return f"{table}\n\n$$\n{values}, \\qquad {length}\n$$"

    def _top(self, step: int) -> str:
        written = self._written
        rows = [
            [str(rank), _code(token), f"{probability:.4f}"]
            for rank, (token, probability) in enumerate(
                zip(written["top_tokens"][step], written["top_probabilities"][step], strict=True),
                1,
            )
        ]
        return _table([self._say("Rank"), self._say("Token"), self._say("Probability")], rows)

    def _gates(self) -> str:
        from seq2seq_keras.explain.cells import QUANTITIES  # not needed to start

        layer = self._written["layers"][0]
        order = layer["order"]
        shown = [order[k] for k in np.linspace(0, len(order) - 1, _MOST_NEURONS).astype(int)]
        shown = list(dict.fromkeys(shown))
        found = []
        for gate in QUANTITIES[self._info.config.cell]:
            values = unpacked(layer[gate])[:, shown].T  # (neurons, T')
            name = gate.replace("~", "-candidate")
            title = self._say("{gate} over the steps", gate=gate.replace("~", "\u0303"))
            most = max(1.0, float(np.abs(values).max()))
            self.figures[name] = heat_map(
                values, None, self._written["tokens"], title=title, cell=(22, 8), most=most
            )
            found.append(self._figure(name, title))
        return "\n\n".join(found)

    def _hypotheses(self) -> str:
        tree, say = self._trace["tree"], self._say
        rows = []
        for leaf in tree["leaves"][:_MOST_HYPOTHESES]:
            node, pieces = tree["nodes"][leaf], []
            score = node["score"]
            while node["parent"] >= 0:
                pieces.append(node["piece"])
                node = tree["nodes"][node["parent"]]
            rows.append([f"{score:.3f}", " ".join(_code(piece) for piece in reversed(pieces))])
        return _table([say("Score"), say("Tokens")], rows)

    def _comparison(self, report: Report | None) -> str:
        say = self._say
        if report is None:
            return say(
                "This model was not compared with another yet. Do so in the tab *Compare*, and "
                "download these notes again."
            )
        rows = [
            [
                inert(system.name),
                f"{system.bleu.value:.1f} ({system.bleu.low:.1f}–{system.bleu.high:.1f})",
                f"{system.parameters:,}",
            ]
            for system in report.systems
        ]
        head = [say("Model"), say("BLEU (95% interval)"), say("Parameters")]
        parts = [inert(report.verdict(self._language)), _table(head, rows)]
        lengths = _lengths(report, say("Source length"))
        return "\n\n".join([*parts, *([lengths] if lengths else [])])

    def _figure(self, name: str, title: str) -> str:
        return f"![{title}](figures/{name}.svg)" if name in self.figures else ""


def _lengths(report: Report, head: str) -> str:
    """BLEU by source length, a column a system."""
    ranges: dict[tuple[int, int], dict[str, str]] = {}
    for system in report.systems:
        for bucket in system.bleu_by_length:
            text = f"{bucket.bleu:.1f} ({bucket.bleu_low:.1f}–{bucket.bleu_high:.1f})"
            ranges.setdefault((bucket.low, bucket.high), {})[system.name] = text
    names = [system.name for system in report.systems]
    rows = [
        [f"{low}–{high}", *(found.get(name, "") for name in names)]
        for (low, high), found in sorted(ranges.items())
    ]
    return _table([head, *(inert(name) for name in names)], rows) if rows else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _code(token: str) -> str:
    """A token as it is, whatever it contains."""
    fence = "`" * (1 + max((len(run) for run in _runs(token)), default=0))
    space = " " if token.startswith("`") or token.endswith("`") else ""
    return f"{fence}{space}{token}{space}{fence}".replace("|", "\\|")


def _runs(token: str) -> list[str]:
    return "".join(letter if letter == "`" else " " for letter in token).split()
