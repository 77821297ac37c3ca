"""Sentences of a large corpus, on the disk."""

from __future__ import annotations

import itertools
import os
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import overload

import numpy as np

from seq2seq_keras.errors import WorkError

MOST_IN_MEMORY = 200_000
"""Sentences of one side up to which they are simply a list."""

CHUNK = 8192
"""Sentences that are read, cleaned or encoded at a time."""


class Pile:
    """A file without a name, gone with its last user, in which things only pile up."""

    def __init__(self) -> None:
        try:
            self._file = tempfile.TemporaryFile(prefix="seq2seq-keras-")  # noqa: SIM115
        except OSError as error:
            raise _no_room(error) from error
        self._turn = threading.Lock()

    def append(self, content: bytes | memoryview) -> None:
        """Writes at the end.

        Raises:
            WorkError: if the disk for temporary files is full.
        """
        try:
            self._file.seek(0, os.SEEK_END)
            self._file.write(content)
            self._file.flush()
        except OSError as error:
            raise _no_room(error) from error

    def mapped(self, dtype: np.dtype) -> np.ndarray:
        """Returns all of it as an array that is read from the disk where it is looked at."""
        return np.memmap(self._file, dtype, "r")

    def read(self, start: int, size: int) -> bytes:
        """Returns so many bytes from a place on."""
        # Not a memory map: what was read of one counts to the memory of the process.
        with self._turn:
            self._file.seek(start)
            return self._file.read(size)


class StoredSentences(Sequence[str]):
    """A sequence of sentences that lies in files and takes no memory.

    Iterating and slicing read many sentences at once; a single one costs two system calls.

    Args:
        text: the text of all sentences, one directly after the other.
        bounds: where the first one begins and where each ends, in bytes, as int64.
        count: how many there are.
        rows: which of them are meant, in order; by default all.
    """

    def __init__(
        self, text: Pile, bounds: Pile, count: int, rows: np.ndarray | None = None
    ) -> None:
        self._text = text
        self._bounds = bounds
        self._count = count
        self._rows = rows

    def __len__(self) -> int:
        return self._count if self._rows is None else len(self._rows)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return self._read(np.arange(*index.indices(len(self))))
        if not -len(self) <= index < len(self):
            raise IndexError(f"sentence {index} of {len(self)}")
        return self._read(np.array([index % len(self)]))[0]

    def __iter__(self) -> Iterator[str]:
        for first in range(0, len(self), CHUNK):
            yield from self[first : first + CHUNK]

    def rows_at(self, indices: np.ndarray) -> np.ndarray:
        """Returns which of all sentences in the file are those at `indices`."""
        rows = indices if self._rows is None else self._rows[indices]
        # Half the memory wherever four bytes can count them.
        narrow = np.int32 if self._count <= np.iinfo(np.int32).max else np.int64
        return rows.astype(narrow, copy=False)

    def with_rows(self, rows: np.ndarray) -> StoredSentences:
        """Returns those of all sentences in the file, without reading any."""
        return StoredSentences(self._text, self._bounds, self._count, rows)

    def shares_rows(self, other: Sequence[str]) -> bool:
        """Whether the sentences of two sides of a corpus lie at the same places of their files."""
        return isinstance(other, StoredSentences) and self._rows is other._rows

    def _read(self, indices: np.ndarray) -> list[str]:
        rows = indices if self._rows is None else self._rows[indices]
        if not len(rows):
            return []
        low, high = int(rows.min()), int(rows.max())
        if high - low > 4 * len(rows) + 64:  # far apart
            return [text for row in rows.tolist() for text in self._stretch(row, row)]
        stretch = self._stretch(low, high)
        return [stretch[row] for row in (rows - low).tolist()]

    def _stretch(self, low: int, high: int) -> list[str]:
        """All sentences from one to another."""
        bounds = np.frombuffer(self._bounds.read(8 * low, 8 * (high - low + 2)), np.int64)
        text = self._text.read(int(bounds[0]), int(bounds[-1] - bounds[0]))
        places = (bounds - bounds[0]).tolist()
        return [text[start:end].decode() for start, end in itertools.pairwise(places)]


class SentenceStore:
    """Takes sentences one after the other, and keeps them as a list as long as they are few.

    Example:
        >>> store = SentenceStore()
        >>> store.extend(["Hi.", "Bye."])
        >>> store.sentences()
        ['Hi.', 'Bye.']
    """

    def __init__(self) -> None:
        self._few: list[str] = []
        self._piles: tuple[Pile, Pile] | None = None
        self._count = 0  # of those on the disk
        self._size = 0  # of their text, in bytes

    def __len__(self) -> int:
        return self._count + len(self._few)

    def extend(self, sentences: Iterable[str]) -> None:
        """Appends sentences.

        Raises:
            WorkError: if the disk for temporary files is full.
        """
        self._few.extend(sentences)
        if self._piles is not None or len(self._few) > MOST_IN_MEMORY:
            self._spill()

    def sentences(self) -> Sequence[str]:
        """Returns all that was taken; afterwards nothing more can be."""
        if self._piles is None:
            return self._few
        return StoredSentences(*self._piles, self._count)

    def _spill(self) -> None:
        if self._piles is None:
            self._piles = Pile(), Pile()
            self._piles[1].append(bytes(8))
        text, bounds = self._piles
        few, self._few = self._few, []
        for chunk in chunked(few):
            encoded = [sentence.encode() for sentence in chunk]
            text.append(b"".join(encoded))
            lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
            bounds.append((self._size + np.cumsum(lengths)).tobytes())
            self._count += len(encoded)
            self._size += int(lengths.sum())


def _no_room(error: OSError) -> WorkError:
    """Says that there is no room for what a large corpus leaves on the disk."""
    return WorkError(
        f"{tempfile.gettempdir()}: a corpus of this size needs room there "
        f"({error.strerror or error}); make some, or set TMPDIR to another folder"
    )


def take(
    sides: tuple[Sequence[str], Sequence[str]], indices: Collection[int] | np.ndarray
) -> tuple[Sequence[str], Sequence[str]]:
    """Returns the sentences of both sides at `indices`, as lists unless they are many and stored.

    Example:
        >>> take((["a", "b", "c"], ["x", "y", "z"]), [2, 0])
        (['c', 'a'], ['z', 'x'])
    """
    rows: np.ndarray | None = None
    taken: list[Sequence[str]] = []
    for side in sides:
        if not isinstance(side, StoredSentences):
            taken.append([side[index] for index in indices])
            continue
        if rows is None or not side.shares_rows(sides[0]):
            rows = side.rows_at(np.fromiter(indices, np.int64, len(indices)))
        part = side.with_rows(rows)
        taken.append(part if len(part) > MOST_IN_MEMORY else list(part))
    return taken[0], taken[1]


def chunked(sentences: Sequence[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    """Yields the sentences as lists of at most `size`."""
    for first in range(0, len(sentences), size):
        yield sentences[first : first + size]
