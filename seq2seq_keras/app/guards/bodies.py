"""No request that is no upload is larger, or of more parts, or slower, than those of our pages."""

from __future__ import annotations

import asyncio
from typing import Any

from seq2seq_keras.app.gradio_paths import is_upload
from seq2seq_keras.app.guards.answers import refuse

MOST_BYTES = 4 * 1024**2
MOST_VALUES = 100_000
MOST_SECONDS = 60.0


class SmallBodies:
    """An ASGI application before another, which gets no body larger than `MOST_BYTES`.

    Uploads pass: Gradio writes them to the disk as they come, up to a size of their own. A body
    that never ends would hold its memory for ever, so all of it has to come within some time. Nor
    may it have more than `MOST_VALUES` values: a million of them, in JSON, are few bytes, and stop
    the server for seconds.

    Args:
        app: The application behind it.
        seconds: The time.

    Example:
        >>> server.add_middleware(SmallBodies)
    """

    def __init__(self, app: Any, seconds: float = MOST_SECONDS) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        bodiless = scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS")
        if bodiless or is_upload(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = None if _declared(scope) > MOST_BYTES else await whole(receive)
        except TimeoutError:
            await refuse(send, 408, f"All of it has to come within {self._seconds:g} s.")
            return
        if body is None:
            await refuse(send, 413, f"At most {MOST_BYTES // 1024**2} MB at once.")
            return
        if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
            await refuse(send, 413, f"At most {MOST_VALUES:,} values at once.")
            return
        await self._app(scope, again(body, receive), send)


async def whole(receive: Any) -> bytes | None:
    """Reads a request's body; None where it is larger than `MOST_BYTES`."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def again(body: bytes, receive: Any) -> Any:
    """Hands out a body that was read already, and then what follows it."""
    first = True

    async def repeated() -> Any:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return repeated


def _declared(scope: Any) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0
