"""Train: the corpus, a few settings, and a training that one can watch."""

from __future__ import annotations

import re
from typing import Any

import gradio as gr

from seq2seq_keras.app.corpus_panel import CorpusPanel, read_corpus
from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.job_panel import JobPanel
from seq2seq_keras.app.settings import GROUPS, collect, setting
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.config import CHOSEN_BY_CORPUS, Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import JobKind
from seq2seq_keras.localisation import later
from seq2seq_keras.recipe import recommended

_NAME = re.compile(r"[\w .,()+-]{1,60}", re.UNICODE)
_ARCHITECTURES = [
    (later("Both, and compare them"), "both"),
    (later("With attention"), "attention"),
    (later("Without attention"), "plain"),
]
_BUDGET = ("time_limit", "epochs")
_DEFAULTS = {name: Config.model_fields[name].default for name in CHOSEN_BY_CORPUS}


def build(studio: Studio, drawer: Drawer) -> Train:
    """Builds the tab inside the current Blocks."""
    return Train(studio, drawer)


class Train:
    """The tab's components, and what happens between them."""

    def __init__(self, studio: Studio, drawer: Drawer) -> None:
        self._studio = studio
        say = studio.language.say
        gr.Markdown(f"## 1 · {say('Corpus')}", elem_classes="step")
        with gr.Column(elem_classes="card"):
            self.corpus = CorpusPanel(studio)
        gr.Markdown(f"## 2 · {say('Model')}", elem_classes="step")
        with gr.Column(elem_classes="card"):
            with gr.Row():
                self.architecture = gr.Radio(
                    [(say(label), value) for label, value in _ARCHITECTURES],
                    value="both",
                    label=say("Architecture"),
                    info=say("Both train on the same data with the same budget"),
                    elem_id="architecture",
                    scale=2,
                    min_width=300,
                )
                self.name = gr.Textbox(
                    label=say("Name"),
                    info=say("Under this name the model is saved"),
                    placeholder=say("As the corpus"),
                    max_length=60,
                    elem_id="model-name",
                    min_width=200,
                )
            with gr.Row():
                self.time_limit = gr.Number(
                    15,
                    label=say("Minutes"),
                    info=say("Most minutes for each network"),
                    minimum=0.1,
                    elem_id="setting-time_limit",
                    min_width=200,
                )
                self.epochs = gr.Number(
                    Config.model_fields["epochs"].default,
                    label=say("Epochs"),
                    info=say("Most passes over the corpus; it ends earlier when nothing improves"),
                    minimum=1,
                    precision=0,
                    elem_id="setting-epochs",
                    min_width=200,
                )
            with gr.Accordion(say("Advanced"), open=False, elem_id="advanced"):
                self._names: list[str] = []
                self._fields: list[Any] = []
                for group, names in GROUPS.items():
                    gr.Markdown(f"#### {say(group)}", elem_classes="group")
                    with gr.Row():
                        for name in names:
                            self._names.append(name)
                            self._fields.append(setting(name, studio.language))
            # What was suggested last: a field that differs from it is the user's own.
            self.suggested = gr.State(_DEFAULTS)
            self.start = gr.Button(say("Start training"), variant="primary", elem_id="start")
        gr.Markdown(f"## 3 · {say('Training')}", elem_classes="step")
        with gr.Column(elem_classes="card"):
            self.panel = JobPanel(studio, drawer)
        self._connect()

    def refresh(self, job_id: str | None) -> tuple[Any, ...]:
        """Brings corpora and trainings up to date; the values of `refreshed`."""
        return (self.corpus.choices(), *self.panel.listed(job_id))

    @property
    def refreshed(self) -> list[Any]:
        return [self.corpus.corpus, *self.panel.list_outputs]

    def _connect(self) -> None:
        submitted = self.start.click(
            self._submit,
            inputs=[
                *self.corpus.inputs,
                self.architecture,
                self.name,
                self.time_limit,
                self.epochs,
                self.suggested,
                *self._fields,
            ],
            outputs=self.panel.list_outputs,
            api_visibility="private",
            show_progress_on=[self.start],
        )
        fields = [self._fields[self._names.index(name)] for name in CHOSEN_BY_CORPUS]
        for described in self.corpus.described:
            described.success(
                self._suggest,
                inputs=[*self.corpus.inputs, self.suggested, *fields],
                outputs=[self.suggested, *fields],
                **QUIET,
            )
        submitted.success(
            self.panel.show,
            inputs=self.panel.job,
            outputs=self.panel.outputs,
            js="(...values) => { document.getElementById('job-status')"
            "?.scrollIntoView({behavior: 'smooth', block: 'center'}); return values; }",
            **QUIET,
        )

    @readable_errors
    def _suggest(self, *values: Any) -> tuple[Any, ...]:
        """Fills in what suits the corpus, where the user has not put something else."""
        corpus_form, suggested, fields = values[:5], values[5], values[6:]
        chosen = recommended(read_corpus(self.corpus.reading(*corpus_form)))
        updates = [
            chosen[name] if value == suggested[name] else gr.skip()
            for name, value in zip(CHOSEN_BY_CORPUS, fields, strict=True)
        ]
        return (chosen, *updates)

    @readable_errors
    def _submit(self, *values: Any) -> tuple[Any, ...]:
        corpus_form, rest = values[:5], values[5:]
        architecture, name, time_limit, epochs, suggested, *fields = rest
        info = self.corpus.reading(*corpus_form)
        corpus = read_corpus(info)
        if not len(corpus):
            raise InputError("This corpus has no sentence pair to train on.")
        name = name.strip() or _name_after(info.name)
        if not _NAME.fullmatch(name):
            raise InputError("In a name, use letters, digits, spaces and . , ( ) + - only.")
        settings = collect((*_BUDGET, *self._names), (time_limit, epochs, *fields))
        if suggested == _DEFAULTS:  # nothing was suggested yet: let training choose
            for setting_name, value in suggested.items():
                if settings.get(setting_name) == value:
                    del settings[setting_name]
        settings |= {"source_lang": info.source_lang, "target_lang": info.target_lang}
        if architecture == "plain":
            settings["attention"] = "none"
        config = Config.create(**settings)
        kind: JobKind = "compare" if architecture == "both" else "train"
        job = self._studio.workspace.jobs.submit(
            kind, name, {"corpus": info.reading(), "settings": config.chosen()}
        )
        self._studio.runner.wake()
        return self.panel.listed(job.id)


def _name_after(corpus_name: str) -> str:
    """A name for a model, from that of its corpus."""
    stem = corpus_name.removeprefix("Sample: ").split(".")[0]
    return re.sub(r"[^\w .,()+-]+", "-", stem)[:60] or "model"
