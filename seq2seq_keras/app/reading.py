"""How one model read and wrote a sentence: linked words, attention map, alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import gradio as gr

from seq2seq_keras.app.studio import words
from seq2seq_keras.app.widgets.alternatives import alternatives
from seq2seq_keras.app.widgets.attention_map import attention_map, attention_map_value
from seq2seq_keras.app.widgets.linked_words import linked_words, linked_words_value
from seq2seq_keras.app.wording import model_label
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.localisation import Language, later

_HOW_TO_READ = later(
    "Each row is a token that was written, each column a token of the source: the stronger the "
    "colour, the more the network looked there. Rows add up to 1."
)
_NO_ATTENTION = later(
    "<b>This model has no attention.</b> Its encoder reads the whole sentence into one vector of "
    "fixed length, and the decoder writes the translation from that alone, so there is no map of "
    "where it looked. Translate the same sentence with an attention model to see the difference."
)
_NO_TOKENS = later("<i>The network ended at once: nothing was written, so there is no map.</i>")
_WAITING = later("<i>The attention map appears here with the first translation.</i>")


class Reading:
    """The components that show one model's work on one sentence.

    Args:
        language: The language of the page.
        suffix: What tells the components' ids from those of another reading.

    Attributes:
        outputs: The components, in the order of what `show` and `clear` return.
    """

    def __init__(self, language: Language, suffix: str = "") -> None:
        self._language = language
        say = language.say
        beside = bool(suffix)
        with gr.Column(min_width=300, visible=not beside, elem_classes="reading") as column:
            name = words("", "reading-name", visible=False)
            sentence = linked_words(language, f"linked-words{suffix}")
            map_words = words(say(_WAITING), "hint")
            attention = attention_map(language, f"attention-map{suffix}")
            with gr.Column(visible=False) as others:
                words(f"<h4>{say('Alternatives')}</h4>", "reading-head")
                words(
                    say(
                        "Translations that the search kept, with their length-normalised "
                        "log-probability: the nearer to 0, the likelier."
                    ),
                    "hint",
                )
                ranking = alternatives(language, f"alternatives{suffix}")
        self.outputs = [column, name, sentence, map_words, attention, others, ranking]

    def clear(self, visible: bool = True) -> tuple[Any, ...]:
        """The updates that leave nothing to be seen but, if `visible`, a word of waiting."""
        hidden = gr.update(value=None, visible=False)
        return (
            gr.update(visible=visible),
            gr.update(visible=False),
            hidden,
            gr.update(value=self._language.say(_WAITING)),
            hidden,
            gr.update(visible=False),
            [],
        )

    def show(
        self,
        info: ModelInfo,
        sentence: Mapping[str, Any],
        other: Mapping[str, Any] | None = None,
    ) -> tuple[Any, ...]:
        """The updates that show a sentence.

        Args:
            info: The model.
            sentence: The sentence as the translation process returns it.
            other: The other model's translation of it, where two stand side by side.
        """
        language = self._language
        languages = (info.config.source_lang, info.config.target_lang)
        linked = linked_words_value(sentence, languages, language, other)
        attention, tokens = sentence["attention"], sentence["tokens"]
        has_map = attention is not None and bool(tokens)
        map_words = _HOW_TO_READ if has_map else _NO_ATTENTION if tokens else _NO_TOKENS
        drawn = (
            attention_map_value(tokens, sentence["source_tokens"], attention) if has_map else None
        )
        ranking = [
            {"text": sentence["text"], "score": sentence["score"]},
            *sentence["alternatives"],
        ]
        return (
            gr.update(visible=True),
            gr.update(
                value=f"<h4>{escape(model_label(info, language))}</h4>", visible=other is not None
            ),
            gr.update(value=linked, visible=True),
            gr.update(value=language.say(map_words)),
            gr.update(value=drawn, visible=has_map),
            gr.update(visible=True),
            ranking,
        )
