"""How much memory this process has needed, as far as the system tells."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def peak_memory() -> int | None:
    """Returns the most memory that this process has held so far.

    Returns:
        Bytes; None where the system does not tell.

    Example:
        >>> peak_memory()                                            # doctest: +SKIP
        1123000320
    """
    status = Path("/proc/self/status")
    if status.is_file():  # on Linux, getrusage counts what the parent held when it forked
        match = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
        return 1024 * int(match[1]) if match else None
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
