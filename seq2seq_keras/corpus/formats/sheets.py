"""Sheets of Excel and of OpenDocument programs such as LibreOffice."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import IO

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats import sheet_process
from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.corpus.formats.seeking import seekable
from seq2seq_keras.corpus.tables import (
    SAMPLE_ROWS,
    column_kinds,
    column_names,
    has_header,
    refuse_many_columns,
)
from seq2seq_keras.errors import InputError

LARGEST = 2**30
"""A workbook unpacks to so many bytes at most: a full sheet of 1,048,576 rows with two sentences
each takes a third of it."""

_MEMORY = 3 * 2**30
_SECONDS = 300  # a full sheet takes some ten
_ZIP = b"PK"
_COMPOUND = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MANIFEST, _LOCKED = "META-INF/manifest.xml", b"encryption-data"  # of OpenDocument
_PIECE = 2**20


def read(file: TextFile) -> Records:
    """Reads the first sheet with two columns of text in `.xlsx`, `.xlsb`, `.xls` or `.ods`.

    Hidden sheets are passed over. A first row of names is told from a row of texts as in CSV.
    Numbers, dates and truth values are taken as text, formulas by the value that was saved.

    Args:
        file: The workbook.

    Returns:
        All columns of the sheet, by their names or numbers from 1.

    Raises:
        InputError: If the file is damaged, locked by a password or far too large, or no sheet
            has two columns of text.

    Example:
        >>> read(file).columns  # doctest: +SKIP
        ['English', 'French']
    """
    samples: dict[int, list[list[str]]] = {}
    for sheet, row in _read_sheets(file, -1, 4 * SAMPLE_ROWS):
        rows = samples.setdefault(sheet, [])
        if any(cell.strip() for cell in row) and len(rows) <= SAMPLE_ROWS:
            rows.append(row)
    for sheet, rows in samples.items():
        width = max(map(len, rows), default=0)
        refuse_many_columns(file.label, width)
        header = len(rows) > 1 and has_header(rows, quoted=True)
        body = rows[header:]
        if column_kinds(body, width).count("text") >= 2:
            columns = column_names(rows[0] if header else [], width)
            return Records(_form(file), columns, partial(_rows, file, sheet, width, header))
    raise InputError(
        f"{file.label}: no sheet has two columns of text; a corpus needs source and target side "
        "by side, a pair a row"
    )


def _form(file: TextFile) -> str:
    return "OpenDocument sheet" if file.name.casefold().endswith(".ods") else "Excel sheet"


def _rows(file: TextFile, sheet: int, width: int, header: bool) -> Iterator[Sequence[str]]:
    for _, row in _read_sheets(file, sheet, 0):
        if header and any(cell.strip() for cell in row):
            header = False
            continue
        yield (row + [""] * width)[:width]


def _read_sheets(file: TextFile, sheet: int, most_rows: int) -> Iterator[tuple[int, list[str]]]:
    """Yields the rows of one sheet or of all visible ones, each with its sheet's index."""
    with seekable(file, numbered=True) as stream:
        _refuse_bomb(file, stream)
        stream.seek(0)
        arguments = map(str, (sheet, most_rows, _MEMORY, _SECONDS))
        process = subprocess.Popen(
            [sys.executable, sheet_process.__file__, *arguments],
            stdin=stream,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
        )
        try:
            assert process.stdout is not None
            ending = "large"  # ended by the system
            for line in process.stdout:
                index, *rows = json.loads(line)
                if isinstance(index, str):
                    ending = index
                for row in rows:
                    yield index, row
        finally:
            process.kill()
            process.communicate()
        if ending == "damaged" and _is_encrypted(stream):
            ending = "password"
    if ending == "password":
        raise InputError(
            f"{file.label}: is locked by a password; save it without one, or save the table as CSV"
        )
    if ending == "large":
        raise InputError(
            f"{file.label}: needs too much memory or time to be read; save the table as CSV"
        )
    if ending == "damaged":
        raise InputError(
            f"{file.label}: is damaged or no workbook; copy or download it again, or save the "
            "table as CSV"
        )


def _refuse_bomb(file: TextFile, stream: IO[bytes]) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    if stream.read(len(_ZIP)) == _ZIP:
        try:
            with zipfile.ZipFile(stream) as archive:
                size = sum(info.file_size for info in archive.infolist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return  # which the reader finds, too
    if size > LARGEST:
        raise InputError(
            f"{file.label}: unpacks to more than {LARGEST // 2**20} MiB, which no sheet of "
            "sentences does; save the table as CSV"
        )


def _is_encrypted(stream: IO[bytes]) -> bool:
    """Says whether a workbook is wrapped up with a password, so that none is found in it."""
    # The other process has moved on in the file, which the buffer of `stream` does not know.
    with open(stream.fileno(), "rb", closefd=False) as file:
        file.seek(0)
        before = file.read(_PIECE)
        if before.startswith(_ZIP):
            try:
                with zipfile.ZipFile(file) as archive, archive.open(_MANIFEST) as manifest:
                    return _LOCKED in manifest.read(_PIECE)
            except (zipfile.BadZipFile, KeyError, OSError, ValueError, zlib.error, EOFError):
                return False
        while before.startswith(_COMPOUND) or file.tell() > _PIECE:
            after = file.read(_PIECE)
            if _ENCRYPTED in before + after[: len(_ENCRYPTED)]:
                return True
            if not after:
                break
            before = after
    return False
