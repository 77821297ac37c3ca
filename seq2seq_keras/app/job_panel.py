"""A training as one watches it: state, curves, examples, and what one can do with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from seq2seq_keras.app.drawer import Drawer, drawer_html
from seq2seq_keras.app.job_actions import ACTIONS, ON_LOAD
from seq2seq_keras.app.job_look import (
    Look,
    View,
    beside_sign,
    curves_sign,
    drawer_sign,
    epochs_sign,
    has_curves,
    job_sign,
    leading_sign,
    map_sign,
    marking,
    news_sign,
    status_sign,
    timer_sign,
    when_open,
)
from seq2seq_keras.app.job_words import IN_TRAIN, place, status_html
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.app.training_details import TrainingDetails
from seq2seq_keras.app.training_examples import examples_html
from seq2seq_keras.app.training_figures import (
    MOST_BESIDE,
    Run,
    bleu_curves,
    loss_curves,
    runs_of,
)
from seq2seq_keras.app.wording import moment
from seq2seq_keras.jobs import Job, JobProgress

_NOTHING = gr.skip()


class JobPanel:
    """The chosen training, kept up to date by the page's timer while a job runs.

    Attributes:
        job: The dropdown of trainings.
        to_translate, to_compare, clone: What else to do with the one that is shown.
    """

    def __init__(self, studio: Studio, drawer: Drawer) -> None:
        self._studio = studio
        self._drawer = drawer
        jobs, say = self._jobs(), studio.language.say
        self.empty = gr.Markdown(
            say(
                "*No training yet. Choose a corpus above, then start one: its curves and example "
                "translations appear here as it learns.*"
            ),
            visible=not jobs,
            elem_classes="empty-state",
        )
        with gr.Column(visible=bool(jobs)) as self.body:
            with gr.Row(elem_classes="actions"):
                self.job = gr.Dropdown(
                    choices=[],  # which there are, is asked when the page is opened
                    label=say("Training"),
                    filterable=False,
                    scale=3,
                    min_width=240,
                    elem_id="job",
                )
                self.to_translate = gr.Button(
                    say("Translate with it"),
                    variant="primary",
                    size="md",
                    visible=False,
                    scale=1,
                    min_width=160,
                    elem_id="to-translate",
                )
                self.to_compare = gr.Button(
                    say("See the comparison"),
                    size="md",
                    visible=False,
                    scale=1,
                    min_width=160,
                    elem_id="to-compare",
                )
                self.clone = gr.Button(
                    say("Clone settings"), size="md", scale=1, min_width=140, elem_id="clone"
                )
            self.status = gr.HTML(elem_id="job-status", js_on_load=ON_LOAD)
            with gr.Row(visible=False) as self.curves:
                with gr.Column(min_width=320, elem_classes="card"):
                    gr.Markdown("### BLEU", elem_classes="card-title")
                    self.bleu = _plot("bleu")
                with gr.Column(min_width=320, elem_classes="card"):
                    gr.Markdown(f"### {say('Loss')}", elem_classes="card-title")
                    self.loss = _plot("loss")
            self.beside = gr.Dropdown(
                choices=[],
                value=[],
                multiselect=True,
                max_choices=MOST_BESIDE,
                label=say("Other trainings in the charts"),
                info=say("Up to three, drawn with dashed lines"),
                visible=False,
                elem_id="beside",
            )
            with gr.Column(visible=False) as self.learning:
                gr.Markdown(
                    f"### {say('Translations of three sentences that it is not trained on')}",
                    elem_classes="card-title",
                )
                self.examples = gr.HTML(elem_id="job-examples", js_on_load=None)
            self.details = TrainingDetails(studio.language)
        # On the page, not on the server: answers may overtake each other, and these then tell what
        # the page really shows.
        self._seen, self._seen_rest = gr.JSON(visible=False), gr.JSON(visible=False)
        # Each component that an event may change costs the browser time, at each tick of the timer.
        # So a tick changes what moves with every step, and this, which has the rest looked at.
        self._rest = gr.HTML(visible="hidden", js_on_load=None)
        self._open = gr.State(False)
        self._connect()

    @property
    def watched(self) -> list[Any]:
        """The inputs of `show`."""
        return [self.job, self.beside, self._open, self.details.epoch]

    @property
    def outputs(self) -> list[Any]:
        """The outputs of `show`."""
        return [*self._moving_outputs, *self._resting_outputs]

    @property
    def _moving_outputs(self) -> list[Any]:
        return [self._seen, *(part for view in self._moving() for part in view.outputs)]

    @property
    def _resting_outputs(self) -> list[Any]:
        return [self._seen_rest, *(part for view in self._resting() for part in view.outputs)]

    @property
    def list_outputs(self) -> list[Any]:
        return [self.empty, self.body, self.job]

    def listed(self, chosen: str | None = None, is_shown: bool = False) -> tuple[Any, Any, Any]:
        """The list of trainings: `chosen` shown, else one that runs, else the newest.

        Args:
            chosen: The id of one.
            is_shown: Whether it is shown already. It is left alone then: by the time that the list
                is there, the reader may have chosen another.
        """
        jobs = self._jobs()
        ranked = sorted(jobs, key=lambda job: (job.state == "running", job.active, job.created))
        known = {job.id for job in jobs}
        value = chosen if chosen in known else ranked[-1].id if jobs else None
        shown: dict[str, Any] = {} if is_shown and value == chosen else {"value": value}
        return (
            gr.update(visible=not jobs),
            gr.update(visible=bool(jobs)),
            gr.update(choices=_choices(jobs), **shown),
        )

    def show(
        self,
        job_id: str | None,
        beside: list[str] | None = None,
        is_open: bool = False,
        epoch: int = 0,
    ) -> tuple[Any, ...]:
        """Everything about a job, as when the page is opened again."""
        look = self._looked(job_id, beside or [], is_open, epoch, {})
        return (
            *self._changed(self._moving(), look, None),
            *self._changed(self._resting(), look, None),
        )

    def _connect(self) -> None:
        shows: dict[str, Any] = {"inputs": self.watched, "outputs": self.outputs, **QUIET}
        rest: dict[str, Any] = {
            "fn": self._look,
            "inputs": [*self.watched, self._seen_rest],
            "outputs": self._resting_outputs,
            **QUIET,
        }
        self.job.input(self.show, **shows)
        self._drawer.timer.tick(
            self._follow,
            inputs=[*self.watched, self._seen_rest, self._seen],
            outputs=self._moving_outputs,
            **QUIET,
        )
        self._rest.change(**rest)
        self.beside.input(**rest)
        self.details.epoch.input(trigger_mode="always_last", **rest)
        part = self.details.part
        for event, is_open in ((part.expand, True), (part.collapse, False)):
            event(lambda is_open=is_open: is_open, outputs=self._open, **QUIET).then(**rest)
        for part in (self.status, self._drawer.list):
            part.click(self._act, inputs=self.job, outputs=self.list_outputs, **QUIET).then(
                self.show, **shows
            )

    def _jobs(self) -> list[Job]:
        return [job for job in self._studio.workspace.jobs.all() if job.kind in IN_TRAIN]

    @readable_errors
    def _act(self, shown: str | None, event: gr.EventData) -> tuple[Any, ...]:
        """Does what a button of a job says; one that makes another job shows that one."""
        act, job_id = event.act, event.job
        if act == "show":
            return self.listed(job_id)
        done = ACTIONS[act].work(self._studio.workspace.jobs, job_id)
        self._studio.runner.wake()
        return self.listed(done.id if act == "retry" and isinstance(done, Job) else shown)

    @readable_errors
    def _follow(
        self,
        job_id: str | None,
        beside: list[str] | None,
        is_open: bool,
        epoch: int,
        seen_rest: dict[str, Any] | None,
        seen: dict[str, Any] | None,
    ) -> tuple[Any, ...]:
        """What moves with every step, and changed since `seen`."""
        look = self._looked(job_id, beside or [], is_open, epoch, seen_rest or {})
        return self._changed(self._moving(), look, seen)

    @readable_errors
    def _look(
        self,
        job_id: str | None,
        beside: list[str] | None,
        is_open: bool,
        epoch: int,
        seen: dict[str, Any] | None,
    ) -> tuple[Any, ...]:
        """What changed of the rest since `seen`."""
        look = self._looked(job_id, beside or [], is_open, epoch, seen or {})
        return self._changed(self._resting(), look, seen)

    def _changed(
        self, views: Sequence[View], look: Look, seen: dict[str, Any] | None
    ) -> tuple[Any, ...]:
        """What of some views changed since `seen`, and what it is now."""
        now: dict[str, Any] = {}
        updates: list[Any] = []
        for view in views:
            now[view.name] = view.sign(look)
            same = seen is not None and seen.get(view.name) == now[view.name]
            updates += (_NOTHING,) * len(view.outputs) if same else view.draw(look)
        return (_NOTHING if now == seen else now, *updates)

    def _looked(
        self,
        job_id: str | None,
        beside: Sequence[str],
        is_open: bool,
        epoch: int,
        seen: dict[str, Any],
    ) -> Look:
        jobs = self._studio.workspace.jobs.all()
        shown = {job_id, *beside}
        # Of what is over and not shown, nothing is read.
        known = {
            job.id: self._studio.watcher.progress(job)
            for job in jobs
            if job.active or job.state == "paused" or job.id in shown
        }
        progress = {name: each for name, (each, _) in known.items()}
        job = next((each for each in jobs if each.id == job_id), None)
        others = [each for each in jobs if each.id in beside and each.id != job_id]
        runs: list[Run] = []
        if job is not None:
            next_to = [(each, progress[each.id]) for each in others]
            runs = runs_of(progress[job.id], next_to, self._studio.language)
        return Look(
            jobs, job, progress, {name: last for name, (_, last) in known.items()},
            runs, is_open, epoch, seen,
        )  # fmt: skip

    def _moving(self) -> list[View]:
        """What moves with every step of a job, and what tells others that something else did."""
        rest = self._resting()

        def rest_sign(look: Look) -> list[Any]:
            return [view.sign(look) for view in rest]

        return [
            View("status", [self.status], status_sign, self._draw_status),
            View("drawer", [self._drawer.list], drawer_sign, self._draw_drawer),
            View("timer", [self._drawer.timer], timer_sign, self._draw_timer),
            marking("news", self._drawer.news, news_sign),
            marking("rest", self._rest, rest_sign),
        ]

    def _resting(self) -> list[View]:
        """The other parts of the panel: what each shows, and what has to change to redraw it."""
        details, leading = self.details, [self.to_translate, self.to_compare]
        return [
            View("leading", leading, leading_sign, self._draw_leading),
            View("curves", [self.curves, self.bleu, self.loss], curves_sign, self._draw_curves),
            View("beside", [self.beside], beside_sign, self._draw_beside),
            View("examples", [self.learning, self.examples], epochs_sign, self._draw_examples),
            View("facts", details.facts, when_open(status_sign), self._draw_facts),
            View("charts", details.charts, when_open(curves_sign), self._draw_charts),
            View("map", details.map, when_open(map_sign), self._draw_map),
            View("commands", details.commands, when_open(job_sign), self._draw_commands),
        ]

    def _draw_status(self, look: Look) -> tuple[Any, ...]:
        job = look.job
        if job is None:
            return (_NOTHING,)
        return (status_html(job, look.shown, place(job, look.jobs), self._studio.language),)

    def _draw_leading(self, look: Look) -> tuple[Any, ...]:
        """The buttons that lead to what a training made."""
        job = look.job
        if job is None:
            return _NOTHING, _NOTHING
        return (
            gr.update(visible=not job.active and bool(job.models)),
            gr.update(visible=not job.active and job.has_report),
        )

    def _draw_curves(self, look: Look) -> tuple[Any, ...]:
        language, runs = self._studio.language, look.runs
        if not runs:
            return gr.update(visible=False), None, None
        return (
            gr.update(visible=True),
            bleu_curves(runs, language, look.revision),
            loss_curves(runs, language, look.revision),
        )

    def _draw_beside(self, look: Look) -> tuple[Any, ...]:
        jobs = [job for job in look.jobs if has_curves(job) and job is not look.job]
        return (gr.update(choices=_choices(jobs), visible=bool(jobs) and bool(look.runs)),)

    def _draw_examples(self, look: Look) -> tuple[Any, ...]:
        systems = list(look.shown.systems.values()) if look.job else []
        html = examples_html(systems, self._studio.language)
        return gr.update(visible=bool(html)), html

    def _draw_facts(self, look: Look) -> tuple[Any, ...]:
        return self.details.tell_facts(look.shown) if look.details else ("",)

    def _draw_charts(self, look: Look) -> tuple[Any, ...]:
        runs = look.runs if look.details else []
        return self.details.draw(runs, look.revision)

    def _draw_map(self, look: Look) -> tuple[Any, ...]:
        progress = look.shown if look.details else JobProgress()
        return self.details.draw_map(progress, look.chosen)

    def _draw_commands(self, look: Look) -> tuple[Any, ...]:
        return self.details.tell_commands(look.job) if look.details and look.job else ("", "", "")

    def _draw_drawer(self, look: Look) -> tuple[Any, ...]:
        return (drawer_html(look.jobs, look.progress, self._studio.language),)

    def _draw_timer(self, look: Look) -> tuple[Any, ...]:
        return (gr.Timer(active=look.is_active()),)


def _choices(jobs: Sequence[Job]) -> list[tuple[str, str]]:
    return [(f"{job.name}  ·  {moment(job.created)}", job.id) for job in reversed(jobs)]


def _plot(name: str) -> gr.Plot:
    return gr.Plot(show_label=False, container=False, elem_classes="curves", elem_id=name)
