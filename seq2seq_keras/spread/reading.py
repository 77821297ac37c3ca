"""Files as datasets of Ray: a row a line, a JSON object or a row of a table, in their order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq_keras.errors import InputError
from seq2seq_keras.spread.dataset import NEW_COLUMN
from seq2seq_keras.spread.ranges import Range, line_number, lines_in, ranges_of

if TYPE_CHECKING:
    import ray.data

TEXT = "text"
"""The column of the texts of a dataset of lines."""


def read_lines(file: Path, workers: int, begin: int = 0) -> ray.data.Dataset:
    """Reads a text, a line a row in the column `text`.

    Args:
        file: The text, UTF-8.
        workers: How many will work on it.
        begin: The byte to begin at, the first of a line.

    Returns:
        The dataset; each of its tasks reads a range of the file.
    """
    return _read_ranges(file, workers, begin, _text_rows)


def read_json_lines(file: Path, column: str, workers: int, begin: int = 0) -> ray.data.Dataset:
    """Reads JSON Lines: `line` is the line as it stands, `text` what it has under a key.

    Args:
        file: The file, a JSON object a line.
        column: The key of what is to be translated.
        workers, begin: As of `read_lines`.

    Returns:
        The dataset.
    """
    return _read_ranges(file, workers, begin, partial(_json_rows, column))


def read_table(file: Path, batch_size: int) -> ray.data.Dataset:
    """Reads a Parquet file or folder, or a CSV or TSV file with names in its first line.

    Args:
        file: The table. What a CSV or TSV file holds stays text, such as 007.
        batch_size: Rows that are to be worked on at once.

    Returns:
        The dataset.

    Raises:
        InputError: if a CSV or TSV file has no first line that names columns.
    """
    import ray.data

    path = str(file.resolve())  # workers may be started elsewhere
    kind = file.suffix.casefold()
    if kind not in (".csv", ".tsv"):
        dataset = ray.data.read_parquet(path)
    else:
        from pyarrow import ArrowInvalid, csv, string

        parse = _form(kind)
        try:
            with csv.open_csv(file, parse_options=parse) as reader:
                names = reader.schema.names
        except ArrowInvalid as error:
            raise InputError(f"{file}: cannot be read as a table ({error})") from None
        convert = csv.ConvertOptions(
            column_types=dict.fromkeys(names, string()), strings_can_be_null=False
        )
        dataset = ray.data.read_csv(path, parse_options=parse, convert_options=convert)
    # One file is read by one task; its rows are for all workers.
    return dataset.repartition(target_num_rows_per_block=batch_size)


def _form(kind: str) -> Any:
    """Returns how a table is written: .csv with quote marks where needed, .tsv without any."""
    from pyarrow import csv

    if kind == ".tsv":
        return csv.ParseOptions(delimiter="\t", quote_char=False)
    return csv.ParseOptions(newlines_in_values=True)


def _read_ranges(file: Path, workers: int, begin: int, rows: Any) -> ray.data.Dataset:
    import ray.data

    parts = [part._asdict() for part in ranges_of(file, workers, begin)]
    path = str(file.resolve())

    def read(row: dict[str, int]) -> Iterator[dict[str, Any]]:
        return rows(Path(path), Range(row["begin"], row["end"]))

    return ray.data.from_items(parts, override_num_blocks=len(parts)).flat_map(read)


def _text_rows(file: Path, part: Range) -> Iterator[dict[str, Any]]:
    for line in lines_in(file, part):
        yield {TEXT: line}


def _json_rows(column: str, file: Path, part: Range) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines_in(file, part)):
        yield {"line": line, TEXT: _value(line, column, file, part, number)}


def _value(line: str, column: str, file: Path, part: Range, number: int) -> str | None:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if isinstance(row, dict) and isinstance(row.get(column, 0), str | None):
        if NEW_COLUMN not in row:
            return row[column]
        raise InputError(f"{file}: there is a {NEW_COLUMN!r} already; give it another name first")
    place = f"{file}, line {line_number(file, part.begin) + number}"
    if not isinstance(row, dict):
        raise InputError(f"{place}: no JSON object; put one on each line")
    raise InputError(f"{place}: there is no text under {column!r}; name another --column")
