"""Uploads for which the disk has no room are refused before they are received."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from starlette.responses import PlainTextResponse

from seq2seq_keras.app.gradio_paths import GRADIO, is_upload
from seq2seq_keras.errors import WorkError
from seq2seq_keras.jobs.disk_room import check_room
from seq2seq_keras.localisation import LANGUAGES


class UploadRoom:
    """An ASGI application before another, which looks at how large an upload says it is.

    It is received into a temporary folder, then copied into a workspace, which asks for room again.

    Args:
        app: The application behind it.
        folder: The temporary folder; Gradio's by default.

    Example:
        >>> server = UploadRoom(server)
    """

    def __init__(self, app: Any, folder: Path | None = None) -> None:
        self._app = app
        self._folder = folder or Path(os.environ.get("GRADIO_TEMP_DIR") or tempfile.gettempdir())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and is_upload(scope["path"]):
            length = dict(scope["headers"]).get(b"content-length", b"0")
            try:
                check_room(self._folder, int(length) if length.isdigit() else 0)
            except WorkError as error:
                page = scope["path"].partition(GRADIO)[0].strip("/")
                language = LANGUAGES.get(page, LANGUAGES["en"])
                await PlainTextResponse(language.error(str(error)), 507)(scope, receive, send)
                return
        await self._app(scope, receive, send)
