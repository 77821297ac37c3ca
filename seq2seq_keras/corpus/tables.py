"""Tables that hold both sides: delimiter, header and columns, guessed or given."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import Literal, Protocol

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import language_code

SAMPLE_ROWS = 100
MOST_COLUMNS = 1000
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SOURCE_NAMES = {"source", "src", "from", "original", "input", "question"}
_TARGET_NAMES = {"target", "tgt", "trg", "to", "translation", "output", "answer"}
_OTHER_NAMES = {"sentence", "text", "id", "attribution", "licence", "license", "lang", "score"}
_SEPARATOR = re.compile(r"sep=(?:\t|[^\w\s\"\\])")  # not what quotes or escapes
_END_OF_SENTENCE = re.compile("[.?!。？！…]$")
_NUMBER = re.compile(r"[#+-]?\d+(?:[.,]\d+)?$|\d{4}-\d\d-\d\d")
_ATTRIBUTION = re.compile("tatoeba|CC[- ]BY|https?://|CC0", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?$")

ColumnKind = Literal["text", "number", "attribution", "language", "empty"]


@dataclass(frozen=True)
class Layout:
    """How a table is written and which of its columns are the two sides.

    Attributes:
        delimiter: what parts the columns.
        quoted: whether quote marks enclose fields, as in CSV. In TSV they are text.
        escaped: whether a backslash, not a second quote mark, escapes one.
        header: whether the first row names the columns.
        columns: names from the header, or `1`, `2`, ...
        source: index of the source column.
        target: index of the target column.
        skipped: lines before the table, such as Excel's `sep=;`.
        kinds: what each column seems to hold, a `ColumnKind` each.
    """

    delimiter: str
    quoted: bool
    escaped: bool
    header: bool
    columns: list[str]
    source: int
    target: int
    skipped: int = 0
    kinds: tuple[ColumnKind, ...] = ()

    def describe(self) -> str:
        """Says in words what was recognised."""
        form = "CSV" if self.quoted else "TSV"
        names = "the first row names the columns" if self.header else "no header"
        delimiter = _DELIMITERS.get(self.delimiter, self.delimiter)
        return f"{form}, {len(self.columns)} columns parted by {delimiter}, {names}"


def recognise(
    file: TextFile,
    source_column: str | int | None = None,
    target_column: str | int | None = None,
    source_lang: str | None = None,
    target_lang: str | None = None,
) -> Layout:
    """Finds out how a table is laid out, from its name and its first rows.

    Args:
        file: the table.
        source_column: name or index (from 0) of the source column; None to guess.
        target_column: likewise.
        source_lang: helps to find a column that is named by its language.
        target_lang: likewise.

    Raises:
        InputError: if it has one column only, or not the columns asked for.
    """
    lines = list(islice(file.lines(), 4 * SAMPLE_ROWS))
    skipped = int(bool(lines) and _SEPARATOR.fullmatch(lines[0]) is not None)
    sample = [line for line in lines[skipped:] if line.strip()]
    if not sample:
        raise InputError(f"{file.label}: is empty; a corpus needs sentence pairs")
    quoted = PurePath(file.name).suffix.casefold() == ".csv"
    escaped = quoted and any('\\"' in line for line in sample)
    delimiter: str | None = "\t"
    if quoted:
        delimiter = lines[0][-1] if skipped else _likely_delimiter(sample, escaped)
    split = split_rows(sample, delimiter or ",", quoted, escaped, file.label, strict=False)
    rows = list(islice(split, SAMPLE_ROWS))
    width = _usual_width(rows)
    refuse_many_columns(file.label, width)
    if delimiter is None or width < 2:
        raise InputError(
            f"{file.label}: holds one column only; a corpus needs source and target parted by a "
            "tab (in CSV by a comma or semicolon), or two files, source then target"
        )
    header = has_header(rows, quoted)
    columns = column_names(rows[0] if header else [], width)
    body = [row for row in rows[header:] if len(row) >= width] or rows[:1]
    source, target = settle_sides(
        file.label, columns, body, source_column, target_column, source_lang, target_lang
    )
    kinds = column_kinds(body, width)
    return Layout(delimiter, quoted, escaped, header, columns, source, target, skipped, kinds)


def settle_sides(
    label: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    source_column: str | int | None = None,
    target_column: str | int | None = None,
    source_lang: str | None = None,
    target_lang: str | None = None,
) -> tuple[int, int]:
    """Chooses which columns are the two sides.

    Args:
        label: how messages call the table.
        columns: their names.
        rows: some rows.
        source_column: name or index (from 0) of the source column; None to guess.
        target_column: likewise.
        source_lang: helps to find a column that is named by its language.
        target_lang: likewise.

    Returns:
        The indices of source and target.

    Raises:
        InputError: if there is no such column, both are the same, or the names of the columns tell
            other languages than were asked for.
    """
    source, target = _likely_sides(columns, rows, source_lang, target_lang)
    if source_column is not None:
        source = find_column(label, columns, source_column)
    if target_column is not None:
        target = find_column(label, columns, target_column)
    if source == target:  # only one of them was given, and it is the guess for the other
        others = [index for index in _text_columns(rows, len(columns)) if index != source]
        if not others or (source_column is not None and target_column is not None):
            raise InputError(
                f"{label}: source and target are both column {columns[source]!r}; name two "
                f"of {', '.join(columns)}"
            )
        if target_column is None:
            target = others[0]
        else:
            source = others[0]
    if source_column is None and source_lang is not None:
        _refuse_another_language(label, columns, source, source_lang)
    if target_column is None and target_lang is not None:
        _refuse_another_language(label, columns, target, target_lang)
    return source, target


def column_kinds(rows: Sequence[Sequence[str]], width: int) -> tuple[ColumnKind, ...]:
    """Tells of each column what it seems to hold, by some rows."""
    return tuple(_column_kind(rows, index) for index in range(width))


def in_encoding(layout: str, files: Sequence[TextFile]) -> str:
    """Adds to a layout in words in which encodings its files are, where that is not UTF-8."""
    names = dict.fromkeys(file.encoding.name for file in files)
    return layout if list(names) == ["UTF-8"] else f"{layout}, read as {' and '.join(names)}"


class Table(Protocol):
    """A file that holds both sides, and maybe more, in columns.

    Attributes:
        columns: their names.
        source: index of the source column.
        target: index of the target column.
        kinds: what each column seems to hold.
    """

    columns: list[str]
    source: int
    target: int
    kinds: tuple[ColumnKind, ...]

    def describe(self) -> str:
        """Says in words what was recognised."""

    def rows(self) -> Iterator[list[str]]:
        """Yields the rows; one may have more or fewer cells than there are columns."""

    def pairs(self) -> Iterator[tuple[str, str] | str]:
        """Yields source and target of each row, or why it has none."""


class LineTable:
    """A table of lines, TSV or CSV; see `Table`, and `recognise` for the arguments."""

    def __init__(
        self,
        file: TextFile,
        source_column: str | int | None = None,
        target_column: str | int | None = None,
        source_lang: str | None = None,
        target_lang: str | None = None,
    ) -> None:
        self._file = file
        layout = recognise(file, source_column, target_column, source_lang, target_lang)
        self._layout = layout
        self.columns, self.kinds = layout.columns, layout.kinds
        self.source, self.target = layout.source, layout.target

    def describe(self) -> str:
        return in_encoding(self._layout.describe(), [self._file])

    def rows(self) -> Iterator[list[str]]:
        return read_rows(self._file, self._layout)

    def pairs(self) -> Iterator[tuple[str, str] | str]:
        for row in self.rows():
            if not any(row):
                yield "blank line"
            elif len(row) <= max(self.source, self.target):
                yield "too few columns"
            elif self._layout.quoted and any(row[len(self.columns) :]):
                yield "too many columns"  # a delimiter in unquoted text
            else:
                yield row[self.source], row[self.target]


def read_rows(file: TextFile, layout: Layout) -> Iterator[list[str]]:
    """Yields the rows of a table without its header; an empty line is an empty row.

    Raises:
        InputError: if a quote mark in CSV is never closed, or stands where none may.
    """
    lines = islice(file.lines(), layout.skipped, None)
    rows = split_rows(
        lines, layout.delimiter, layout.quoted, layout.escaped, file.label, True, layout.skipped
    )
    return islice(rows, int(layout.header), None)


def split_rows(
    lines: Iterable[str],
    delimiter: str,
    quoted: bool,
    escaped: bool,
    label: str,
    strict: bool = True,
    skipped: int = 0,
) -> Iterator[list[str]]:
    """Splits lines into rows; if not `strict`, lines that break off in a quote are taken."""
    if not quoted:
        # Not csv's QUOTE_NONE: it would still break rows at a lone carriage return.
        yield from (line.split(delimiter) if line.strip() else [] for line in lines)
        return
    reader = csv.reader(
        (f"{line}\n" for line in lines),
        delimiter=delimiter,
        doublequote=not escaped,
        escapechar="\\" if escaped else None,
        skipinitialspace=delimiter != "\t",
        strict=strict,
    )
    while True:
        first_line = skipped + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise InputError(
                f"{label}, line {first_line}: a quote mark in the row that begins here is not "
                "closed or not doubled; write a quote mark inside quotes as two"
            ) from None
        yield row


def _likely_delimiter(sample: Sequence[str], escaped: bool) -> str | None:
    """Returns the delimiter that gives most rows the same number of columns, two or more."""

    def agreement(delimiter: str) -> tuple[float, int]:
        try:
            rows = list(split_rows(sample, delimiter, True, escaped, "", strict=False))
        except InputError:
            return (0.0, 0)
        width = _usual_width(rows)
        if width < 2 or len(rows[0]) != width:
            return (0.0, 0)
        return (sum(len(row) == width for row in rows) / len(rows), width)

    best = max(_DELIMITERS, key=agreement)
    return best if agreement(best) >= (0.5, 2) else None


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0]


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", name.casefold()) if word]


def column_language(name: str) -> str | None:
    """Returns the language code that a column is named by, such as `text_fr` or `English`."""
    return next(filter(None, map(language_code, [name, *_words(name)])), None)


def has_header(rows: Sequence[Sequence[str]], quoted: bool) -> bool:
    first, body = rows[0], rows[1:]
    values = [{row[index] for row in body if index < len(row)} for index in range(len(first))]
    known = [
        # Unlike a language code in each row, a name stands in the first row only.
        _is_name(cell.strip()) and cell not in others
        for cell, others in zip(first, values, strict=True)
    ]
    if sum(known) >= (1 if quoted else 2):
        return True
    if not quoted or not body:
        return False
    # Names are short, and hold no space, number or full stop.
    named = all(re.fullmatch(r"[^\W\d][\w.-]*", cell.strip()) for cell in first)
    longer = sum(sum(map(len, row)) > 2 * sum(map(len, first)) for row in body)
    return named and (any("_" in cell for cell in first) or 2 * longer > len(body))


def _is_name(cell: str) -> bool:
    """Says whether a cell is a known name of a column, such as `source`, `fr` or `English text`.

    "It is" is none, though both words are codes of languages; nor is "Hi", though `hi` is.
    """
    words = re.split(r"[\W_]+", cell)
    return bool(cell) and all(
        word.casefold() in _SOURCE_NAMES | _TARGET_NAMES | _OTHER_NAMES
        or (
            language_code(word) is not None
            and (len(word) > 3 or (" " not in cell and word in (word.lower(), word.upper())))
        )
        for word in words
    )


def refuse_many_columns(label: str, count: int) -> None:
    """Raises an error for a table of more columns than a person can choose from.

    Args:
        label: How messages call the table.
        count: How many columns it has.

    Raises:
        InputError: If there are more than `MOST_COLUMNS`.

    Example:
        >>> refuse_many_columns("pairs.tsv", 2)
    """
    if count > MOST_COLUMNS:
        raise InputError(
            f"{label}: has {count:,} columns, and more than {MOST_COLUMNS:,} are not read; leave "
            "the two sides in it and take out the others"
        )


def column_names(header: Sequence[str], width: int) -> list[str]:
    """Returns the names in a header; a column without one, or of a name taken, has its number."""
    names: list[str] = []
    for index in range(width):
        name = header[index].strip() if index < len(header) else ""
        names.append(name if name and name not in names else str(index + 1))
    return names


def _text_columns(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Returns the columns that hold neither ids, dates, language codes nor attributions."""
    if width == 2:
        return [0, 1]
    return [index for index in range(width) if _column_kind(rows, index) == "text"]


