"""Keeps the queues going: one training at a time, beside it one job that uses saved models."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq_keras.jobs.job import Job, JobKind
from seq2seq_keras.jobs.memory import smaller
from seq2seq_keras.jobs.processes import end, start_python
from seq2seq_keras.jobs.queue import JobQueue
from seq2seq_keras.jobs.workspace import Workspace

LANES: tuple[tuple[JobKind, ...], ...] = (
    ("train", "compare"),
    ("score", "translate", "export"),
)

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 20.0
"""How long the server waits at its end for a training to leave a checkpoint."""


class Runner:
    """Starts the next waiting job whenever its lane is free, and notes how processes end.

    A process of a job ends with the server. It finds out by its standard input, which closes
    with the server, however that ends; it then leaves a checkpoint and puts its job back into the
    queue, where the next server finds it.

    Args:
        workspaces: Returns those whose jobs to run, always the same object for the same
            workspace. Where several wait, the job whose turn it is in its own workspace and that
            was submitted first comes next.

    Example:
        >>> runner = Runner(lambda: [workspace])
        >>> runner.start()
    """

    def __init__(self, workspaces: Callable[[], Sequence[Workspace]]) -> None:
        self._workspaces = workspaces
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

    def close(self, patience: float = PATIENCE_SECONDS) -> None:
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

    def _run(self) -> None:
        while not self._closing:
            self._wake.clear()
            try:
                waits = self._look_after_all()
            except Exception:  # a full disk, say: the queue goes on when there is room again
                _log.exception("the queue could not be looked after; trying again")
                waits = True
            # A submission or a child's end wakes us; another program's has to be looked for.
            self._wake.wait(timeout=1.0 if waits else 5.0)

    def _look_after_all(self) -> bool:
        """Notes what has ended and starts what can; returns whether anything waits or runs."""
        for folder, running in list(self._processes.items()):
            if running.process.poll() is not None:
                self._note_end(folder)
        kinds: set[JobKind] = set()
        waiting: list[tuple[Workspace, list[Job]]] = []
        for workspace in self._workspaces():
            for job in workspace.jobs.dead():
                self._bury(workspace.jobs, job, None)
            jobs = workspace.jobs.all()
            workspace.adopt_all(jobs)
            kinds.update(job.kind for job in jobs if job.state == "running")
            waiting.append((workspace, workspace.jobs.waiting()))
        for lane in LANES:
            if kinds.isdisjoint(lane):
                firsts = [
                    (workspace, first)
                    for workspace, jobs in waiting
                    for first in [job for job in jobs if job.kind in lane][:1]
                ]
                if firsts:
                    self._launch(*min(firsts, key=lambda each: each[1].created))
        return bool(kinds or self._processes or any(jobs for _, jobs in waiting))

    def _launch(self, workspace: Workspace, job: Job) -> None:
        queue = workspace.jobs
        queue.being_born.add(job.id)  # before anybody can see it claimed and not alive
        token = queue.claim(job.id)
        if token is None:
            queue.being_born.discard(job.id)
            return
        with job.log.open("ab") as log:
            process = start_python(
                "seq2seq_keras.jobs.worker",
                [str(workspace.folder), job.id, token],
                stdout=log,
                stderr=log,
            )
        self._processes[job.folder] = _Running(queue, process)
        threading.Thread(target=self._await, args=(process,), daemon=True).start()

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._wake.set()

    def _note_end(self, folder: Path) -> None:
        """Writes down a death; an orderly end the process has written itself."""
        running = self._processes.pop(folder)
        running.queue.being_born.discard(folder.name)
        for job in running.queue.dead():
            if job.folder == folder:
                self._bury(running.queue, job, running.process.returncode)

    def _bury(self, queue: JobQueue, job: Job, exit_code: int | None) -> None:
        queue.end(job, "died", explain_death(exit_code, job))


@dataclass(frozen=True)
class _Running:
    """A job's process, and the queue that the job is of."""

    queue: JobQueue
    process: subprocess.Popen[bytes]


def explain_death(exit_code: int | None, job: Job) -> str:
    """Says in words why a job's process ended without writing how."""
    if exit_code in (-9, 137):
        advice = f"Resume it, or try again with {smaller_work(job)}."
        return f"The system killed the process, most often because memory ran out. {advice}"
    if exit_code == -15:
        return "The process was ended from outside, as when the computer is shut down."
    if exit_code is None:
        return "The process ended together with an earlier server, as when the power fails."
    last = _last_words(job.log)
    return f"The process ended unexpectedly (exit code {exit_code}).{last}"


def smaller_work(job: Job) -> str:
    """What to change in a job for which memory was too small."""
    if job.kind == "translate":
        return "a smaller beam size, or while less else runs"
    if job.kind == "export":
        return "less else running"
    return smaller(job.details.get("settings", {}))


def _last_words(log: Path) -> str:
    if not log.exists():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f" Its last words: {lines[-1].strip()[:300]}" if lines else ""
