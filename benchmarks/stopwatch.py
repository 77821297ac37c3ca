"""The running time of a process group: the periods in which it was stopped do not count."""

from __future__ import annotations

import os
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


class Stopwatch:
    """Counts the seconds in which a process group ran, and the CPU seconds it used.

    A process that was stopped (SIGSTOP, Ctrl-Z) leaves the machine to others; its clock stands
    still meanwhile. Time is summed from poll to poll, so it is as exact as the polls are close.
    Reads Linux's /proc.

    Args:
        leader: Process id of the group's leader, which is also the group's id.
        seconds, cpu_seconds: What an earlier process of the same run had used already.

    Attributes:
        seconds: Running time at the last poll.

    Example:
        >>> watch = Stopwatch(process.pid)
        >>> while process.poll() is None:
        ...     watch.poll()
        ...     time.sleep(0.25)
    """

    def __init__(self, leader: int, seconds: float = 0.0, cpu_seconds: float = 0.0) -> None:
        self.seconds = seconds
        self._leader = leader
        self._cpu_before = cpu_seconds
        self._cpu = 0.0
        self._last = time.monotonic()

    def poll(self) -> bool:
        """Adds the time since the last poll if the group runs, and returns whether it does."""
        now = time.monotonic()
        state = _fields(self._leader)
        runs = state is not None and state[0] not in "Tt"
        if runs:
            self.seconds += now - self._last
        self._last = now
        return runs

    @property
    def cpu_seconds(self) -> float:
        """User and system time of the group's processes, with those of children that ended."""
        processes = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        found = [fields for process in processes if (fields := _fields(process)) is not None]
        ticks = sum(
            int(value)
            for fields in found
            if int(fields[2]) == self._leader  # the field is the process group
            for value in fields[11:15]
        )
        # What has ended is no longer listed: the sum must not fall because of that.
        self._cpu = max(self._cpu, ticks / _TICKS)
        return self._cpu_before + self._cpu


def _fields(process: int) -> list[str] | None:
    """Returns the fields of /proc/PID/stat from the state on, None when the process has ended."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text[text.rindex(")") + 2 :].split()
