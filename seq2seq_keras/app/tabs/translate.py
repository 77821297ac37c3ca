"""Translate: type, read the translation, see where the network looked."""

from __future__ import annotations

import html
from typing import Any

import gradio as gr

from seq2seq_keras.app.figures import attention_map
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors, words
from seq2seq_keras.app.wording import model_label, name_of_language
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.localisation import Language, later

_FIRST_CHOICE = "saved/sample-en-fr-attention"
_MOST_ALTERNATIVES = 5

# A person's own text stays; an example of another model gives way to one of the new model. The
# page decides, for it knows what was typed while the server answered.
_SUGGEST = """(text, suggestion) => {
  const [first, ...known] = suggestion.split("\\n");
  return text.trim() === "" || known.includes(text) ? first : text;
}"""

_NO_MODEL = later(
    "<b>No model here yet.</b> Open the <i>Train</i> tab, choose a sample corpus and start a short "
    "training; the new model then appears in this list."
)
_NO_ATTENTION = later(
    "<b>This model has no attention.</b> Its encoder reads the whole sentence into one vector of "
    "fixed length, and the decoder writes the translation from that alone, so there is no map of "
    "where it looked. Translate the same sentence with an attention model to see the difference."
)
_NO_TOKENS = later("<i>The network ended at once: nothing was written, so there is no map.</i>")
_HOW_TO_READ = later(
    "Each row is a token that was written, each column a token of the source: the stronger the "
    "colour, the more the network looked there. Rows add up to 1."
)
_WAITING = later("<i>The attention map appears here with the first translation.</i>")


def build(studio: Studio) -> Translate:
    """Builds the tab inside the current Blocks."""
    return Translate(studio)


