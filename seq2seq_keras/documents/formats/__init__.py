"""The translator's own formats: units of source and translation, of which the empty are filled.

A module reads one family of formats, and is loaded with the first file of it.
"""

from __future__ import annotations

import importlib
from typing import Protocol, cast

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.documents.document import Document
from seq2seq_keras.documents.formats.found import Direction

__all__ = ["SUFFIXES", "read"]

_BY_SUFFIX = {
    ".xlf": "xliff",
    ".xliff": "xliff",
    ".sdlxliff": "xliff",
    ".po": "gettext",
    ".pot": "gettext",
    ".tmx": "tmx",
    ".ts": "qt",
}
SUFFIXES = tuple(_BY_SUFFIX)
"""The endings of their names."""


class _Module(Protocol):
    def read(self, file: TextFile, direction: Direction) -> Document: ...


def read(file: TextFile, suffix: str, source_lang: str | None, target_lang: str | None) -> Document:
    """Reads a file of one of the formats.

    Args:
        file: The file.
        suffix: One of `SUFFIXES`.
        source_lang, target_lang: Codes of the languages to translate between, if known.

    Returns:
        The document, with at least one segment.

    Raises:
        InputError: If the file is damaged, in other languages, or has no unit to fill.
    """
    module = cast(_Module, importlib.import_module(f"{__name__}.{_BY_SUFFIX[suffix]}"))
    return module.read(file, Direction(source_lang, target_lang))
