"""How much of a text a vocabulary covers, by its size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from seq2seq_keras.corpus.statistics import words_of


@dataclass(frozen=True)
class WordTally:
    """The words of one side of a corpus.

    Attributes:
        lengths: How many words each sentence has.
        counts: How often each word stands there, case aside.
    """

    lengths: list[int]
    counts: Counter[str]

    @cached_property
    def coverage(self) -> np.ndarray:
        """The share of the running words that the k most frequent words are, at k - 1."""
        counts = np.sort(np.fromiter(self.counts.values(), float, len(self.counts)))[::-1]
        return np.cumsum(counts) / max(1.0, counts.sum())

    def words_for(self, share: float) -> int:
        """Returns how many of the most frequent words cover `share` of the running words.

        Example:
            >>> tally_words(["a a a b", "c"]).words_for(0.8)
            2
        """
        # Sums of floats end a hair below or above what they stand for.
        enough = np.searchsorted(self.coverage, share - 1e-9)
        return min(int(enough) + 1, len(self.counts))


def tally_words(sentences: Iterable[str]) -> WordTally:
    """Counts words, as `count_words` does, and how many each sentence has.

    Example:
        >>> tally_words(["A dog, a cat.", "No."]).lengths
        [4, 1]
    """
    lengths: list[int] = []
    counts: Counter[str] = Counter()
    for sentence in sentences:
        words = words_of(sentence)
        lengths.append(len(words))
        counts.update(words)
    return WordTally(lengths, counts)
