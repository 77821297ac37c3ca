"""A job: what was asked for, and how it stands."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

JobKind = Literal["train", "compare", "score", "translate", "export"]

JobState = Literal[
    "queued",  # waits for its turn
    "running",  # a process works on it
    "paused",  # waits for somebody to resume it
    "finished",
    "stopped",  # ended early on demand, and kept what it had
    "cancelled",  # ended on demand, and kept nothing
    "failed",  # the input or the machine was at fault, as the message says
    "died",  # its process ended without a word
]

Wish = Literal["pause", "stop", "cancel", "end"]
"""What a job is asked to do: leave a checkpoint and wait; end and keep the best; leave nothing.

To "end" is for a process that hears nothing any more: it is killed.
"""

SILENT_SECONDS = 600.0
"""A job that has made no step for so long is said to be silent: it may hang."""

ACTIVE_STATES: tuple[JobState, ...] = ("queued", "running")
RESUMABLE_STATES: tuple[JobState, ...] = ("paused", "died", "failed")


@dataclass(frozen=True)
class Job:
    """A job as it stood when it was looked at.

    Attributes:
        id: Its name among jobs and folders.
        folder: Where it keeps its files.
        kind: What sort of work it is.
        name: What its owner calls it.
        details: All that its worker has to know, as JSON.
        position: Its place among those that wait; the lowest is next.
        state: How it stands.
        wish: What it has been asked to do and has not done yet.
        message: How it ended, in words.
        models: Translators that it left, by the network's name: the names they were given.
        launch: A token of the process that works on it, or did so last.
        created, started, ended: When it was submitted, last begun, and over.
    """

    id: str
    folder: Path
    kind: JobKind
    name: str
    details: dict[str, Any] = field(repr=False)
    position: float
    state: JobState
    wish: Wish | None
    message: str
    models: dict[str, str]
    launch: str
    created: datetime
    started: datetime | None
    ended: datetime | None

    @property
    def active(self) -> bool:
        """Whether it will go on, or does, of itself."""
        return self.state in ACTIVE_STATES

    @property
    def resumable(self) -> bool:
        """Whether it can go on if its owner says so."""
        return self.state in RESUMABLE_STATES

    @property
    def devices(self) -> int:
        """On how many devices a training is spread."""
        return int(self.details.get("devices", 1))

    @property
    def out(self) -> Path:
        """Where it leaves what it makes: translators, a report, a translated file, an export."""
        return self.folder / "out"

    @property
    def lock(self) -> Path:
        """The file that its process keeps locked for as long as it lives."""
        return self.folder / "worker.lock"

    @property
    def pulse(self) -> Path:
        """The file that its process touches with every few steps of its work."""
        return self.folder / "worker.pulse"

    @property
    def silent_seconds(self) -> float:
        """How long a running job has made no step, as far as that is known."""
        if self.state != "running":
            return 0.0
        try:
            return max(0.0, time.time() - self.pulse.stat().st_mtime)
        except OSError:
            return 0.0

    @property
    def is_silent(self) -> bool:
        """Whether it has made no step for longer than work of any sort should take."""
        return self.silent_seconds >= SILENT_SECONDS

    @property
    def log(self) -> Path:
        """What its process printed."""
        return self.folder / "worker.log"

    @property
    def event_files(self) -> Path:
        """A folder a network of event files, for TensorBoard."""
        return self.folder / "tensorboard"

    @property
    def has_report(self) -> bool:
        return (self.out / "report.json").is_file()

    @property
    def kept_translations(self) -> Path:
        """Where the translation of a file keeps what it has, to go on after it."""
        return self.out / "translations.jsonl"

    @property
    def translated_file(self) -> Path | None:
        """The translation of a file, once it is written."""
        if self.kind != "translate" or not self.out.is_dir():
            return None
        files = (path for path in self.out.iterdir() if not path.name.startswith("."))
        return next((path for path in files if path != self.kept_translations), None)

    @property
    def exported_folder(self) -> Path | None:
        """The export of a translator, once it is written and tried out."""
        if self.kind != "export" or self.state != "finished" or not self.out.is_dir():
            return None
        return next((path for path in self.out.iterdir() if not path.name.startswith(".")), None)

    @property
    def begun(self) -> bool:
        """Whether it left something to go on from."""
        return self.out.is_dir() and any(self.out.iterdir())
