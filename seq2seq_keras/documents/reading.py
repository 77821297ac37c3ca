"""From a file to a document, by the ending of its name."""

from __future__ import annotations

import io
from pathlib import Path

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.documents import formats
from seq2seq_keras.documents.document import Document
from seq2seq_keras.documents.plain import plain_parts
from seq2seq_keras.documents.subtitles import subtitle_parts
from seq2seq_keras.documents.table import table_columns, table_parts
from seq2seq_keras.errors import InputError

TABLE_SUFFIXES = (".csv", ".tsv")
SUBTITLE_SUFFIXES = (".srt", ".vtt")
TEXT_SUFFIXES = (".txt", *TABLE_SUFFIXES, *SUBTITLE_SUFFIXES)
SUFFIXES = (*TEXT_SUFFIXES, *formats.SUFFIXES)

_BYTE_ORDER_MARK = "\ufeff"


def read_document(
    path: str | Path,
    column: str | int | None = None,
    source_lang: str | None = None,
    target_lang: str | None = None,
) -> Document:
    """Reads a file whose texts are to be translated.

    A `.txt` is translated line by line. A `.csv` or `.tsv` gets one more column, `translation`.
    In `.srt` and `.vtt` numbers and times of the cues stay, and each text is wrapped anew to at
    most two lines. In the translator's own formats (XLIFF, gettext, TMX, Qt TS) the units without
    a translation are filled and marked, and all else stays byte by byte.

    Args:
        path: The file; the ending of its name says what it is. Texts, tables and subtitles are
            in UTF-8 with or without a byte order mark, the others as they declare.
        column: In a table, the name of the column to translate, its number counted from 1 as a
            string, or its index from 0. By default the column named by `source_lang`, else the
            first column of running text.
        source_lang: Code of the language to translate from, if known.
        target_lang: Code of the language to translate to, if known.

    Returns:
        The document, with at least one segment.

    Raises:
        InputError: If the file is missing, of another kind, not UTF-8, damaged, empty or in other
            languages, or has no such column, or nothing to fill.

    Example:
        >>> document = read_document("film.srt")  # doctest: +SKIP
        >>> document.write([translation(text) for text in document.segments], "film.fr.srt")
    """
    path = Path(path)
    suffix = path.suffix.casefold()
    if suffix not in SUFFIXES:
        raise InputError(
            f"{path}: is none of {', '.join(SUFFIXES)}; save it as one of these, a text as .txt"
        )
    if column is not None and suffix not in TABLE_SUFFIXES:
        raise InputError(
            f"{path}: is no table, so there is no column {column!r} in it; leave the column out"
        )
    if suffix in formats.SUFFIXES:
        return formats.read(_open(path), suffix, source_lang, target_lang)
    file, mark, text = _read(path)
    if suffix in TABLE_SUFFIXES:
        parts = table_parts(file, text, column, source_lang)
    elif suffix in SUBTITLE_SUFFIXES:
        parts = subtitle_parts(text, str(path), web=suffix == ".vtt")
    else:
        parts = plain_parts(text)
    document = Document([mark, *parts])
    if not document.segments:
        raise InputError(f"{path}: holds no text; choose a file with something to translate")
    return document


def read_columns(path: str | Path, source_lang: str | None = None) -> tuple[list[str], int]:
    """Names the columns of a table that is to be translated.

    Args:
        path: The file, as of `read_document`.
        source_lang: Code of the language to translate from, if known.

    Returns:
        The columns' names, or their numbers from 1 where no row names them, and the index of the
        one that `read_document` takes by default. No names for a file that is no table.

    Raises:
        InputError: If the file is missing, not UTF-8 or damaged.

    Example:
        >>> read_columns("data/english-french.tsv", "en")  # doctest: +SKIP
        (['english', 'french'], 0)
    """
    path = Path(path)
    if path.suffix.casefold() not in TABLE_SUFFIXES:
        return [], 0
    file, _, text = _read(path)
    return table_columns(file, text, source_lang)


def _read(path: Path) -> tuple[TextFile, str, str]:
    """Reads a file; its byte order mark, if it has one, apart from its text."""
    file = _open(path)
    for _ in file.lines():
        pass  # a line that is not UTF-8 is told by its number
    text = file.open().read().decode()
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    return file, mark, text.removeprefix(mark)


def _open(path: Path) -> TextFile:
    """Reads a file once and for all: it may change while it is looked at."""
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name a file in it")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror or error}); see that you may read it"
        ) from None
    return TextFile(str(path), path.name, lambda: io.BytesIO(content), stated_encoding="utf-8")
