"""Gradio's own scripts and styles, handed out from memory.

A page needs some eighty small files, and Gradio compresses each of them anew for every visitor:
on a small machine that costs more time than all the rest that the server does for a page.
"""

from __future__ import annotations

import functools
import gzip
import mimetypes
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

_YEAR = "public, max-age=31536000, immutable"
_HERE = ("127.0.0.1", "::1")
_COMPRESSIBLE = (".js", ".css", ".svg", ".json")


class Assets:
    """An ASGI application for a folder of files whose names change with their content.

    Args:
        folder: the folder; only files right in it are served.
    """

    def __init__(self, folder: Path) -> None:
        self._names = {path.name: path for path in folder.iterdir() if path.is_file()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope)
        name = request.url.path.rpartition("/")[2]
        path = self._names.get(name)
        if path is None or request.method not in ("GET", "HEAD"):
            response = Response(status_code=404)
        else:
            response = self._answer(path, request)
        await response(scope, receive, send)

    @staticmethod
    def _answer(path: Path, request: Request) -> Response:
        headers = {"cache-control": _YEAR, "vary": "accept-encoding"}
        # To a browser on this machine, sending plainly is faster than unpacking.
        near = request.client is not None and request.client.host in _HERE
        near = near and "x-forwarded-for" not in request.headers
        accepted = "gzip" in request.headers.get("accept-encoding", "")
        content = _read(path)
        if accepted and not near and path.suffix in _COMPRESSIBLE:
            content = _packed(path)
            headers["content-encoding"] = "gzip"
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if path.suffix == ".js":
            media_type = "text/javascript"  # whatever Windows' registry says
        return Response(content, media_type=media_type, headers=headers)


@functools.cache
def _read(path: Path) -> bytes:
    return path.read_bytes()


@functools.cache
def _packed(path: Path) -> bytes:
    return gzip.compress(_read(path), compresslevel=6)
