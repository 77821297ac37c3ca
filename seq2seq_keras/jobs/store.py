"""Jobs as folders: what was asked for, what happened, and how it stands."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.files import is_locked, new_folder, read_json, slug, write_json

JobKind = Literal["train", "compare", "score"]
JobState = Literal["queued", "running", "stopping", "finished", "stopped", "failed", "died"]

ACTIVE_STATES: tuple[JobState, ...] = ("queued", "running", "stopping")

# From the start of a worker's process until it holds its lock.
_START_SECONDS = 20.0


@dataclass(frozen=True)
class Job:
    """One piece of work; all that is known about it lies in its folder.

    The files: job.json (what was asked for), started (a worker was launched), worker.lock
    (held while it lives), events.jsonl (what happened, append-only), stop (somebody asked to
    stop), result.json (how it ended), worker.log (the worker's own output), out/ (what it made).
    """

    folder: Path
    kind: JobKind
    name: str
    created: datetime
    details: dict[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def out(self) -> Path:
        """Where the job leaves what it makes: translators, and the report of a comparison."""
        return self.folder / "out"

    @property
    def has_report(self) -> bool:
        return (self.out / "report.json").is_file()

    @property
    def state(self) -> JobState:
        """How the job stands, derived from its files and from whether its process lives."""
        result = self.result()
        if result is not None:
            return result["state"]
        if is_locked(self.folder / "worker.lock"):
            return "stopping" if self.stop_asked() else "running"
        launched = self._launched()
        if launched is None:
            return "stopped" if self.stop_asked() else "queued"
        # A result is written before the lock is let go: look again, now that nobody holds it.
        result = self.result()
        if result is not None:
            return result["state"]
        return "running" if time.time() - launched < _START_SECONDS else "died"

    @property
    def active(self) -> bool:
        return self.state in ACTIVE_STATES

    @property
    def message(self) -> str:
        """How the job ended, in words; empty while it has not ended."""
        result = self.result()
        if result is not None:
            return str(result.get("message", ""))
        if self.state == "died":
            return "The process that did this job ended without a word, as when it is killed."
        return ""

    def result(self) -> dict[str, Any] | None:
        return read_json(self.folder / "result.json")

    def stop_asked(self) -> bool:
        return (self.folder / "stop").exists()

    def ask_to_stop(self) -> None:
        """Asks the worker to keep the best model so far and end; a waiting job never starts."""
        (self.folder / "stop").touch()

    def launch(self) -> bool:
        """Claims the job for one worker; False if another process was quicker."""
        try:
            with (self.folder / "started").open("x", encoding="utf-8") as stream:
                stream.write(str(time.time()))
        except FileExistsError:
            return False
        return True

    def finish(self, state: JobState, message: str = "", **details: Any) -> None:
        """Writes down how the job ended."""
        write_json(
            self.folder / "result.json",
            {"state": state, "message": message, "ended": datetime.now(UTC).isoformat(), **details},
        )

    def append_event(self, event: Mapping[str, Any]) -> None:
        """Adds one event to the job's history."""
        with (self.folder / "events.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(event, ensure_ascii=False) + "\n")

    def events(self, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Reads the events from byte `offset` on.

        Returns:
            The events and the offset from which to read the next ones. A line that is still
            being written is left for the next call.
        """
        try:
            with (self.folder / "events.jsonl").open("rb") as stream:
                stream.seek(offset)
                data = stream.read()
        except FileNotFoundError:
            return [], offset
        complete = data[: data.rfind(b"\n") + 1]
        return [json.loads(line) for line in complete.splitlines()], offset + len(complete)

    def _launched(self) -> float | None:
        path = self.folder / "started"
        try:
            return path.stat().st_mtime
        except FileNotFoundError:
            return None


class JobStore:
    """All jobs of one workspace, oldest first.

    Args:
        folder: where the jobs' folders lie; made when the first job is submitted.

    Example:
        >>> store = JobStore(Path("workspace/jobs"))
        >>> job = store.submit("train", "My corpus", {"settings": {"units": 256}})
        >>> job.state
        'queued'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def submit(self, kind: JobKind, name: str, details: dict[str, Any]) -> Job:
        """Writes a new job down; a `Runner` will find it."""
        if kind not in get_args(JobKind):
            raise InputError(f"{kind}: no such kind of job; kinds are {get_args(JobKind)}")
        created = datetime.now(UTC)
        folder = new_folder(self.folder, f"{created:%Y%m%d-%H%M%S}-{slug(name, kind)}")
        write_json(
            folder / "job.json",
            {"kind": kind, "name": name, "created": created.isoformat(), **details},
        )
        return self.get(folder.name)

    def get(self, job_id: str) -> Job:
        """Finds a job by its id.

        Raises:
            InputError: there is no such job.
        """
        folder = self.folder / job_id
        content = read_json(folder / "job.json") if folder.parent == self.folder else None
        if not isinstance(content, dict):
            raise InputError(f"{job_id}: there is no such job")
        return Job(
            folder=folder,
            kind=content["kind"],
            name=content["name"],
            created=datetime.fromisoformat(content["created"]),
            details=content,
        )

    def all(self) -> list[Job]:
        """Every job whose description is readable, oldest first."""
        if not self.folder.is_dir():
            return []
        found = []
        for path in self.folder.glob("*/job.json"):
            with suppress(InputError):  # a description that a power cut left empty
                found.append(self.get(path.parent.name))
        return sorted(found, key=lambda job: job.created)
