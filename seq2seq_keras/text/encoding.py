"""Sentence pairs as token ids in flat arrays, as processes hand them over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from seq2seq_keras.text.tokenizer import END, START, Tokenizer


class EncodedSide(NamedTuple):
    """One side of some pairs: their tokens one row after the other, and the rows' lengths."""

    tokens: np.ndarray  # (all tokens,), of the narrowest type that holds the vocabulary
    lengths: np.ndarray  # (rows,), of the narrowest type likewise


class EncodedChunk(NamedTuple):
    """Those pairs of some that are not too long."""

    source: EncodedSide
    target: EncodedSide
    is_kept: np.ndarray  # (pairs,) of bool: whether each of those that were given is among them


def encode_chunk(
    source_tokenizer: Tokenizer,
    target_tokenizer: Tokenizer,
    max_length: int,
    chunk: tuple[Sequence[str], Sequence[str]],
) -> EncodedChunk:
    """Encodes some sentence pairs for training.

    Args:
        source_tokenizer: encodes the sources.
        target_tokenizer: encodes the targets.
        max_length: most tokens of a sentence; pairs with a longer side are left out.
        chunk: sources, and as many targets.

    Returns:
        The rows of the other pairs: sources with END behind them, targets between START and END.

    Example:
        >>> tokenizer = train_tokenizer("char", ["ab"], 10)          # doctest: +SKIP
        >>> encode_chunk(tokenizer, tokenizer, 9, (["a"], ["b"])).target.tokens
        array([1, 5, 2], dtype=uint16)
    """
    sources, targets = (
        tokenizer.encode_all(sentences)
        for tokenizer, sentences in zip((source_tokenizer, target_tokenizer), chunk, strict=True)
    )
    longest = np.maximum(*(np.fromiter(map(len, side), "int64") for side in (sources, targets)))
    is_short = longest <= max_length
    kept = np.flatnonzero(is_short).tolist()
    return EncodedChunk(
        _flat([[*sources[index], END] for index in kept], source_tokenizer.vocab_size, max_length),
        _flat(
            [[START, *targets[index], END] for index in kept],
            target_tokenizer.vocab_size,
            max_length,
        ),
        is_short,
    )


def _flat(rows: Sequence[Sequence[int]], vocab_size: int, max_length: int) -> EncodedSide:
    lengths = np.fromiter(map(len, rows), np.min_scalar_type(max(max_length + 2, 256)), len(rows))
    tokens = np.fromiter(
        (token for row in rows for token in row),
        np.min_scalar_type(max(vocab_size, 256)),
        int(lengths.sum()),
    )
    return EncodedSide(tokens, lengths)
