"""Files that a reader jumps about in, also where they lie packed in an archive."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from seq2seq_keras.corpus.files import TextFile


@contextmanager
def seekable(file: TextFile, numbered: bool = False) -> Iterator[IO[bytes]]:
    """Opens a file that can be sought in: itself, or a copy in a temporary file.

    Args:
        file: The file.
        numbered: Whether the system must know it by a number, so that another process can read
            it, too; what lies in memory has none.

    Yields:
        The stream, at its beginning.

    Example:
        >>> with seekable(file) as stream:  # doctest: +SKIP
        ...     size = stream.seek(0, 2)
    """
    with file.open() as stream:
        if stream.seekable() and not (numbered and not _has_number(stream)):
            yield stream
            return
        with tempfile.TemporaryFile(prefix="corpus-") as copy:
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            yield copy


def _has_number(stream: IO[bytes]) -> bool:
    try:
        stream.fileno()
    except OSError:
        return False
    return True
