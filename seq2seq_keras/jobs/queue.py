"""The jobs of a workspace, in a database that server and workers share."""

from __future__ import annotations

import json
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.disk_room import check_room, free_room, room_for_job
from seq2seq_keras.jobs.files import is_locked, new_folder, slug
from seq2seq_keras.jobs.job import RESUMABLE_STATES, Job, JobKind, JobState, Wish

_TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    details TEXT NOT NULL,
    position REAL NOT NULL,
    state TEXT NOT NULL,
    wish TEXT,
    message TEXT NOT NULL DEFAULT '',
    models TEXT NOT NULL DEFAULT '{}',
    launch TEXT NOT NULL DEFAULT '',
    created TEXT NOT NULL,
    started TEXT,
    ended TEXT
);
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    content TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_of_job ON events (job, number);
"""

_SECONDS_TO_WAIT_FOR_OTHERS = 30.0
_ROOM_TO_WORK = 1024**2
_FULL = "database or disk is full"
_DELETED = ".deleted-"


class JobQueue:
    """All jobs of one workspace, in the order in which they are to run.

    The database says what is known of every job, and each change of state is one transaction:
    whoever is killed, and whenever, leaves a job in one state or in the next. Whether a job that
    is said to run really does is not left to the database. Its process holds a lock on a file, of
    which the system lets go when the process ends, however it ends.

    Args:
        folder: Where the database and the jobs' folders lie; made with the first job.
        admit: Called before a job is submitted or resumed, with the bytes that it will take as far
            as they are known; it may refuse by an `InputError`.

    Attributes:
        being_born: Ids of jobs whose process was started by this one, and not yet seen to end. To
            others such a job looks dead until its process holds the lock, about a second.

    Example:
        >>> queue = JobQueue(Path("workspace/jobs"))
        >>> job = queue.submit("train", "My corpus", {"settings": {"units": 256}})
        >>> queue.get(job.id).state
        'queued'
    """

    def __init__(self, folder: Path, admit: Callable[[int], None] = lambda size: None) -> None:
        self.folder = folder
        self._admit = admit
        self.being_born: set[str] = set()
        self._database = folder / "jobs.sqlite3"

    def prepare(self) -> None:
        """Makes the database if there is none, and removes what a deletion left half done."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._connection() as database:
            database.executescript(_TABLES)
        for folder in self.folder.glob(f"{_DELETED}*"):
            shutil.rmtree(folder, ignore_errors=True)

    # What there is

    def get(self, job_id: str) -> Job:
        """Finds a job by its id.

        Raises:
            InputError: There is no such job.
        """
        # Half a letter, which SQLite refuses, is in no id.
        rows = self._select("SELECT * FROM jobs WHERE id = ?", job_id) if _is_whole(job_id) else []
        if not rows:
            raise InputError(f"{job_id}: there is no such job")
        return self._job(rows[0])

    def all(self) -> list[Job]:
        """Returns every job, the oldest first."""
        return [self._job(row) for row in self._select("SELECT * FROM jobs ORDER BY created, id")]

    def counts(self) -> dict[tuple[JobKind, JobState], int]:
        """Returns how many jobs there are of each kind in each state, as the database has it."""
        rows = self._select("SELECT kind, state, count(*) AS number FROM jobs GROUP BY kind, state")
        return {(row["kind"], row["state"]): row["number"] for row in rows}

    def waiting(self) -> list[Job]:
        """Returns the jobs that wait for their turn, the next one first."""
        rows = self._select("SELECT * FROM jobs WHERE state = 'queued' ORDER BY position, created")
        return [self._job(row) for row in rows]

    def events(self, job_id: str, after: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Reads what happened in a job.

        Args:
            job_id: The job's id.
            after: The number of the last event that is known already.

        Returns:
            The events, and the number of the last one.
        """
        rows = self._select(
            "SELECT number, content FROM events WHERE job = ? AND number > ? ORDER BY number",
            job_id,
            after,
        )
        return [json.loads(row["content"]) for row in rows], rows[-1]["number"] if rows else after

    def wish(self, job_id: str) -> Wish | None:
        """Tells what a job has been asked to do."""
        rows = self._select("SELECT wish FROM jobs WHERE id = ?", job_id)
        return rows[0]["wish"] if rows else "cancel"  # it was deleted by force

    # What its owner does

    def submit(self, kind: JobKind, name: str, details: Mapping[str, Any]) -> Job:
        """Puts a new job at the end of the queue; a `Runner` will find it.

        Raises:
            InputError: There is no such kind, or it is not admitted.
            WorkError: The disk is full, or nearly.
        """
        if kind not in get_args(JobKind):
            raise InputError(f"{kind}: no such kind of job; kinds are {get_args(JobKind)}")
        needed = room_for_job(kind, details)
        self._admit(needed)
        check_room(self.folder, needed)
        created = datetime.now(UTC)
        try:
            folder = new_folder(self.folder, f"{created:%Y%m%d-%H%M%S}-{slug(name, kind)}")
        except OSError as error:
            raise WorkError(f"{self.folder}: cannot be written ({error.strerror})") from None
        self.prepare()
        with self._transaction() as database:
            database.execute(
                "INSERT INTO jobs (id, kind, name, details, position, state, created) VALUES "
                "(?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM jobs), 'queued', ?)",
                (folder.name, kind, name, json.dumps(details), created.isoformat()),
            )
        return self.get(folder.name)

    def ask(self, job_id: str, wish: Wish) -> Job:
        """Asks a job to pause, to stop, or to leave nothing; at once if it does not run.

        To "end" one that does not run, nothing is done.

        A job that is paused, or whose process died, needs a process to keep its best model: asked
        to stop, it is put in front of the queue for that.
        """
        job = self.get(job_id)
        if job.state == "running":
            self._update(job, "running", wish=wish)
        elif wish == "end":
            pass
        elif wish == "cancel":
            self._update(job, "queued", *RESUMABLE_STATES, state="cancelled", **_over())
        elif wish == "pause":
            self._update(job, "queued", state="paused")
        elif job.begun:
            self._to_front(job, "queued", *RESUMABLE_STATES, wish="stop")
        else:
            self._update(job, "queued", *RESUMABLE_STATES, state="stopped", **_over())
        return self.get(job_id)

    def resume(self, job_id: str) -> Job:
        """Puts a job that is paused, died or failed in front of the queue, to go on.

        A running job that was asked to pause, stop or leave nothing is no longer asked to.
        """
        job = self.get(job_id)
        if job.state == "running":
            self._update(job, "running", wish=None)
        else:
            self._admit(0)
            check_room(self.folder)
            self._to_front(job, *RESUMABLE_STATES, wish=None)
        return self.get(job_id)

    def retry(self, job_id: str) -> Job:
        """Submits a job's work once more, from its beginning."""
        job = self.get(job_id)
        return self.submit(job.kind, job.name, job.details)

    def move(self, job_id: str, places: int) -> None:
        """Moves a waiting job towards the end of the queue, or by a negative number forwards."""
        order = [job.id for job in self.waiting()]
        if job_id not in order:
            return
        place = order.index(job_id)
        order.insert(min(max(place + places, 0), len(order) - 1), order.pop(place))
        with self._transaction() as database:
            database.executemany(
                "UPDATE jobs SET position = ? WHERE id = ?",
                [(number, each) for number, each in enumerate(order)],
            )

    def rename(self, job_id: str, name: str) -> None:
        """Gives a job another name."""
        self._update(self.get(job_id), name=name)

    def delete(self, job_id: str) -> None:
        """Forgets a job and removes its files; translators that it left are the workspace's.

        Raises:
            InputError: It runs.
        """
        job = self.get(job_id)
        if job.state == "running":
            raise InputError(f"{job.name} still runs. Stop or cancel it first.")
        aside = self.folder / f"{_DELETED}{uuid.uuid4().hex}"
        with suppress(FileNotFoundError):
            job.folder.rename(aside)
        with self._transaction() as database:
            database.execute("DELETE FROM jobs WHERE id = ?", (job_id,))
        shutil.rmtree(aside, ignore_errors=True)

    # What its process does

    def claim(self, job_id: str) -> str | None:
        """Takes a waiting job for one process.

        Returns:
            The token by which that process shows that the job is its own; None if another
            claimed it, or it waits no longer.
        """
        token = uuid.uuid4().hex
        with self._transaction() as database:
            claimed = database.execute(
                "UPDATE jobs SET state = 'running', launch = ?, message = '', started = ?, "
                "ended = NULL WHERE id = ? AND state = 'queued'",
                (token, _now(), job_id),
            )
            return token if claimed.rowcount else None

    def append_event(self, job_id: str, event: Mapping[str, Any]) -> None:
        """Adds an event to a job's history."""
        with self._transaction() as database:
            database.execute(
                "INSERT INTO events (job, content) SELECT id, ? FROM jobs WHERE id = ?",
                (json.dumps(event, ensure_ascii=False), job_id),
            )

    def give_back(self, job: Job) -> None:
        """Lets a job wait for its turn again, as its process has to go."""
        self._update(job, "running", state="queued", wish=None)

    def end(
        self,
        job: Job,
        state: JobState,
        message: str = "",
        models: Mapping[str, str] | None = None,
    ) -> bool:
        """Writes down how a job ended, unless another process has it by now.

        Returns:
            Whether it was written.
        """
        return self._update(
            job,
            "running",
            state=state,
            wish=None,
            message=message,
            models=json.dumps(dict(models or {})),
            ended=_now(),
        )

    def dead(self) -> list[Job]:
        """Returns the jobs that are said to run and have no process."""
        rows = self._select("SELECT * FROM jobs WHERE state = 'running'")
        return [job for job in map(self._job, rows) if job.state == "died"]

    # The database

    def _to_front(self, job: Job, *states: JobState, wish: Wish | None) -> None:
        with self._transaction() as database:
            (first,) = database.execute("SELECT coalesce(min(position), 0) FROM jobs").fetchone()
        self._update(job, *states, state="queued", position=first - 1, wish=wish, ended=None)

    def _update(self, job: Job, *states: JobState, **fields: Any) -> bool:
        """Changes a job if it is in one of `states` (any, if none is named) and `job.launch`."""
        changes = ", ".join(f"{name} = ?" for name in fields)
        # A job whose process is dead is still said to run, until somebody notes it.
        allowed = ["running" if state == "died" else state for state in states] + list(states)
        condition = f"AND state IN ({', '.join('?' * len(allowed))})" if states else ""
        with self._transaction() as database:
            changed = database.execute(
                f"UPDATE jobs SET {changes} WHERE id = ? AND launch = ? {condition}",
                (*fields.values(), job.id, job.launch, *allowed),
            )
            return bool(changed.rowcount)

    def _select(self, query: str, *values: Any) -> list[sqlite3.Row]:
        if not self._database.exists():
            return []
        with self._connection() as database:
            return database.execute(query, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            except BaseException:
                if database.in_transaction:
                    database.execute("ROLLBACK")
                raise

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            database = sqlite3.connect(
                self._database, timeout=_SECONDS_TO_WAIT_FOR_OTHERS, isolation_level=None
            )
            try:
                database.row_factory = sqlite3.Row
                database.execute("PRAGMA foreign_keys = ON")
                # A power cut may take the last moment back, but never damages the database.
                database.execute("PRAGMA synchronous = NORMAL")
                yield database
            finally:
                database.close()
        except sqlite3.Error as error:
            # It speaks of an I/O error where there was no room for a file beside the database.
            reason = _FULL if free_room(self.folder) < _ROOM_TO_WORK else str(error)
            raise WorkError(
                f"{self._database}: the list of jobs cannot be read or written ({reason}); "
                "make room on the disk and see that the folder may be written to"
            ) from error

    def _job(self, row: sqlite3.Row) -> Job:
        folder = self.folder / row["id"]
        state: JobState = row["state"]
        job = Job(
            id=row["id"],
            folder=folder,
            kind=row["kind"],
            name=row["name"],
            details=json.loads(row["details"]),
            position=row["position"],
            state=state,
            wish=row["wish"],
            message=row["message"],
            models=json.loads(row["models"]),
            launch=row["launch"],
            created=datetime.fromisoformat(row["created"]),
            started=_moment(row["started"]),
            ended=_moment(row["ended"]),
        )
        if state != "running" or job.id in self.being_born or is_locked(job.lock):
            return job
        # Its end is written down before the lock is let go: look again, now that nobody holds it.
        rows = self._select("SELECT state FROM jobs WHERE id = ?", job.id)
        if rows and rows[0]["state"] != "running":
            return self.get(job.id)
        return replace(job, state="died", message=_WITHOUT_A_WORD)


_WITHOUT_A_WORD = "The process that did this job ended without a word, as when it is killed."


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _over() -> dict[str, Any]:
    return {"wish": None, "message": "", "ended": _now()}


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
