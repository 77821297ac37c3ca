"""The gate before a public demo: it knows each visitor, and lets none reach another's things."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from seq2seq_keras.app.visitors.desks import VISITOR
from seq2seq_keras.app.visitors.owners import Owners
from seq2seq_keras.app.visitors.seal import Seal

_GRADIO = "/gradio_api/"

# What the pages and Gradio's clients need. The rest of Gradio's routes, which hand out files,
# streams, statistics and deep links by their names, is for nobody here.
_OPEN = frozenset(
    "api app_id call cancel heartbeat info openapi.json queue reset run startup-events theme.css "
    "upload upload_progress".split()
)
# Where the tools for assistants are, whose transport is not Gradio's queue.
_TOOLS = "/mcp/gradio_api/mcp"
_CLOSED_PAGES = ("/monitoring", "/deep_link", "/run-history", "/runs")

_MOST_BYTES = 4 * 1024**2  # of a request that is not an upload


class Gate:
    """An ASGI application before another.

    Whoever comes without a cookie is a new visitor and gets one. Then it holds for Gradio's
    sessions, events and uploads that who had one first has it alone.

    Args:
        app: The application behind it; it finds the visitor's name in `scope[VISITOR]`.
        seal: Makes and checks cookies.

    Example:
        >>> server = Gate(build_server(...), Seal.kept_in(Path("workspace/key")))
    """

    def __init__(self, app: Any, seal: Seal) -> None:
        self._app = app
        self._seal = seal
        self._owners = Owners()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page of ours opens a web socket
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        known = self._seal.visitor(headers.get(b"cookie", ""))
        visitor = known or self._seal.new_visitor()
        scope[VISITOR] = visitor
        secure = (headers.get(b"x-forwarded-proto") or scope["scheme"]).split(",")[0] == "https"
        cookie = None if known else self._seal.cookie(visitor, secure)

        async def answer(message: Any) -> None:
            if cookie and message["type"] == "http.response.start":
                line = (b"set-cookie", cookie.encode("ascii"))
                message["headers"] = [*message.get("headers", []), line]
            await send(message)

        path = scope["path"]
        _, found, inside = path.partition(_GRADIO)
        if path.startswith(_TOOLS):  # they keep nothing, and see what is everybody's
            await self._app(scope, receive, answer)
        elif not found:
            if any(closed in path for closed in _CLOSED_PAGES):
                await _say(answer, 404, "There is no such page.")
            else:
                await self._app(scope, receive, answer)
        else:
            await self._gradio(scope, receive, answer, visitor, inside)

    async def _gradio(
        self, scope: Any, receive: Any, answer: Any, visitor: str, inside: str
    ) -> None:
        route, *rest = inside.strip("/").split("/")
        query = {key: values[-1] for key, values in parse_qs(_text(scope["query_string"])).items()}
        if route not in _OPEN:
            await _say(answer, 404, "There is no such page.")
        elif route == "upload":
            await self._upload(scope, receive, answer, visitor, query)
        else:
            await self._ask(scope, receive, answer, visitor, query, route, rest)

    async def _ask(
        self,
        scope: Any,
        receive: Any,
        send: Any,
        visitor: str,
        query: dict[str, str],
        route: str,
        rest: list[str],
    ) -> None:
        """Passes on a request that names only what is the visitor's own."""
        named = query
        if route == "heartbeat" and rest:
            named = {**query, "session_hash": rest[0]}
        if scope["method"] == "POST":
            body = await _whole(receive)
            if body is None:
                await _say(send, 413, f"At most {_MOST_BYTES // 1024**2} MB at once.")
                return
            try:
                content = json.loads(body or b"{}")
            except ValueError:
                await _say(send, 400, "This is not JSON.")
                return
            if isinstance(content, dict):
                named = {**named, **content}
            if not all(self._owners.has("file", path, visitor) for path in _paths(content)):
                await _say(send, 403, "This file is not yours, or no longer here.")
                return
            receive = _again(body, receive)
        event = named.get("event_id")
        if route == "call" and scope["method"] == "GET":
            event = rest[-1]
        session, upload = named.get("session_hash"), named.get("upload_id")
        if session and not self._owners.take("session", str(session), visitor):
            await _say(send, 403, "This session is another visitor's.")
        elif upload and not self._owners.take("upload", str(upload), visitor):
            await _say(send, 403, "This upload is another visitor's.")
        elif event and not self._owners.has("event", str(event), visitor):
            await _say(send, 403, "This event is another visitor's.")
        elif scope["method"] == "POST" and route in ("call", "queue"):
            await self._app(scope, receive, _Listener(send, self._note_event(visitor)))
        else:
            await self._app(scope, receive, send)

    async def _upload(
        self, scope: Any, receive: Any, send: Any, visitor: str, query: dict[str, str]
    ) -> None:
        upload = query.get("upload_id")
        if upload and not self._owners.take("upload", upload, visitor):
            await _say(send, 403, "This upload is another visitor's.")
            return

        def note(answer: Any) -> None:
            for path in answer if isinstance(answer, list) else []:
                self._owners.add("file", str(path), visitor)

        await self._app(scope, receive, _Listener(send, note))

    def _note_event(self, visitor: str) -> Any:
        def note(answer: Any) -> None:
            if isinstance(answer, dict) and isinstance(answer.get("event_id"), str):
                self._owners.add("event", answer["event_id"], visitor)

        return note


class _Listener:
    """Sends an answer on, and tells what it said; it says who owns what before anybody knows it."""

    def __init__(self, send: Any, note: Any) -> None:
        self._send = send
        self._note = note
        self._held: list[Any] = []

    async def __call__(self, message: Any) -> None:
        self._held.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            body = b"".join(each.get("body", b"") for each in self._held)
            with contextlib.suppress(ValueError):  # an error page gives nothing away
                self._note(json.loads(body))
            for each in self._held:
                await self._send(each)


def _paths(content: Any) -> Iterator[str]:
    """Every path of an uploaded file that a request names, however deep."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key == "path" and value is not None:
                yield str(value)
            else:
                yield from _paths(value)
    elif isinstance(content, list):
        for value in content:
            yield from _paths(value)


async def _whole(receive: Any) -> bytes | None:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _MOST_BYTES:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes, receive: Any) -> Any:
    """Hands out a body that was read already, and then what follows it."""
    first = True

    async def repeated() -> Any:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return repeated


async def _say(send: Any, status: int, detail: str) -> None:
    body = json.dumps({"detail": detail}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _text(query: bytes) -> str:
    return query.decode("latin-1")
