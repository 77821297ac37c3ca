"""The desks of a public demo: each with its limits, and cleared when its visitor stays away."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from seq2seq_keras.app.desks import Desk
from seq2seq_keras.app.visitors.desks import PersonalDesks
from seq2seq_keras.app.visitors.limits import Limits
from seq2seq_keras.app.visitors.people import person_of
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.disk_use import folder_size

_SEEN = ".seen"  # its time tells of the last visit
_DOOMED = ".doomed-"
_SECONDS_BETWEEN_MARKS = 60.0
_SECONDS_OF_A_VISIT = 1800.0


class VisitorDesks(PersonalDesks):
    """The desks of a public demo.

    Args:
        folder: Where the visitors' workspaces lie.
        limits: What each may use.
        places: Shipped models and samples, as of `Workspace`.
        now: The time in seconds.

    Example:
        >>> desks = VisitorDesks(Path("workspace/visitors"), Limits())
        >>> desks.of({PERSON: Person("0123456789abcdef0123456789abcdef")}).workspace.corpora()
    """

    def __init__(
        self,
        folder: Path,
        limits: Limits,
        places: Mapping[str, Any] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(folder, places)
        self._limits = limits
        self._now = now
        self._marked: dict[str, float] = {}

    def of(self, scope: Mapping[str, Any]) -> Desk:
        desk = super().of(scope)
        self._mark(person_of(scope).key, desk)
        return desk

    def workspaces(self) -> Sequence[Workspace]:
        return [self._desk(visitor).workspace for visitor in self._kept()]

    def sweep(self) -> int:
        """Clears the desks of visitors who stayed away too long, unless their jobs still run.

        Returns:
            How many were cleared.
        """
        for path in self._folder.glob(f"{_DOOMED}*"):  # by a server that was killed meanwhile
            shutil.rmtree(path, ignore_errors=True)
        oldest = self._now() - 3600 * self._limits.hours
        cleared = sum(self._clear(name, before=oldest) for name in self._kept())
        with self._lock:  # and forgets those who came by and kept nothing
            for name in self._desks.keys() - set(self._kept()):
                if self._marked.get(name, 0.0) < oldest:
                    del self._desks[name]
                    self._marked.pop(name, None)
        return cleared

    def _kept(self) -> list[str]:
        """The visitors who keep anything."""
        if not self._folder.is_dir():
            return []
        return [
            path.name
            for path in self._folder.iterdir()
            if not path.name.startswith(_DOOMED) and (path / _SEEN).exists()
        ]

    def _mark(self, visitor: str, desk: Desk) -> None:
        if self._now() - self._marked.get(visitor, 0.0) < _SECONDS_BETWEEN_MARKS:
            return
        with self._lock:
            self._marked[visitor] = self._now()
            if (seen := desk.workspace.folder / _SEEN).exists():
                seen.touch()

    def _admit(self, visitor: str, size: int) -> None:
        """Refuses a job where there are too many already, or no room for what it will write."""
        own = sum(job.active for job in self._desk(visitor).workspace.jobs.all())
        if own >= self._limits.jobs:
            raise InputError(
                f"On this public demo you can have {self._limits.jobs} jobs that wait or run. Wait "
                "for one to end, or discard one."
            )
        waiting = sum(len(workspace.jobs.waiting()) for workspace in self.workspaces())
        if waiting >= self._limits.waiting:
            raise InputError(
                f"{waiting} jobs of this demo's visitors wait already. Please come back later, or "
                "run the project on your own computer."
            )
        self._make_room(visitor, 0)

    def _make_room(self, visitor: str, size: int) -> None:
        """Refuses what would not fit, and begins to keep a visitor's things."""
        workspace = self._desk(visitor).workspace
        if size > self._limits.upload_bytes:
            raise InputError(
                f"This public demo takes files of at most {_megabytes(self._limits.upload_bytes)}; "
                f"yours has {_megabytes(size)}. Run the project on your own computer for more."
            )
        used = folder_size(workspace.folder)
        if used + size > self._limits.disk_bytes:
            raise InputError(
                f"Your things on this public demo take {_megabytes(used)}, of at most "
                f"{_megabytes(self._limits.disk_bytes)}. Delete some in the Models tab and try "
                "again."
            )
        with self._lock:
            seen = workspace.folder / _SEEN
            if not seen.exists():
                self._find_a_desk()
                workspace.prepare()
            seen.touch()

    def _find_a_desk(self) -> None:
        """Where all desks are taken, clears the one that was left longest ago."""
        kept = self._kept()
        if len(kept) < self._limits.visitors:
            return
        kept.sort(key=lambda name: (self._folder / name / _SEEN).stat().st_mtime)
        before = self._now() - _SECONDS_OF_A_VISIT
        if not any(self._clear(name, before) for name in kept):
            raise InputError(
                "This public demo is full. Please come back in half an hour, or run the project on "
                "your own computer."
            )

    def _clear(self, visitor: str, before: float) -> bool:
        with self._lock:
            folder = self._folder / visitor
            jobs = self._desk(visitor).workspace.jobs.all()
            if (folder / _SEEN).stat().st_mtime >= before or any(job.active for job in jobs):
                return False
            doomed = folder.with_name(_DOOMED + visitor)
            folder.rename(doomed)
            del self._desks[visitor]
            self._marked.pop(visitor, None)
        shutil.rmtree(doomed, ignore_errors=True)
        return True


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:.0f} MB"
