"""Tables, of which one column is translated into a new one at the end."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.tables import (
    SAMPLE_ROWS,
    Layout,
    column_language,
    recognise,
    split_rows,
)
from seq2seq_keras.documents.document import Slot
from seq2seq_keras.documents.plain import in_one_line
from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import language_code
from seq2seq_keras.text.scripts import is_spaceless_character

NEW_COLUMN = "translation"


@dataclass(frozen=True)
class _Record:
    """A row as it stands in the file, and the cells in it."""

    number: int
    raw: str
    cells: list[str]

    @property
    def blank(self) -> bool:
        return not self.raw.strip()


def table_parts(
    file: TextFile, text: str, column: str | int | None, source_lang: str | None
) -> list[str | Slot]:
    """Finds the cells to be translated; what is there stays as it is, quote marks and all.

    Args:
        file: The table.
        text: All that is in it, without a byte order mark.
        column: The column to translate, as of `read_document`.
        source_lang: Code of the language to translate from, if known.

    Returns:
        What is kept, and a slot for each cell of the column that is not blank.

    Raises:
        InputError: If there is no such column, or a row is damaged.
    """
    if not text.strip():
        return []
    layout = _layout(file, text)
    skipped, records = _split(file, text, layout)
    rows = [record for record in records if not record.blank]
    if not rows:
        return []
    _refuse_stray_delimiters(file, rows, layout)
    layout = _with_header(layout, rows, column)
    chosen = _chosen(file, layout, rows[layout.header :], column, source_lang)
    width = max(len(row.cells) for row in rows)
    parts: list[str | Slot] = [skipped]
    header = rows[0] if layout.header else None
    for record in records:
        body = record.raw.rstrip("\r\n")
        ending = record.raw[len(body) :]
        if record.blank:
            parts.append(record.raw)
            continue
        # Every row gets its translation in the same column, also one that is too short.
        parts.append(body + layout.delimiter * (width - len(record.cells)))
        writer = _CellWriter(layout, _quotes_all(record.cells, body, layout))
        source = record.cells[chosen].strip() if chosen < len(record.cells) else ""
        if record is header:
            parts.append(writer(_new_name(record.cells)))
        elif source:
            parts.append(Slot(source, writer))
        else:
            parts.append(writer(""))
        parts.append(ending)
    return parts


def table_columns(file: TextFile, text: str, source_lang: str | None) -> tuple[list[str], int]:
    """Names the columns of a table, and finds the one that `table_parts` would translate.

    Args:
        file, text, source_lang: As of `table_parts`.

    Returns:
        The names, or numbers where there is no header; none for an empty table. And an index.
    """
    if not text.strip():
        return [], 0
    layout = _layout(file, text)
    _, records = _split(file, text, layout)
    rows = [record for record in records if not record.blank]
    if not rows:
        return [], 0
    layout = _with_header(layout, rows, None)
    return layout.columns, _guessed(layout, rows[layout.header :][:SAMPLE_ROWS], source_lang)


@dataclass(frozen=True)
class _CellWriter:
    """Writes one more cell behind a row, with the delimiter before it."""

    layout: Layout
    quote_all: bool = False

    def __call__(self, cell: str) -> str:
        if not self.layout.quoted:
            return self.layout.delimiter + in_one_line(cell).replace(self.layout.delimiter, " ")
        # The reader leaves out spaces before a cell unless they stand in quote marks, and with
        # backslashes csv would leave those marks out.
        bare = cell == cell.strip() and not (self.layout.escaped and '"' in cell)
        quote_all = self.quote_all or not bare
        # Of a row with one empty cell alone csv makes an exception, so another stands before it.
        return _write(["", cell], self.layout, quote_all).removeprefix('""' if quote_all else "")


def _write(cells: Sequence[str], layout: Layout, quote_all: bool) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(
        buffer,
        delimiter=layout.delimiter,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
        doublequote=not layout.escaped,
        escapechar="\\" if layout.escaped else None,
        lineterminator="\r\n",  # what csv puts in quote marks if it stands in a cell
    ).writerow(cells)
    return buffer.getvalue().removesuffix("\r\n")


def _quotes_all(cells: list[str], body: str, layout: Layout) -> bool:
    """Says whether quote marks stand around every cell of a row, also where none is needed."""
    # A reader makes one sort of line break of all.
    same = body.replace("\r\n", "\n")
    return layout.quoted and same == _write(cells, layout, quote_all=True)


def _layout(file: TextFile, text: str) -> Layout:
    try:
        return recognise(file)
    except InputError:
        # A corpus needs two columns; here one is enough, such as a list of sentences.
        quoted = file.name.casefold().endswith(".csv")
        return Layout(
            delimiter="," if quoted else "\t",
            quoted=quoted,
            escaped=quoted and '\\"' in text,
            header=False,
            columns=["1"],
            source=0,
            target=0,
        )


def _split(file: TextFile, text: str, layout: Layout) -> tuple[str, list[_Record]]:
    """Splits a table into records, and what stands before them; nothing of it is lost."""
    lines = re.findall("[^\n]*\n|[^\n]+", text)
    read = layout.skipped

    def counted() -> Iterator[str]:
        nonlocal read
        for line in lines[layout.skipped :]:
            read += 1
            yield line.removesuffix("\n").removesuffix("\r")

    records = []
    first = read
    for cells in split_rows(
        counted(), layout.delimiter, layout.quoted, layout.escaped, file.label, True, layout.skipped
    ):
        records.append(_Record(first + 1, "".join(lines[first:read]), cells))
        first = read
    return "".join(lines[: layout.skipped]), records


def _refuse_stray_delimiters(file: TextFile, rows: Sequence[_Record], layout: Layout) -> None:
    """Finds a row with too many cells: a text without quote marks was taken for two."""
    width = len(layout.columns)
    for row in rows if layout.quoted else ():
        if any(row.cells[width:]):
            raise InputError(
                f"{file.label}, line {row.number}: holds {len(row.cells)} cells where the table "
                f"has {width}; put a text that holds a {layout.delimiter!r} in quote marks"
            )


def _with_header(layout: Layout, rows: Sequence[_Record], column: str | int | None) -> Layout:
    """Sees a header also where only the name that was asked for shows that there is one."""
    if layout.header:
        return layout
    names = [cell.strip() for cell in rows[0].cells]
    if len(layout.columns) == 1:
        header = len(rows) > 1 and not _is_running(names[0]) and _runs(rows[1:], 0)
    else:
        header = False
    if header or (column in names and column not in layout.columns):
        # Short of a name, a column goes by its number.
        columns = [*names, *layout.columns[len(names) :]]
        return replace(layout, header=True, columns=columns)
    return layout


def _chosen(
    file: TextFile,
    layout: Layout,
    rows: Sequence[_Record],
    column: str | int | None,
    source_lang: str | None,
) -> int:
    """Returns the index of the column to translate, as it was asked for or as it seems."""
    columns = layout.columns
    if column is None:
        return _guessed(layout, rows[:SAMPLE_ROWS], source_lang)
    if isinstance(column, str) and column in columns:
        return columns.index(column)
    index = int(column) - 1 if isinstance(column, str) and column.isdecimal() else column
    if isinstance(index, int) and 0 <= index < len(columns):
        return index
    raise InputError(
        f"{file.label}: there is no column {column!r}; its columns are {', '.join(columns)}"
    )


def _guessed(layout: Layout, rows: Sequence[_Record], source_lang: str | None) -> int:
    indices = range(len(layout.columns))
    code = source_lang and language_code(source_lang)
    for index in indices:
        if code and column_language(layout.columns[index]) == code:
            return index
    return next((index for index in indices if _runs(rows, index)), layout.source)


def _runs(rows: Sequence[_Record], index: int) -> bool:
    """Says whether at least half of what stands in a column is running text."""
    cells = [row.cells[index].strip() for row in rows if index < len(row.cells)]
    cells = [cell for cell in cells if cell]
    return bool(cells) and 2 * sum(map(_is_running, cells)) >= len(cells)


def _is_running(cell: str) -> bool:
    """Says whether a cell holds more than a word, a number, a date or an address."""
    words = [word for word in cell.split() if any(map(str.isalpha, word))]
    return len(words) > 1 or sum(map(is_spaceless_character, cell)) > 2


def _new_name(names: Sequence[str]) -> str:
    taken = {name.strip().casefold() for name in names}
    if NEW_COLUMN not in taken:
        return NEW_COLUMN
    number = 2
    while f"{NEW_COLUMN} {number}" in taken:
        number += 1
    return f"{NEW_COLUMN} {number}"
