"""A file of a structured format as a table: which of its columns are the two sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.corpus.tables import (
    SAMPLE_ROWS,
    ColumnKind,
    column_kinds,
    refuse_many_columns,
    settle_sides,
)
from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import language_code


class RecordTable:
    """See `seq2seq_keras.corpus.tables.Table`.

    Where languages stand in several variants, such as en-US and en-GB, a further column, `en`,
    holds of each row the first variant that has a text.

    Args:
        label: How messages call the file.
        records: What it holds.
        source_column: Name or index (from 0) of the source column; None to guess.
        target_column: Likewise.
        source_lang: Helps to find a column that is named by its language.
        target_lang: Likewise.

    Raises:
        InputError: If it holds nothing, one column only, or not the columns asked for.
    """

    def __init__(
        self,
        label: str,
        records: Records,
        source_column: str | int | None = None,
        target_column: str | int | None = None,
        source_lang: str | None = None,
        target_lang: str | None = None,
    ) -> None:
        self._label = label
        self._records = records
        refuse_many_columns(label, len(records.columns))
        self._variants = _variants(records.columns)
        self.columns = [*records.columns, *self._variants]
        sample = list(islice(self.rows(), SAMPLE_ROWS))
        if not sample:
            raise InputError(f"{label}: is empty; a corpus needs sentence pairs")
        if len(self.columns) < 2:
            raise InputError(
                f"{label}: holds one column or language only ({', '.join(self.columns)}); a corpus "
                "needs both sides"
            )
        self.kinds: tuple[ColumnKind, ...] = column_kinds(sample, len(self.columns))
        if (source_column, target_column, source_lang, target_lang) == (None,) * 4:
            source_column, target_column = records.source, records.target
        self.source, self.target = settle_sides(
            label,
            self.columns,
            sample,
            self._named(source_column, source_lang),
            self._named(target_column, target_lang),
            source_lang,
            target_lang,
        )

    def describe(self) -> str:
        """Says in words what was recognised."""
        return f"{self._records.form}, with the columns {', '.join(self.columns)}"

    def rows(self) -> Iterator[list[str]]:
        """Yields the rows, a cell for each of `columns`."""
        for cells in self._records.rows():
            merged = (
                next((cells[index] for index in indices if cells[index]), "")
                for indices in self._variants.values()
            )
            yield [*cells, *merged]

    def pairs(self) -> Iterator[tuple[str, str] | str]:
        """Yields source and target of each row, and the reasons for what was left out."""
        for row in self.rows():
            yield row[self.source], row[self.target]
        for reason, count in self._records.skipped.items():
            yield from (reason for _ in range(count))

    def _named(self, column: str | int | None, language: str | None) -> str | int | None:
        """The column that was named, or else is named just as the language."""
        names = [name.casefold() for name in self.columns]
        if column is None and language is not None and language.casefold() in names:
            return names.index(language.casefold())
        return column


def _variants(columns: Sequence[str]) -> dict[str, list[int]]:
    """Languages of which there are several variants, and in which columns those are."""
    found: dict[str, list[int]] = {}
    for index, name in enumerate(columns):
        language, dash, _ = name.replace("_", "-").partition("-")
        if dash and language_code(language) is not None:
            found.setdefault(language.casefold(), []).append(index)
    names = {name.casefold() for name in columns}
    return {
        language: indices
        for language, indices in found.items()
        if len(indices) > 1 and language not in names
    }
