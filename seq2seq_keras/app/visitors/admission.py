"""Lets in who is known, says to all behind it who it is, and turns others away."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from seq2seq_keras.app.visitors.people import PERSON, People, Person

_SECONDS_BETWEEN_LOOKS = 1.0
_GONE = {"type": "http.disconnect"}


class Admission:
    """An ASGI application before another.

    Args:
        app: The application behind it; it finds the person in `scope[PERSON]`.
        people: Tells who it is.

    Example:
        >>> server.add_middleware(Admission, people=CookiePeople(seal))
    """

    def __init__(self, app: Any, people: People) -> None:
        self._app = app
        self._people = people

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        person = await self._people.who(Request(scope))
        if person is None:
            await self._app(scope, receive, send)
        elif isinstance(person, Response):
            await person(scope, receive, send)
        else:
            scope[PERSON] = person
            await _Visit(self._people, person, receive, send).answer(self._app, scope)


class _Visit:
    """One answer, which ends early where the person is no longer let in meanwhile."""

    def __init__(self, people: People, person: Person, receive: Any, send: Any) -> None:
        self._people = people
        self._person = person
        self._receive = receive
        self._send = send
        self._over = False  # for the person
        self._begun = self._whole = False
        self._measured = False  # its length was told, so it has to have it

    async def answer(self, app: Any, scope: Any) -> None:
        await app(scope, self.receive if self._people.named else self._receive, self.send)
        if self._over and self._begun and not (self._whole or self._measured):
            await self._send({"type": "http.response.body", "body": b""})

    async def receive(self) -> Any:
        """What the client sends next; or that it has gone, as soon as it is no longer let in."""
        message = asyncio.ensure_future(self._receive())
        try:
            while self._stays():
                done, _ = await asyncio.wait([message], timeout=_SECONDS_BETWEEN_LOOKS)
                if done:
                    return message.result()
            return _GONE
        finally:
            message.cancel()

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message.get("headers", [])}
            message["headers"] = [*message.get("headers", []), *self._headers(names)]
            self._begun, self._measured = True, b"content-length" in names
        elif self._whole or not (self._measured or self._stays()):
            return
        else:
            self._whole = not message.get("more_body", False)
        await self._send(message)

    def _stays(self) -> bool:
        self._over = self._over or not self._people.stays(self._person)
        return not self._over

    def _headers(self, names: set[bytes]) -> list[tuple[bytes, bytes]]:
        headers = []
        if self._person.cookie:
            headers.append((b"set-cookie", self._person.cookie.encode("ascii")))
        if self._people.named and b"cache-control" not in names:
            # Whoever comes to this browser next does not find it there.
            headers.append((b"cache-control", b"no-store"))
        return headers
