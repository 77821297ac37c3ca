"""The queue: one training at a time, beside it one scoring of saved models."""

from __future__ import annotations

import logging
import subprocess
import threading
from pathlib import Path

from seq2seq_keras.jobs.processes import end, start_python
from seq2seq_keras.jobs.store import Job, JobKind, JobStore
from seq2seq_keras.jobs.workspace import Workspace

LANES: tuple[tuple[JobKind, ...], ...] = (("train", "compare"), ("score",))

_log = logging.getLogger(__name__)

# How long the server waits at its end for a training to keep its best model.
PATIENCE_SECONDS = 20.0


class Runner:
    """Starts the next waiting job whenever its lane is free, and notes how workers end.

    Workers end with the server: they are asked to keep the best model so far, and find out by
    themselves (their standard input closes) when the server was killed.

    Args:
        workspace: whose jobs to run.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store: JobStore = workspace.jobs
        self._wake = threading.Event()
        self._closing = False
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._thread = threading.Thread(target=self._run, name="job-runner", daemon=True)

    def start(self) -> None:
        """Begins to look after the queue, in a thread of its own."""
        self._thread.start()

    def wake(self) -> None:
        """Tells the runner that a job was submitted."""
        self._wake.set()

    def stop(self, job: Job) -> None:
        """Asks a job to stop, whether it waits or runs."""
        job.ask_to_stop()
        self._wake.set()

    def close(self, patience: float = PATIENCE_SECONDS) -> None:
        """Ends every worker: best models kept if that is done within `patience` seconds."""
        self._closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        for job_id in self._processes:
            self._store.get(job_id).ask_to_stop()
        for job_id, process in list(self._processes.items()):
            end(process, patience)
            self._note_end(self._store.get(job_id), process.returncode)
        self._processes.clear()

    def _run(self) -> None:
        while not self._closing:
            self._wake.clear()
            try:
                waits = self._look_after_all()
            except Exception:  # a full disk, say: the queue goes on when there is room again
                _log.exception("the queue could not be looked after; trying again")
                waits = True
            # A child's end wakes us; only a worker of an earlier server has to be polled.
            self._wake.wait(timeout=1.0 if waits else None)

    def _look_after_all(self) -> bool:
        """Notes what has ended and starts what can; returns whether anything waits or runs."""
        self._look_after_ended()
        waiting_or_running = [job for job in self._store.all() if job.active]
        for lane in LANES:
            self._advance([job for job in waiting_or_running if job.kind in lane])
        return bool(waiting_or_running)

    def _advance(self, jobs: list[Job]) -> None:
        states = [job.state for job in jobs]
        if "running" in states or "stopping" in states:
            return
        for job, state in zip(jobs, states, strict=True):
            if state == "queued" and job.launch():
                self._launch(job)
                return

    def _launch(self, job: Job) -> None:
        with (job.folder / "worker.log").open("ab") as log:
            process = start_python(
                "seq2seq_keras.jobs.worker", [str(job.folder)], stdout=log, stderr=log
            )
        self._processes[job.id] = process
        threading.Thread(target=self._await, args=(process,), daemon=True).start()

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._wake.set()

    def _look_after_ended(self) -> None:
        for job_id, process in list(self._processes.items()):
            if process.poll() is not None:
                del self._processes[job_id]
                if (self._store.folder / job_id).is_dir():  # nobody removed it by hand
                    self._note_end(self._store.get(job_id), process.returncode)
        for job in self._store.all():
            if job.id not in self._processes and job.result() is None and job.state == "died":
                self._note_end(job, None)

    def _note_end(self, job: Job, exit_code: int | None) -> None:
        """Writes down a death, and saves what the dead left behind."""
        if job.result() is not None:
            return
        models = self._workspace.adopt_models(job)
        kept = f" Kept: {', '.join(models)}." if models else ""
        job.finish("died", explain_death(exit_code, job.folder / "worker.log") + kept)


def explain_death(exit_code: int | None, log: Path) -> str:
    """Says in words why a worker ended without writing a result."""
    if exit_code in (-9, 137):
        return (
            "The system killed the training process, most often because memory ran out. "
            "Try a smaller batch size or fewer units."
        )
    if exit_code == -15:
        return "The training process was ended from outside, as when the server is shut down."
    if exit_code is None:
        return "The training process ended together with an earlier server."
    last = ""
    if log.exists():
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last = f" Its last words: {lines[-1].strip()[:300]}" if lines else ""
    return f"The training process ended unexpectedly (exit code {exit_code}).{last}"