class Translate:
    """The tab's components, and what happens between them."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        language, say = studio.language, studio.language.say
        models = studio.workspace.models()
        first = first_model(models)
        samples = first.examples if first else []

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
        self.no_model = words(say(_NO_MODEL), "empty-state", visible=first is None)
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
                self.output = gr.Textbox(
                    label=_output_label(first, language),
                    lines=4,
                    max_lines=14,
                    interactive=False,
                    buttons=["copy"],
                    placeholder=say("The translation appears here."),
                    elem_id="translate-output",
                )
        with gr.Row(elem_classes="actions"):
            self.go = gr.Button(
                say("Translate"),
                variant="primary",
                elem_id="translate-button",
                scale=0,
                min_width=160,
                interactive=first is not None,
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
        self.sentence = gr.Dropdown(
            label=say("Sentence shown below"),
            visible=False,
            filterable=False,
            interactive=True,
        )
        with gr.Column(elem_classes="card"):
            words(f"<h3>{say('Where the network looked')}</h3>", "card-title")
            self.map_text = words(say(_WAITING), "hint")
            self.map = gr.Plot(
                show_label=False, visible=False, elem_id="attention-map", container=False
            )
        with gr.Column(elem_classes="card", visible=False) as self.others:
            words(f"<h3>{say('Alternatives')}</h3>", "card-title")
            words(
                say(
                    "Translations that the search kept, with their length-normalised "
                    "log-probability: the nearer to 0, the likelier."
                ),
                "hint",
            )
            self.alternatives = gr.Dataframe(
                headers=["#", say("Translation"), say("Score")],
                datatype=["number", "str", "str"],
                column_widths=["12%", "64%", "24%"],
                show_label=False,
                interactive=False,
                wrap=True,
                buttons=[],
                elem_id="alternatives",
            )
        self._result = gr.State()
        self._suggestion = gr.Textbox(visible=False)
        self._connect()

    @property
    def shown(self) -> list[Any]:
        """Everything that a translation fills."""
        return [self._result, self.output, self.notices, self.sentence, *self._details]

    @property
    def _details(self) -> list[Any]:
        return [self.map_text, self.map, self.others, self.alternatives]

    def translate_on(self, event: Any, first: bool = False) -> Any:
        """Translates what stands in the box after `event`; `first` is a page's loading."""
        return event(
            self.begin if first else self._translate,
            inputs=[self.model, self.text, self.beam_size],
            outputs=self.shown,
            show_progress="minimal",
            show_progress_on=[self.output, self.map_text],
            api_visibility="private",
            concurrency_limit=4,
        )

    def begin(self, model_id: str | None, text: str, beam_size: float) -> tuple[Any, ...]:
        """The translation that greets a visitor; silence where there is nothing to translate."""
        if model_id is None or not text.strip():
            return (gr.skip(),) * len(self.shown)
        return self._translate(model_id, text, beam_size)

    def refresh(self, model_id: str | None) -> tuple[Any, ...]:
        """Brings the list of models up to date; the values of `refreshed`."""
        models = self._studio.workspace.models()
        known = next((info for info in models if info.id == model_id), None)
        chosen = known or first_model(models)
        return (
            gr.update(
                choices=[(model_label(info, self._studio.language), info.id) for info in models],
                value=chosen.id if chosen else None,
            ),
            gr.update(visible=chosen is None),
            gr.update(interactive=chosen is not None),
        )

    @property
    def refreshed(self) -> list[Any]:
        return [self.model, self.no_model, self.go]

    def _connect(self) -> None:
        self.translate_on(self.go.click)
        self.model.change(
            self._choose_model,
            inputs=self.model,
            outputs=[self.text, self._suggestion, self.examples, *self.shown],
            **QUIET,
        ).then(
            None,
            inputs=[self.text, self._suggestion],
            outputs=self.text,
            js=_SUGGEST,
            api_visibility="private",
        )
        chosen = self.examples.click(
            lambda sample: sample[0], inputs=self.examples, outputs=self.text, **QUIET
        )
        self.translate_on(chosen.then)
        self.sentence.input(
            self._choose_sentence,
            inputs=[self._result, self.sentence],
            outputs=self._details,
            **QUIET,
        )

    @readable_errors
    def _translate(self, model_id: str | None, text: str, beam_size: float) -> tuple[Any, ...]:
        if model_id is None:
            raise InputError("Choose a model first, or train one in the Train tab.")
        if not text.strip():
            raise InputError("Type some text to translate.")
        info, language = self._studio.workspace.model(model_id), self._studio.language
        result = self._studio.translation.translate(
            info.folder,
            text,
            beam_size=int(beam_size),
            n_best=min(int(beam_size), _MOST_ALTERNATIVES),
        )
        sentences = result["sentences"]
        notices = "<br>".join(map(html.escape, map(language.error, result["notices"])))
        picker = gr.update(
            choices=[
                (f"{number}. {sentence['source'][:90]}", number - 1)
                for number, sentence in enumerate(sentences, start=1)
            ],
            value=0,
            visible=len(sentences) > 1,
        )
        return (
            result,
            result["text"],
            gr.update(value=notices, visible=bool(notices)),
            picker,
            *_details(result, 0, language),
        )

    def _choose_model(self, model_id: str | None) -> tuple[Any, ...]:
        models, language = self._studio.workspace.models(), self._studio.language
        info = next((model for model in models if model.id == model_id), None)
        samples = info.examples if info else []
        known = [sample for model in models for sample in model.examples]
        return (
            gr.update(label=_text_label(info, language)),
            "\n".join([*samples[:1], *known]),
            gr.update(samples=[[sample] for sample in samples], visible=bool(samples)),
            None,
            gr.update(value="", label=_output_label(info, language)),
            gr.update(visible=False),
            gr.update(visible=False),
            gr.update(value=language.say(_WAITING)),
            gr.update(value=None, visible=False),
            gr.update(visible=False),
            [],
        )

    def _choose_sentence(self, result: dict[str, Any] | None, number: int | None) -> Any:
        return _details(result, number, self._studio.language)


def _details(
    result: dict[str, Any] | None, number: int | None, language: Language
) -> tuple[Any, ...]:
    """The map and the alternatives of one sentence."""
    say = language.say
    shown, hidden = gr.update(visible=True), gr.update(value=None, visible=False)
    if not result or not result["sentences"]:
        return gr.update(value=say(_WAITING)), hidden, gr.update(visible=False), []
    sentence = result["sentences"][number or 0]
    others = [{"text": sentence["text"], "score": sentence["score"]}, *sentence["alternatives"]]
    rows = [
        [rank, other["text"], f"{other['score']:.3f}"] for rank, other in enumerate(others, start=1)
    ]
    if sentence["attention"] is None:
        return gr.update(value=say(_NO_ATTENTION)), hidden, shown, rows
    if not sentence["tokens"]:
        return gr.update(value=say(_NO_TOKENS)), hidden, shown, rows
    figure = attention_map(
        sentence["tokens"], sentence["source_tokens"], sentence["attention"], language
    )
    return gr.update(value=say(_HOW_TO_READ)), gr.update(value=figure, visible=True), shown, rows


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
