"""What a worker does its work with: settings, events, and what the job's owner wishes."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from seq2seq_keras.config import Config
from seq2seq_keras.errors import Paused
from seq2seq_keras.jobs.job import Job, Wish
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.jobs.reading import SPLIT_SEED, read_corpus
from seq2seq_keras.storage import write_file
from seq2seq_keras.training.memory import peak_memory

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Splits
    from seq2seq_keras.training.tensorboard import TensorBoardWriter

SECONDS_BETWEEN_PROGRESS = 1.0
"""How often progress within an epoch, or within a test set, is written down."""

# How often a step of the work is shown to have been made.
_SECONDS_BETWEEN_BEATS = 5.0

# How often the database is asked what the job's owner wishes.
_SECONDS_BETWEEN_WISHES = 0.2


class Cancelled(Exception):  # noqa: N818  nothing went wrong
    """The work was asked to end and leave nothing."""


class Work:
    """A job's settings, its events, and the question what its owner wishes.

    Attributes:
        message: What its owner should know of the end of work that did not fail.
        is_stopped: Whether it ended early, by itself, and left what it had.
    """

    def __init__(self, queue: JobQueue, job: Job) -> None:
        self.job = job
        self._queue = queue
        self._wish: Wish | None = None
        self._next_question = 0.0
        self._next_beat = 0.0
        self.config = Config.create(**job.details.get("settings", {}))
        self.devices = job.devices
        self.alone = threading.Event()
        self._last_progress = 0.0
        self._boards: dict[str, TensorBoardWriter] = {}
        self.message = ""
        self.is_stopped = False

    def watch_server(self) -> None:
        """Pauses the work when the server is gone: its end of our standard input closes then."""

        def watch() -> None:
            # Straight from the system: a buffered reader's lock would spoil the interpreter's end.
            while os.read(sys.stdin.fileno(), 1024):
                pass
            # Nor does anybody read any more what is printed.
            with suppress(OSError), self.job.log.open("ab", buffering=0) as log:
                os.dup2(log.fileno(), sys.stdout.fileno())
                os.dup2(log.fileno(), sys.stderr.fileno())
            self.alone.set()

        threading.Thread(target=watch, daemon=True).start()

    def should_stop(self) -> bool:
        """Tells whether to end early and keep the best.

        Raises:
            Paused: To leave a checkpoint and end.
            Cancelled: To end and leave nothing.
        """
        self.beat()
        if time.monotonic() >= self._next_question:
            self._next_question = time.monotonic() + _SECONDS_BETWEEN_WISHES
            self._wish = self._queue.wish(self.job.id)
        if self._wish == "cancel":
            raise Cancelled
        if self._wish in ("pause", "end") or (self.alone.is_set() and self._wish is None):
            raise Paused
        return self._wish == "stop"

    def stage(self, text: str) -> None:
        self.append_event({"kind": "stage", "text": text})

    def beat(self) -> None:
        """Shows that the work itself, not a thread beside it, gets on: see `Job.pulse`."""
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + _SECONDS_BETWEEN_BEATS
            with suppress(OSError):
                self.job.pulse.touch()

    def append_event(self, event: dict[str, Any]) -> None:
        self.beat()
        self._queue.append_event(self.job.id, event)

    def listen(self, system: str, event: Any) -> None:
        content = event.to_dict()
        if content["kind"] == "progress":
            now = time.monotonic()
            if now - self._last_progress < SECONDS_BETWEEN_PROGRESS:
                return
            self._last_progress = now
            content["memory_bytes"] = peak_memory()
        self.append_event({"system": system, **content})
        self._board(system)(event)

    def _board(self, system: str) -> TensorBoardWriter:
        if system not in self._boards:
            from seq2seq_keras.training.tensorboard import TensorBoardWriter

            self._boards[system] = TensorBoardWriter(self.job.event_files / system)
        return self._boards[system]

    def read_splits(self) -> Splits:
        """Reads and splits the job's corpus, and keeps the test part for later comparisons."""
        self.stage("Reading the corpus")
        splits = read_corpus(self.job.details["corpus"]).split(seed=SPLIT_SEED)
        lines = [f"{source}\t{target}\n" for source, target in splits.test.pairs()]
        write_file(self.job.folder / "test.tsv", "".join(lines))
        self.stage("Preparing the vocabulary and the network")
        return splits
