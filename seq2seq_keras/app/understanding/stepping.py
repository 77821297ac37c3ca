"""Step by step: the model drawn over the sentence, and a player with the formulas' values."""

from __future__ import annotations

import gradio as gr

from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.widgets.stepping import stepping


class SteppingPart:
    """The part's component. It draws the trace of the page, and a step asks nothing of the server.

    Args:
        studio: What all parts share.

    Attributes:
        view: The component; its event `select` asks for the inside of a cell, see
            `widgets.stepping.stepping`.
    """

    def __init__(self, studio: Studio) -> None:
        with gr.Column(elem_classes="card"):
            self.view = stepping(studio.language, "stepping")
