"""The gate before workspaces of several people: none reaches another's things."""

from __future__ import annotations

import contextlib
import json
from typing import Any
from urllib.parse import parse_qs

from seq2seq_keras.app.gradio_paths import GRADIO
from seq2seq_keras.app.guards.answers import refuse
from seq2seq_keras.app.guards.bodies import again
from seq2seq_keras.app.guards.own_files import read_request
from seq2seq_keras.app.visitors.owners import Owners
from seq2seq_keras.app.visitors.people import PERSON, Person, person_of

# What the pages and Gradio's clients need. The rest of Gradio's routes, which hand out files,
# streams, statistics and deep links by their names, is for nobody here.
_OPEN = frozenset(
    "api app_id call cancel heartbeat info openapi.json queue reset run startup-events theme.css "
    "upload upload_progress".split()
)
# Where the tools for assistants are, whose transport is not Gradio's queue.
_TOOLS = "/mcp/gradio_api/mcp"
_CLOSED_PAGES = ("/monitoring", "/deep_link", "/run-history", "/runs")

# Names are remembered, by us and by Gradio. Those that pages and clients make up are shorter.
_LONGEST_NAME = 200
_TOO_LONG = f"The name of a session, upload or event has at most {_LONGEST_NAME} characters."


class Gate:
    """An ASGI application before another, behind `Admission`.

    For Gradio's sessions, events and uploads it holds that who had one first has it alone.

    Args:
        app: The application behind it.

    Example:
        >>> server.add_middleware(Gate)
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._owners = Owners()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or PERSON not in scope:
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        _, found, inside = path.partition(GRADIO)
        if path.startswith(_TOOLS):  # they hand out nothing by its name
            await self._app(scope, receive, send)
        elif not found:
            if any(closed in path for closed in _CLOSED_PAGES):
                await refuse(send, 404, "There is no such page.")
            else:
                await self._app(scope, receive, send)
        else:
            await self._gradio(scope, receive, send, person_of(scope), inside)

    async def _gradio(
        self, scope: Any, receive: Any, send: Any, visitor: Person, inside: str
    ) -> None:
        route, *rest = inside.strip("/").split("/")
        query = {key: values[-1] for key, values in parse_qs(_text(scope["query_string"])).items()}
        if route not in _OPEN or (route in ("call", "heartbeat") and not rest):
            await refuse(send, 404, "There is no such page.")
        elif route == "upload":
            await self._upload(scope, receive, send, visitor, query)
        else:
            await self._ask(scope, receive, send, visitor, query, route, rest)

    async def _ask(
        self,
        scope: Any,
        receive: Any,
        send: Any,
        visitor: Person,
        query: dict[str, str],
        route: str,
        rest: list[str],
    ) -> None:
        """Passes on a request that names only what is the visitor's own."""
        named = query
        if route == "heartbeat":
            named = {**query, "session_hash": rest[0]}
        if scope["method"] == "POST":
            request = await read_request(receive, send)
            if request is None:
                return
            if isinstance(request.content, dict):
                named = {**named, **request.content}
            if not all(self._owners.has("file", path, visitor.key) for path in request.paths):
                await refuse(send, 403, "This file is not yours, or no longer here.")
                return
            receive = again(request.body, receive)
        event = named.get("event_id")
        if route == "call" and scope["method"] == "GET":
            event = rest[-1]
        session, upload = named.get("session_hash"), named.get("upload_id")
        if _too_long(session, upload, event):
            await refuse(send, 400, _TOO_LONG)
        elif session and not self._take("session", session, visitor):
            await refuse(send, 403, "This session is somebody else's.")
        elif upload and not self._take("upload", upload, visitor):
            await refuse(send, 403, "This upload is somebody else's.")
        elif event and not self._owners.has("event", str(event), visitor.key):
            await refuse(send, 403, "This event is somebody else's.")
        elif scope["method"] == "POST" and route in ("call", "queue"):
            await self._app(scope, receive, _Listener(send, self._note_event(visitor)))
        else:
            await self._app(scope, receive, send)

    async def _upload(
        self, scope: Any, receive: Any, send: Any, visitor: Person, query: dict[str, str]
    ) -> None:
        upload = query.get("upload_id")
        if _too_long(upload):
            await refuse(send, 400, _TOO_LONG)
            return
        if upload and not self._take("upload", upload, visitor):
            await refuse(send, 403, "This upload is somebody else's.")
            return

        def note(answer: Any) -> None:
            for path in answer if isinstance(answer, list) else []:
                self._owners.add("file", str(path), visitor.key, visitor.new)

        await self._app(scope, receive, _Listener(send, note))

    def _take(self, kind: str, name: Any, visitor: Person) -> bool:
        return self._owners.take(kind, str(name), visitor.key, visitor.new)

    def _note_event(self, visitor: Person) -> Any:
        def note(answer: Any) -> None:
            if isinstance(answer, dict) and isinstance(answer.get("event_id"), str):
                self._owners.add("event", answer["event_id"], visitor.key, visitor.new)

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


def _too_long(*names: Any) -> bool:
    return any(len(str(name)) > _LONGEST_NAME for name in names if name is not None)


def _text(query: bytes) -> str:
    return query.decode("latin-1")
