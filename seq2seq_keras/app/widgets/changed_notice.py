"""A line that tells a changed translation from the sentence's own."""

from __future__ import annotations

from html import escape
from pathlib import Path

import gradio as gr

from seq2seq_keras.app.widgets.traced import traced
from seq2seq_keras.localisation import Language

_TEMPLATE = """
<div class="changed" role="status" hidden><p>{words}</p>
<button type="button" class="small-button">{back}</button></div>
"""


def changed_notice(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component; it is seen only while something in the network is changed."""
    say = language.say
    words = say("What you see follows from your change under What if, not from the sentence alone.")
    return traced(
        _TEMPLATE.format(
            words=escape(words),
            back=escape(say("Back to the unchanged translation")),
        ),
        Path(__file__).with_suffix(".js"),
        elem_id=elem_id,
    )
