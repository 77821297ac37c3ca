"""Files that a Ray cluster translates: texts, JSON Lines and tables, written in their order."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from seq2seq_keras.cli.kept_lines import KeptLines, one_writer, translation_identity
from seq2seq_keras.cli.lines import replaced
from seq2seq_keras.cli.terminal import reading_progress, say
from seq2seq_keras.errors import InputError
from seq2seq_keras.spread.dataset import NEW_COLUMN, translate_dataset
from seq2seq_keras.spread.ranges import position_after
from seq2seq_keras.spread.reading import TEXT, read_json_lines, read_lines, read_table

if TYPE_CHECKING:
    import pyarrow
    import ray.data

_JSON_LINES = ".jsonl"
_KINDS = (".parquet", ".csv", ".tsv", _JSON_LINES)
_ROW_GROUP = 2**16  # rows of a Parquet file that are written, and read again, together


def kind_of(file: Path) -> str:
    """Tells what a file to spread is: .parquet, .csv, .tsv, .jsonl, or a text.

    Raises:
        InputError: if there is a folder in its place that holds no Parquet files.

    Example:
        >>> kind_of(Path("reviews.ndjson")), kind_of(Path("news.de"))
        ('.jsonl', 'text')
    """
    if file.is_dir():
        if not any(file.glob("**/*.parquet")):
            raise InputError(f"{file}: this folder holds no Parquet files; give a file")
        return ".parquet"
    suffix = file.suffix.casefold().replace(".ndjson", _JSON_LINES)
    return suffix if suffix in _KINDS else "text"


def is_spread_table(kind: str) -> bool:
    """Whether a kind of file has columns."""
    return kind in _KINDS


@dataclass(frozen=True)
class Spreading:
    """A file to be translated by several workers, while a Ray cluster is joined.

    Args:
        model: Folder of the translator, at a path that each machine sees.
        file: What to translate.
        output: The file to write.
        column: What to translate of a table or of JSON Lines; of a text nothing.
        workers, cpus, gpus, batch_size, beam_size: As of `translate_dataset`.
    """

    model: Path
    file: Path
    output: Path
    column: str | None
    workers: int
    cpus: float
    gpus: float
    batch_size: int
    beam_size: int

    def run(self, kind: str) -> int:
        """Translates the file.

        Args:
            kind: What it is, as of `kind_of`.

        Returns:
            How many texts were translated; those that lay there already are not counted.

        Raises:
            InputError: if the file cannot be read so.
            WorkError: if the output cannot be written, or another process is writing it.
        """
        if kind in (_JSON_LINES, "text"):
            return self._lines(kind == _JSON_LINES)
        return self._table(kind)

    def _lines(self, is_json: bool) -> int:
        more = {"column": self.column} if is_json else {}
        identity = translation_identity(self.model, self.file, self.beam_size, **more)
        with one_writer(self.output), KeptLines(self.output, identity) as kept:
            before = kept.lines
            if before:
                say(f"{self.output}: going on after line {before:,}")
            position = position_after(self.file, before)
            try:
                with reading_progress("translating", self.file, before) as advance:
                    if position < self.file.stat().st_size:
                        for table in self._translated_lines(position, is_json):
                            kept.add(_json_lines(table) if is_json else _column(table, NEW_COLUMN))
                            advance(kept.lines)
            except KeyboardInterrupt:
                say(f"stopped after line {kept.lines:,}; the same command goes on there")
                raise
            kept.finish()
        return kept.lines - before

    def _translated_lines(self, begin: int, is_json: bool) -> Iterator[pyarrow.Table]:
        if is_json:
            assert self.column is not None
            dataset = read_json_lines(self.file, self.column, self.workers, begin)
        else:
            dataset = read_lines(self.file, self.workers, begin)
        return _tables(self._translated(dataset, TEXT, as_sentences=not is_json))

    def _table(self, kind: str) -> int:
        assert self.column is not None
        dataset = read_table(self.file, self.batch_size)
        names = dataset.schema().names
        if self.column not in names:
            raise InputError(
                f"{self.file}: there is no column {self.column!r}; there are {', '.join(names)}"
            )
        count = 0

        def counted() -> Iterator[pyarrow.Table]:
            nonlocal count
            for table in _tables(self._translated(dataset, self.column or "", False)):
                count += table.num_rows
                yield table

        with one_writer(self.output), replaced(self.output) as stream:
            if kind == ".parquet":
                _write_parquet(stream, counted())
            else:
                _write_csv(stream, counted(), kind)
        return count

    def _translated(
        self, dataset: ray.data.Dataset, column: str, as_sentences: bool
    ) -> ray.data.Dataset:
        return translate_dataset(
            dataset,
            self.model,
            column=column,
            workers=self.workers,
            cpus=self.cpus,
            gpus=self.gpus,
            batch_size=self.batch_size,
            beam_size=self.beam_size,
            as_sentences=as_sentences,
        )


def _tables(dataset: ray.data.Dataset) -> Iterator[pyarrow.Table]:
    yield from dataset.iter_batches(batch_size=None, batch_format="pyarrow")


def _column(table: pyarrow.Table, name: str) -> list[str]:
    return table.column(name).to_pylist()


def _json_lines(table: pyarrow.Table) -> list[str]:
    """Adds the translation to each object; nothing else in it changes."""
    lines = zip(_column(table, "line"), _column(table, NEW_COLUMN), strict=True)
    return [
        json.dumps({**json.loads(line), NEW_COLUMN: translation}, ensure_ascii=False)
        for line, translation in lines
    ]


def _write_parquet(stream: BinaryIO, tables: Iterator[pyarrow.Table]) -> None:
    import pyarrow
    from pyarrow import parquet

    writer = None
    waiting: list[pyarrow.Table] = []

    def write() -> None:
        nonlocal writer, waiting
        if waiting:
            whole = pyarrow.concat_tables(waiting, promote_options="permissive")
            writer = writer or parquet.ParquetWriter(stream, whole.schema)
            writer.write_table(whole.cast(writer.schema))
            waiting = []

    for table in tables:
        waiting.append(table)
        if sum(each.num_rows for each in waiting) >= _ROW_GROUP:
            write()
    write()
    if writer is not None:
        writer.close()


def _write_csv(stream: BinaryIO, tables: Iterator[pyarrow.Table], kind: str) -> None:
    form: dict[str, Any] = {"delimiter": "\t", "quoting": csv.QUOTE_NONE, "quotechar": None}
    for number, table in enumerate(tables):
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n", **(form if kind == ".tsv" else {}))
        if not number:
            writer.writerow(table.column_names)
        writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
        stream.write(text.getvalue().encode())
