"""Those whom the Hub has named: who is logged in."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from seq2seq_keras.app.login.hub_app import CALLBACK
from seq2seq_keras.app.login.hub_cookies import HubCookies
from seq2seq_keras.app.login.hub_login import HubLogin
from seq2seq_keras.app.login.hub_user import HubUser
from seq2seq_keras.app.login.strangers import OPEN_PATHS, turned_away
from seq2seq_keras.app.visitors.people import Person
from seq2seq_keras.app.visitors.seal import kept_key
from seq2seq_keras.localisation import LANGUAGES

BUTTON = "login-hub"
"""Beside the login page: where its button leads."""

_OPEN = OPEN_PATHS | {CALLBACK, *(f"/{code}/{BUTTON}" for code in LANGUAGES)}
_HOW = "Nobody is logged in. Here one logs in by the Hugging Face Hub, in a browser."


class HubMembers:
    """The people of a server at which one logs in by the Hub; see `People`.

    Args:
        login: Asks the Hub who somebody is.
        cookies: Of their logins.

    Example:
        >>> members = HubMembers.of(hub_app(), Path("workspace"))
    """

    named = True

    def __init__(self, login: HubLogin, cookies: HubCookies) -> None:
        self.login = login
        self.cookies = cookies

    @classmethod
    def of(cls, login: HubLogin, data_dir: Path) -> HubMembers:
        """Those of a data folder, in which the key of their cookies lies."""
        key = kept_key(data_dir / "hub.key")
        return cls(login, HubCookies(key, login.app.provider))

    async def who(self, request: Request) -> Person | Response | None:
        if request.scope["path"] in _OPEN:
            return None
        user = self.logged_in(request)
        if user is None:
            return turned_away(request, _HOW)
        return Person(user.key, user.name, proof=self.cookies.value(request))

    def stays(self, person: Person) -> bool:
        return self._let_in(person.proof) is not None

    def logged_in(self, request: Request) -> HubUser | None:
        """Whom a request's cookie lets in."""
        return self._let_in(self.cookies.value(request))

    def _let_in(self, value: str) -> HubUser | None:
        user = self.cookies.user(value)
        return None if user is None or user.key in self.login.app.refused else user
