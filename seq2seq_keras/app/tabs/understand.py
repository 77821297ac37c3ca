"""Understand: what a model consists of, drawn and listed."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_keras.app.schematic import schematic
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.config import Config

_NETWORKS = {
    "training": "Training network (teacher forcing)",
    "encoder": "Encoder",
    "step": "One decoder step",
}
_EMPTY = "**No model here yet.** Train one in the *Train* tab; its drawing then appears here."


def build(studio: Studio) -> Understand:
    """Builds the tab inside the current Blocks."""
    return Understand(studio)


class Understand:
    """The tab's components, and what happens between them."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self.model = gr.Dropdown(label="Model", filterable=False, elem_id="understand-model")
        self.empty = gr.Markdown(_EMPTY, visible=False, elem_classes="empty-state")
        with gr.Column(elem_classes="card"):
            gr.Markdown("### The network", elem_classes="card-title")
            self.drawing = gr.HTML(elem_id="schematic", js_on_load=None)
            self.explanation = gr.Markdown(
                elem_id="explanation",
                latex_delimiters=[{"left": "$", "right": "$", "display": False}],
            )
        with gr.Column(elem_classes="card"):
            gr.Markdown("### Layers and parameters", elem_classes="card-title")
            self.counts = gr.Markdown(elem_classes="hint")
            self.summaries = {name: _summary(name) for name in _NETWORKS}
        self.model.input(self.draw, inputs=self.model, outputs=self.drawn, **QUIET).success(
            self.summarise,
            inputs=self.model,
            outputs=self.summarised,
            api_visibility="private",
            show_progress_on=[self.counts],
        )

    @property
    def drawn(self) -> list[Any]:
        return [self.empty, self.drawing, self.explanation]

    @property
    def summarised(self) -> list[Any]:
        return [self.counts, *self.summaries.values()]

    def refresh(self, model_id: str | None) -> Any:
        """Brings the list of models up to date."""
        choices = self._studio.model_choices()
        ids = [choice for _, choice in choices]
        attending = [info.id for info in self._studio.workspace.models() if info.has_attention]
        value = model_id if model_id in ids else next(iter([*attending, *ids]), None)
        return gr.update(choices=choices, value=value)

    @readable_errors
    def draw(self, model_id: str | None) -> tuple[Any, ...]:
        """The drawing and its explanation, from the configuration alone."""
        if model_id is None:
            return gr.update(visible=True), "", ""
        config = self._studio.workspace.model(model_id).config
        return gr.update(visible=False), schematic(config), explanation(config)

    @readable_errors
    def summarise(self, model_id: str | None) -> tuple[Any, ...]:
        """Keras's own summary, which the translation process makes."""
        if model_id is None:
            return "", *("" for _ in self.summaries)
        info = self._studio.workspace.model(model_id)
        summary = self._studio.translation.summary(info.folder)
        counts = (
            f"**{summary['parameters']:,} parameters**; vocabularies of "
            f"{summary['source_vocab_size']:,} source and {summary['target_vocab_size']:,} "
            "target tokens. The three networks below share their weights."
        )
        return counts, *(summary[name] for name in self.summaries)


def _summary(name: str) -> gr.Textbox:
    with gr.Accordion(_NETWORKS[name], open=name == "training"):
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


def explanation(config: Config) -> str:
    """What the drawing means, in a few sentences, with the symbols of the papers."""
    cell = {"lstm": "LSTM", "gru": "GRU", "rnn": "simple RNN"}[config.cell]
    reading = (
        f"Two {cell} chains, one from each end, read the source words $x_1 … x_T$; the state "
        "$h_i$ is what both know at word $i$."
        if config.bidirectional
        else f"A {cell} chain reads the source words $x_1 … x_T$ from left to right; $h_i$ is its "
        "state after word $i$."
    )
    if config.attention == "none":
        passing = (
            "All that the decoder learns of the source is **one vector of fixed length**, $c$, "
            "the last state of each chain: it starts from it and reads it at every step. A long "
            "sentence must fit into the same vector as a short one, which is why BLEU falls with "
            "length."
        )
    else:
        scores = {
            "dot": r"s^\top h_i",
            "scaled_dot": r"s^\top h_i / \sqrt{d}",
            "general": r"s^\top W h_i",
            "additive": r"v^\top \tanh(W s + U h_i)",
        }
        asking = (
            "before each recurrence, with the state $s_{t-1}$ (Bahdanau, Cho and Bengio 2015)"
            if config.attention_placement == "before"
            else "after each recurrence, with the state $s_t$ (Luong, Pham and Manning 2015)"
        )
        passing = (
            f"The decoder **looks back at every state** {asking}: a score "
            f"$e_{{ti}} = {scores[config.attention]}$ for each source word, weights "
            r"$a_{ti} = \exp(e_{ti}) / \sum_j \exp(e_{tj})$, and a new context "
            r"$c_t = \sum_i a_{ti} h_i$ for each word that it writes. These weights are the map "
            "in the *Translate* tab."
        )
    return (
        f"**Encoder.** {reading}\n\n**From encoder to decoder.** {passing}\n\n"
        f"**Decoder.** Another {cell} writes the translation word by word: each step reads the "
        "word before and the context, and a softmax over the target vocabulary gives the next."
    )
