"""Dividing sentence pairs so that no sentence stands in two parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq_keras.corpus.keys import keys_of, sentence_key
from seq2seq_keras.errors import InputError

Numbers = NDArray[np.integer[Any]]

_DEFAULT_SHARE = 1 / 20
_MOST = 2000


def connected_pairs(
    sources: Sequence[str],
    targets: Sequence[str],
    key: Callable[[str], str] = sentence_key,
) -> np.ndarray:
    """Groups pairs that share a source or a target, directly or through other pairs.

    Those are the connected components of the graph whose edges are equal sentences. Each pair
    bears the number of a pair that it hangs together with; the smallest number that is met
    spreads through both sides, and over chains of pairs in strides that double (the algorithm
    FastSV of Zhang, Azad and Hu 2020, on arrays).

    Args:
        sources: the source sentences.
        targets: as many targets.
        key: what sentences that count as equal have in common.

    Returns:
        The group of each pair, (pairs,); groups are numbered from 0 in the order of their
        first pair.

    Example:
        >>> connected_pairs(["a", "b", "c"], ["x", "y", "X"])
        array([0, 1, 0])
    """
    count = len(sources)
    integer = np.int32 if count <= np.iinfo(np.int32).max else np.int64
    groups: Numbers = np.arange(count, dtype=integer)
    # Which sentence stands on each side of a pair: (pairs,), numbered from 0.
    sides: list[Numbers] = []
    is_repeated = np.zeros(count, bool)
    for side in (sources, targets):
        sentence: Numbers = _numbered(keys_of(side, key)).astype(integer)
        is_repeated |= np.bincount(sentence)[sentence] > 1
        sides.append(sentence)
    linked = np.flatnonzero(is_repeated)  # all others hang together with none
    lowest = _spread([_numbered(sentence[linked]) for sentence in sides])
    groups[linked] = linked[lowest]
    return _numbered(groups)


def _spread(sides: Sequence[Numbers]) -> Numbers:
    """Returns for each pair the lowest number of a pair that it hangs together with."""
    count = len(sides[0])
    smallest: Numbers = np.arange(count)
    while True:
        before = smallest
        for sentence in sides:
            least = np.full(count, count)
            np.minimum.at(least, sentence, smallest)
            lower = least[sentence]
            # The pair whose number was borne follows, and with it all that bear it.
            smallest = np.minimum(smallest, lower)
            np.minimum.at(smallest, before, lower)
        smallest = smallest[smallest]
        if np.array_equal(smallest, before):
            return smallest


def _numbered(values: np.ndarray) -> np.ndarray:
    """Numbers equal values alike, in ascending order of the values."""
    return np.unique(values, return_inverse=True)[1]


def apart(
    pairs: tuple[Sequence[str], Sequence[str]],
    others: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> np.ndarray:
    """Returns the indices of pairs of which neither sentence stands in others on its side."""
    clear = np.ones(len(pairs[0]), bool)
    keys = [keys_of(side) for side in pairs] if others else []
    for other in others:
        for own, sentences in zip(keys, other, strict=True):
            clear &= ~np.isin(own, keys_of(sentences))
    return np.flatnonzero(clear)


def split_indices(
    sources: Sequence[str],
    targets: Sequence[str],
    valid: int | float | None,
    test: int | float | None,
    seed: int,
    key: Callable[[str], str] = sentence_key,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns the indices of train, valid and test; see `Corpus.split`."""
    valid_size = _size("valid", valid, len(sources))
    test_size = _size("test", test, len(sources))
    if valid_size + test_size >= len(sources):
        raise InputError(
            f"a corpus of {len(sources)} pairs cannot give {valid_size} for validation and "
            f"{test_size} for test and keep some to train on; ask for less, or give more pairs"
        )
    groups = connected_pairs(sources, targets, key)
    sizes = np.bincount(groups)
    parts = 1 + (valid_size > 0) + (test_size > 0)
    if len(sizes) < parts:
        raise InputError(
            f"the corpus cannot be divided into {parts} parts that share no sentence: its "
            f"{len(sources)} pairs hang together in {len(sizes)} group(s) of equal sentences; "
            "give files of your own for validation and test, or more pairs"
        )
    shuffled = np.random.default_rng(seed).permutation(len(sizes))
    largest = int(np.argmax(sizes[shuffled]))  # it is trained on
    rest = np.delete(shuffled, largest)
    tested, rest = _take(rest, sizes, test_size, kept=int(valid_size > 0))
    validated, _ = _take(rest, sizes, valid_size, kept=0)
    part_of_group = np.zeros(len(sizes), "int8")  # 0 is trained on
    part_of_group[validated], part_of_group[tested] = 1, 2
    part = part_of_group[groups]
    train, valid_part, test_part = (np.flatnonzero(part == number) for number in range(3))
    return train, valid_part, test_part


def _take(
    groups: np.ndarray, sizes: np.ndarray, size: int, kept: int
) -> tuple[np.ndarray, np.ndarray]:
    """Fills a part with groups that fit into it, and returns it with the other groups.

    Where none fits it gets the smallest. At least `kept` groups are left over.
    """
    taken: list[int] = []  # positions in `groups`
    room = size
    for position, group_size in enumerate(sizes[groups]):
        if not room or len(groups) - len(taken) <= kept:
            break
        if group_size <= room:
            taken.append(position)
            room -= group_size
    if size and not taken:
        taken = [int(np.argmin(sizes[groups]))]
    return groups[taken], np.delete(groups, taken)


def size_of_part(text: str) -> int | float:
    """Reads the size of a part as a person writes it.

    Args:
        text: a number of pairs, such as `2000` or `2,000`, or a percentage, such as `5%`.

    Returns:
        A number of pairs, or a share below 1.

    Raises:
        InputError: if it is neither.

    Example:
        >>> size_of_part("2000"), size_of_part("2.5%")
        (2000, 0.025)
    """
    number = text.strip()
    try:
        if number.endswith("%"):
            share = float(number[:-1]) / 100
            if 0 <= share < 1:
                return share or 0
        elif (pairs := int(number.replace(",", ""))) >= 0:
            return pairs
    except ValueError:
        pass
    raise InputError(f"{text}: expected a number of pairs, such as 2000, or a share, such as 5%")


def _size(name: str, size: int | float | None, pairs: int) -> int:
    """Returns a number of pairs."""
    if size is None:
        return min(max(1, round(pairs * _DEFAULT_SHARE)), _MOST)
    if isinstance(size, float) and 0 < size < 1:
        return max(1, round(pairs * size))
    if size < 0 or size != int(size):
        raise InputError(f"{name}: expected a number of pairs or a share below 1, received {size}")
    return int(size)
