"""Understand: what happens inside a model while it translates a sentence."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_keras.app.comparison_choices import partners
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors, words
from seq2seq_keras.app.tabs.translate import first_model
from seq2seq_keras.app.theory import PATH, has_theory
from seq2seq_keras.app.understanding.beam import BeamPart
from seq2seq_keras.app.understanding.inside import InsidePart
from seq2seq_keras.app.understanding.limits import LimitsPart
from seq2seq_keras.app.understanding.network import NetworkPart
from seq2seq_keras.app.understanding.notes import NotesPart
from seq2seq_keras.app.understanding.practice import PracticePart
from seq2seq_keras.app.understanding.shown import ShownPart
from seq2seq_keras.app.understanding.stepping import SteppingPart
from seq2seq_keras.app.understanding.what_if import WhatIfPart
from seq2seq_keras.app.widgets.changed_notice import changed_notice
from seq2seq_keras.app.widgets.traced import trace_carrier
from seq2seq_keras.app.wording import model_label
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.localisation import later

_EMPTY = later(
    "**No model here yet.** Train one in the *Train* tab; its inside is shown here then."
)


def build(studio: Studio, opened: Any, asked: gr.State) -> Understand:
    """Builds the tab inside the current Blocks.

    Args:
        studio: What all pages share.
        opened: The event that the tab is opened again.
        asked: The model that another tab asked to look into when this one is opened, if any.
    """
    return Understand(studio, opened, asked)


class Understand:
    """The tab's components, and what happens between them.

    Attributes:
        model, beside: The models looked into; `beside` may be none.
        text, reference: The sentence, and a translation to follow as well.
    """

    def __init__(self, studio: Studio, opened: Any, asked: gr.State) -> None:
        self._studio = studio
        self._asked = asked
        say = studio.language.say
        self.empty = gr.Markdown(say(_EMPTY), visible=False, elem_classes="empty-state")
        with gr.Column(elem_classes="card", elem_id="understand-choice"):
            with gr.Row():
                self.model = gr.Dropdown(
                    label=say("Model"), filterable=False, scale=2, elem_id="understand-model"
                )
                self.beside = gr.Dropdown(
                    label=say("Beside it"), filterable=False, scale=2, elem_id="understand-beside"
                )
            with gr.Row():
                self.text = gr.Textbox(
                    "",
                    label=say("Sentence"),
                    max_lines=3,
                    scale=4,
                    elem_id="understand-text",
                )
                self.go = gr.Button(
                    say("Look inside"),
                    variant="primary",
                    scale=0,
                    min_width=160,
                    elem_classes="level",
                    elem_id="understand-go",
                )
            with gr.Accordion(say("With a reference translation"), open=False):
                self.reference = gr.Textbox(
                    "",
                    show_label=False,
                    info=say(
                        "The model is made to write it, and shows at each word where it looks and "
                        "how likely it finds the word."
                    ),
                    max_lines=3,
                    elem_id="understand-reference",
                )
        with gr.Row(elem_id="understand-more"):
            self._notes = NotesPart(studio)
            if has_theory(studio.language):
                theory = say("The theory: how a seq2seq model translates")
                link = f'<a href="{PATH}" target="_blank" rel="noopener">{theory}</a>'
                words(link, "understand-theory")
        self.trace = trace_carrier("understand-trace")
        changed_notice(studio.language, "understand-changed")
        part_tabs: dict[str, gr.Tab] = {}

        def part(name: str, title: str) -> gr.Tab:
            part_tabs[name] = gr.Tab(title, id=name)
            return part_tabs[name]

        with gr.Tabs(elem_id="understand-parts") as self._parts:
            with part("stepping", say("Step by step")):
                self._stepping = SteppingPart(studio)
            with part("inside", say("Inside the cell")):
                self._inside = InsidePart(studio)
            with part("limits", say("The two limits")):
                self._limits = LimitsPart(studio)
            with part("what-if", say("What if")):
                self._what_if = WhatIfPart(studio)
            with part("beam", say("Beam tree")):
                BeamPart(studio)
            with part("practice", say("Practice")):
                PracticePart(studio)
            with part("network", say("The network")):
                self._network = NetworkPart(studio)
        self._shown = ShownPart(part_tabs)
        self._connect(opened)

    @property
    def chosen(self) -> list[Any]:
        """The inputs of `refresh`."""
        return [self._asked, self.model, self.beside, self.text]

    @property
    def refreshed(self) -> list[Any]:
        """The outputs of `refresh`."""
        return [self._asked, self.reference, self.empty, self.model, self.beside, self.text]

    def refresh(
        self, asked: str | None, model_id: str | None, beside_id: str | None, text: str
    ) -> tuple[Any, ...]:
        """Brings the lists of models up to date, and finds a sentence to begin with."""
        models = self._studio.workspace.models()
        ids = [info.id for info in models]
        reference = gr.skip()
        if asked in ids and asked != model_id:
            model_id, text, reference = asked, self._sentence(asked, text), ""
        elif model_id not in ids:
            first = first_model(models)
            model_id = first.id if first else None
        return (
            None,
            reference,
            gr.update(visible=model_id is None),
            gr.update(choices=self._studio.model_choices(), value=model_id),
            self._partners(model_id, beside_id),
            text if text.strip() else self._first_sentence(model_id),
        )

    def _look_after_models(self, event: Any) -> None:
        """Looks inside after an event that may have brought other models."""
        self._look_after(event)
        self._shown.fill_after(event)

    def _look_after(self, event: Any) -> None:
        event(
            self._look,
            inputs=[self.model, self.beside, self.text, self.reference],
            outputs=self.trace,
            api_visibility="private",
            show_progress_on=[self.text],
        )

    def _connect(self, opened: Any) -> None:
        for event in (opened, self.trace.select):  # it is selected when it is there
            refreshed = event(self.refresh, inputs=self.chosen, outputs=self.refreshed, **QUIET)
            self._look_after_models(refreshed.success)
        chosen = self.model.input(
            self._choose_model,
            inputs=[self.model, self.beside, self.text],
            outputs=[self.beside, self.text, self.reference],
            **QUIET,
        )
        # Pressed for a sentence that is there already, it leads back to what is its own.
        self.go.click(None, js="() => { window.seq2seqTrace?.restore(); }", **QUIET)
        for event in (self.go.click, self.text.submit, self.reference.submit):
            self._look_after(event)
        self._inside.connect(self.model, self.beside, self.text, self.reference)
        self._inside.open_on(self._stepping.view.select, self._parts)
        self._limits.connect(self._shown, self.model, self.beside)
        self._network.connect(self._shown, self.model)
        self._notes.connect(self.model, self.text, self.reference)
        for event in (chosen.success, self.beside.input):
            self._look_after_models(event)
        self._what_if.connect(self._parts, self.model, self.text, self.reference)

    @readable_errors
    def _look(
        self, model_id: str | None, beside_id: str | None, text: str, reference: str
    ) -> list[dict[str, Any]] | None:
        """What happens inside the models, all at once."""
        if model_id is None:
            return None
        if not text.strip():
            raise InputError("Type a sentence to look at.")
        folders = [
            self._studio.workspace.model(each).folder for each in (model_id, beside_id) if each
        ]
        return [
            self._studio.translation.trace(folder, text, reference.strip() or None)
            for folder in folders
        ]

    def _choose_model(
        self, model_id: str | None, beside_id: str | None, text: str
    ) -> tuple[Any, ...]:
        """Another model: its partners, and its sentence where the old one was an example."""
        return self._partners(model_id, beside_id), self._sentence(model_id, text), ""

    def _sentence(self, model_id: str | None, text: str) -> str:
        """What to look at with another model: one's own sentence stays, an example does not."""
        examples = {
            example for info in self._studio.workspace.models() for example in info.examples
        }
        own = text.strip() and text not in examples
        return text if own else self._first_sentence(model_id)

    def _first_sentence(self, model_id: str | None) -> str:
        info = self._info(model_id)
        return next(iter(info.examples), "") if info else ""

    def _partners(self, model_id: str | None, beside_id: str | None) -> Any:
        """The models that another can be looked at beside."""
        info = self._info(model_id)
        models = self._studio.workspace.models()
        ids = partners(info, models) if info else []
        known = {each.id: each for each in models}
        none = (self._studio.language.say("none"), "")
        choices = [none, *((model_label(known[i], self._studio.language), i) for i in ids)]
        return gr.update(choices=choices, value=beside_id if beside_id in ids else "")

    def _info(self, model_id: str | None) -> ModelInfo | None:
        models = self._studio.workspace.models()
        return next((info for info in models if info.id == model_id), None)
