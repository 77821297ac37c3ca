"""Answers that never end by themselves, and their end when the server stops."""

from __future__ import annotations

import asyncio
from typing import Any

_GONE = {"type": "http.disconnect"}


class OpenStreams:
    """An ASGI application around another, in which every answer can be ended at once.

    An open page holds a stream open for as long as it lives. A server that stops would wait
    for it, then cut it off, and tell of each with a traceback; here the application inside is
    told that its client has gone, and the answer is brought to its end.

    Args:
        app: The application inside.

    Example:
        >>> streams = OpenStreams(server)
        >>> streams.end()            # from within the event loop
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Ends the answers that are being given, and those that are still asked for."""
        self._ended.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        incomplete = False

        async def receive_or_end() -> Any:
            return await self._first(receive)

        async def watched_send(message: Any) -> None:
            nonlocal incomplete
            incomplete = message["type"] != "http.response.body" or message.get("more_body", False)
            await send(message)

        await self._app(scope, receive_or_end, watched_send)
        if incomplete and self._ended.is_set():
            await send({"type": "http.response.body", "body": b""})

    async def _first(self, receive: Any) -> Any:
        """What the client sends next, or that it has gone, whichever comes first."""
        message = asyncio.ensure_future(receive())
        end = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait([message, end], return_when=asyncio.FIRST_COMPLETED)
            return message.result() if message.done() else _GONE
        finally:
            message.cancel()
            end.cancel()
