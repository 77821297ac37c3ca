"""Dividing sentence pairs so that no sentence stands in two parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

from seq2seq_keras.errors import InputError

_DEFAULT_SHARE = 1 / 20
_MOST = 2000


def sentence_key(sentence: str) -> str:
    """Returns what two sentences have in common that differ in case, width or spacing only."""
    return " ".join(unicodedata.normalize("NFKC", sentence).casefold().split())


def connected_pairs(sources: Sequence[str], targets: Sequence[str]) -> list[list[int]]:
    """Groups pairs that share a source or a target, directly or through other pairs.

    Returns:
        The groups' indices, ordered by their first one: the connected components of the
        graph whose edges are equal sentences.
    """
    parent = list(range(len(sources)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]  # halves the path for the next visitor
            index = parent[index]
        return index

    for side in (sources, targets):
        first: dict[str, int] = {}
        for index, sentence in enumerate(side):
            one, other = root(first.setdefault(sentence_key(sentence), index)), root(index)
            parent[max(one, other)] = min(one, other)
    groups: dict[int, list[int]] = {}
    for index in range(len(sources)):
        groups.setdefault(root(index), []).append(index)
    return list(groups.values())


def apart(
    pairs: tuple[Sequence[str], Sequence[str]],
    others: Iterable[tuple[Sequence[str], Sequence[str]]],
) -> list[int]:
    """Returns the indices of pairs of which neither sentence stands in others on its side."""
    seen: tuple[set[str], set[str]] = (set(), set())
    for other in others:
        for keys, sentences in zip(seen, other, strict=True):
            keys.update(map(sentence_key, sentences))
    return [
        index
        for index, pair in enumerate(zip(*pairs, strict=True))
        if not any(sentence_key(text) in keys for text, keys in zip(pair, seen, strict=True))
    ]


def split_indices(
    sources: Sequence[str],
    targets: Sequence[str],
    valid: int | float | None,
    test: int | float | None,
    seed: int,
) -> tuple[list[int], list[int], list[int]]:
    """Returns the indices of train, valid and test; see `Corpus.split`."""
    valid_size = _size("valid", valid, len(sources))
    test_size = _size("test", test, len(sources))
    if valid_size + test_size >= len(sources):
        raise InputError(
            f"a corpus of {len(sources)} pairs cannot give {valid_size} for validation and "
            f"{test_size} for test and keep some to train on; ask for less, or give more pairs"
        )
    groups = connected_pairs(sources, targets)
    parts = 1 + (valid_size > 0) + (test_size > 0)
    if len(groups) < parts:
        raise InputError(
            f"the corpus cannot be divided into {parts} parts that share no sentence: its "
            f"{len(sources)} pairs hang together in {len(groups)} group(s) of equal sentences; "
            "give files of your own for validation and test, or more pairs"
        )
    shuffled = [groups[index] for index in np.random.default_rng(seed).permutation(len(groups))]
    largest = shuffled.pop(max(range(len(groups)), key=lambda index: len(shuffled[index])))
    test_part, rest = _take(shuffled, test_size, kept=int(valid_size > 0))
    valid_part, rest = _take(rest, valid_size, kept=0)
    train_part = largest + [index for group in rest for index in group]
    return sorted(train_part), sorted(valid_part), sorted(test_part)


def _take(groups: list[list[int]], size: int, kept: int) -> tuple[list[int], list[list[int]]]:
    """Fills a part with groups that fit into it, and returns it with the other groups.

    Where none fits it gets the smallest. At least `kept` groups are left over.
    """
    taken: list[int] = []
    rest: list[list[int]] = []
    for position, group in enumerate(groups):
        untouched = len(rest) + len(groups) - position
        if len(group) <= size - len(taken) and untouched > kept:
            taken += group
        else:
            rest.append(group)
    if size and not taken:
        taken = rest.pop(min(range(len(rest)), key=lambda index: len(rest[index])))
    return taken, rest


def _size(name: str, size: int | float | None, pairs: int) -> int:
    """Returns a number of pairs."""
    if size is None:
        return min(max(1, round(pairs * _DEFAULT_SHARE)), _MOST)
    if isinstance(size, float) and 0 < size < 1:
        return max(1, round(pairs * size))
    if size < 0 or size != int(size):
        raise InputError(f"{name}: expected a number of pairs or a share below 1, received {size}")
    return int(size)
