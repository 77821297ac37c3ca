"""A button that asks for notes on the sentence, and saves them as a file."""

from __future__ import annotations

import html
from pathlib import Path

import gradio as gr

from seq2seq_keras.app.widgets import data_attributes
from seq2seq_keras.app.widgets.traced import traced
from seq2seq_keras.localisation import Language

_TEMPLATE = """
<div class="notes" {texts}>
<button type="button" class="small-button" title="{hint}">{label}</button>
<span role="status"></span></div>
"""


def notes_button(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component.

    Its event `click` asks for the notes; the data are `number`, which tells questions apart, and
    `schematic`, the drawing on the page as SVG, if there is one. Its value answers: a dictionary
    of that `number` and either `name` and `zip`, the file in base64, or `error`, a text.
    """
    say = language.say
    hint = say(
        "A zip with Markdown and figures: formulas, this sentence's values and the comparison, as "
        "a start for a report of your own"
    )
    return traced(
        _TEMPLATE.format(
            texts=data_attributes(wait=say("Writing the notes…")),
            hint=html.escape(hint),
            label=html.escape(say("Download notes")),
        ),
        Path(__file__).with_suffix(".js"),
        elem_id=elem_id,
    )
