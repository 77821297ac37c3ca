"""Inside the cell: what the gates and states of a chain do, and the sum behind each."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_keras.app.studio import QUIET, Studio
from seq2seq_keras.app.widgets.cell_view import cell_view
from seq2seq_keras.errors import InputError, WorkError

_PARTS = ("encoder", "beam", "reference")
_DIRECTIONS = ("forward", "backward")
_NO_QUESTION = "This cannot be worked through: choose a gate, a neuron and a token."


class InsidePart:
    """The part's component, and how its questions are answered.

    Args:
        studio: What all parts share.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        with gr.Column(elem_classes="card"):
            self._view = cell_view(studio.language, "inside-cell")

    def connect(self, *looked_at: Any) -> None:
        """Answers the component's questions.

        Args:
            looked_at: The components that hold the model, the one beside it, the sentence and
                the reference.
        """
        self._view.click(
            self._work_through,
            inputs=list(looked_at),
            outputs=self._view,
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="always_last",
        )

    def open_on(self, asked: Any, tabs: gr.Tabs) -> None:
        """Shows a cell that another part of the page asks for.

        Args:
            asked: An event, such as `stepping.select`, with the data that `cell_view` takes as
                `look`.
            tabs: The tabs of which this part is one.
        """
        asked(_look, outputs=[tabs, self._view], **QUIET)

    def _work_through(
        self,
        model_id: str | None,
        beside_id: str | None,
        text: str,
        reference: str,
        event: gr.EventData,
    ) -> dict[str, Any]:
        """The sum behind a gate, or what is wrong, told where the sum would stand."""
        asked = dict(event._data or {})
        studio = self._studio
        try:
            model = studio.workspace.model(str(beside_id if asked.get("beside") else model_id))
            answer = studio.translation.working(
                model.folder, text, reference.strip() or None, **_question(asked)
            )
        except (InputError, WorkError) as error:
            return {"question": asked, "error": studio.language.error(str(error))}
        return {"question": asked, "answer": answer}


def _look(event: gr.EventData) -> tuple[gr.Tabs, dict[str, Any]]:
    return gr.Tabs(selected="inside"), {"look": dict(event._data or {})}


def _question(asked: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `Explanation.working`, whatever a page sends."""
    try:
        numbers = {name: int(asked[name]) for name in ("step", "neuron", "layer")}
        names = {name: str(asked[name]) for name in ("part", "gate", "direction")}
    except (KeyError, TypeError, ValueError):
        raise InputError(_NO_QUESTION) from None
    known = names["part"] in _PARTS and names["direction"] in _DIRECTIONS
    if not known or numbers["layer"] < 1 or min(numbers.values()) < 0:
        raise InputError(_NO_QUESTION)
    return {**numbers, **names}
