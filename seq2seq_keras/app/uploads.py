"""Files that a visitor sent: none stays with Gradio, and errors call them by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from seq2seq_keras.errors import InputError


@contextmanager
def taken(paths: Iterable[str | Path]) -> Iterator[list[Path]]:
    """Hands out uploads and deletes them afterwards: the workspace has its copy.

    Args:
        paths: Where Gradio put them.

    Example:
        >>> with taken(paths) as files:                              # doctest: +SKIP
        ...     info = workspace.add_corpus(files)
    """
    files = [Path(path) for path in paths]
    try:
        yield files
    finally:
        for file in files:
            file.unlink(missing_ok=True)


@contextmanager
def told_as(names: Mapping[Path, str]) -> Iterator[None]:
    """Calls files in an error by their owner's names; where the server keeps them is nobody's.

    Args:
        names: The names, by the paths.

    Raises:
        InputError: In place of one that names the paths.
    """
    try:
        yield
    except InputError as error:
        message = str(error)
        for path, name in names.items():
            message = message.replace(str(path), name)
        raise InputError(message) from None
