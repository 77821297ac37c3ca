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
from itertools import islice
from typing import Any

_ROWS = 256


def main(sheet: int, most_rows: int, memory: int, seconds: int) -> None:
    """Writes rows to standard output: in a line of JSON a sheet's index, then some of its rows.

    Args:
        sheet: Index of the only sheet to read, or -1 for all that are visible.
        most_rows: So many rows of each sheet are written; 0 for all.
        memory: So many bytes may be held.
        seconds: So long may be computed.
    """
    _limit(memory, seconds)
    import python_calamine

    try:
        sys.stdin.buffer.seek(0)  # wherever it was left
        workbook = python_calamine.load_workbook(sys.stdin.buffer)
        sheets = workbook.sheets_metadata
        visible = [
            index
            for index, one in enumerate(sheets)
            if one.typ == python_calamine.SheetTypeEnum.WorkSheet
            and one.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        for index in visible if sheet < 0 else [sheet]:
            rows = workbook.get_sheet_by_index(index).iter_rows()
            limited = islice(rows, most_rows or None)
            while some := [list(map(_text, row)) for row in islice(limited, _ROWS)]:
                _write([index, *some])
        _write(["end"])
    except python_calamine.PasswordError:
        _write(["password"])
    except MemoryError:
        _write(["large"])
    except BaseException as error:  # the reader's panics are no exceptions
        if isinstance(error, BrokenPipeError):
            raise
        _write(["large" if "limit exceeded" in str(error) else "damaged"])


def _limit(memory: int, seconds: int) -> None:
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


def _write(cells: list[Any]) -> None:
    sys.stdout.write(json.dumps(cells) + "\n")


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
