"""Who it is that asks: one small interface, whether a cookie says so or a login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from seq2seq_keras.app.visitors.seal import Seal

PERSON = "seq2seq_keras.person"
"""Where `Admission` leaves the person in the ASGI scope of their request."""


@dataclass(frozen=True)
class Person:
    """Somebody with a workspace of their own.

    Attributes:
        key: What names the folder of their workspace, and all that is theirs.
        name: What they are called, if they have a name.
        proof: What has to stay as it is for them to be let in.
        cookie: A `Set-Cookie` header that goes with the answer.
    """

    key: str
    name: str | None = None
    proof: str = ""
    cookie: str | None = None

    @property
    def new(self) -> bool:
        """Whether they were not known before this request."""
        return self.cookie is not None


class People(Protocol):
    """Tells who asks.

    Attributes:
        named: Whether they log in with a name, so that nobody comes unasked.
    """

    named: bool

    async def who(self, request: Request) -> Person | Response | None:
        """Tells who makes a request.

        Returns:
            The person; the answer to somebody who is nobody here; None where it is for anybody.
        """

    def stays(self, person: Person) -> bool:
        """Whether somebody whom `who` told would be let in once more."""


class CookiePeople:
    """The visitors of a public demo: whoever comes is let in, and known again by a cookie.

    Args:
        seal: Makes and checks the cookies.

    Example:
        >>> people = CookiePeople(Seal.kept_in(Path("workspace/visitors.key")))
    """

    named = False

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    async def who(self, request: Request) -> Person:
        known = self._seal.visitor(request.headers.get("cookie", ""))
        if known:
            return Person(known)
        visitor = self._seal.new_visitor()
        return Person(visitor, cookie=self._seal.cookie(visitor, is_secure(request)))

    def stays(self, person: Person) -> bool:
        return True


def is_secure(request: Request) -> bool:
    """Whether the browser asked by https, be it of a proxy."""
    asked = request.headers.get("x-forwarded-proto") or request.url.scheme
    return asked.split(",")[0].strip() == "https"


def person_of(scope: Mapping[str, Any]) -> Person:
    """The person whom `Admission` let in."""
    person: Person = scope[PERSON]
    return person
