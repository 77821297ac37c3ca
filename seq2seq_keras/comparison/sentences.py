"""Every sentence of a comparison's test set, to be sorted, searched and leafed through."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from seq2seq_keras.comparison.report import Report
from seq2seq_keras.comparison.translations import TRANSLATIONS, from_inert
from seq2seq_keras.evaluation.lengths import LengthUnit, source_length
from seq2seq_keras.languages import SPACELESS, language_of

Part = Literal["anywhere", "source", "reference", "translations"]

# Scripts without spaces between words, in which any character may begin one.
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Sentence:
    """A sentence of the test set with what every system made of it.

    Attributes:
        number: Its place in the test set, from 1.
        source: The source sentence.
        reference: The right translation.
        translations: Each system's, in the report's order.
        scores: Each one's sentence BLEU.
        length: Of the source, in `Sentences.unit`.
    """

    number: int
    source: str
    reference: str
    translations: tuple[str, ...]
    scores: tuple[float, ...]
    length: int

    @property
    def gap(self) -> float:
        """How far the best score lies above the worst."""
        return max(self.scores) - min(self.scores)

    def lead(self, system: int) -> float:
        """How far a system's score lies above the best of the others."""
        others = [score for place, score in enumerate(self.scores) if place != system]
        return self.scores[system] - max(others, default=0.0)


@dataclass(frozen=True)
class Sentences:
    """The sentences of a comparison.

    Attributes:
        systems: The systems' names.
        rows: The sentences in the order of the test set, or only those that differ most.
        unit: What a source's length counts.
        complete: Whether they are all there.
    """

    systems: tuple[str, ...]
    rows: tuple[Sentence, ...]
    unit: LengthUnit
    complete: bool


@dataclass(frozen=True)
class Choice:
    """Which sentences to show, and in what order.

    Attributes:
        order: `gap`, `file`, `longest`, `shortest`, or the place of a system, for those sentences
            first on which it leads most.
        shortest: Least length of the source, or None.
        longest: Greatest, or None.
        word: What has to stand in the sentence: a word or its beginning, capitals or not; in
            scripts without spaces any characters.
        part: Where it has to stand.
    """

    order: str | int = "gap"
    shortest: float | None = None
    longest: float | None = None
    word: str = ""
    part: Part = "anywhere"


@dataclass(frozen=True)
class Page:
    """Some of the chosen sentences.

    Attributes:
        rows: The sentences of this page.
        first: The number of the first of them among all that were chosen, from 1.
        found: How many were chosen in all.
        page: This page's number, from 1.
        pages: How many pages there are, at least 1.
    """

    rows: tuple[Sentence, ...]
    first: int
    found: int
    page: int
    pages: int


def read_sentences(folder: Path, report: Report) -> Sentences:
    """Reads the sentences that lie beside a report.

    Args:
        folder: Where the report was saved.
        report: The report.

    Returns:
        All sentences; where the table of translations is missing or is another report's, those
        that the report itself holds.
    """
    names = tuple(system.name for system in report.systems)
    unit = _unit(report)
    try:
        path = folder / TRANSLATIONS
        rows = _read_table(path, path.stat().st_mtime_ns, len(names), unit)
        if len(rows) == report.test_sentences:
            return Sentences(names, rows, unit, complete=True)
    except (OSError, ValueError, csv.Error):
        pass
    rows = tuple(
        Sentence(
            number,
            row.source,
            row.reference,
            tuple(row.translations[name] for name in names),
            tuple(row.scores[name] for name in names),
            source_length(row.source, unit),
        )
        for number, row in enumerate(report.differences, start=1)
    )
    return Sentences(names, rows, unit, complete=False)


def choose(sentences: Sequence[Sentence], choice: Choice) -> list[Sentence]:
    """Filters and sorts sentences; those that sort alike stay in the order of the test set.

    Args:
        sentences: Sentences in the order of the test set.
        choice: Which, and in what order.

    Returns:
        The chosen ones.
    """
    low = choice.shortest if choice.shortest is not None else 0
    high = choice.longest if choice.longest is not None else float("inf")
    pattern = _pattern(choice.word)
    found = [
        each
        for each in sentences
        if low <= each.length <= high
        and (pattern is None or any(map(pattern.search, _texts(each, choice.part))))
    ]
    return sorted(found, key=_key(choice.order))


def page_of(sentences: Sequence[Sentence], page: int, per_page: int) -> Page:
    """Cuts one page out; a number beyond the ends gives the page at that end.

    Example:
        >>> page_of([], 3, 20)
        Page(rows=(), first=0, found=0, page=1, pages=1)
    """
    pages = max(1, -(-len(sentences) // per_page))
    page = min(max(1, page), pages)
    start = (page - 1) * per_page
    rows = tuple(sentences[start : start + per_page])
    return Page(rows, start + 1 if rows else 0, len(sentences), page, pages)


def _unit(report: Report) -> LengthUnit:
    """What the report's own lengths count, so that the two agree."""
    for system in report.systems:
        for bucket in system.bleu_by_length:
            return bucket.unit
    sources = [row.source for row in report.differences]
    return "characters" if language_of(report.source_lang, sources) in SPACELESS else "words"


@functools.lru_cache(maxsize=4)
def _read_table(path: Path, version: int, systems: int, unit: LengthUnit) -> tuple[Sentence, ...]:
    """Reads a table of translations; again only when `version` tells of a change."""
    found = []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.reader(stream)):
            if len(row) != 2 + 2 * systems:
                raise ValueError(f"{path}: not a table of {systems} systems")
            if number:
                source, reference, *translations = map(from_inert, row[: 2 + systems])
                found.append(
                    Sentence(
                        number,
                        source,
                        reference,
                        tuple(translations),
                        tuple(map(float, row[2 + systems :])),
                        source_length(source, unit),
                    )
                )
    return tuple(found)


def _pattern(word: str) -> re.Pattern[str] | None:
    word = " ".join(word.split())
    if not word:
        return None
    inside = not re.match(r"\w", word) or _SPACELESS.match(word)
    start = "" if inside else r"(?<!\w)"
    return re.compile(start + re.escape(word).replace(r"\ ", r"\s+"), re.IGNORECASE)


def _texts(sentence: Sentence, part: Part) -> tuple[str, ...]:
    if part == "source":
        return (sentence.source,)
    if part == "reference":
        return (sentence.reference,)
    if part == "translations":
        return sentence.translations
    return (sentence.source, sentence.reference, *sentence.translations)


def _key(order: str | int) -> Callable[[Sentence], float]:
    if isinstance(order, int):
        return lambda sentence: -sentence.lead(order)
    keys: dict[str, Callable[[Sentence], float]] = {
        "gap": lambda sentence: -sentence.gap,
        "longest": lambda sentence: -sentence.length,
        "shortest": lambda sentence: sentence.length,
        "file": lambda sentence: sentence.number,
    }
    return keys[order]
