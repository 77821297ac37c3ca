"""The best translations that the search kept, with their scores."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from seq2seq_keras.app.widgets import data_attributes
from seq2seq_keras.localisation import Language


def alternatives(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component; its value is a list of `text` and `score`, best first."""
    say = language.say
    texts = data_attributes(
        copy=say("Copy"), copied=say("Copied"), score=say("Length-normalised log-probability")
    )
    return gr.HTML(
        None,
        html_template=f'<ol class="alternatives" {texts}></ol>',
        js_on_load=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id=elem_id,
    )
