"""A large file of lines, cut into ranges that are read apart, in any process and any order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from seq2seq_keras.errors import InputError

_LARGEST = 4 * 2**20
_SMALLEST = 2**12
_A_WORKER = 8  # so that none waits long for the last


class Range(NamedTuple):
    """A part of a file in bytes; the lines that begin in it belong to it."""

    begin: int
    end: int


def ranges_of(file: Path, workers: int, begin: int = 0) -> list[Range]:
    """Cuts a file into ranges, from which workers take one after another.

    Args:
        file: The file.
        workers: How many there are.
        begin: The byte to begin at, the first of a line.

    Returns:
        The ranges in order; together they hold each line once.

    Example:
        >>> ranges_of(file_of_10_000_bytes, workers=1)
        [Range(begin=0, end=4096), Range(begin=4096, end=8192), Range(begin=8192, end=10000)]
    """
    size = file.stat().st_size
    step = min(_LARGEST, max(_SMALLEST, (size - begin) // (workers * _A_WORKER)))
    return [Range(start, min(size, start + step)) for start in range(begin, size, step)]


def lines_in(file: Path, part: Range) -> Iterator[str]:
    """Yields the lines of UTF-8 text that begin in a range, without their line feeds.

    Only a line feed ends a line, as everywhere in this program's texts.

    Raises:
        InputError: if one is not UTF-8.
    """
    for position, line in _raw(file, part):
        try:
            text = line.decode("utf-8-sig" if position == 0 else "utf-8")
        except UnicodeDecodeError as error:
            raise InputError(
                f"{file}, line {line_number(file, position)}: not UTF-8 ({error.reason} at byte "
                f"{error.start + 1}); convert the text to UTF-8"
            ) from None
        yield text.rstrip("\r\n")


def _raw(file: Path, part: Range) -> Iterator[tuple[int, bytes]]:
    with file.open("rb") as stream:
        if part.begin:
            stream.seek(part.begin - 1)
            stream.readline()  # the end of a line that began before, be it its line feed alone
        while (position := stream.tell()) < part.end and (line := stream.readline()):
            yield position, line


def line_number(file: Path, position: int) -> int:
    """Tells which line, from 1, begins at a byte."""
    with file.open("rb") as stream:
        return 1 + sum(piece.count(b"\n") for piece in _pieces(stream, position))


def position_after(file: Path, lines: int) -> int:
    """Tells at which byte a file goes on after so many lines."""
    with file.open("rb") as stream:
        for _ in range(lines):
            stream.readline()
        return stream.tell()


def _pieces(stream, size: int) -> Iterator[bytes]:  # type: ignore[no-untyped-def]
    while size and (piece := stream.read(min(size, _LARGEST))):
        size -= len(piece)
        yield piece
