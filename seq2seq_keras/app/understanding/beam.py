"""Beam tree: the search for a translation, with what it kept and what it dropped."""

from __future__ import annotations

import gradio as gr

from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.widgets.beam_tree import beam_view


class BeamPart:
    """The part's component, which draws the page's trace and asks the server nothing.

    Args:
        studio: What all parts share.
    """

    def __init__(self, studio: Studio) -> None:
        with gr.Column(elem_classes="card"):
            beam_view(studio.language, "beam-tree")
