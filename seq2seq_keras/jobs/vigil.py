"""Whether a process that makes no progress works all the same, or is surely stuck."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from seq2seq_keras.jobs.job import Job

PATIENCE_SECONDS = 1800.0
"""A process that makes no step for so long, and does not even use the processor, is stuck."""

# Less than this share of one core is no work: waiting threads wake up now and then.
_IDLE_SHARE = 0.01


class Vigil:
    """Watches over the process of one job.

    A step of the work touches a file. Work of some sorts makes no step for long: a corpus of
    millions is read, a large network compiled. But then it uses the processor. Time is counted
    while the computer is awake.

    Args:
        pulse: The file that each step touches.
        process_id: The process.
        patience: Seconds of neither steps nor work after which it is stuck.
        clock: Tells the seconds.

    Example:
        >>> Vigil(job.pulse, process.pid).is_stuck()
        False
    """

    def __init__(
        self,
        pulse: Path,
        process_id: int,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.process_id = process_id
        self._pulse = pulse
        self._patience = patience
        self._clock = clock
        self._begin()

    def is_stuck(self) -> bool:
        """Looks once more; to be asked every few seconds."""
        if self._mark() != self._last_mark:
            self._begin()
            return False
        seconds = self._clock() - self._since
        if seconds < self._patience:
            return False
        if self._processor_seconds() - self._worked >= _IDLE_SHARE * seconds:
            self._begin()
            return False
        return True

    def _begin(self) -> None:
        self._last_mark = self._mark()
        self._since = self._clock()
        self._worked = self._processor_seconds()

    def _mark(self) -> int:
        try:
            return self._pulse.stat().st_mtime_ns
        except OSError:
            return 0

    def _processor_seconds(self) -> float:
        with suppress(psutil.Error):
            times = psutil.Process(self.process_id).cpu_times()
            return times.user + times.system
        return 0.0


def process_of(job: Job) -> int | None:
    """Finds the process that works on a job, also one that an earlier server started.

    Its token tells it apart from all others.
    """
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if job.launch and job.id in words and words[-1] == job.launch:
            return process.pid
    return None


def kill(process_id: int) -> None:
    """Ends a process that hears nothing: a stopped one takes no other signal."""
    with suppress(psutil.Error):
        psutil.Process(process_id).kill()
