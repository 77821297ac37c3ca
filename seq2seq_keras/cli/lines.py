"""Text in and out of the shell: a line a sentence, UTF-8, as many lines out as in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.storage import replaced_file


def read_lines(file: Path | None) -> Iterator[str]:
    """Yields lines of UTF-8 text; only a line feed ends a line, so that output stays aligned."""
    stream = file.open("rb") if file else sys.stdin.buffer
    with stream:
        for number, line in enumerate(stream, 1):
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{file or 'standard input'}, line {number}: not UTF-8 ({error.reason} at byte "
                    f"{error.start + 1}); convert the text to UTF-8"
                ) from None


def is_typed(file: Path | None) -> bool:
    """Whether a person is typing the lines and waits for the answer to each."""
    return file is None and sys.stdin.isatty()


def chunks(lines: Iterator[str], size: int) -> Iterator[list[str]]:
    """Yields the lines in lists of `size`."""
    chunk: list[str] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@contextmanager
def written_lines(file: Path | None) -> Iterator[Callable[[list[str]], None]]:
    """Gives a function that writes lines to a file, or without one to standard output.

    The file is replaced when all is written, and left as it is if anything fails before.

    Raises:
        WorkError: if it cannot be written.
    """
    if file is None:
        with failure_said("standard output"):
            yield _writer(sys.stdout.buffer)
        return
    with replaced(file) as stream:
        yield _writer(stream)


@contextmanager
def replaced(file: Path) -> Iterator[BinaryIO]:
    """Gives a stream into a file; it replaces what lies there when all is written.

    Raises:
        WorkError: if it cannot be written; what lies there is then left as it is.
    """
    with failure_said(str(file)), replaced_file(file) as stream:
        yield stream


def _writer(stream: BinaryIO) -> Callable[[list[str]], None]:
    def write(lines: list[str]) -> None:
        stream.writelines(f"{line}\n".encode() for line in lines)
        stream.flush()

    return write


@contextmanager
def failure_said(name: str) -> Iterator[None]:
    """Says of what cannot be written which file it is, and what to do."""
    try:
        yield
    except BrokenPipeError:  # the reader has gone, as with `| head`; typer ends quietly then
        raise
    except OSError as error:
        raise WorkError(
            f"{name}: cannot be written ({error.strerror or error}); make room, or give another "
            "--output"
        ) from error
