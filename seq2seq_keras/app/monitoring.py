"""`/health` and `/metrics`, and the counting of requests: what an operator watches."""

from __future__ import annotations

import hmac
import ipaddress
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from seq2seq_keras.app.health import health_of
from seq2seq_keras.app.metrics import CONTENT_TYPE, Metrics
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.jobs import Workspace

TOKEN = "SEQ2SEQ_METRICS_TOKEN"
"""The environment variable with the token that reads `/metrics` from other machines."""

_OF_A_PROXY = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def monitoring_routes(
    studio: Studio, workspace: Workspace, metrics: Metrics, start: str
) -> APIRouter:
    """Builds `/health`, for everybody, and `/metrics`, for whoever `may_read` it.

    Args:
        studio: The runner of jobs and the translation process.
        workspace: In whose folder everything is kept.
        metrics: The numbers.
        start: What tells this start of the server from others.
    """
    router = APIRouter()

    @router.get("/health")
    def health() -> JSONResponse:
        """Tells whether the server is well (status 200, else 503), and since which start."""
        is_well, found = health_of(studio, workspace)
        status = "ok" if is_well else "not well"
        return JSONResponse({"status": status, "start": start, **found}, 200 if is_well else 503)

    @router.get("/metrics", include_in_schema=False)
    def numbers(request: Request) -> Response:
        address = request.client.host if request.client else ""
        if not may_read(address, request.headers):
            return PlainTextResponse(
                f"Ask from this machine itself, or with the token of {TOKEN} as bearer.\n", 403
            )
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return router


def may_read(
    address: str, headers: Mapping[str, str], environment: Mapping[str, str] = os.environ
) -> bool:
    """Whether a client may read the metrics.

    Where a token is set, whoever has it may, and nobody else. Without one, whoever asks from this
    machine itself may; not through a proxy on it, which asks for everybody.

    Args:
        address: The client's.
        headers: Of the request; names in small letters.
        environment: Environment variables.

    Example:
        >>> may_read("127.0.0.1", {}, {})
        True
    """
    if token := environment.get(TOKEN):
        given = headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in headers for name in _OF_A_PROXY):
        return False
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Measured:
    """An ASGI application around another, which counts its answers.

    Args:
        app: The application inside.
        answered: Told the path, the status, and the seconds until the answer began.

    Example:
        >>> server = Measured(server, metrics.answered)
    """

    def __init__(self, app: Any, answered: Callable[[str, int, float], None]) -> None:
        self._app = app
        self._answered = answered

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, path = time.monotonic(), scope["path"]
        begun = False

        async def watched(message: Any) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and not begun:
                begun = True
                self._answered(path, message["status"], time.monotonic() - begin)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            if not begun:
                self._answered(path, 500, time.monotonic() - begin)
            raise
