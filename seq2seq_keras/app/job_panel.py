"""A training as one watches it: state, curves, examples, and the button that stops it."""

from __future__ import annotations

import html
from typing import Any

import gradio as gr

from seq2seq_keras.app.figures import bleu_curves, loss_curves
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.app.wording import bleu, duration, moment, system_name
from seq2seq_keras.jobs import ACTIVE_STATES, Job, JobProgress, JobState, SystemProgress
from seq2seq_keras.jobs.watching import Watcher

_STATES: dict[JobState, str] = {
    "queued": "Waiting",
    "running": "Training",
    "stopping": "Stopping",
    "finished": "Finished",
    "stopped": "Stopped",
    "failed": "Failed",
    "died": "Ended unexpectedly",
}
_REASONS = {
    "epochs": "all epochs done",
    "time limit": "time is up",
    "early stop": "no better for a while",
    "stopped": "stopped by you",
}
_TICK_SECONDS = 1.5


class JobPanel:
    """The page's one timer, and what it keeps up to date while a shown job runs."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._watcher = Watcher()
        jobs = self._jobs()
        self.empty = gr.Markdown(
            "*No training yet. Choose a corpus above, then start one: its curves and example "
            "translations appear here as it learns.*",
            visible=not jobs,
            elem_classes="empty-state",
        )
        with gr.Column(visible=bool(jobs)) as self.body:
            with gr.Row(elem_classes="actions"):
                self.job = gr.Dropdown(
                    choices=_choices(jobs),
                    value=jobs[-1].id if jobs else None,
                    label="Training",
                    filterable=False,
                    scale=3,
                    min_width=240,
                    elem_id="job",
                )
                self.stop = gr.Button(
                    "Stop and keep the best model",
                    variant="stop",
                    size="md",
                    visible=False,
                    scale=1,
                    min_width=220,
                    elem_id="stop",
                )
                self.to_translate = gr.Button(
                    "Translate with it",
                    variant="primary",
                    size="md",
                    visible=False,
                    scale=1,
                    min_width=160,
                    elem_id="to-translate",
                )
                self.to_compare = gr.Button(
                    "See the comparison",
                    size="md",
                    visible=False,
                    scale=1,
                    min_width=160,
                    elem_id="to-compare",
                )
            self.status = gr.HTML(elem_id="job-status", js_on_load=None)
            with gr.Row(visible=False) as self.curves:
                with gr.Column(min_width=320, elem_classes="card"):
                    gr.Markdown("### BLEU", elem_classes="card-title")
                    self.bleu = gr.Plot(
                        show_label=False, container=False, elem_classes="curves", elem_id="bleu"
                    )
                with gr.Column(min_width=320, elem_classes="card"):
                    gr.Markdown("### Loss", elem_classes="card-title")
                    self.loss = gr.Plot(
                        show_label=False, container=False, elem_classes="curves", elem_id="loss"
                    )
            self.examples = gr.Dataframe(
                label="Example translations of the validation set, after the last epoch",
                visible=False,
                interactive=False,
                wrap=True,
                buttons=[],
                elem_id="job-examples",
            )
        self.timer = gr.Timer(_TICK_SECONDS, active=False)
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
            self.stop,
            self.to_translate,
            self.to_compare,
            self.timer,
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
        self.timer.tick(self._look, inputs=[self.job, self._seen], outputs=self.outputs, **QUIET)
        self.stop.click(self._stop, inputs=self.job, outputs=[self.stop, self.timer], **QUIET)

    def _jobs(self) -> list[Job]:
        return [job for job in self._studio.workspace.jobs.all() if job.kind != "score"]

    @readable_errors
    def _stop(self, job_id: str) -> tuple[Any, Any]:
        self._studio.runner.stop(self._studio.workspace.jobs.get(job_id))
        return (
            gr.update(value="Stopping: keeping the best model…", interactive=False),
            gr.Timer(active=True),
        )

    @readable_errors
    def _look(self, job_id: str | None, seen: list[Any] | None) -> tuple[Any, ...]:
        """What changed since `seen`, and what it is now."""
        if job_id is None:
            return (None, *[gr.skip()] * 8, gr.Timer(active=False))
        job = self._studio.workspace.jobs.get(job_id)
        state = job.state
        progress, offset = self._watcher.progress(job)
        systems = list(progress.systems.values())
        epochs = sum(len(system.history) for system in systems)
        now = [job_id, state, offset, epochs]
        if now == seen:
            return (gr.skip(),) * 10
        active = state in ACTIVE_STATES
        # Curves are drawn again only when there is a new point on them.
        same_curves = seen is not None and seen[0] == job_id and seen[3] == epochs
        curves: tuple[Any, ...] = (gr.skip(),) * 4
        if not same_curves:
            trained = [system for system in systems if system.history]
            names = [system_name(system.name) for system in trained]
            curves = (
                gr.update(visible=bool(trained)),
                bleu_curves(trained, names) if trained else None,
                loss_curves(trained, names) if trained else None,
                _examples(trained),
            )
        models = (job.result() or {}).get("models")
        return (
            now,
            status_html(job, state, progress),
            *curves,
            gr.update(
                visible=active,
                interactive=state != "stopping",
                value="Stopping: keeping the best model…"
                if state == "stopping"
                else "Stop and keep the best model",
            ),
            gr.update(visible=not active and bool(models)),
            gr.update(visible=not active and job.has_report),
            gr.Timer(active=active),
        )


def status_html(job: Job, state: JobState, progress: JobProgress) -> str:
    """The state of a job in words and one bar. Everything that is not ours is escaped."""
    fraction = 1.0 if state == "finished" else progress.fraction
    facts = _facts(state, progress)
    message = job.message
    lines = [
        f'<div class="job job-{state}" role="status">',
        f'<div class="job-head"><span class="chip chip-{state}">{_STATES[state]}</span>',
        f"<span>{_escape(_headline(state, progress))}</span></div>",
        '<div class="bar" role="progressbar" aria-label="Progress" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{fraction * 100:.0f}">'
        f'<div style="width:{fraction * 100:.1f}%"></div></div>',
        '<div class="facts">',
        *(f"<div><b>{_escape(value)}</b><span>{label}</span></div>" for label, value in facts),
        "</div>",
        *(_system_line(system) for system in progress.systems.values()),
        *(f'<p class="job-note">{_escape(notice)}</p>' for notice in progress.notices),
    ]
    if message:
        lines.append(f'<p class="job-message">{_escape(message)}</p>')
    return "".join([*lines, "</div>"])


def _headline(state: JobState, progress: JobProgress) -> str:
    current = progress.current
    if state == "queued":
        return "Another training runs; this one starts when it ends."
    if state == "stopping":
        return "The current step ends, then the best model so far is saved."
    if state == "running":
        if current is None:
            return f"{progress.stage or 'Starting: loading TensorFlow'}…"
        if current.finished and len(progress.systems) == progress.expected:
            return "Scoring on the test set and saving…"
        return f"{system_name(current.name)}: epoch {current.epoch} of at most {current.epochs}"
    if state == "stopped":
        return "The best model so far was kept." if current else "It never began."
    return "" if state in ("failed", "died") else "The models are saved."


def _facts(state: JobState, progress: JobProgress) -> list[tuple[str, str]]:
    current = progress.current
    if current is None:
        return []
    facts = []
    if state == "running" and progress.remaining_seconds is not None and not current.finished:
        facts.append(("left, at most", duration(progress.remaining_seconds)))
    elapsed = sum(system.elapsed_seconds for system in progress.systems.values())
    facts.append(("training time", duration(elapsed)))
    if current.loss is not None:
        facts.append(("loss a token", f"{current.loss:.3f}"))
    if current.tokens_per_second:
        facts.append(("tokens a second", f"{current.tokens_per_second:,.0f}"))
    facts.append(("parameters", f"{current.parameters:,}"))
    return facts


def _system_line(system: SystemProgress) -> str:
    done = len(system.history)
    text = f"{done} epoch{'' if done == 1 else 's'}, best validation BLEU {bleu(system.best_bleu)}"
    if system.finished:
        reason = str(system.finished["reason"])
        text += f" (epoch {system.finished['best_epoch']}); {_REASONS.get(reason, reason)}"
    return f'<p class="job-system"><b>{_escape(system_name(system.name))}</b> {_escape(text)}</p>'


def _examples(systems: list[SystemProgress]) -> Any:
    """Source and reference, and beside them what each network makes of it."""
    latest = [system for system in systems if system.examples]
    if not latest:
        return gr.update(visible=False)
    headers = ["Source", "Reference", *(system_name(system.name) for system in latest)]
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


def _escape(text: str) -> str:
    """HTML as text; the page's templates give no meaning to anything else in a value."""
    return html.escape(text)
