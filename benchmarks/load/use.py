"""What a server and its child processes use: memory, open files, threads, processes."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

import psutil

_MEGABYTE = 1024**2
_TRANSLATES = "seq2seq_keras.jobs.translation_process"


@dataclass(frozen=True)
class Use:
    """What is used at a moment.

    Attributes:
        seconds: The moment, by `time.monotonic`.
        server: Megabytes of memory in the server's process.
        translation: Those in the process that translates.
        children: Those in all child processes, it among them.
        open_files: Files, pipes and connections of all these processes.
        threads: Of all of them.
        processes: How many there are.
    """

    seconds: float
    server: float
    translation: float
    children: float
    open_files: int
    threads: int
    processes: int


MEMORY = ("server", "translation", "children")
COUNTS = ("open_files", "threads", "processes")


def look(pid: int) -> Use:
    """Looks at a process and all that it started.

    Raises:
        psutil.NoSuchProcess: It is gone.
    """
    server = psutil.Process(pid)
    used = {"server": _megabytes(server), "translation": 0.0, "children": 0.0}
    counts = {"open_files": _files(server), "threads": server.num_threads(), "processes": 1}
    for child in server.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
            with child.oneshot():
                memory, files, threads = _megabytes(child), _files(child), child.num_threads()
                translates = _TRANSLATES in child.cmdline()
            used["children"] += memory
            used["translation"] += memory if translates else 0.0
            counts["open_files"] += files
            counts["threads"] += threads
            counts["processes"] += 1
    return Use(time.monotonic(), **used, **counts)


@asynccontextmanager
async def watching(pid: int, between: float = 1.0) -> AsyncIterator[list[Use]]:
    """Looks again and again while something is done, and once more at its end.

    Args:
        pid: Of the server.
        between: Seconds between two looks.

    Yields:
        What was seen, which grows.

    Example:
        >>> async with watching(server.pid) as seen:
        ...     await visitor.translate("A dog.")
        >>> figures(seen)["server"]["slope"]
    """
    seen = [look(pid)]

    async def keep_looking() -> None:
        while True:
            await asyncio.sleep(between)
            seen.append(look(pid))

    looking = asyncio.create_task(keep_looking())
    try:
        yield seen
    finally:
        looking.cancel()
        await asyncio.wait([looking])
        seen.append(look(pid))


def figures(seen: Sequence[Use]) -> dict[str, Any]:
    """Returns start, end and most of each, and the slope of memory in MB a minute, as JSON."""
    told: dict[str, Any] = {}
    for name in (*MEMORY, *COUNTS):
        values = [asdict(use)[name] for use in seen]
        told[name] = {
            "start": round(values[0], 1),
            "end": round(values[-1], 1),
            "most": round(max(values), 1),
        }
        if name in MEMORY:
            told[name]["slope"] = slope([use.seconds / 60 for use in seen], values)
    return told


def slope(minutes: Sequence[float], megabytes: Sequence[float]) -> float | None:
    """Fits a line by least squares; returns how steeply it rises, None for too few values."""
    if len(set(minutes)) < 3:
        return None
    return round(statistics.linear_regression(minutes, megabytes).slope, 3)


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / _MEGABYTE


def _files(process: psutil.Process) -> int:
    count = process.num_fds if hasattr(process, "num_fds") else process.num_handles
    return int(count())
