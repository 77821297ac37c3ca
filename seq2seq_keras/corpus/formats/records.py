"""What a file of a structured format holds: named columns, and a row for each unit of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Records:
    """A file whose format says what is what, such as TMX or Parquet.

    Attributes:
        form: How messages call the format, such as `TMX 1.4`.
        columns: Names of the columns: languages where the format knows them (`en`, `de`, in the
            writing of the file), else the names of fields.
        read: Begins to read, anew at every call; yields a cell for each of `columns`, "" where
            there is none. Nothing but the rows that are asked for is held in memory.
        source: Index of the column that the format calls the source, if it does.
        target: Likewise of the target.
        skipped: How many units the last `rows` could not take, by reason; filled in as it runs.

    Example:
        >>> records = Records("JSON Lines", ["de", "en"], lambda: iter([["Hallo.", "Hello."]]))
        >>> next(records.rows())
        ['Hallo.', 'Hello.']
    """

    form: str
    columns: list[str]
    read: Callable[[], Iterator[Sequence[str]]]
    source: int | None = None
    target: int | None = None
    skipped: dict[str, int] = field(default_factory=dict)

    def rows(self) -> Iterator[Sequence[str]]:
        """Yields the rows from the first one, and counts what is skipped anew."""
        self.skipped.clear()
        yield from self.read()
