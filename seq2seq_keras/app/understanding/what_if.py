"""What if: changes inside the network, and what follows from them."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_keras.app.studio import QUIET, Studio
from seq2seq_keras.app.widgets.what_if import what_if_form
from seq2seq_keras.errors import InputError, WorkError


class WhatIfPart:
    """The part's component, and how its questions are answered.

    Args:
        studio: What all parts share.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        with gr.Column(elem_classes="card"):
            self._form = what_if_form(studio.language, "what-if")

    def connect(self, tabs: gr.Tabs, *looked_at: Any) -> None:
        """Answers the component's questions.

        Args:
            tabs: The tabs of which this part is one; the first shows steps.
            looked_at: The components that hold the model, the sentence and the reference.
        """
        self._form.click(
            self._ask,
            inputs=list(looked_at),
            outputs=self._form,
            api_visibility="private",
            show_progress="hidden",
        )
        self._form.select(lambda: gr.Tabs(selected="stepping"), outputs=tabs, **QUIET)

    def _ask(
        self, model_id: str | None, text: str, reference: str, event: gr.EventData
    ) -> dict[str, Any]:
        """What follows, or what is wrong, told beside the button."""
        asked = dict(event._data or {})
        studio = self._studio
        try:
            changes, prefix = asked.get("changes"), asked.get("prefix")
            if not isinstance(changes, list) or not isinstance(prefix, int):
                raise InputError("Choose what to change.")
            answer = studio.translation.what_if(
                studio.workspace.model(str(model_id)).folder,
                text,
                reference.strip() or None,
                changes=changes,
                prefix=max(0, prefix),
            )
        except (InputError, WorkError) as error:
            return {"question": asked, "error": studio.language.error(str(error))}
        return {"question": asked, "answer": answer}
