"""What is written into a page's head: its language, which is not the browser's, and its reader."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from starlette.datastructures import MutableHeaders

from seq2seq_keras.app.visitors.people import PERSON

_SCRIPT = """<script>
for (const [name, value] of [["language", %(tag)s], ["languages", [%(tag)s]]]) {
  Object.defineProperty(navigator, name, { get: () => value });
}
</script>"""


class PageLanguage:
    """An ASGI middleware that writes a page's language and reader at the head of its HTML.

    Gradio asks the browser for its language as soon as its scripts load, which is before it adds
    what it was given for the head.

    The reader, if the page has one with a name, becomes `<meta name="account" content="NAME">`.

    Args:
        app: The application that answers with the page.
        tag: The page's language, as in the `lang` attribute.
    """

    def __init__(self, app: Any, tag: str) -> None:
        self._app = app
        script = _SCRIPT % {"tag": json.dumps(tag)}
        self._tag = f'lang="{tag}"'.encode()
        self._head = f"<head>{script}".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        is_page = scope["type"] == "http" and scope["method"] == "GET"
        if not is_page or scope["path"] != f"{scope.get('root_path', '')}/":
            await self._app(scope, receive, send)
            return
        begin: dict[str, Any] = {}
        parts: list[bytes] = []

        async def changed(message: Any) -> None:
            if message["type"] == "http.response.start":
                begin.update(message)
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = b"".join(parts)
            body = body.replace(b'lang="en"', self._tag, 1)
            body = body.replace(b"<head>", self._head + _reader(scope), 1)
            MutableHeaders(raw=begin["headers"])["content-length"] = str(len(body))
            await send(begin)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, changed)


def _reader(scope: Any) -> bytes:
    person = scope.get(PERSON)
    if person is None or person.name is None:
        return b""
    return f'<meta name="account" content="{escape(person.name)}">'.encode()
