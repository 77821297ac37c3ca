"""One side of some pairs, seen as one long text: most sentences need no look of their own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from seq2seq_keras.corpus.cleaning.characters import bits_of


class Side:
    """Sentences, and what can be told of all of them at once.

    Args:
        texts: The sentences. A character's place in the joined text tells the sentence.

    Example:
        >>> side = Side(["Salt & pepper.", "Nothing.", "R & B."])
        >>> side.holding("&").tolist(), side.lengths.tolist()
        ([0, 2], [14, 8, 6])
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def joined(self) -> str:
        """All sentences, each with a line break behind it."""
        return "".join([f"{text}\n" for text in self.texts])

    @cached_property
    def folded(self) -> str:
        """`joined` in lower case, character by character: places are the same."""
        lower = self.joined.lower()
        if len(lower) == len(self.joined):
            return lower
        return "".join([low if len(low := each.lower()) == 1 else each for each in self.joined])

    @cached_property
    def lengths(self) -> np.ndarray:
        """The characters of each sentence."""
        return np.fromiter(map(len, self.texts), np.int64, len(self.texts))

    @cached_property
    def starts(self) -> np.ndarray:
        """Where in `joined` each sentence begins."""
        return np.cumsum(self.lengths + 1) - (self.lengths + 1)

    @cached_property
    def bits(self) -> np.ndarray:
        """What each character of `joined` is."""
        data = self.joined.encode("utf-32-le", "surrogatepass")
        return bits_of(np.frombuffer(data, np.uint32))

    @cached_property
    def held(self) -> np.ndarray:
        """What there is in each sentence: the bits of all its characters."""
        if not len(self):
            return np.zeros(0, np.uint64)
        return np.bitwise_or.reduceat(self.bits, self.starts)

    def with_all(self, *wanted: int) -> np.ndarray:
        """The indices of sentences that hold a character of each of these sorts."""
        found = np.ones(len(self), bool)
        for bit in wanted:
            found &= (self.held & np.uint64(bit)) != 0
        return np.flatnonzero(found)

    def count(self, bits: int) -> np.ndarray:
        """How many characters of these sorts each sentence holds."""
        if not len(self):
            return np.zeros(0, np.int64)
        found = (self.bits & np.uint64(bits)) != 0
        return np.add.reduceat(found, self.starts, dtype=np.int64)

    def holding(self, *texts: str, folded: bool = False) -> np.ndarray:
        """The indices of sentences that hold one of these texts.

        Args:
            *texts: In lower case where `folded`.
            folded: Whether case does not matter.
        """
        whole = self.folded if folded else self.joined
        places = []
        for text in texts:
            place = whole.find(text)
            while place >= 0:
                places.append(place)
                place = whole.find(text, place + 1)
        return np.unique(np.searchsorted(self.starts, places, side="right") - 1)
