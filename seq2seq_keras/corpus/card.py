"""A corpus card: what a translator was trained on, to be kept with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Self

import numpy as np
from pydantic import BaseModel, ValidationError

from seq2seq_keras.corpus.coverage import tally_words
from seq2seq_keras.corpus.pairs import Splits

_SAMPLE = 100_000
"""Pairs that lengths and words are counted in."""

_RANGES = 12
_SHARES = (0.5, 0.8, 0.9, 0.95, 0.99)


class LengthRange(BaseModel):
    """How many sentences have from `low` to `high` words."""

    low: int
    high: int
    sentences: int


class Coverage(BaseModel):
    """How many of the most frequent words make up a share of the running words."""

    share: float
    words: int


class SideCard(BaseModel):
    """One side of the training part: its lengths and its vocabulary.

    Attributes:
        language: Its code, if known.
        words: Running words; punctuation does not count, each Han character does.
        distinct: Different words, case aside.
        lengths: Sentences by their words, the longest hundredth in the last range.
        coverage: The vocabulary that it takes, for some shares.
    """

    language: str | None = None
    words: int
    distinct: int
    lengths: list[LengthRange]
    coverage: list[Coverage]


class LeftOut(BaseModel):
    """Pairs that were left out for one reason, and how many there were then."""

    reason: str
    pairs: int
    remaining: int


class CorpusCard(BaseModel):
    """What a translator was trained on.

    Attributes:
        name: What the corpus is called.
        origins: Where its files are from, as `Provenance` has it.
        read: Pairs or rows that were read.
        mended: By rule, how many sentences it changed.
        left_out: What was left out, step by step.
        parts: Pairs to train, validate and test on.
        sampled: Training pairs of which lengths and words were counted.
        source: The sources of those.
        target: Their targets.
    """

    name: str
    origins: list[dict[str, Any]]
    read: int
    mended: dict[str, int]
    left_out: list[LeftOut]
    parts: dict[str, int]
    sampled: int
    source: SideCard
    target: SideCard

    @classmethod
    def of(cls, splits: Splits) -> Self:
        """Writes the card of a corpus that is divided.

        Args:
            splits: Its parts; those that were given beside it tell nothing of it.

        Example:
            >>> CorpusCard.of(corpus.split()).parts                  # doctest: +SKIP
            {'train': 18000, 'valid': 1000, 'test': 1000}
        """
        train = splits.train
        read = remaining = len(train) + train.held_out + sum(train.dropped.values())
        left_out = []
        for reason, count in train.dropped.items():
            remaining -= count
            left_out.append(LeftOut(reason=reason, pairs=count, remaining=remaining))
        sample = train.sample(_SAMPLE)
        return cls(
            name=train.name,
            origins=[
                {name: value for name, value in asdict(origin).items() if value is not None}
                for origin in train.origins
            ],
            read=read,
            mended=dict(train.cleaned.mended) if train.cleaned else {},
            left_out=left_out,
            parts={
                "train": len(train),
                "valid": len(splits.valid),
                "test": len(splits.test),
            },
            sampled=len(sample),
            source=_side(sample.sources, train.source_lang),
            target=_side(sample.targets, train.target_lang),
        )

    @classmethod
    def from_record(cls, record: Any) -> Self | None:
        """Reads the card in a translator's record; None where there is none, or a damaged one."""
        try:
            return cls.model_validate(record["corpus_card"])
        except (KeyError, TypeError, ValidationError):
            return None


def _side(sentences: Sequence[str], language: str | None) -> SideCard:
    tally = tally_words(sentences)
    lengths = np.array(tally.lengths)
    longest = max(1, int(np.percentile(lengths, 99, method="higher")))
    step = -(-longest // _RANGES)
    rank = np.minimum(np.maximum(lengths - 1, 0) // step, (longest - 1) // step)
    counts = np.bincount(rank)
    return SideCard(
        language=language,
        words=int(lengths.sum()),
        distinct=len(tally.counts),
        lengths=[
            LengthRange(low=low + 1, high=low + step, sentences=int(count))
            for low, count in zip(range(0, step * len(counts), step), counts, strict=True)
        ],
        coverage=[
            Coverage(share=share, words=tally.words_for(share)) for share in _SHARES if tally.counts
        ],
    )
