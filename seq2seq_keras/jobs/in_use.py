"""Which jobs need what lies in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from seq2seq_keras.jobs.job import Job


def user_of(folder: Path, jobs: Iterable[Job], *, resumable: bool = False) -> Job | None:
    """Finds a job that runs, waits or is paused, and works with something in a folder.

    Args:
        folder: The folder.
        jobs: The jobs to look at.
        resumable: Whether one counts, too, that died or failed and can go on where it stood.

    Returns:
        One such job; None if there is none.

    Example:
        >>> user_of(Path("workspace/models/walk"), queue.all())
    """
    return next(
        (
            job
            for job in jobs
            if (job.active or job.state == "paused" or (resumable and job.resumable and job.begun))
            and any(path.is_relative_to(folder) for path in _paths(job.details))
        ),
        None,
    )


def _paths(details: Any) -> Iterator[Path]:
    """Every absolute path in a job's details, wherever it stands."""
    if isinstance(details, str):
        path = Path(details)
        if path.is_absolute():
            yield path
    elif isinstance(details, dict):
        for value in details.values():
            yield from _paths(value)
    elif isinstance(details, list):
        for value in details:
            yield from _paths(value)
