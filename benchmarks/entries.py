"""Who takes part, and how each is started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environment import python_of
from benchmarks.protocol import Worker, worker_variables
from benchmarks.settings import CACHE, REPOSITORY

OURS = "this project"
KERAS = "Keras fit"
TORCH = "eager PyTorch"
JOEY = "Joey NMT"
LOOP = "predict loop"


@dataclass(frozen=True)
class Entry:
    """A program with a network.

    Attributes:
        program: What runs, such as `Joey NMT`.
        placement: Of the attention: `before`, `after` or `none`. Joey NMT has one attention,
            which comes after the recurrence and is fed into the next step, so that its decoder
            is a loop, as with `before`: its placement is called `input feeding`.
        module: In `benchmarks.contestants`.
        environment: In `benchmarks/environments`; None for this project's own.
    """

    program: str
    placement: str
    module: str
    environment: str | None = None

    @property
    def name(self) -> str:
        """Identifies the entry in results and messages."""
        return f"{self.program}, {self.placement}"

    @property
    def knows_operations(self) -> bool:
        """Whether `benchmarks.arithmetic` counts this network."""
        return self.program != JOEY


TRAINING = (
    *(Entry(OURS, placement, "this_project") for placement in ("after", "before", "none")),
    *(Entry(KERAS, placement, "plain_keras") for placement in ("after", "before", "none")),
    *(Entry(TORCH, placement, "torch_eager", "torch") for placement in ("after", "none")),
    Entry(JOEY, "input feeding", "joey", "joey"),
)
DECODING = (
    *(Entry(OURS, placement, "translation") for placement in ("after", "before")),
    Entry(JOEY, "input feeding", "joey", "joey"),
)
LOOPS = (Entry(LOOP, "before", "predict_loop"),)


def chosen(entries: Sequence[Entry], only: Sequence[str], joey: bool) -> list[Entry]:
    """Returns the entries whose name contains one of `only`, or all if that is empty."""
    return [
        entry
        for entry in entries
        if (joey or entry.program != JOEY)
        and (not only or any(word.lower() in entry.name.lower() for word in only))
    ]


def interpreter(entry: Entry, joey: bool) -> Path:
    """Returns the Python that runs an entry; PyTorch is shared with Joey NMT, if that runs too."""
    if entry.environment is None:
        return Path(sys.executable)
    return python_of("joey" if joey else entry.environment)


def read_into_memory(all_entries: Sequence[Entry], joey: bool) -> None:
    """Imports what each entry runs, once, so that no start has to wait for the disk."""
    for module in dict.fromkeys(entry.module for entry in all_entries):
        entry = next(entry for entry in all_entries if entry.module == module)
        subprocess.run(
            [interpreter(entry, joey), "-c", f"import benchmarks.contestants.{module}"],
            cwd=REPOSITORY,
            env={**os.environ, **worker_variables()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # a failure shows when the contestant starts


@contextmanager
def running(entry: Entry, arguments: dict[str, Any], joey: bool) -> Iterator[Worker]:
    """Starts an entry, waits until it is ready, and ends it at last."""
    logs = CACHE / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    stem = f"{entry.module}-{entry.placement.replace(' ', '-')}"
    worker = Worker(
        entry.name, interpreter(entry, joey), entry.module, arguments, logs / f"{stem}.log"
    )
    try:
        worker.wait_ready()
        yield worker
    finally:
        worker.close()
