"""One table of the parts that a large one is kept in on the web."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seq2seq_keras.errors import WorkError

_ROWS = 8192


def merge_parquet(parts: Sequence[Path], table: Path) -> None:
    """Writes the rows of several Parquet files, of the same columns, into one.

    Some thousand rows at a time are held in memory.

    Args:
        parts: The files, in the order of their rows.
        table: The file to write, in a folder that is thrown away if it fails.

    Raises:
        WorkError: A part is damaged, or has other columns than the first.
    """
    import pyarrow
    from pyarrow import parquet

    at_fault = parts[0]
    try:
        schema = parquet.read_schema(parts[0]).remove_metadata()
        with parquet.ParquetWriter(table, schema) as writer:
            for at_fault in parts:
                with parquet.ParquetFile(at_fault) as file:
                    if not file.schema_arrow.remove_metadata().equals(schema):
                        raise WorkError(
                            f"{at_fault.stem}: has other columns than {parts[0].stem}, so they are "
                            "not parts of one table; give the address of one of them"
                        )
                    for batch in file.iter_batches(batch_size=_ROWS):
                        writer.write_batch(batch.replace_schema_metadata())
    except (pyarrow.ArrowException, ValueError, KeyError, EOFError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WorkError(
            f"{at_fault.stem}: is damaged ({reason}); try again, or tell who keeps the data set"
        ) from None
