"""A tab's own list of jobs of one kind, as cards: watched, acted on, their results taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import gradio as gr

from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.job_actions import ACTIONS, ON_LOAD
from seq2seq_keras.app.job_look import standing
from seq2seq_keras.app.job_words import card, headline, place
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.jobs import Job, JobProgress
from seq2seq_keras.jobs.job import JobKind
from seq2seq_keras.localisation import Language


@dataclass(frozen=True)
class Described:
    """What is to be said of a job of that kind, in the words of the page.

    Attributes:
        note: What it works with.
        message: How it ended.
        download: The file it left, by name, and the path on this server that hands it out.
    """

    note: list[str]
    message: str
    download: tuple[str, str] | None = None


@dataclass(frozen=True)
class JobSort:
    """Which jobs a list shows, and how.

    Attributes:
        kind: Their kind.
        title: What stands above them.
        describe: Says what is to be said of one.
    """

    kind: JobKind
    title: str
    describe: Callable[[Job, Language], Described] = field(repr=False)


class JobList:
    """The component, which the page's one timer keeps up to date.

    Args:
        studio: What all pages share.
        drawer: The list of all jobs, with the timer.
        sort: Which jobs, and how.
        elem_id: Of the component.
    """

    def __init__(self, studio: Studio, drawer: Drawer, sort: JobSort, elem_id: str) -> None:
        self._studio, self._sort = studio, sort
        self._list = gr.HTML(elem_id=elem_id, js_on_load=ON_LOAD, apply_default_css=False)
        self._seen = gr.State()
        self._timer = drawer.timer
        self._list.click(self._act, outputs=self.outputs, **QUIET)
        # No second clock is needed: the page's one timer tells that there is news.
        drawer.news.change(self._look, inputs=self._seen, outputs=[self._seen, self._list], **QUIET)

    @property
    def outputs(self) -> list[Any]:
        """The components that `watched` fills."""
        return [self._seen, self._list, self._timer]

    def watched(self) -> tuple[Any, ...]:
        """Shows the list as it is now, and has the timer run: a job was just asked for."""
        return (*self._look(None), gr.Timer(active=True))

    @readable_errors
    def _act(self, event: gr.EventData) -> tuple[Any, ...]:
        """Does what a button of a job says; the drawer learns of it at the next tick."""
        ACTIONS[event.act].work(self._studio.workspace.jobs, event.job)
        self._studio.runner.wake()
        return self.watched()

    def _look(self, seen: list[Any] | None) -> tuple[Any, Any]:
        """What changed since `seen`, and what it is now."""
        jobs = self._studio.workspace.jobs.all()
        mine = [job for job in jobs if job.kind == self._sort.kind]
        watched = {job.id: self._studio.watcher.progress(job) for job in mine}
        now = [[*standing(job), watched[job.id][1]] for job in mine]
        if now == seen:
            return gr.skip(), gr.skip()
        progress = {name: each for name, (each, _) in watched.items()}
        return now, job_list_html(jobs, progress, self._sort, self._studio.language)


def job_list_html(
    jobs: Sequence[Job], progress: Mapping[str, JobProgress], sort: JobSort, language: Language
) -> str:
    """Every job of a sort as a card, the newest first.

    Args:
        jobs: All jobs.
        progress: How far each of that sort is, by its id.
        sort: Which jobs, and how.
        language: The language of the page.
    """
    cards = [
        _card(job, progress[job.id], place(job, jobs), sort.describe(job, language), language)
        for job in reversed(jobs)
        if job.kind == sort.kind
    ]
    return f"<h3>{language.say(sort.title)}</h3>{''.join(cards)}" if cards else ""


def _card(
    job: Job, progress: JobProgress, before: int, described: Described, language: Language
) -> str:
    lines = [headline(job, progress, language), described.message]
    return card(
        job,
        progress,
        before,
        language,
        name=f"<b>{escape(job.name)}</b>",
        note=described.note,
        lines=[*lines, *map(language.error, progress.notices)],
        more=_download(job, described, language),
    )


def _download(job: Job, described: Described, language: Language) -> str:
    if job.active or described.download is None:
        return ""
    name, path = described.download
    words = escape(language.say("Download {name}", name=name))
    return f'<a class="file-download" download href="..{escape(path)}">{words}</a>'
