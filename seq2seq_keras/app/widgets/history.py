"""The last translations of a browser, kept by the browser itself."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import gradio as gr

from seq2seq_keras.localisation import Language

_TEMPLATE = """
<details class="history"><summary>{title} <span class="history-count"></span></summary>
<p class="history-empty">{empty}</p><ol></ol>
<button type="button" class="small-button history-clear" hidden>{clear}</button></details>
"""


def history(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component.

    Its value is the translation just made, as `history_entry` describes it; a click on an earlier
    one brings its `text`, `model` and `beam_size` to the listener.
    """
    texts = {
        "title": language.say("Earlier translations"),
        "empty": language.say("What you translate is kept here, in this browser alone."),
        "clear": language.say("Forget them all"),
    }
    return gr.HTML(
        None,
        html_template=_TEMPLATE.format(**{key: html.escape(text) for key, text in texts.items()}),
        js_on_load=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id=elem_id,
    )


def history_entry(
    text: str, translation: str, model: str, label: str, beam_size: int
) -> dict[str, Any]:
    """Describes a translation for the history.

    Args:
        text: What was translated.
        translation: Its translation.
        model: The model's id.
        label: What the model is called on the page.
        beam_size: The beam size that was chosen.
    """
    return {
        "text": text,
        "translation": translation,
        "model": model,
        "label": label,
        "beam_size": beam_size,
    }