def _column_kind(rows: Sequence[Sequence[str]], index: int) -> ColumnKind:
    cells = [row[index].strip() for row in rows if len(row) > index and row[index].strip()]
    if not cells:
        return "empty"
    if sum(_NUMBER.match(cell) is not None for cell in cells) >= 0.9 * len(cells):
        return "number"
    if sum(_ATTRIBUTION.search(cell) is not None for cell in cells) >= 0.5 * len(cells):
        return "attribution"
    codes = all(_LANGUAGE.match(cell) for cell in cells)
    if codes and len(set(cells)) == 1 and len(rows) > 1:
        return "language"
    return "text"


def _likely_sides(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    source_lang: str | None,
    target_lang: str | None,
) -> tuple[int, int]:
    texts = _text_columns(rows, len(columns))
    if len(texts) < 2:
        texts = list(range(len(columns)))

    def named(names: set[str], language: str | None) -> int | None:
        code = language and language_code(language)
        for index in texts:
            if code and column_language(columns[index]) == code:
                return index
        for index in texts:
            if names.intersection(_words(columns[index])):
                return index
        return None

    source, target = named(_SOURCE_NAMES, source_lang), named(_TARGET_NAMES, target_lang)

    # A column named by its language is a side rather than one named otherwise.
    ranked = sorted(texts, key=lambda index: _surely_language(columns[index]) is None)
    ranked = sorted(ranked[:2]) + ranked[2:]
    if source is None:
        source = next(index for index in ranked if index != target)
    if target is None or target == source:
        target = next(index for index in ranked if index != source)
    return source, target


def _surely_language(name: str) -> str | None:
    """`column_language`, but "id" numbers the rows far more often than it stands for Indonesian."""
    return None if name.casefold() == "id" else column_language(name)


def _refuse_another_language(label: str, columns: Sequence[str], index: int, language: str) -> None:
    """Raises an error where one asked for Spanish and the column that is left is French."""
    wanted, there = language_code(language), _surely_language(columns[index])
    if wanted is not None and there is not None and wanted != there:
        raise InputError(
            f"{label}: has no column of the language {language}; its columns are "
            f"{', '.join(columns)}. If it is one of them all the same, choose that column by its "
            "name"
        )


def find_column(label: str, columns: Sequence[str], given: str | int) -> int:
    """Returns the index of a column that is named, or numbered from 0 (in words from 1).

    Raises:
        InputError: there is none; `label` tells in which file.
    """
    wanted = given
    if isinstance(wanted, str) and wanted in columns:
        return columns.index(wanted)
    if isinstance(wanted, str) and wanted.isdecimal():  # as a person counts, from 1
        wanted = int(wanted) - 1
    if isinstance(wanted, int) and 0 <= wanted < len(columns):
        return wanted
    raise InputError(f"{label}: there is no column {given!r}; its columns are {', '.join(columns)}")
