"""Keeps the queues going: one training at a time, beside it one job that uses saved models."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.faults import DISK_FULL, smaller
from seq2seq_keras.jobs.job import Job, JobKind
from seq2seq_keras.jobs.logs import FILES_OF_A_JOB, ProcessLog, described
from seq2seq_keras.jobs.processes import end, start_python
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.jobs.vigil import PATIENCE_SECONDS, Vigil, kill, process_of
from seq2seq_keras.jobs.workspace import Workspace

LANES: tuple[tuple[JobKind, ...], ...] = (
    ("train", "compare"),
    ("score", "translate", "export"),
)

_log = logging.getLogger(__name__)

LEAVING_SECONDS = 20.0
"""How long the server waits at its end for a training to leave a checkpoint."""

DISK_FULL_STATUS = 28
"""With this exit status a process says that it could not write how it ended: the disk is full."""

ENDED_BY_OWNER = "You ended it, as it made no progress. Resume it, or try it again."

# A look at all queues takes a moment; one that takes minutes hangs.
_LONGEST_LOOK_SECONDS = 120.0

_SECONDS_BETWEEN_TELLING = 600.0


class Runner:
    """Starts the next waiting job whenever its lane is free, and notes how processes end.

    A process of a job ends with the server. It finds out by its standard input, which closes
    with the server, however that ends; it then leaves a checkpoint and puts its job back into the
    queue, where the next server finds it.

    Args:
        workspaces: Returns those whose jobs to run, always the same object for the same
            workspace. Where several wait, the job whose turn it is in its own workspace and that
            was submitted first comes next.
        ended: Called with each job whose process has ended, as it stands then.
        patience: Seconds without any work after which a process is taken for stuck, and killed.

    Example:
        >>> runner = Runner(lambda: [workspace])
        >>> runner.start()
    """

    def __init__(
        self,
        workspaces: Callable[[], Sequence[Workspace]],
        ended: Callable[[Job], None] = lambda job: None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._workspaces = workspaces
        self._ended = ended
        self._patience = patience
        self._last_look = time.monotonic()
        self._vigils: dict[Path, Vigil] = {}
        self._given_up: dict[Path, str] = {}  # why a process was killed, until its end is noted
        self._told: dict[str, float] = {}  # troubles, and when to log them again
        self._wake = threading.Event()
        self._closing = False
        self._processes: dict[Path, _Running] = {}  # by the job's folder
        self._thread = threading.Thread(target=self._run, name="job-runner", daemon=True)

    def start(self) -> None:
        """Begins to look after the queues, in a thread of its own."""
        self._thread.start()

    def wake(self) -> None:
        """Tells the runner that something was done to a queue."""
        self._wake.set()

    def close(self, patience: float = LEAVING_SECONDS) -> None:
        """Ends every process; one has `patience` seconds to leave a checkpoint.

        One that takes longer, validating say, goes on from its last checkpoint instead.
        """
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        for running in self._processes.values():
            if running.process.stdin is not None:
                running.process.stdin.close()
        for folder, running in self._processes.items():
            end(running.process, patience)
            running.queue.being_born.discard(folder.name)
        for queue in {running.queue for running in self._processes.values()}:
            for job in queue.dead():
                if job.folder in self._processes:
                    queue.give_back(job)
        self._processes.clear()

    @property
    def is_alive(self) -> bool:
        """Whether the queues are being looked after."""
        since = time.monotonic() - self._last_look
        return self._thread.is_alive() and since < _LONGEST_LOOK_SECONDS

    def _run(self) -> None:
        while not self._closing:
            self._wake.clear()
            try:
                waits = self._look_after_all()
            except Exception as error:
                self._tell(error)
                waits = True
            self._last_look = time.monotonic()
            # A submission or a child's end wakes us; another program's has to be looked for.
            self._wake.wait(timeout=1.0 if waits else 5.0)

    def _look_after_all(self) -> bool:
        """Notes what has ended and starts what can; returns whether anything waits or runs."""
        failed = False
        for folder, running in list(self._processes.items()):
            if running.process.poll() is not None:
                failed |= not self._managed(self._note_end, folder)
        kinds = {running.kind for running in self._processes.values()}
        waiting: list[tuple[Workspace, list[Job]]] = []
        for workspace in self._workspaces():
            # Trouble with one, such as a damaged database, leaves the others alone.
            failed |= not self._managed(self._look_after, workspace, kinds, waiting)
        for lane in LANES:
            if kinds.isdisjoint(lane):
                firsts = [
                    (workspace, first)
                    for workspace, jobs in waiting
                    for first in [job for job in jobs if job.kind in lane][:1]
                ]
                firsts.sort(key=lambda each: each[1].created)
                # Where one cannot be begun, whoever comes next is not to wait for it.
                any(self._managed(self._launch, *first) for first in firsts)
        return failed or bool(kinds or self._processes or any(jobs for _, jobs in waiting))

    def _look_after(
        self,
        workspace: Workspace,
        kinds: set[JobKind],
        waiting: list[tuple[Workspace, list[Job]]],
    ) -> None:
        for job in workspace.jobs.dead():
            self._bury(workspace.jobs, job)
        jobs = workspace.jobs.all()
        running = [job for job in jobs if job.state == "running"]
        kinds.update(job.kind for job in running)
        waiting.append((workspace, workspace.jobs.waiting()))
        for job in running:
            self._watch(job)
        workspace.adopt_all(jobs)

    def _managed(self, work: Callable[..., object], *arguments: Any) -> bool:
        """Does a part of the work; returns whether that went well."""
        try:
            work(*arguments)
        except Exception as error:  # a full disk, say: it is tried again, until there is room
            self._tell(error)
            return False
        return True

    def _tell(self, error: Exception) -> None:
        """Logs a trouble, the same one not every second."""
        trouble, now = described(error), time.monotonic()
        if now >= self._told.get(trouble, 0.0):
            self._told[trouble] = now + _SECONDS_BETWEEN_TELLING
            _log.error("the queue cannot be looked after; trying again", exc_info=error)

    def _watch(self, job: Job) -> None:
        """Ends the process of a job that is surely stuck, or that its owner gave up."""
        vigil = self._vigils.get(job.folder)
        if vigil is None:
            if job.folder in self._processes:
                process_id: int | None = self._processes[job.folder].process.pid
            elif job.wish == "end" or job.silent_seconds > self._patience:
                process_id = process_of(job)  # of an earlier server, which left it behind
            else:
                return
            if process_id is None:
                return
            vigil = self._vigils[job.folder] = Vigil(job.pulse, process_id, self._patience)
        if job.wish == "end":
            self._given_up[job.folder] = ENDED_BY_OWNER
        elif vigil.is_stuck():
            self._given_up[job.folder] = (
                f"Its process did nothing at all for {self._patience / 60:g} minutes, so it was "
                "ended. Resume it: it goes on from its last checkpoint."
            )
            _log.warning("the process did nothing for long and is killed", extra={"job": job.id})
        else:
            return
        kill(vigil.process_id)
        self._wake.set()

    def _launch(self, workspace: Workspace, job: Job) -> None:
        queue = workspace.jobs
        queue.being_born.add(job.id)  # before anybody can see it claimed and not alive
        try:
            token = queue.claim(job.id)
        except Exception:
            queue.being_born.discard(job.id)
            raise
        if token is None:
            queue.being_born.discard(job.id)
            return
        try:
            with suppress(OSError):
                job.pulse.touch()
            process = start_python(
                "seq2seq_keras.jobs.worker",
                [str(workspace.folder), job.id, token],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except Exception:  # there is no memory for another process, say
            queue.being_born.discard(job.id)
            queue.give_back(queue.get(job.id))
            raise
        assert process.stdout is not None
        log = ProcessLog(job.log, process.stdout, job.id, FILES_OF_A_JOB)
        self._processes[job.folder] = _Running(queue, process, job.kind, log)
        _log.info("%s begins, process %d", job.kind, process.pid, extra={"job": job.id})
        threading.Thread(target=self._await, args=(process,), daemon=True).start()

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._wake.set()

    def _note_end(self, folder: Path) -> None:
        """Writes down a death; an orderly end the process has written itself."""
        running = self._processes[folder]
        running.log.wait()
        running.queue.being_born.discard(folder.name)
        for job in running.queue.dead():
            if job.folder == folder:
                self._bury(running.queue, job)
        del self._processes[folder]  # not before: a full disk may have us try again
        self._vigils.pop(folder, None)
        with suppress(InputError):  # it was deleted meanwhile
            job = running.queue.get(folder.name)
            _log.info("%s ended: %s", job.kind, job.state, extra={"job": job.id})
            self._ended(job)

    def _bury(self, queue: JobQueue, job: Job) -> None:
        running = self._processes.get(job.folder)
        if job.folder in self._given_up:
            message = self._given_up[job.folder]
        elif running is not None:
            message = explain_death(running.process.poll(), job, running.log.last_words)
        else:
            message = explain_death(None, job)
        queue.end(job, "died", message)
        self._given_up.pop(job.folder, None)
        self._vigils.pop(job.folder, None)


@dataclass(frozen=True)
class _Running:
    """A job's process, the queue that the job is of, its kind, and what the process prints."""

    queue: JobQueue
    process: subprocess.Popen[bytes]
    kind: JobKind
    log: ProcessLog


def explain_death(exit_code: int | None, job: Job, last_words: str = "") -> str:
    """Says in words why a job's process ended without writing how.

    Args:
        exit_code: Of the process; None if that is not known.
        job: The job.
        last_words: What it printed last.

    Example:
        >>> explain_death(-15, job)
        'The process was ended from outside, as when the computer is shut down.'
    """
    if exit_code == DISK_FULL_STATUS:
        return DISK_FULL
    if exit_code in (-9, 137):
        advice = f"Resume it, or try again with {smaller_work(job)}."
        return f"The system killed the process, most often because memory ran out. {advice}"
    if exit_code == -15:
        return "The process was ended from outside, as when the computer is shut down."
    if exit_code is None:
        return "The process ended together with an earlier server, as when the power fails."
    last = f" Its last words: {last_words[:300]}" if last_words else ""
    return f"The process ended unexpectedly (exit code {exit_code}).{last}"


def smaller_work(job: Job) -> str:
    """What to change in a job for which memory was too small."""
    if job.kind == "translate":
        return "a smaller beam size, or while less else runs"
    if job.kind == "export":
        return "less else running"
    return smaller(job.details.get("settings", {}))
