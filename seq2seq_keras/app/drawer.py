"""The drawer beside every tab: all jobs, and what one can do with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import gradio as gr

from seq2seq_keras.app.job_actions import ON_LOAD
from seq2seq_keras.app.job_words import IN_TRAIN, card, headline, place
from seq2seq_keras.jobs import Job, JobProgress
from seq2seq_keras.localisation import Language, later

_TICK_SECONDS = 2.0
_KINDS = {
    "train": later("Training"),
    "compare": later("Training of both"),
    "score": later("Comparison"),
    "translate": later("Translation of a file"),
    "export": later("Export of a model"),
}

_HEAD = """
<div class="drawer-head"><h2>{title}</h2>
<button type="button" class="drawer-close" aria-label="{close}">✕</button></div>
"""


class Drawer:
    """The list of jobs; `page.js` opens and closes it.

    Attributes:
        list: The component that shows the jobs and hears their buttons.
        timer: The page's one timer. It is here because what stands in a tab does not run before
            the tab was opened.
        news: Changes, unseen, when there is news of jobs for other tabs.
    """

    def __init__(self, language: Language) -> None:
        head = _HEAD.format(
            title=language.say("Jobs"), close=language.say("Close the list of jobs")
        )
        self.timer = gr.Timer(_TICK_SECONDS, active=False)
        self.news = gr.HTML(visible="hidden", js_on_load=None)
        with gr.Column(elem_id="drawer"):
            gr.HTML(head, js_on_load=None)
            self.list = gr.HTML(elem_id="drawer-list", js_on_load=ON_LOAD)


def drawer_html(
    jobs: Sequence[Job], progress: Mapping[str, JobProgress], language: Language
) -> str:
    """Every job as a card: those that run first, then those that wait, then the newest.

    Args:
        jobs: The jobs, the oldest first.
        progress: How far those are that are not over, by their ids.
        language: The language of the page.
    """
    going = [job for job in jobs if job.state == "running"]
    waiting = sorted((j for j in jobs if j.state == "queued"), key=lambda job: job.position)
    over = [job for job in reversed(jobs) if not job.active]
    active = len(going) + len(waiting)
    if not jobs:
        empty = language.say("No job yet: start one in Train.")
        return f'<p class="drawer-empty" data-active="0">{empty}</p>'
    cards = [
        _card(job, progress.get(job.id, JobProgress()), place(job, jobs), language)
        for job in (*going, *waiting, *over)
    ]
    return f'<div data-active="{active}">{"".join(cards)}</div>'


def _card(job: Job, progress: JobProgress, before: int, language: Language) -> str:
    name = escape(job.name)
    shown = (
        f"<b>{name}</b>"
        if job.kind not in IN_TRAIN
        else f'<button type="button" class="job-name" data-act="show" data-job="{escape(job.id)}" '
        f'title="{language.say("Show it in Train")}">{name}</button>'
    )
    return card(
        job,
        progress,
        before,
        language,
        name=shown,
        note=[language.say(_KINDS[job.kind])],
        lines=[language.error(job.message), headline(job, progress, language)],
    )
