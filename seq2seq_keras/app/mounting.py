"""Gradio's pages in the midst of our own server."""

from __future__ import annotations

import functools
import json
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from starlette.middleware import Middleware
from starlette.responses import JSONResponse

from seq2seq_keras.app.assets import Assets
from seq2seq_keras.app.deferred import Deferred
from seq2seq_keras.app.page_language import PageLanguage
from seq2seq_keras.app.sessions import Sessions
from seq2seq_keras.app.theme import STYLE_SHEETS, theme
from seq2seq_keras.app.uploads import NotedUploads
from seq2seq_keras.localisation import Language

FAVICON = Path(__file__).with_name("favicon.png")

_MOST_FAULTS = 10

# Where Gradio looks for what somebody names: for all clients, and for those of its newest kind.
_LOOKING_UP = ("get_fn", "_")

# Where Gradio reads the arguments of an endpoint, and the parts of an upload.
_READING_ARGUMENTS = ("construct_args", "upload_fn")

_SCRIPT = Path(__file__).with_name("page.js")
_FRONTEND = Path(gr.__file__).parent / "templates" / "frontend" / "assets"


class Mounting:
    """Mounts pages on a server. Each is built when it is first wanted.

    Args:
        server: The server.
        start: What tells this start of the server from others; the pages ask for it.
        largest_upload: Of one file, as Gradio takes it: bytes, or a text such as "500mb".

    Example:
        >>> page = Mounting(server, "5f", "500mb").mount(build, ENGLISH, "/en")
    """

    def __init__(self, server: FastAPI, start: str, largest_upload: str | int) -> None:
        self._server = server
        self._largest_upload = largest_upload
        script = _SCRIPT.read_text(encoding="utf-8")
        self._head = f"<script>const SERVER_START = {json.dumps(start)};\n{script}</script>"
        self._look = theme()
        self._assets = Assets(_FRONTEND)
        server.mount("/assets", self._assets)

    def mount(self, build: Callable[[], gr.Blocks], language: Language, path: str) -> Deferred:
        """Mounts a page.

        Args:
            build: Builds it.
            language: The language that it is in.
            path: Where it is; a longer path has to be mounted before one that it begins with.
        """
        page = Deferred(functools.partial(self._mounted, build, language, path))
        self._server.mount(f"{path}/assets", self._assets)
        self._server.mount(path, page)
        return page

    def _mounted(self, build: Callable[[], gr.Blocks], language: Language, path: str) -> FastAPI:
        host, page = FastAPI(), build()
        page.has_launched = True  # else Gradio takes files for arguments from anywhere
        gr.mount_gradio_app(
            host,
            page,
            path=path,
            theme=self._look,
            css_paths=STYLE_SHEETS,
            head=self._head,
            allowed_paths=[],
            max_file_size=self._largest_upload,
            run_history=False,
            footer_links=["api", "settings"],
            ssr_mode=False,
            show_error=True,
            mcp_server=False,  # else GRADIO_MCP_SERVER would make a tool of every endpoint
        )
        # The innermost, so that what they change or read is not compressed yet.
        route: Any = host.routes[-1]
        route.app.user_middleware.append(Middleware(PageLanguage, tag=language.tag))
        route.app.user_middleware.append(Middleware(NotedUploads))
        route.app.add_exception_handler(RequestValidationError, _invalid)
        route.app.add_exception_handler(TypeError, _misnamed)
        for kind in (KeyError, FnIndexInferError):
            route.app.add_exception_handler(kind, _unknown)
        route.app.state_holder = Sessions(page)
        # As an argument, Gradio takes it for a page at / alone.
        setattr(page, "favicon_path", str(FAVICON))  # noqa: B010  declared without a type
        return host


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Says what a request lacks; FastAPI would give all of it back, megabytes in half a minute."""
    faults: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    told = [{"loc": fault["loc"], "msg": fault["msg"]} for fault in faults[:_MOST_FAULTS]]
    return JSONResponse({"detail": told}, 422)


async def _misnamed(_: Request, error: Exception) -> JSONResponse:
    """Says which argument is missing or unknown, or no file, for which Gradio has no answer."""
    if _raised_in(error) not in _READING_ARGUMENTS:
        raise error
    return JSONResponse({"detail": str(error)}, 422)


async def _unknown(_: Request, error: Exception) -> JSONResponse:
    """Says that there is no such function, for which Gradio has no answer either."""
    if _raised_in(error) not in _LOOKING_UP:
        raise error
    detail = "There is no such endpoint. If it is a page that asks, load it anew."
    return JSONResponse({"detail": detail}, 404)


def _raised_in(error: Exception) -> str:
    return traceback.extract_tb(error.__traceback__)[-1].name
