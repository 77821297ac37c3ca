"""The attention weights of a translation as a map whose heads stay in sight."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from seq2seq_keras.app.widgets import data_attributes
from seq2seq_keras.localisation import Language

_TEMPLATE = """
<div class="map-frame">
  <div class="map-scroller" tabindex="0" role="region" aria-label="{caption}"></div>
  <div class="map-tip" role="tooltip" hidden></div>
  <div class="map-spoken" aria-live="polite"></div>
</div>
<div class="map-foot"><div class="map-legend" aria-hidden="true" {texts}></div>
<button type="button" class="map-save">{save}</button></div>
"""


def attention_map(language: Language, elem_id: str) -> gr.HTML:
    """Builds the component; `attention_map_value` makes what it shows."""
    caption = language.say("Attention weights: the source across, the translation down")
    return gr.HTML(
        None,
        html_template=_TEMPLATE.format(
            caption=html.escape(caption),
            texts=data_attributes(caption=caption, weight=language.say("weight")),
            save=html.escape(language.say("Save as a picture (SVG)")),
        ),
        js_on_load=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes="attention-map",
        visible=False,
    )


def attention_map_value(
    tokens: Sequence[str],
    source_tokens: Sequence[str],
    weights: Sequence[Sequence[float]],
) -> dict[str, Any]:
    """Describes a translation's attention weights a_ti for the component.

    Args:
        tokens: The translation's tokens, y_1 to y_T'.
        source_tokens: The source's tokens, x_1 to x_T, the end among them.
        weights: A row for each of `tokens`, a column for each of `source_tokens`.

    Example:
        >>> attention_map_value(["▁chien"], ["▁dog", "</s>"], [[0.9, 0.1]])["weights"]
        [[0.9, 0.1]]
    """
    return {
        "tokens": list(tokens),
        "source": list(source_tokens),
        "weights": [[round(float(weight), 4) for weight in row] for row in weights],
    }
