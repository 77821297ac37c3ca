"""Structured formats: which one a file is in, and the reader of each.

A module reads one family of formats into `Records`, and is loaded with the first file of it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import PurePath
from typing import Protocol, cast

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.records import Records

__all__ = ["Records", "read", "reader_of"]

Reader = Callable[[TextFile], Records]

_START = 4096
"""Bytes at the beginning of a file by which a format may be known."""


class _Module(Protocol):
    def read(self, file: TextFile) -> Records: ...


# By suffix alone; what comes under a name of its own, such as .xml, is told by its beginning.
_BY_SUFFIX = {
    ".tmx": "tmx",
    ".xlf": "xliff",
    ".xliff": "xliff",
    ".sdlxliff": "xliff",
    ".mqxliff": "xliff",
    ".po": "gettext",
    ".pot": "gettext",
    ".mo": "gettext",
    ".gmo": "gettext",
    ".json": "json_lines",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".parquet": "arrow",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".xlsx": "sheets",
    ".xlsm": "sheets",
    ".xlsb": "sheets",
    ".xls": "sheets",
    ".ods": "sheets",
}
_BY_START = {b"PAR1": "arrow", b"ARROW1": "arrow"}
_BY_ROOT = {"tmx": "tmx", "xliff": "xliff", "TS": "qt"}
_MARKUP = (".xml", ".ts")


def reader_of(file: TextFile) -> Reader | None:
    """Finds out in which structured format a file is.

    Args:
        file: The file; its beginning is read where its name tells nothing.

    Returns:
        The format's reader; None for plain text and tables of lines.

    Raises:
        InputError: If the file cannot be opened.

    Example:
        >>> read = reader_of(file)                                   # doctest: +SKIP
    """
    suffix = PurePath(file.name).suffix.casefold()
    name = _BY_SUFFIX.get(suffix)
    if name is None and suffix not in (".csv", ".tsv", ".txt"):
        start = file.start(_START)
        name = next((name for magic, name in _BY_START.items() if start.startswith(magic)), None)
        if name is None and (suffix in _MARKUP or start.lstrip().startswith(b"<?xml")):
            from seq2seq_keras.corpus.formats.xml import root_name

            name = _BY_ROOT.get(root_name(start) or "")
    if name is None:
        return None
    return cast(_Module, importlib.import_module(f"{__name__}.{name}")).read


def read(file: TextFile) -> Records | None:
    """Reads a file, if it is in a structured format; see `reader_of`."""
    reader = reader_of(file)
    return reader(file) if reader is not None else None
