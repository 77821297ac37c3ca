"""Following jobs without reading their whole history again at every look."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from seq2seq_keras.jobs.job import Job
from seq2seq_keras.jobs.progress import JobProgress, summarise
from seq2seq_keras.jobs.queue import JobQueue

_FEW = 100
"""Up to so many jobs nothing has to be forgotten."""


@dataclass
class _Read:
    last: int
    progress: JobProgress
    state: str = ""


class Watcher:
    """Remembers how far each job's events were read, for all pages together.

    Only what runs writes events: of any other job they are read once after its state changed.

    Args:
        queue: Whose jobs to follow.
    """

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue
        self._lock = threading.Lock()
        self._read: dict[str, _Read] = {}
        self._many = _FEW

    def progress(self, job: Job) -> tuple[JobProgress, int]:
        """A job's progress up to now.

        Args:
            job: The job as it stands now.

        Returns:
            The progress, and the number of the last event.
        """
        with self._lock:
            read = self._read.get(job.id)
            if read is None:
                self._forget_deleted()
                expected = 2 if job.kind == "compare" else 1
                read = self._read[job.id] = _Read(0, JobProgress(expected=expected))
            if job.state == "running" or job.state != read.state:
                events, read.last = self._queue.events(job.id, read.last)
                summarise(events, into=read.progress)
                read.state = job.state
            return read.progress, read.last

    def _forget_deleted(self) -> None:
        """Forgets jobs that are no more, whenever there are twice as many as were left then."""
        if len(self._read) < self._many:
            return
        known = {job.id for job in self._queue.all()}
        self._read = {job_id: read for job_id, read in self._read.items() if job_id in known}
        self._many = max(_FEW, 2 * len(self._read))
