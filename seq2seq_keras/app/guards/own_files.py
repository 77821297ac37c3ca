"""No request names a file of the server that was not uploaded to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, NamedTuple

from seq2seq_keras.app.gradio_paths import GRADIO, is_upload
from seq2seq_keras.app.guards.answers import refuse
from seq2seq_keras.app.guards.bodies import again, whole


class OwnFiles:
    """An ASGI application before another.

    Before a function is called, Gradio copies the file of any `path` in its arguments to where
    uploads lie, and downloads it if it is an address, also where the function asks for no file.

    Args:
        app: The application behind it, which gets bodies of a size that is allowed.

    Example:
        >>> server.add_middleware(OwnFiles)
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asks = scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if not asks or GRADIO not in scope["path"] or is_upload(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = await read_request(receive, send)
        if request is None:
            return
        if not all(map(_is_uploaded, request.paths)):
            await refuse(send, 403, "This file was not uploaded, or is no longer here.")
            return
        await self._app(scope, again(request.body, receive), send)


class FunctionRequest(NamedTuple):
    """What asks Gradio for a function."""

    body: bytes
    content: Any
    paths: list[str]


async def read_request(receive: Any, send: Any) -> FunctionRequest | None:
    """Reads a body of JSON, of a size that is allowed; refuses, and returns None, if it is none."""
    body = await whole(receive) or b""
    try:
        content = json.loads(body or b"{}")
        return FunctionRequest(body, content, list(named_paths(content)))
    except (ValueError, RecursionError):
        await refuse(send, 400, "This is not JSON, or nested too deeply.")
        return None


def named_paths(content: Any) -> Iterator[str]:
    """Every path of an uploaded file that a request names, however deep."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key == "path" and value is not None:
                yield str(value)
            else:
                yield from named_paths(value)
    elif isinstance(content, list):
        for value in content:
            yield from named_paths(value)


def _is_uploaded(path: str) -> bool:
    """Whether a path lies where Gradio writes uploads; it makes no links there."""
    from gradio.utils import get_upload_folder

    uploads, found = PurePath(get_upload_folder()), PurePath(path)
    return uploads in found.parents and ".." not in found.parts
