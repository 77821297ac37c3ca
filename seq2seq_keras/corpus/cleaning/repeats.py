"""Rules that leave pairs out for what stands elsewhere in the corpus.

They see numbers of 64 bits in place of sentences: ten million pairs take 80 MB for each number.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from seq2seq_keras.corpus.cleaning.rule import Repeat
from seq2seq_keras.corpus.cleaning.side import Side
from seq2seq_keras.corpus.keys import near_key, numbers_of, sentence_key

MOST_TRANSLATIONS = 3


def _pair_keys(source: Side, target: Side) -> np.ndarray:
    return _joint(source.texts, target.texts)


def _near_keys(source: Side, target: Side) -> np.ndarray:
    return _joint(map(near_key, source.texts), map(near_key, target.texts))


def _joint(sources: Iterable[str], targets: Iterable[str]) -> np.ndarray:
    pairs = zip(sources, targets, strict=True)
    return numbers_of(f"{source}\0{target}" for source, target in pairs)[:, np.newaxis]


def _sentence_keys(source: Side, target: Side) -> np.ndarray:
    columns = [numbers_of(map(sentence_key, side.texts)) for side in (source, target)]
    return np.column_stack(columns)


def later_ones(keys: np.ndarray) -> np.ndarray:
    """Returns the indices of numbers that stood before, in order."""
    order = np.argsort(keys[:, 0], kind="stable")
    same = keys[order[1:], 0] == keys[order[:-1], 0]
    return np.sort(order[1:][same])


def ambiguous(keys: np.ndarray) -> np.ndarray:
    """Returns where sources stand again that have more than `MOST_TRANSLATIONS` translations."""
    if not len(keys):
        return np.zeros(0, np.int64)
    order = np.lexsort((keys[:, 1], keys[:, 0]))
    changed = keys[order][1:] != keys[order][:-1]
    new_source = np.concatenate([[True], changed[:, 0]])
    new_pair = np.concatenate([[True], changed.any(axis=1)])
    group = np.cumsum(new_source) - 1
    many = np.bincount(group, weights=new_pair) > MOST_TRANSLATIONS
    first = np.minimum.reduceat(order, np.flatnonzero(new_source))
    found = order[many[group]]
    return np.sort(np.setdiff1d(found, first[many], assume_unique=True))


REPEATS = (
    Repeat(
        "repeated",
        "occur a second time",
        "they count double and say nothing new",
        default=True,
        keys=_pair_keys,
        find=later_ones,
    ),
    Repeat(
        "near_repeated",
        "are as another but for case, punctuation, spaces and numbers",
        "they count double and say little new",
        keys=_near_keys,
        find=later_ones,
    ),
    Repeat(
        "inconsistent",
        "repeat a source that has more than three translations",
        "no network can know which one is meant",
        keys=_sentence_keys,
        find=ambiguous,
    ),
)
