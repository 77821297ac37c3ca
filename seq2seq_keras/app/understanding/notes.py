"""Download notes: what is known of the sentence, as a start for a report of one's own."""

from __future__ import annotations

import base64
from typing import Any

import gradio as gr

from seq2seq_keras.app.notes import notes_zip
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.widgets.notes_button import notes_button
from seq2seq_keras.errors import InputError, WorkError

_LARGEST_DRAWING = 5_000_000  # characters


class NotesPart:
    """The button, and who answers it.

    Args:
        studio: What all parts share.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._button = notes_button(studio.language, "understand-notes")

    def connect(self, *looked_at: Any) -> None:
        """Answers the button.

        Args:
            looked_at: The components that hold the model, the sentence and the reference.
        """
        self._button.click(
            self._write,
            inputs=list(looked_at),
            outputs=self._button,
            api_visibility="private",
            show_progress="hidden",
        )

    def _write(
        self, model_id: str | None, text: str, reference: str, event: gr.EventData
    ) -> dict[str, Any]:
        asked, studio = dict(event._data or {}), self._studio
        number, drawing = asked.get("number"), asked.get("schematic")
        if not isinstance(drawing, str) or not drawing.startswith("<svg"):
            drawing = None
        try:
            info = studio.workspace.model(str(model_id))
            trace = studio.translation.trace(info.folder, text, reference.strip() or None)
            report = studio.workspace.comparison_with([info.name])
            packed = notes_zip(
                trace,
                info,
                studio.language,
                schematic=drawing if drawing and len(drawing) < _LARGEST_DRAWING else None,
                report=_read(report.out) if report else None,
            )
        except (InputError, WorkError) as error:
            return {"number": number, "error": studio.language.error(str(error))}
        content = base64.b64encode(packed).decode("ascii")
        return {"number": number, "name": f"{info.name}-notes.zip", "zip": content}


def _read(folder: Any) -> Any:
    from seq2seq_keras.comparison import Report  # brings libraries that starting does without

    return Report.load(folder)
