"""Practice: the picture of a model to be put together again."""

from __future__ import annotations

import gradio as gr

from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.widgets.practice import practice


class PracticePart:
    """The part's component. It takes its words from the trace of the page, and asks for nothing.

    Args:
        studio: What all parts share.
    """

    def __init__(self, studio: Studio) -> None:
        with gr.Column(elem_classes="card"):
            practice(studio.language, "practice")
