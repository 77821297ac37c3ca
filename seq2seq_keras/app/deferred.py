"""A part of the server that is built when it is first asked for, or in a quiet moment."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

_turn = threading.Lock()


class Deferred:
    """An ASGI application that is not there yet; who asks for it waits until it is.

    Building one takes a second and holds no request up but those that are for it. One is built
    at a time: Gradio knows one page that is being built.

    Args:
        build: Builds, in a thread, a server in which the application was mounted last.

    Example:
        >>> page = Deferred(lambda: gr.mount_gradio_app(FastAPI(), blocks, "/en"))
        >>> server.mount("/en", page)
    """

    def __init__(self, build: Callable[[], FastAPI]) -> None:
        self._build = build
        self._ready = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._app: Any = None

    def want(self) -> None:
        """Begins to build it, if that was not done before; an event loop has to run."""
        if self._life is None:
            self._life = asyncio.create_task(self._live())

    async def close(self) -> None:
        """Ends the application's own life cycle."""
        if self._life is not None:
            self._life.cancel()
            await asyncio.wait([self._life])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.want()
        await self._ready.wait()
        if self._app is None:
            raise RuntimeError("this part of the server could not be built: see the log above")
        await self._app(scope, receive, send)

    async def _live(self) -> None:
        try:
            host = await asyncio.to_thread(self._build_in_turn)
            async with host.router.lifespan_context(host):
                mounted: Any = host.routes[-1]
                self._app = mounted.app
                self._ready.set()
                await asyncio.Event().wait()  # until cancelled
        except Exception:
            logging.getLogger(__name__).exception("a page could not be built")
        finally:
            self._ready.set()  # whoever still waits must not wait for ever

    def _build_in_turn(self) -> FastAPI:
        with _turn:
            return self._build()
