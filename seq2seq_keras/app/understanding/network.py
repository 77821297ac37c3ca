"""The network: what a model consists of, drawn and listed."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_keras.app.notes.formulas import score
from seq2seq_keras.app.schematic import schematic
from seq2seq_keras.app.studio import Studio, readable_errors
from seq2seq_keras.app.understanding.shown import ShownPart
from seq2seq_keras.config import Config
from seq2seq_keras.localisation import Language, later

_NETWORKS = {
    "training": later("Training network (teacher forcing)"),
    "encoder": later("Encoder"),
    "step": later("One decoder step"),
}


class NetworkPart:
    """The part's components, and what fills them.

    Args:
        studio: What all parts share.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        say = studio.language.say
        with gr.Column(elem_classes="card"):
            gr.Markdown(f"### {say('The network')}", elem_classes="card-title")
            self._drawing = gr.HTML(elem_id="schematic", js_on_load=None)
            self._explanation = gr.Markdown(
                elem_id="explanation",
                latex_delimiters=[{"left": "$", "right": "$", "display": False}],
            )
        with gr.Column(elem_classes="card"):
            gr.Markdown(f"### {say('Layers and parameters')}", elem_classes="card-title")
            self._counts = gr.Markdown(elem_classes="hint")
            self._summaries = {
                name: _summary(name, say(title)) for name, title in _NETWORKS.items()
            }

    def connect(self, shown: ShownPart, model: Any) -> None:
        """Fills the part while it is shown.

        Args:
            shown: Who knows whether it is shown.
            model: The component that holds the model's id.
        """
        shown.fill(
            "network",
            self._draw,
            inputs=[model],
            outputs=[self._drawing, self._explanation],
            queue=False,
            show_progress="hidden",
        )
        shown.fill(
            "network",
            self._summarise,
            inputs=[model],
            outputs=[self._counts, *self._summaries.values()],
            show_progress_on=[self._counts],
        )

    @readable_errors
    def _draw(self, model_id: str | None) -> tuple[Any, ...]:
        """The drawing and its explanation, from the configuration alone."""
        if model_id is None:
            return "", ""
        config, language = self._studio.workspace.model(model_id).config, self._studio.language
        return schematic(config, language), explanation(config, language)

    @readable_errors
    def _summarise(self, model_id: str | None) -> tuple[Any, ...]:
        """Keras's own summary, which the translation process makes."""
        if model_id is None:
            return "", *("" for _ in self._summaries)
        info = self._studio.workspace.model(model_id)
        summary = self._studio.translation.summary(info.folder)
        counts = self._studio.language.say(
            "**{parameters:,} parameters**; vocabularies of {source:,} source and {target:,} "
            "target tokens. The three networks below share their weights.",
            parameters=summary["parameters"],
            source=summary["source_vocab_size"],
            target=summary["target_vocab_size"],
        )
        return counts, *(summary[name] for name in self._summaries)


def _summary(name: str, title: str) -> gr.Textbox:
    with gr.Accordion(title, open=name == "training"):
        return gr.Textbox(
            show_label=False,
            container=False,
            interactive=False,
            lines=8,
            max_lines=60,
            buttons=["copy"],
            elem_classes="mono",
            elem_id=f"summary-{name}",
        )


def explanation(config: Config, language: Language) -> str:
    """What the drawing means, in a few sentences, with the symbols of the papers."""
    say = language.say
    cell = {"lstm": "LSTM", "gru": "GRU", "rnn": say("simple RNN")}[config.cell]
    reading = (
        say(
            "Two {cell} chains, one from each end, read the source words $x_1 … x_T$; the state "
            "$h_i$ is what both know at word $i$.",
            cell=cell,
        )
        if config.bidirectional
        else say(
            "A {cell} chain reads the source words $x_1 … x_T$ from left to right; $h_i$ is its "
            "state after word $i$.",
            cell=cell,
        )
    )
    writing = say(
        "Another {cell} writes the translation word by word: each step reads the word before and "
        "the context, and a softmax over the target vocabulary gives the next.",
        cell=cell,
    )
    parts = (
        (say("Encoder."), reading),
        (say("From encoder to decoder."), _passing(config, language)),
        (say("Decoder."), writing),
    )
    return "\n\n".join(f"**{title}** {text}" for title, text in parts)


def _passing(config: Config, language: Language) -> str:
    """What the decoder learns of the source, and how."""
    say = language.say
    if config.attention == "none":
        return say(
            "All that the decoder learns of the source is **one vector of fixed length**, $c$, "
            "the last state of each chain: it starts from it and reads it at every step. A long "
            "sentence must fit into the same vector as a short one, which is why BLEU falls with "
            "length."
        )
    asking = (
        say("before each recurrence, with the state $s_{t-1}$ (Bahdanau, Cho and Bengio 2015)")
        if config.attention_placement == "before"
        else say("after each recurrence, with the state $s_t$ (Luong, Pham and Manning 2015)")
    )
    return say(
        "The decoder **looks back at every state** {asking}: a score {score} for each source "
        "word, weights {weights}, and a new context {context} for each word that it writes. These "
        "weights are the map in the *Translate* tab.",
        asking=asking,
        score=f"$e_{{ti}} = {score(config.attention, 's')}$",
        weights=r"$a_{ti} = \exp(e_{ti}) / \sum_j \exp(e_{tj})$",
        context=r"$c_t = \sum_i a_{ti} h_i$",
    )
