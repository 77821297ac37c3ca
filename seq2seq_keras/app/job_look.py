"""A look at the jobs, and what of the panel has to be drawn anew after it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from seq2seq_keras.app.job_words import IN_TRAIN, place
from seq2seq_keras.app.training_details import chosen_epoch
from seq2seq_keras.app.training_figures import Run
from seq2seq_keras.jobs import Job, JobProgress


@dataclass(frozen=True)
class Look:
    """What a look at the jobs found.

    Attributes:
        jobs: All jobs.
        job: The one that is shown.
        progress: How far jobs are, as far as somebody wants to know; by their ids.
        last: The number of each one's last event.
        runs: What the charts show.
        is_open: Whether the details are open.
        epoch: The epoch on the slider.
        seen: What was seen the last time.
    """

    jobs: list[Job]
    job: Job | None
    progress: dict[str, JobProgress]
    last: dict[str, int]
    runs: list[Run]
    is_open: bool
    epoch: int
    seen: dict[str, Any]

    @property
    def shown(self) -> JobProgress:
        return self.progress[self.job.id] if self.job else JobProgress()

    @property
    def details(self) -> bool:
        return self.is_open and self.job is not None

    @property
    def revision(self) -> str:
        return self.job.id if self.job else ""

    @property
    def chosen(self) -> Any:
        """The epoch of the attention map; the newest one as long as the reader does not choose."""
        before = self.seen.get("map") or []
        same_job = bool(before) and self.job is not None and before[0] == self.job.id
        return chosen_epoch(self.shown, self.epoch, before[2] if same_job else 0)

    def is_active(self) -> bool:
        return any(job.active for job in self.jobs)


@dataclass(frozen=True)
class View:
    """A part of the panel.

    Attributes:
        name: Its name.
        outputs: Its components.
        sign: What is compared to know whether it has to be drawn anew.
        draw: Their updates.
    """

    name: str
    outputs: list[Any]
    sign: Callable[[Look], Any]
    draw: Callable[[Look], tuple[Any, ...]]


def standing(job: Job) -> list[Any]:
    """What changes when a job has to be shown anew; of a silent one, the minutes too."""
    return [job.id, job.state, job.wish, int(job.silent_seconds // 60) if job.is_silent else 0]


def marking(name: str, output: Any, sign: Callable[[Look], Any]) -> View:
    """A view that shows nobody anything, but changes whenever `sign` does.

    What is compared is a short text: it goes to the page and back with every look.
    """

    def mark(look: Look) -> str:
        return hashlib.sha256(json.dumps(sign(look)).encode()).hexdigest()[:16]

    return View(name, [output], mark, lambda look: (mark(look),))


def job_sign(look: Look) -> list[Any]:
    return [look.job.id if look.job else None]


def status_sign(look: Look) -> list[Any]:
    job = look.job
    if job is None:
        return []
    return [*standing(job), look.last[job.id], place(job, look.jobs)]


def leading_sign(look: Look) -> list[Any]:
    job = look.job
    return [*job_sign(look), *([job.active, bool(job.models), job.has_report] if job else [])]


def epochs_sign(look: Look) -> list[Any]:
    epochs = [len(system.history) for system in look.shown.systems.values()]
    return [*job_sign(look), *epochs]


def curves_sign(look: Look) -> list[Any]:
    return [*job_sign(look), *([run.name, run.epochs] for run in look.runs)]


def beside_sign(look: Look) -> list[Any]:
    names = [[job.id, job.name] for job in look.jobs if has_curves(job)]
    return [*job_sign(look), bool(look.runs), *names]


def map_sign(look: Look) -> list[Any]:
    chosen = look.chosen
    if chosen is None:
        return [*job_sign(look), 0, 0]
    return [*job_sign(look), chosen.epoch, chosen.newest]


def drawer_sign(look: Look) -> list[Any]:
    return [[job.name, *standing(job), look.last.get(job.id)] for job in look.jobs]


def news_sign(look: Look) -> list[Any]:
    """What the lists in other tabs show: of trainings not how far they are."""
    return [
        [job.name, *standing(job), None if job.kind in IN_TRAIN else look.last.get(job.id)]
        for job in look.jobs
    ]


def timer_sign(look: Look) -> list[Any]:
    # While a job is active the timer is started by every look, lest an older answer has stopped it.
    return [time.monotonic() if look.is_active() else None]


def when_open(sign: Callable[[Look], list[Any]]) -> Callable[[Look], list[Any]]:
    """While the details are closed, nothing of them is computed or sent."""
    return lambda look: sign(look) if look.details else []


def has_curves(job: Job) -> bool:
    return job.kind in IN_TRAIN and job.started is not None
