"""A training as one watches it: state, curves, examples, and what one can do with it."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_keras.app.drawer import Drawer, drawer_html
from seq2seq_keras.app.figures import bleu_curves, loss_curves
from seq2seq_keras.app.job_actions import ACTIONS, ON_LOAD
from seq2seq_keras.app.job_words import IN_TRAIN, place, status_html
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.app.wording import moment, system_name
from seq2seq_keras.jobs import Job, SystemProgress
from seq2seq_keras.localisation import Language


class JobPanel:
    """The chosen training, kept up to date by the page's timer while a job runs."""

    def __init__(self, studio: Studio, drawer: Drawer) -> None:
        self._studio = studio
        self._queue = studio.workspace.jobs
        self._watcher = studio.watcher
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
                    choices=_choices(jobs),
                    value=jobs[-1].id if jobs else None,
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
            self.status = gr.HTML(elem_id="job-status", js_on_load=ON_LOAD)
            with gr.Row(visible=False) as self.curves:
                with gr.Column(min_width=320, elem_classes="card"):
                    gr.Markdown("### BLEU", elem_classes="card-title")
                    self.bleu = gr.Plot(
                        show_label=False, container=False, elem_classes="curves", elem_id="bleu"
                    )
                with gr.Column(min_width=320, elem_classes="card"):
                    gr.Markdown(f"### {say('Loss')}", elem_classes="card-title")
                    self.loss = gr.Plot(
                        show_label=False, container=False, elem_classes="curves", elem_id="loss"
                    )
            self.examples = gr.Dataframe(
                label=say("Example translations of the validation set, after the last epoch"),
                visible=False,
                interactive=False,
                wrap=True,
                buttons=[],
                elem_id="job-examples",
            )
        self._seen = gr.State()
        self._connect()

    @property
    def outputs(self) -> list[Any]:
        return [
            self._seen,
            self.status,
            self.curves,
            self.bleu,
            self.loss,
            self.examples,
            self.to_translate,
            self.to_compare,
            self._drawer.list,
            self._drawer.timer,
        ]

    @property
    def list_outputs(self) -> list[Any]:
        return [self.empty, self.body, self.job]

    def listed(self, chosen: str | None = None) -> tuple[Any, Any, Any]:
        """The list of trainings: `chosen` shown, else one that runs, else the newest."""
        jobs = self._jobs()
        running = next((job.id for job in jobs if job.active), None)
        known = {job.id for job in jobs}
        value = chosen if chosen in known else running or (jobs[-1].id if jobs else None)
        return (
            gr.update(visible=not jobs),
            gr.update(visible=bool(jobs)),
            gr.update(choices=_choices(jobs), value=value),
        )

    def show(self, job_id: str | None) -> tuple[Any, ...]:
        """Everything about a job, as when the page is opened again."""
        return self._look(job_id, None)

    def _connect(self) -> None:
        self.job.input(self.show, inputs=self.job, outputs=self.outputs, **QUIET)
        self._drawer.timer.tick(
            self._look, inputs=[self.job, self._seen], outputs=self.outputs, **QUIET
        )
        for part in (self.status, self._drawer.list):
            part.click(self._act, inputs=self.job, outputs=self.list_outputs, **QUIET).then(
                self.show, inputs=self.job, outputs=self.outputs, **QUIET
            )

    def _jobs(self) -> list[Job]:
        return [job for job in self._queue.all() if job.kind in IN_TRAIN]

    @readable_errors
    def _act(self, shown: str | None, event: gr.EventData) -> tuple[Any, ...]:
        """Does what a button of a job says; one that makes another job shows that one."""
        act, job_id = event.act, event.job
        if act == "show":
            return self.listed(job_id)
        done = ACTIONS[act].work(self._queue, job_id)
        self._studio.runner.wake()
        return self.listed(done.id if act == "retry" and isinstance(done, Job) else shown)

    @readable_errors
    def _look(self, job_id: str | None, seen: list[Any] | None) -> tuple[Any, ...]:
        """What changed since `seen`, and what it is now."""
        language = self._studio.language
        jobs = self._queue.all()
        progress = {job.id: self._watcher.progress(job) for job in jobs}
        last = {name: number for name, (_, number) in progress.items()}
        known = {name: each for name, (each, _) in progress.items()}
        job = next((job for job in jobs if job.id == job_id), None)
        trained = [s for s in known[job.id].systems.values() if s.history] if job else []
        drawn = [job_id, sum(len(system.history) for system in trained)]
        now = [drawn, *([each.id, each.state, each.wish, last[each.id]] for each in jobs)]
        if now == seen:
            return (gr.skip(),) * len(self.outputs)
        listed = drawer_html(jobs, known, language)
        timer = gr.Timer(active=any(each.active for each in jobs))
        if job is None:
            return (now, *(gr.skip(),) * 7, listed, timer)
        curves: tuple[Any, ...] = (gr.skip(),) * 4
        if seen is None or seen[0] != drawn:  # only when there is a new point on them
            names = [system_name(system.name, language) for system in trained]
            curves = (
                gr.update(visible=bool(trained)),
                bleu_curves(trained, names, language) if trained else None,
                loss_curves(trained, names, language) if trained else None,
                _examples(trained, language),
            )
        return (
            now,
            status_html(job, known[job.id], place(job, jobs), language),
            *curves,
            gr.update(visible=not job.active and bool(job.models)),
            gr.update(visible=not job.active and job.has_report),
            listed,
            timer,
        )


def _examples(systems: list[SystemProgress], language: Language) -> Any:
    """Source and reference, and beside them what each network makes of it."""
    latest = [system for system in systems if system.examples]
    if not latest:
        return gr.update(visible=False)
    headers = [
        language.say("Source"),
        language.say("Reference"),
        *(system_name(system.name, language) for system in latest),
    ]
    rows = []
    for number, example in enumerate(latest[0].examples):
        row = [example["source"], example["reference"]]
        row += [
            system.examples[number]["translation"] if number < len(system.examples) else ""
            for system in latest
        ]
        rows.append(row)
    return gr.update(value={"headers": headers, "data": rows}, visible=True)


def _choices(jobs: list[Job]) -> list[tuple[str, str]]:
    return [(f"{job.name}  ·  {moment(job.created)}", job.id) for job in reversed(jobs)]
