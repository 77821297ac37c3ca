"""The cookies of those whom the Hub has named: a login that has begun, and one that is done."""

from __future__ import annotations

from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from seq2seq_keras.app.login.hub_login import Begun
from seq2seq_keras.app.login.hub_user import HubUser
from seq2seq_keras.app.visitors.cookie import framed_cookie
from seq2seq_keras.app.visitors.people import is_secure

LOGIN = "seq2seq-hub-login"
BEGUN = "seq2seq-hub-begun"

DAYS = 7
"""So long a login holds; the next is one click, where the Hub still knows the browser."""

_MINUTES_TO_LOG_IN = 15
_MOST = 4096


class HubCookies:
    """Makes and checks the cookies.

    Args:
        key: What they are signed with.
        provider: Who named the people; a cookie of another provider is nobody's.

    Example:
        >>> cookies = HubCookies(kept_key(Path("workspace/hub.key")), "https://huggingface.co")
    """

    def __init__(self, key: str, provider: str) -> None:
        self._logins = URLSafeTimedSerializer(key, salt=f"{LOGIN} {provider}")
        self._begun = URLSafeTimedSerializer(key, salt=f"{BEGUN} {provider}")

    def value(self, request: Request) -> str:
        """The login that a request brings, unread."""
        return request.cookies.get(LOGIN, "")

    def user(self, value: str) -> HubUser | None:
        """Reads who a login lets in."""
        try:
            key, name = _loaded(self._logins, value, DAYS * 24 * 3600)
        except (BadSignature, ValueError, TypeError):
            return None
        return HubUser(key, name)

    def begun(self, request: Request) -> Begun | None:
        """Reads the login that a browser has begun."""
        value = request.cookies.get(BEGUN, "")
        try:
            return Begun.model_validate(_loaded(self._begun, value, _MINUTES_TO_LOG_IN * 60))
        except (BadSignature, ValidationError, ValueError):
            return None

    def begin(self, response: Response, request: Request, begun: Begun) -> None:
        """Gives a browser what it has to bring back."""
        value = str(self._begun.dumps(begun.model_dump()))
        self._set(response, request, BEGUN, value, _MINUTES_TO_LOG_IN * 60)

    def set(self, response: Response, request: Request, user: HubUser) -> None:
        """Logs a browser in."""
        value = str(self._logins.dumps([user.key, user.name]))
        self._set(response, request, LOGIN, value, DAYS * 24 * 3600)

    def forget(self, response: Response, request: Request, name: str) -> None:
        """Takes a cookie away."""
        self._set(response, request, name, "", 0)

    def _set(
        self, response: Response, request: Request, name: str, value: str, seconds: int
    ) -> None:
        header = framed_cookie(name, value, seconds, is_secure(request))
        response.headers.append("set-cookie", header)


def _loaded(serializer: URLSafeTimedSerializer, value: str, seconds: int) -> Any:
    if not value or len(value) > _MOST:
        raise ValueError("there is none")
    return serializer.loads(value, max_age=seconds)
