"""Keeps the queue going: one training at a time, beside it one job that uses saved models."""

from __future__ import annotations

import logging
import subprocess
import threading
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
        workspace: Whose jobs to run.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._queue: JobQueue = workspace.jobs
        self._wake = threading.Event()
        self._closing = False
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._thread = threading.Thread(target=self._run, name="job-runner", daemon=True)

    def start(self) -> None:
        """Begins to look after the queue, in a thread of its own."""
        self._thread.start()

    def wake(self) -> None:
        """Tells the runner that something was done to the queue."""
        self._wake.set()

    def close(self, patience: float = PATIENCE_SECONDS) -> None:
        """Ends every process; one has `patience` seconds to leave a checkpoint.

        One that takes longer, validating say, goes on from its last checkpoint instead.
        """
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        for process in self._processes.values():
            if process.stdin is not None:
                process.stdin.close()
        for job_id, process in self._processes.items():
            end(process, patience)
            self._queue.being_born.discard(job_id)
        for job in self._queue.dead():
            if job.id in self._processes:
                self._queue.give_back(job)
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
        for job_id, process in list(self._processes.items()):
            if process.poll() is not None:
                self._note_end(job_id, process.returncode)
        for job in self._queue.dead():
            self._bury(job, None)
        jobs = self._queue.all()
        self._workspace.adopt_all(jobs)
        running = {job.kind for job in jobs if job.state == "running"}
        waiting = self._queue.waiting()
        for lane in LANES:
            if running.isdisjoint(lane):
                first = next((job for job in waiting if job.kind in lane), None)
                if first is not None:
                    self._launch(first)
        return bool(waiting or running or self._processes)

    def _launch(self, job: Job) -> None:
        self._queue.being_born.add(job.id)  # before anybody can see it claimed and not alive
        token = self._queue.claim(job.id)
        if token is None:
            self._queue.being_born.discard(job.id)
            return
        with job.log.open("ab") as log:
            process = start_python(
                "seq2seq_keras.jobs.worker",
                [str(self._workspace.folder), job.id, token],
                stdout=log,
                stderr=log,
            )
        self._processes[job.id] = process
        threading.Thread(target=self._await, args=(process,), daemon=True).start()

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._wake.set()

    def _note_end(self, job_id: str, exit_code: int | None) -> None:
        """Writes down a death; an orderly end the process has written itself."""
        del self._processes[job_id]
        self._queue.being_born.discard(job_id)
        for job in self._queue.dead():
            if job.id == job_id:
                self._bury(job, exit_code)

    def _bury(self, job: Job, exit_code: int | None) -> None:
        self._queue.end(job, "died", explain_death(exit_code, job))


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
