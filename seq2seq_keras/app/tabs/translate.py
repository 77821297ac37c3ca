"""Translate: type, read the translation, see where the network looked; or hand in a file."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.file_translation import FileTranslation
from seq2seq_keras.app.reading import Reading
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors, words
from seq2seq_keras.app.widgets.history import history, history_entry
from seq2seq_keras.app.widgets.welcome import no_model, welcome
from seq2seq_keras.app.wording import model_label, name_of_language
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.localisation import Language, later

_FIRST_CHOICE = "saved/sample-en-fr-attention"
_MOST_ALTERNATIVES = 5
_NONE = ""  # no model beside the first

_HOW_TO_LINK = later(
    "Point at a word, tap it, or go there with Tab and the arrow keys: the words of the other "
    "sentence that it goes with light up, with their weights."
)

# So many texts wait for the translation process at once, which translates them together.
_MOST_AT_ONCE = 32

# A person's own text stays; an example of another model gives way to one of the new model. The
# page decides, for it knows what was typed while the server answered.
_SUGGEST = """(text, suggestion) => {
  const [first, ...known] = suggestion.split("\\n");
  return text.trim() === "" || known.includes(text) ? first : text;
}"""

# Whatever asks for a translation presses the button, once: of several answers the last then wins.
_PRESS = """() => {
  clearTimeout(window.translateSoon);
  window.translateSoon = setTimeout(() => {
    const text = document.querySelector("#translate-input textarea")?.value ?? "";
    if (text.trim()) document.querySelector("#translate-button")?.click();
  }, 250);
  return [];
}"""


def build(studio: Studio, drawer: Drawer) -> Translate:
    """Builds the tab inside the current Blocks."""
    return Translate(studio, drawer)


class Translate:
    """The tab's components, and what happens between them.

    Attributes:
        model: The chosen model.
        beside: The model beside it, if any.
        ways: Components whose `click` brings the id of a tab to open, as `tab`.
    """

    def __init__(self, studio: Studio, drawer: Drawer) -> None:
        self._studio = studio
        language, say = studio.language, studio.language.say
        models = studio.workspace.models()
        first = first_model(models)
        samples = first.examples if first else []

        self.no_model = no_model(language, visible=first is None)
        with gr.Column(visible=first is not None) as self.body:
            self.ways = [self.no_model, welcome(language)]
            with gr.Row(elem_classes="controls"):
                self.model = gr.Dropdown(
                    choices=studio.model_choices(),
                    value=first.id if first else None,
                    label=say("Model"),
                    info=say("Samples of ours, and those you trained"),
                    filterable=False,
                    scale=3,
                    min_width=240,
                )
                self.beside = gr.Dropdown(
                    choices=self._beside_choices(),
                    value=_NONE,
                    label=say("Beside it"),
                    info=say("Another model's translation, to compare"),
                    filterable=False,
                    scale=3,
                    min_width=240,
                    elem_id="beside",
                )
                self.beam_size = gr.Slider(
                    1,
                    10,
                    value=5,
                    step=1,
                    label=say("Beam size"),
                    info=say("Hypotheses kept in search; 1 is greedy"),
                    scale=2,
                    min_width=200,
                )
            with gr.Tabs(elem_id="translate-kinds"):
                with gr.Tab(say("Text"), id="text"):
                    self._build_text(first, samples)
                with gr.Tab(say("Whole file"), id="whole-file"):
                    FileTranslation(studio, drawer, self.model, self.beam_size)
        self._results = gr.State()
        self._suggestion = gr.Textbox(visible=False)
        self._connect()

    def _build_text(self, first: ModelInfo | None, samples: Sequence[str]) -> None:
        language, say = self._studio.language, self._studio.language.say
        with gr.Row(equal_height=True):
            with gr.Column(min_width=300):
                self.text = gr.Textbox(
                    value=samples[0] if samples else "",
                    label=_text_label(first, language),
                    placeholder=say(
                        "Type or paste text: one sentence or many, on as many lines as you like."
                    ),
                    lines=4,
                    max_lines=14,
                    autofocus=True,
                    elem_id="translate-input",
                )
            with gr.Column(min_width=300):
                self.output = self._output(_output_label(first, language), "translate-output")
            with gr.Column(min_width=300, visible=False) as self.output_beside_part:
                self.output_beside = self._output("", "translate-output-beside")
        with gr.Row(elem_classes="actions"):
            self.go = gr.Button(
                say("Translate"),
                variant="primary",
                elem_id="translate-button",
                scale=0,
                min_width=160,
            )
            self.examples = gr.Dataset(
                components=[self.text],
                samples=[[sample] for sample in samples],
                label=say("Or try one of these"),
                visible=bool(samples),
                elem_id="translate-examples",
            )
        words(say("Enter translates, Shift + Enter begins a new line."), "hint keyboard-hint")
        self.notices = words("", "notice", visible=False)
        self.history = history(language, "history")
        with gr.Column(elem_classes="card"):
            words(f"<h3>{say('Where the network looked')}</h3>", "card-title")
            self.sentence = gr.Dropdown(
                label=say("Sentence shown below"),
                visible=False,
                filterable=False,
                interactive=True,
            )
            self._how_to_link = words(say(_HOW_TO_LINK), "hint", visible=False)
            with gr.Row(elem_classes="readings"):
                self._readings = [Reading(language), Reading(language, "-beside")]

    def _output(self, label: str, elem_id: str) -> gr.Textbox:
        return gr.Textbox(
            label=label,
            lines=4,
            max_lines=14,
            interactive=False,
            buttons=["copy"],
            placeholder=self._studio.language.say("The translation appears here."),
            elem_id=elem_id,
        )

    @property
    def shown(self) -> list[Any]:
        """Everything that a translation fills."""
        return [
            self._results,
            self.output,
            self.output_beside_part,
            self.output_beside,
            self.notices,
            self.sentence,
            self.history,
            *self._details,
        ]

    @property
    def _details(self) -> list[Any]:
        readings = (component for reading in self._readings for component in reading.outputs)
        return [self._how_to_link, *readings]

    def translate_on(self, event: Any, first: bool = False) -> Any:
        """Translates what stands in the box after `event`; `first` is a page's loading."""
        return event(
            self.begin if first else self._translate,
            inputs=[self.model, self.beside, self.text, self.beam_size],
            outputs=self.shown,
            show_progress="minimal",
            show_progress_on=[self.output, self.output_beside],
            api_visibility="private",
            concurrency_limit=_MOST_AT_ONCE,
            trigger_mode="always_last",
        )

    def begin(
        self, model_id: str | None, beside_id: str | None, text: str, beam_size: float
    ) -> tuple[Any, ...]:
        """The translation that greets a visitor; silence where there is nothing to translate."""
        if model_id is None or not text.strip():
            return (gr.skip(),) * len(self.shown)
        updates = list(self._translate(model_id, beside_id, text, beam_size))
        updates[self.shown.index(self.history)] = gr.skip()  # the visitor did not ask for it
        return tuple(updates)

    def refresh(self, model_id: str | None, beside_id: str | None) -> tuple[Any, ...]:
        """Brings the lists of models up to date; the values of `refreshed`."""
        models = self._studio.workspace.models()
        known = {info.id: info for info in models}
        chosen = known.get(model_id or "") or first_model(models)
        return (
            gr.update(choices=self._studio.model_choices(), value=chosen.id if chosen else None),
            gr.update(
                choices=self._beside_choices(), value=beside_id if beside_id in known else _NONE
            ),
            gr.update(visible=chosen is None),
            gr.update(visible=chosen is not None),
        )

    @property
    def chosen(self) -> list[Any]:
        """What `refresh` has to know."""
        return [self.model, self.beside]

    @property
    def refreshed(self) -> list[Any]:
        return [self.model, self.beside, self.no_model, self.body]

    def _beside_choices(self) -> list[tuple[str, str]]:
        return [(self._studio.language.say("None"), _NONE), *self._studio.model_choices()]

    def _connect(self) -> None:
        self.translate_on(self.go.click)
        press: dict[str, Any] = {"fn": None, "js": _PRESS, "api_visibility": "private"}
        self.model.change(
            self._choose_model,
            inputs=[self.model, self.text],
            outputs=[self.text, self._suggestion, self.examples, *self.shown],
            **QUIET,
        ).then(
            None,
            inputs=[self.text, self._suggestion],
            outputs=self.text,
            js=_SUGGEST,
            api_visibility="private",
        ).then(**press)
        self.beside.input(**press)
        self.examples.click(
            lambda sample: sample[0], inputs=self.examples, outputs=self.text, **QUIET
        ).then(**press)
        self.history.click(
            self._bring_back, outputs=[self.text, self.model, self.beam_size], **QUIET
        ).then(**press)
        self.sentence.input(
            self._choose_sentence,
            inputs=[self._results, self.sentence],
            outputs=self._details,
            **QUIET,
        )

    @readable_errors
    def _translate(
        self, model_id: str | None, beside_id: str | None, text: str, beam_size: float
    ) -> tuple[Any, ...]:
        if model_id is None:
            raise InputError("Choose a model first, or train one in the Train tab.")
        if not text.strip():
            raise InputError("Type some text to translate.")
        workspace, language = self._studio.workspace, self._studio.language
        ids = [model_id, *([beside_id] if beside_id else [])]
        infos = [workspace.model(each) for each in ids]
        width = int(beam_size)
        waiting = [
            self._studio.translation.submit(
                info.folder, text, width, n_best=min(width, _MOST_ALTERNATIVES)
            )
            for info in infos
        ]
        results = [self._studio.translation.wait(answer) for answer in waiting]
        notices = dict.fromkeys(notice for result in results for notice in result["notices"])
        notice = "<br>".join(html.escape(language.error(each)) for each in notices)
        sentences = results[0]["sentences"]
        picker = gr.update(
            choices=[
                (f"{number}. {sentence['source'][:90]}", number - 1)
                for number, sentence in enumerate(sentences, start=1)
            ],
            value=0,
            visible=len(sentences) > 1,
        )
        label, beside = _output_label(infos[0], language), gr.skip()
        if len(results) > 1:
            label = infos[0].name
            beside = gr.update(value=results[1]["text"], label=infos[1].name)
        kept = {"models": ids, "sentences": [result["sentences"] for result in results]}
        return (
            kept,
            gr.update(value=results[0]["text"], label=label),
            gr.update(visible=len(results) > 1),
            beside,
            gr.update(value=notice, visible=bool(notice)),
            picker,
            history_entry(
                text, results[0]["text"], model_id, model_label(infos[0], language), width
            ),
            *self._read(kept, 0),
        )

    def _read(self, kept: Mapping[str, Any] | None, number: int) -> tuple[Any, ...]:
        """The updates that show how each model read a sentence."""
        first, second = self._readings
        if not kept or not kept["sentences"][0]:
            return (gr.update(visible=False), *first.clear(), *second.clear(visible=False))
        infos = [self._studio.workspace.model(each) for each in kept["models"]]
        linked = gr.update(visible=any(info.has_attention for info in infos))
        sentence = kept["sentences"][0][number]
        if len(infos) == 1:
            return (linked, *first.show(infos[0], sentence), *second.clear(visible=False))
        other = _same(sentence, number, kept["sentences"][1])
        shown = first.show(infos[0], sentence, other), second.show(infos[1], other, sentence)
        return (linked, *shown[0], *shown[1])

    def _choose_model(self, model_id: str | None, text: str) -> tuple[Any, ...]:
        models, language = self._studio.workspace.models(), self._studio.language
        info = next((model for model in models if model.id == model_id), None)
        samples = info.examples if info else []
        known = [sample for model in models for sample in model.examples if sample not in samples]
        shown: tuple[Any, ...] = (gr.skip(),) * len(self.shown)
        if not text.strip() and not samples:  # else a translation follows, and replaces the last
            hidden = gr.update(visible=False)
            emptied = gr.update(value="", label=_output_label(info, language))
            shown = (None, emptied, hidden, "", hidden, hidden, gr.skip(), *self._read(None, 0))
        return (
            gr.update(label=_text_label(info, language)),
            "\n".join([*(samples[:1] or [""]), *known]),
            gr.update(samples=[[sample] for sample in samples], visible=bool(samples)),
            *shown,
        )

    def _bring_back(self, event: gr.EventData) -> tuple[Any, ...]:
        """An earlier translation's text and settings, as far as its model still exists."""
        known = {info.id for info in self._studio.workspace.models()}
        beam_size = event.beam_size if event.beam_size in range(1, 11) else gr.skip()
        return str(event.text), event.model if event.model in known else gr.skip(), beam_size

    @readable_errors
    def _choose_sentence(self, kept: dict[str, Any] | None, number: int | None) -> tuple[Any, ...]:
        return self._read(kept, number or 0)


def _same(
    sentence: Mapping[str, Any], number: int, others: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The other model's translation of a sentence; it may have cut the text elsewhere."""
    alike = [other for other in others if other["source"] == sentence["source"]]
    return alike[0] if alike else others[min(number, len(others) - 1)]


def first_model(models: list[ModelInfo]) -> ModelInfo | None:
    """The sample with attention where it is, else any model with attention, else any."""
    ranked = sorted(models, key=lambda info: (info.id != _FIRST_CHOICE, not info.has_attention))
    return ranked[0] if ranked else None


def _text_label(info: ModelInfo | None, language: Language) -> str:
    code = info.config.source_lang if info else None
    if not code:
        return language.say("Text")
    return language.say("Text ({language})", language=name_of_language(code, language))


def _output_label(info: ModelInfo | None, language: Language) -> str:
    code = info.config.target_lang if info else None
    if not code:
        return language.say("Translation")
    return language.say("Translation ({language})", language=name_of_language(code, language))
