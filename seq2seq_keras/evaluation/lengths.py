"""BLEU against the length of the source sentence: where attention earns its keep."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from seq2seq_keras.evaluation.significance import ScoredOutput, interval_95
from seq2seq_keras.languages import SPACELESS, language_of

LengthUnit = Literal["words", "characters"]

_WIDTHS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class LengthBucket(BaseModel):
    """The sentences whose source is `low` to `high` units long, and the BLEU of their corpus.

    Attributes:
        low: Shortest length that belongs here.
        high: Longest.
        unit: What a length counts: words, or characters where words are not spaced.
        sentences: How many sentences fell here; never 0.
        bleu: Corpus BLEU over them.
        bleu_low: Lower end of its 95% bootstrap interval.
        bleu_high: Upper end.
    """

    model_config = ConfigDict(frozen=True)

    low: int
    high: int
    unit: LengthUnit
    sentences: int
    bleu: float
    bleu_low: float
    bleu_high: float


def bleu_by_length(
    sources: Sequence[str],
    hypotheses: Sequence[str] | ScoredOutput,
    references: Sequence[str] | None = None,
    target_lang: str | None = None,
    buckets: int = 6,
    source_lang: str | None = None,
) -> list[LengthBucket]:
    """Scores short and long source sentences apart.

    Buckets are equally wide, in round numbers (1 to 5, 6 to 10, ...), wide enough that about
    `buckets` of them hold 95 of 100 sentences; longer sentences share one more. A bucket of too
    few sentences (under 20, or 2 of 100) joins its neighbour: its BLEU would be noise. The same
    sources always give the same buckets, whatever the system.

    Args:
        sources: The source sentences.
        hypotheses: A system's translations of them, or its `ScoredOutput`.
        references: The right translations; not needed beside a `ScoredOutput`.
        target_lang: Language code of the translations; None to go by their script.
        buckets: About how many buckets to make.
        source_lang: Language code of the sources; None to go by their script.

    Returns:
        The buckets that hold sentences, short to long.

    Raises:
        InputError: If there is no sentence, or not one reference for each hypothesis.

    Example:
        >>> translations = ["He speaks French."] * 30
        >>> found = bleu_by_length(["Il parle français."] * 30, translations, translations)
        >>> [(bucket.low, bucket.high, round(bucket.bleu)) for bucket in found]
        [(3, 3, 100)]
    """
    if not isinstance(hypotheses, ScoredOutput):
        hypotheses = ScoredOutput(hypotheses, references or [], target_lang)
    unit: LengthUnit = "characters" if language_of(source_lang, sources) in SPACELESS else "words"
    lengths = np.array([source_length(source, unit) for source in sources])
    found = []
    for low, high in length_bounds(lengths, buckets):
        rows = np.flatnonzero((lengths >= low) & (lengths <= high))
        bleu_low, bleu_high = interval_95(hypotheses.draw("bleu", rows))
        found.append(
            LengthBucket(
                low=low,
                high=high,
                unit=unit,
                sentences=len(rows),
                bleu=hypotheses.value("bleu", rows),
                bleu_low=bleu_low,
                bleu_high=bleu_high,
            )
        )
    return found


def source_length(source: str, unit: LengthUnit) -> int:
    """Length of a sentence in words between spaces, or in characters without its spaces.

    An empty line counts as 1, so that every sentence belongs to a bucket.
    """
    words = source.split()
    return max(1, len(words) if unit == "words" else sum(map(len, words)))


def length_bounds(lengths: np.ndarray, buckets: int) -> list[tuple[int, int]]:
    """Cuts lengths of 1 and more into round, well-filled ranges, each (low, high) inclusive."""
    longest = int(lengths.max())
    usual = int(np.quantile(lengths, 0.95, method="higher"))
    width = next((width for width in _WIDTHS if width * buckets >= usual), _WIDTHS[-1])
    # A bucket reaches from one edge + 1 to the next; the last holds the few longest sentences.
    edges = [*(edge for edge in range(0, usual + width, width) if edge < longest), longest]
    fewest = max(20, len(lengths) // 50)
    kept = [0]
    for edge in edges[1:]:
        if np.sum((lengths > kept[-1]) & (lengths <= edge)) >= fewest:
            kept.append(edge)
    # What is left above the last full bucket joins it; if none was full there is one bucket.
    kept = [*kept[:-1], longest] if len(kept) > 1 else [0, longest]
    bounds = [(low + 1, high) for low, high in pairwise(kept)]
    bounds[0] = (int(lengths.min()), bounds[0][1])
    return bounds
