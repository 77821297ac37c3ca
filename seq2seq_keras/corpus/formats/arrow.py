"""Parquet and Arrow files, as data sets on the web and other programs keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seq2seq_keras.corpus.compression import FREE_SIZE, HIGHEST_RATIO
from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.corpus.formats.seeking import seekable
from seq2seq_keras.errors import InputError

if TYPE_CHECKING:
    import pyarrow

_PARQUET = b"PAR1"
_ARROW = b"ARROW1"
_FIRST_FEATHER = b"FEA1"
_NESTED = "translation"  # where the Hugging Face Hub keeps both sides
_ROWS = 1024


def read(file: TextFile) -> Records:
    """Reads the columns of text in a Parquet file, an Arrow file or an Arrow stream.

    The fields of a column `translation` stand as columns by themselves, as in the data sets of
    the Hugging Face Hub. Numbers, lists and the like are left out.

    Args:
        file: The file. These formats jump about in it, so what comes out of an archive is copied
            to a temporary file while it is read.

    Returns:
        The columns; some thousand rows at a time are held in memory.

    Raises:
        InputError: If the file is damaged, or holds no column of text.

    Example:
        >>> read(file).columns  # doctest: +SKIP
        ['de', 'en']
    """
    with _batches(file) as (form, schema, _):
        columns = _text_columns(schema)
        if not columns:
            raise InputError(
                f"{file.label}: holds no column of text, only {', '.join(schema.names) or 'none'}; "
                "a corpus needs two columns of texts"
            )
    return Records(form, [path[-1] for path in columns], lambda: _rows(file, columns))


def _rows(file: TextFile, columns: Sequence[tuple[str, ...]]) -> Iterator[Sequence[str]]:
    with _batches(file, [path[0] for path in columns]) as (_, _, batches):
        for batch in batches:
            cells = []
            for name, *inner in columns:
                column = batch.column(name)
                if inner:
                    column = column.flatten()[_field_names(column.type).index(inner[0])]
                cells.append([text or "" for text in column.to_pylist()])
            yield from zip(*cells, strict=True)


@contextmanager
def _batches(
    file: TextFile, names: Sequence[str] | None = None
) -> Iterator[tuple[str, pyarrow.Schema, Iterator[pyarrow.RecordBatch]]]:
    """Opens a file of any of these formats: what it is, its columns, and its rows."""
    # Only who has such a file waits for it.
    import pyarrow
    from pyarrow import ipc, parquet

    with seekable(file) as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        start = stream.read(len(_ARROW))
        stream.seek(0)
        try:
            if start.startswith(_PARQUET):
                table = parquet.ParquetFile(stream)
                chosen = None if names is None else list(dict.fromkeys(names))
                found = table.iter_batches(batch_size=_ROWS, columns=chosen)
                yield "Parquet", table.schema_arrow, _bounded(found, size, file.label)
            elif start.startswith(_FIRST_FEATHER):
                raise InputError(
                    f"{file.label}: is Feather of the first version, which is not read here; save "
                    "it as Parquet"
                )
            elif start == _ARROW:
                reader = ipc.open_file(stream)
                indices = range(reader.num_record_batches)
                found = map(reader.get_batch, indices)
                yield "Arrow", reader.schema, _bounded(found, size, file.label)
            else:
                batches = ipc.open_stream(stream)
                yield "Arrow stream", batches.schema, _bounded(batches, size, file.label)
        except InputError:
            raise
        except (pyarrow.ArrowException, OSError, ValueError, EOFError, KeyError, MemoryError):
            # ArrowInvalid is a ValueError as well, and the others are told by what they say. One
            # who damages the size of a text makes it ask for more than there is.
            raise InputError(
                f"{file.label}: the file is damaged; copy or download it again"
            ) from None


def _bounded(
    batches: Iterable[pyarrow.RecordBatch], size: int, label: str
) -> Iterator[pyarrow.RecordBatch]:
    """Checks batches and passes them on, until they are too much for a file of some bytes."""
    given = 0
    for batch in batches:
        # An Arrow file says where in it each text lies; what is said wrongly would be read from
        # anywhere in memory.
        batch.validate(full=True)
        given += batch.nbytes
        if given > FREE_SIZE + HIGHEST_RATIO * size:
            raise InputError(
                f"{label}: holds more than {HIGHEST_RATIO} times its size in text, which no corpus "
                "does; save it as JSON Lines"
            )
        yield batch


def _text_columns(schema: pyarrow.Schema) -> list[tuple[str, ...]]:
    """Returns the names of columns of text, of those within `translation` both names."""
    from pyarrow import types

    found: list[tuple[str, ...]] = []
    for field in schema:
        if _is_text(field.type):
            found.append((field.name,))
        elif field.name == _NESTED and types.is_struct(field.type):
            inner = [field.type.field(index) for index in range(field.type.num_fields)]
            found.extend((field.name, one.name) for one in inner if _is_text(one.type))
    return found


def _is_text(kind: pyarrow.DataType) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    return types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)


def _field_names(kind: pyarrow.DataType) -> list[str]:
    return [kind.field(index).name for index in range(kind.num_fields)]
