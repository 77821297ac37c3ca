"""What a comparison found: numbers with their intervals, curves, sentences, and a verdict."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from rich.box import SIMPLE_HEAD
from rich.table import Table

from seq2seq_keras.comparison import verdict, wording
from seq2seq_keras.comparison.correction import holm
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.evaluation import METRIC_NAMES, Difference, Interval, LengthBucket
from seq2seq_keras.localisation import ENGLISH, Language
from seq2seq_keras.storage import write_file

_SOFTWARE = ("seq2seq-keras", "keras", "tensorflow", "jax", "sacrebleu", "nltk")


class Budget(BaseModel):
    """How long each network was allowed to train; what ends first, ends it."""

    model_config = ConfigDict(frozen=True)

    epochs: int
    time_limit: float | None = None


class SystemReport(BaseModel):
    """One network: what it is, what it cost, how well it translates.

    Attributes:
        name: Short name, such as `attention` or `lstm-plain`.
        description: Its architecture in words.
        attention: Score function of the attention, or `none`.
        cell: `lstm`, `gru` or `rnn`.
        parameters: Trained numbers in the network.
        training_seconds: Time from the start of its training, building and compiling included,
            to the last validation, if known.
        tokens_per_second: Target tokens trained on a second, the mean of the epochs after the
            first (which compiles), if known.
        sentences_per_second: Decoding speed on the test set, after a warm-up.
        beam_size: Hypotheses kept in search.
        bleu: BLEU with its 95% bootstrap interval; likewise `chrf` and `ter`.
        nltk_bleu: nltk's BLEU on the same tokens.
        history: A row an epoch, as in `metrics.csv`.
        bleu_by_length: BLEU of short and long source sentences.
        ended: Why training ended: `epochs`, `time limit`, `early stop` or `stopped`.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    attention: str
    cell: str
    parameters: int
    training_seconds: float | None = None
    tokens_per_second: float | None = None
    sentences_per_second: float
    beam_size: int
    bleu: Interval
    chrf: Interval
    ter: Interval
    nltk_bleu: float
    history: list[dict[str, Any]] = []
    bleu_by_length: list[LengthBucket] = []
    ended: str | None = None


class PairReport(BaseModel):
    """How `system` differs from `baseline`: its scores minus the baseline's, paired bootstrap."""

    model_config = ConfigDict(frozen=True)

    baseline: str
    system: str
    bleu: Difference
    chrf: Difference
    ter: Difference


class SentenceDifference(BaseModel):
    """A test sentence on which the systems differ much, by sentence BLEU."""

    model_config = ConfigDict(frozen=True)

    source: str
    reference: str
    translations: dict[str, str]
    scores: dict[str, float]


class Report(BaseModel):
    """The outcome of a comparison; `report.json` is this, `report.html` shows it.

    Attributes:
        test_name: What the systems were scored on.
        test_sentences: How many sentences that is.
        source_lang: Language code of the source, if known.
        target_lang: Language code of the translations, if known.
        budget: What each network was allowed; None where nothing was trained.
        systems: The networks, in the order in which they were trained or given.
        pairs: Every two of them, with the p-values of each pair alone; see `corrected`.
        differences: The sentences that differ most, the widest gap first.
        notices: What a reader must know.
        versions: The software that made the numbers.
        device: What the networks ran on.

    Example:
        >>> report = Report.load("saved_models/comparison")      # doctest: +SKIP
        >>> report.verdict()                                     # doctest: +SKIP
        'Attention is better by 6.1 BLEU (95% interval of the difference 4.8 to 7.5, p = 0.001).'
    """

    model_config = ConfigDict(frozen=True)

    test_name: str
    test_sentences: int
    source_lang: str | None = None
    target_lang: str | None = None
    budget: Budget | None = None
    systems: list[SystemReport]
    pairs: list[PairReport] = []
    differences: list[SentenceDifference] = []
    notices: list[str] = []
    versions: dict[str, str] = {}
    device: str | None = None

    @property
    def corrected(self) -> list[PairReport]:
        """The pairs with p-values corrected, in each metric, for there being several of them.

        With two systems there is one pair, and nothing to correct.
        """
        metrics = {name: [getattr(pair, name) for pair in self.pairs] for name in METRIC_NAMES}
        p_values = {
            name: holm([difference.p_value for difference in differences])
            for name, differences in metrics.items()
        }
        return [
            pair.model_copy(
                update={
                    name: metrics[name][place].model_copy(update={"p_value": p_values[name][place]})
                    for name in METRIC_NAMES
                }
            )
            for place, pair in enumerate(self.pairs)
        ]

    def verdict(self, language: Language = ENGLISH) -> str:
        """The outcome in one sentence, as sure as the numbers are and no surer."""
        return verdict.of(self, language)

    def table(self) -> Table:
        """The scores and costs as a table for the terminal, a row a system."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 0))
        table.add_column("system", overflow="fold", min_width=10)
        for heading in ("BLEU", "chrF", "TER ↓", "params", "trained", "tok/s", "sent/s"):
            table.add_column(heading, justify="right", no_wrap=True)
        for system in self.systems:
            table.add_row(
                wording.escaped_markup(system.name),
                *(
                    f"{interval.value:.1f}\n[dim]{interval.low:.1f}–{interval.high:.1f}[/dim]"
                    for interval in (system.bleu, system.chrf, system.ter)
                ),
                wording.count(system.parameters),
                wording.duration(system.training_seconds),
                wording.rate(system.tokens_per_second),
                wording.rate(system.sentences_per_second),
            )
        return table

    def save(self, folder: str | Path) -> Path:
        """Writes `report.json` and a `report.html` that opens anywhere, offline.

        Args:
            folder: Where; made if it is not there.

        Returns:
            The path of `report.html`.

        Raises:
            WorkError: If it cannot be written; an older report there is then still whole.
        """
        from seq2seq_keras.comparison.page import render  # plotly loads only for a page

        folder = Path(folder)
        page = render(self)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_file(folder / "report.json", self.model_dump_json(indent=2) + "\n")
            write_file(folder / "report.html", page)
        except OSError as error:
            raise WorkError(
                f"{folder}: the report cannot be written ({error.strerror or error}); make room, "
                "or give another folder"
            ) from error
        return folder / "report.html"

    @classmethod
    def load(cls, folder: str | Path) -> Report:
        """Reads the `report.json` of a folder.

        Raises:
            InputError: If there is none, or it is damaged.
        """
        path = Path(folder, "report.json")
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except OSError:
            raise InputError(f"{path}: there is no report here; `compare` writes one") from None
        except (UnicodeDecodeError, ValidationError):
            raise InputError(
                f"{path}: the report is damaged; compare again to replace it"
            ) from None


def software_versions() -> Mapping[str, str]:
    """Versions of what the numbers depend on, of those that are installed."""
    versions = {"python": platform.python_version()}
    for name in _SOFTWARE:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
