"""What lies behind the doors of a small server: it says who came in."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request

from seq2seq_keras.app.visitors.people import PERSON, person_of


def tell_who(server: FastAPI) -> None:
    """Answers every other path with the person that asks for it."""

    @server.get("/{path:path}")
    @server.post("/{path:path}")
    def anything(path: str, request: Request) -> dict[str, str]:
        if PERSON not in request.scope:
            return {"open": path}
        person = person_of(request.scope)
        return {"path": path, "key": person.key, "name": str(person.name)}
