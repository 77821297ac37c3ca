"""Sentence pairs as batches of token ids: similar lengths together, in a reproducible order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from seq2seq_keras.text import END, PADDING, START


class Batch(NamedTuple):
    """Three int32 arrays padded with 0: what the network reads and what it should say."""

    source: np.ndarray  # (batch, source_time), every row ends with END
    target_input: np.ndarray  # (batch, target_time), every row starts with START
    target_output: np.ndarray  # (batch, target_time), the same one step later, ends with END


class _Encoder(Protocol):
    def encode(self, text: str) -> list[int]: ...


@dataclass(frozen=True)
class EncodedPairs:
    """Sentence pairs as token ids, encoded once and batched anew each epoch.

    Attributes:
        sources: a row a pair, END last.
        targets: a row a pair, START first and END last.
        indices: where each pair stood in the corpus it came from.
        left_out: pairs that were longer than `max_length` on either side.
    """

    sources: list[np.ndarray]
    targets: list[np.ndarray]
    indices: np.ndarray
    left_out: int

    def __len__(self) -> int:
        return len(self.sources)

    @property
    def target_tokens(self) -> int:
        """Tokens that the network has to predict, END counted."""
        return sum(len(row) - 1 for row in self.targets)

    def batch(
        self, rows: Sequence[int] | np.ndarray, multiple: int = 1, size: int | None = None
    ) -> Batch:
        """Pads the given rows to their longest.

        Args:
            rows: row numbers.
            multiple: the width is rounded up to a multiple of so many tokens.
            size: the batch is filled up to so many rows with ones that have nothing to
                predict, and so count for nothing.

        Returns:
            The batch.
        """
        sources = [self.sources[row] for row in rows]
        targets = [self.targets[row] for row in rows]
        missing = max(0, (size or 0) - len(sources))
        nothing = [np.zeros(0, "int32")] * missing
        return Batch(
            pad(sources + sources[:1] * missing, multiple),
            pad([row[:-1] for row in targets] + nothing, multiple),
            pad([row[1:] for row in targets] + nothing, multiple),
        )


def encode_pairs(
    sources: Sequence[str],
    targets: Sequence[str],
    source_tokenizer: _Encoder,
    target_tokenizer: _Encoder,
    max_length: int,
) -> EncodedPairs:
    """Encodes sentence pairs for training.

    Args:
        sources: source sentences.
        targets: their translations.
        source_tokenizer: anything with `encode(text) -> list[int]`.
        target_tokenizer: likewise.
        max_length: most tokens of a sentence; pairs with a longer side are left out.

    Returns:
        The encoded pairs, and how many were left out.
    """
    kept_sources, kept_targets, indices = [], [], []
    for index, (source, target) in enumerate(zip(sources, targets, strict=True)):
        source_ids = source_tokenizer.encode(source)
        target_ids = target_tokenizer.encode(target)
        if max(len(source_ids), len(target_ids)) > max_length:
            continue
        kept_sources.append(np.array([*source_ids, END], "int32"))
        kept_targets.append(np.array([START, *target_ids, END], "int32"))
        indices.append(index)
    return EncodedPairs(
        kept_sources, kept_targets, np.array(indices, "int64"), len(sources) - len(indices)
    )


def pad(rows: Sequence[np.ndarray], multiple: int = 1) -> np.ndarray:
    """Stacks rows of different length into one int32 array, filled up with padding.

    Args:
        rows: one-dimensional arrays of ids.
        multiple: the width is rounded up to one. Compilers that make a program for every
            shape (XLA) then meet few shapes; beyond eight multiples the steps double, and
            double again, because long sentences are rare.

    Returns:
        Array (rows, width).
    """
    width = max(len(row) for row in rows)
    if multiple > 1:
        step = multiple
        while width > 8 * step:
            step *= 2
        width = -(-width // step) * step
    padded = np.full((len(rows), width), PADDING, "int32")
    for line, row in zip(padded, rows, strict=True):
        line[: len(row)] = row
    return padded


def epoch_batches(pairs: EncodedPairs, batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    """Groups all pairs into the batches of one epoch.

    Pairs of the same target length, and among those of similar source length, go together,
    so that little is padding. Which of the pairs of equal lengths meet, and the order of
    the batches, are drawn anew each epoch from (seed, epoch) alone.

    Args:
        pairs: the encoded pairs.
        batch_size: pairs a batch; the last group may be smaller.
        seed: the run's seed.
        epoch: number of the epoch.

    Returns:
        A list of row numbers for `EncodedPairs.batch`; each row occurs exactly once.
    """
    random = np.random.default_rng((seed, epoch))
    target_lengths = np.array([len(row) for row in pairs.targets])
    source_lengths = np.array([len(row) for row in pairs.sources])
    # Source lengths run up and down in turn, so that a batch reaching into the next target
    # length still finds sources of similar length there.
    source_lengths[target_lengths % 2 == 1] *= -1
    shuffled = random.permutation(len(pairs))
    order = shuffled[np.lexsort((source_lengths[shuffled], target_lengths[shuffled]))]
    batches = [order[first : first + batch_size] for first in range(0, len(order), batch_size)]
    return [batches[number] for number in random.permutation(len(batches))]


def sorted_batches(pairs: EncodedPairs, batch_size: int) -> Iterator[np.ndarray]:
    """Yields row numbers batch by batch from short to long, for validation."""
    order = np.lexsort(([len(row) for row in pairs.sources], [len(row) for row in pairs.targets]))
    for first in range(0, len(order), batch_size):
        yield order[first : first + batch_size]
