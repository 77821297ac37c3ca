"""Sentence pairs as batches of token ids: similar lengths together, in a reproducible order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from seq2seq_keras.corpus.parallel import map_chunks
from seq2seq_keras.corpus.store import chunked
from seq2seq_keras.text import PADDING, Tokenizer
from seq2seq_keras.text.encoding import encode_chunk
from seq2seq_keras.training.token_rows import TokenRows, TokenStore

_SORTED_TOGETHER = 1_000_000
"""Pairs of which similar ones meet: enough for all lengths, and quick to sort."""


class Batch(NamedTuple):
    """Three int32 arrays padded with 0: what the network reads and what it should say."""

    source: np.ndarray  # (batch, source_time), every row ends with END
    target_input: np.ndarray  # (batch, target_time), every row starts with START
    target_output: np.ndarray  # (batch, target_time), the same one step later, ends with END


@dataclass(frozen=True)
class EncodedPairs:
    """Sentence pairs as token ids, encoded once and batched anew each epoch.

    Attributes:
        sources: a row a pair, END last.
        targets: a row a pair, START first and END last.
        is_kept: whether each pair of the corpus is among them; others were longer than
            `max_length` on either side.
    """

    sources: TokenRows
    targets: TokenRows
    is_kept: np.ndarray

    def __len__(self) -> int:
        return len(self.sources)

    @property
    def indices(self) -> np.ndarray:
        """Where each pair stood in the corpus."""
        return np.flatnonzero(self.is_kept)

    @property
    def left_out(self) -> int:
        """How many pairs of the corpus were too long."""
        return len(self.is_kept) - len(self)

    @property
    def target_tokens(self) -> int:
        """Tokens that the network has to predict, END counted."""
        return len(self.targets.tokens) - len(self.targets)

    def batch(
        self,
        rows: Sequence[int] | np.ndarray,
        multiple: int = 1,
        size: int | None = None,
        among: Sequence[int] | np.ndarray | None = None,
    ) -> Batch:
        """Pads the given rows to their longest.

        Args:
            rows: row numbers; there may be none.
            multiple: the width is rounded up to a multiple of so many tokens.
            size: the batch is filled up to so many rows with ones that have nothing to
                predict, and so count for nothing.
            among: rows, the given ones among them, to the longest of which they are padded.

        Returns:
            The batch.
        """
        sources = [self.sources[row] for row in rows]
        targets = [self.targets[row] for row in rows]
        missing = max(0, (size or 0) - len(sources))
        filler = [sources[0] if sources else self.sources[0][-1:]] * missing
        nothing = [np.zeros(0, "int32")] * missing
        beside = np.asarray(rows if among is None else among, "int64")
        source_width = int(self.sources.lengths[beside].max(initial=1))
        target_width = int(self.targets.lengths[beside].max(initial=2)) - 1
        return Batch(
            pad(sources + filler, multiple, source_width),
            pad([row[:-1] for row in targets] + nothing, multiple, target_width),
            pad([row[1:] for row in targets] + nothing, multiple, target_width),
        )


def encode_pairs(
    sources: Sequence[str],
    targets: Sequence[str],
    source_tokenizer: Tokenizer,
    target_tokenizer: Tokenizer,
    max_length: int,
) -> EncodedPairs:
    """Encodes sentence pairs for training, many of them in several processes.

    Args:
        sources: source sentences.
        targets: their translations.
        source_tokenizer: encodes the sources.
        target_tokenizer: encodes the targets.
        max_length: most tokens of a sentence; pairs with a longer side are left out.

    Returns:
        The encoded pairs, and how many were left out.

    Raises:
        WorkError: if there is no room for the tokens of a very large corpus.
    """
    chunks = zip(chunked(sources), chunked(targets), strict=True)
    encode = partial(encode_chunk, source_tokenizer, target_tokenizer, max_length)
    stores = TokenStore(), TokenStore()
    is_kept = [np.zeros(0, bool)]
    for encoded in map_chunks(encode, chunks):
        for store, side in zip(stores, (encoded.source, encoded.target), strict=True):
            store.extend(*side)
        is_kept.append(encoded.is_kept)
    source_rows, target_rows = (store.rows() for store in stores)
    return EncodedPairs(source_rows, target_rows, np.concatenate(is_kept))


def pad(rows: Sequence[np.ndarray], multiple: int = 1, width: int = 0) -> np.ndarray:
    """Stacks rows of different length into one int32 array, filled up with padding.

    Args:
        rows: one-dimensional arrays of ids.
        multiple: the width is rounded up to one. Compilers that make a program for every
            shape (XLA) then meet few shapes; beyond eight multiples the steps double, and
            double again, because long sentences are rare.
        width: at least so wide, before it is rounded up.

    Returns:
        Array (rows, width).
    """
    width = max([width, *(len(row) for row in rows)])
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
    order = np.arange(len(pairs), dtype="int32")  # half of what `permutation` would take
    random.shuffle(order)
    for first in range(0, len(order), _SORTED_TOGETHER):
        rows = order[first : first + _SORTED_TOGETHER]
        target_lengths = pairs.targets.lengths[rows]
        source_lengths = pairs.sources.lengths[rows].astype("int32")
        # Source lengths run up and down in turn, so that a batch reaching into the next target
        # length still finds sources of similar length there.
        source_lengths[target_lengths % 2 == 1] *= -1
        rows[:] = rows[np.lexsort((source_lengths, target_lengths))]
    batches = [order[first : first + batch_size] for first in range(0, len(order), batch_size)]
    return [batches[number] for number in random.permutation(len(batches))]


def sorted_batches(pairs: EncodedPairs, batch_size: int) -> Iterator[np.ndarray]:
    """Yields row numbers batch by batch from short to long, for validation."""
    order = np.lexsort((pairs.sources.lengths, pairs.targets.lengths))
    for first in range(0, len(order), batch_size):
        yield order[first : first + batch_size]
