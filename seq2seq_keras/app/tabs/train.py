"""Train: the corpus, the model, and a training that one can watch."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_keras.app.corpus_panel import CorpusPanel
from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.job_panel import JobPanel
from seq2seq_keras.app.model_panel import ModelPanel
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.app.submissions import submit_training

# Shows what was pressed for: the training that begins, or the form that was filled.
_SCROLL = """(...values) => {{ document.getElementById('{place}')
?.scrollIntoView({{behavior: 'smooth', block: '{block}'}}); return values; }}"""


def build(studio: Studio, drawer: Drawer) -> Train:
    """Builds the tab inside the current Blocks."""
    return Train(studio, drawer)


class Train:
    """The tab's three steps, and what happens between them."""

    def __init__(self, studio: Studio, drawer: Drawer) -> None:
        self._studio = studio
        say = studio.language.say
        gr.Markdown(f"## 1 · {say('Corpus')}", elem_classes="step")
        with gr.Column(elem_classes="card"):
            self.corpus = CorpusPanel(studio)
        gr.Markdown(f"## 2 · {say('Model')}", elem_classes="step", elem_id="model-step")
        with gr.Column(elem_classes="card"):
            self.model = ModelPanel(studio, self.corpus)
            self.architecture = self.model.architecture
            self.start = gr.Button(say("Start training"), variant="primary", elem_id="start")
        gr.Markdown(f"## 3 · {say('Training')}", elem_classes="step")
        with gr.Column(elem_classes="card"):
            self.panel = JobPanel(studio, drawer)
        self._connect()

    def refresh(self, job_id: str | None) -> tuple[Any, ...]:
        """Brings corpora and trainings up to date; the values of `refreshed`."""
        return (self.corpus.choices(), *self.panel.listed(job_id, is_shown=True))

    @property
    def refreshed(self) -> list[Any]:
        return [self.corpus.corpus, *self.panel.list_outputs]

    def _connect(self) -> None:
        self.start.click(
            self._submit,
            inputs=self.model.inputs,
            outputs=self.panel.list_outputs,
            api_visibility="private",
            preprocess=False,
            show_progress_on=[self.start],
        ).success(
            self.panel.show,
            inputs=self.panel.watched,
            outputs=self.panel.outputs,
            js=_SCROLL.format(place="job-status", block="center"),
            **QUIET,
        )

        cloned = self.panel.clone.click(
            self._clone,
            inputs=self.panel.job,
            outputs=[*self.corpus.reopened, *self.model.outputs],
            js=_SCROLL.format(place="model-step", block="start"),
            **QUIET,
        )
        self.corpus.show_after(cloned)
        self.model.preview_after(cloned.success)

    @readable_errors
    def _clone(self, job_id: str | None) -> tuple[Any, ...]:
        """Fills the form as for an earlier training."""
        job = self._studio.workspace.jobs.get(job_id or "")
        return *self.corpus.reopen(job.details["corpus"]), *self.model.cloned(job)

    @readable_errors
    def _submit(self, *values: Any) -> tuple[Any, ...]:
        name, info, wanted, budget = self.model.wanted(*values)
        job = submit_training(self._studio, name, info, wanted, budget)
        return self.panel.listed(job.id)
