"""Reads a workbook in a process of its own; run as a script by `sheets.py`.

The reader of workbooks holds a sheet as a full rectangle, so two cells far apart, in a file of
some kilobytes, ask for hundreds of gigabytes, and the system ends the process that asks. So
this one may have so much memory and time and no more, and nothing ends with it but the file.
"""

from __future__ import annotations

import datetime
import json
import math
import sys
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

_ROWS = 256


def main(sheet: int, most_rows: int, memory: int, seconds: int) -> None:
    """Writes the rows of the workbook on standard input to standard output, see `lines`.

    Args:
        sheet: As of `lines`.
        most_rows: Likewise.
        memory: So many bytes may be held.
        seconds: So long may be computed.
    """
    limit(memory, seconds)
    sys.stdin.buffer.seek(0)  # wherever it was left
    for cells in lines(sys.stdin.buffer, sheet, most_rows):
        sys.stdout.write(json.dumps(cells) + "\n")


def lines(stream: IO[bytes], sheet: int, most_rows: int) -> Iterator[list[Any]]:
    """Yields a sheet's index and some of its rows at a time, and at last how it ended.

    Args:
        stream: The workbook.
        sheet: Index of the only sheet to read, or -1 for all that are visible.
        most_rows: So many rows of each sheet are read; 0 for all.

    Yields:
        `[index, row, row, ...]`; at last `["end"]`, `["password"]`, `["large"]` or `["damaged"]`.

    Example:
        >>> list(lines(open("pairs.xlsx", "rb"), -1, 400))  # doctest: +SKIP
        [[0, ['English', 'French'], ['Hello.', 'Bonjour.']], ['end']]
    """
    import python_calamine

    try:
        workbook = python_calamine.load_workbook(stream)
        visible = [
            index
            for index, one in enumerate(workbook.sheets_metadata)
            if one.typ == python_calamine.SheetTypeEnum.WorkSheet
            and one.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        for index in visible if sheet < 0 else [sheet]:
            rows = workbook.get_sheet_by_index(index).iter_rows()
            limited = islice(rows, most_rows or None)
            while some := [list(map(_text, row)) for row in islice(limited, _ROWS)]:
                yield [index, *some]
        ending = "end"
    except GeneratorExit:
        raise
    except python_calamine.PasswordError:
        ending = "password"
    except MemoryError:
        ending = "large"
    except BaseException as error:  # the reader's panics are no exceptions
        ending = "large" if "limit exceeded" in str(error) else "damaged"
    yield [ending]


def limit(memory: int, seconds: int) -> None:
    """Limits this process, where the system can; no lower limit that holds already is raised.

    Args:
        memory: Bytes of address space, beyond which asking for more fails.
        seconds: Processor time, after which the process is ended.

    Example:
        >>> limit(2 * 2**30, 60)                                     # doctest: +SKIP
    """
    try:
        import resource
    except ImportError:  # on Windows
        return
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        try:
            resource.setrlimit(kind, (most, hard))
        except (OSError, ValueError):  # a system that cannot
            continue
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _text(cell: Any) -> str:
    """Writes a cell as the sheet shows it, or nearly."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if math.isfinite(cell) and cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        return str(cell)
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
