"""The tokens of all sentences of a side, one after the other in one flat array."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np

from seq2seq_keras.corpus.store import Pile

MOST_IN_MEMORY = 16_000_000
"""Tokens of one side up to which they are kept in memory."""

_BLOCK = 64


class TokenRows(Sequence[np.ndarray]):
    """Rows of token ids: pieces of one flat array, which may be mapped from a file.

    Args:
        tokens: all ids, row after row: (tokens,). Also an attribute.
        lengths: how many each row has: (rows,), of any integers. Also an attribute.

    Example:
        >>> rows = TokenRows.of([[4, 2], [5, 6, 2]])
        >>> rows[1], rows.lengths
        (array([5, 6, 2], dtype=int32), array([2, 3]))
    """

    def __init__(self, tokens: np.ndarray, lengths: np.ndarray) -> None:
        self.tokens = tokens
        self.lengths = lengths
        # Where every so-manieth row begins; where the others do takes a short sum, no memory.
        blocks = np.add.reduceat(lengths, np.arange(0, len(lengths), _BLOCK), dtype="int64")
        self._starts = np.concatenate([np.zeros(1, "int64"), np.cumsum(blocks)])

    @classmethod
    def of(cls, rows: Iterable[Sequence[int] | np.ndarray]) -> TokenRows:
        """Puts rows one after the other."""
        store = TokenStore()
        for row in rows:
            store.extend(np.asarray(row, "int32"), np.array([len(row)]))
        return store.rows()

    def __len__(self) -> int:
        return len(self.lengths)

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> list[np.ndarray]: ...
    def __getitem__(self, index: int | slice) -> np.ndarray | list[np.ndarray]:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"row {index} of {len(self)}")
        block, place = divmod(index % len(self), _BLOCK)
        before = self.lengths[block * _BLOCK : block * _BLOCK + place]
        start = int(self._starts[block]) + int(before.sum())
        end = start + int(self.lengths[block * _BLOCK + place])
        return self.tokens[start:end].astype("int32")

    def __iter__(self) -> Iterator[np.ndarray]:
        return map(self.__getitem__, range(len(self)))


class TokenStore:
    """Takes rows one after the other; many go into a file without a name.

    Example:
        >>> store = TokenStore()
        >>> store.extend(np.array([4, 2, 5, 6, 2]), np.array([2, 3]))
        >>> len(store.rows())
        2
    """

    def __init__(self) -> None:
        self._few: list[np.ndarray] = []
        self._lengths: list[np.ndarray] = []
        self._type = np.dtype("int32")
        self._size = 0
        self._pile: Pile | None = None

    def extend(self, tokens: np.ndarray, lengths: np.ndarray) -> None:
        """Appends rows.

        Args:
            tokens: their tokens, row after row; always of one type.
            lengths: how many each row has.

        Raises:
            WorkError: if the disk for temporary files is full.
        """
        self._type = tokens.dtype
        self._few.append(tokens)
        self._lengths.append(lengths)
        self._size += len(tokens)
        if self._size > MOST_IN_MEMORY:
            self._spill()

    def rows(self) -> TokenRows:
        """Returns all that was taken."""
        lengths = np.concatenate(self._lengths) if self._lengths else np.zeros(0, "int64")
        if self._pile is not None:
            return TokenRows(self._pile.mapped(self._type), lengths)
        tokens = np.concatenate(self._few) if self._few else np.zeros(0, self._type)
        return TokenRows(tokens, lengths)

    def _spill(self) -> None:
        if self._pile is None:
            self._pile = Pile()
        for tokens in self._few:
            self._pile.append(tokens.data)  # `tofile` says nothing of a full disk
        self._few = []
