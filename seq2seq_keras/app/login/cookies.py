"""The cookies of accounts: one that lets in, and one by which a browser is known again."""

from __future__ import annotations

import re
import secrets

from itsdangerous import BadSignature, Signer, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from seq2seq_keras.accounts import Account
from seq2seq_keras.app.visitors.people import is_secure

LOGIN = "seq2seq-login"
BROWSER = "seq2seq-browser"

DAYS = 30
"""So long a login holds."""

_DAY = 24 * 3600
_MOST = 512
_BROWSER_ID = re.compile(r"[0-9a-f]{16}")


class LoginCookies:
    """Makes and checks the cookies.

    Args:
        key: What they are signed with.

    Example:
        >>> cookies = LoginCookies(kept_key(Path("workspace/accounts.key")))
    """

    def __init__(self, key: str) -> None:
        self._logins = URLSafeTimedSerializer(key, salt=LOGIN)
        self._browsers = Signer(key, salt=BROWSER)

    def login(self, request: Request) -> tuple[str, str] | None:
        """Reads the folder and the generation of the account that a request is logged in to."""
        value = request.cookies.get(LOGIN, "")
        if not value or len(value) > _MOST:
            return None
        try:
            folder, generation = self._logins.loads(value, max_age=DAYS * _DAY)
        except (BadSignature, ValueError, TypeError):
            return None
        return folder, generation

    def browser(self, request: Request) -> tuple[str, str] | None:
        """Reads to which account's folder a browser was once logged in, and its own id."""
        value = request.cookies.get(BROWSER, "")
        if not value or len(value) > _MOST:
            return None
        try:
            text = self._browsers.unsign(value.encode("utf-8", "replace")).decode("utf-8")
            browser, folder = text.split("-", 1)
            folder = bytes.fromhex(folder).decode("utf-8")
        except (BadSignature, ValueError):
            return None
        return (folder, browser) if _BROWSER_ID.fullmatch(browser) else None

    def set(self, response: Response, request: Request, account: Account) -> None:
        """Logs a browser in."""
        value = self._logins.dumps([account.folder, account.generation])
        known = f"{secrets.token_hex(8)}-{account.folder.encode().hex()}"
        secure = is_secure(request)
        for name, content, days in (
            (LOGIN, value, DAYS),
            (BROWSER, self._browsers.sign(known).decode("ascii"), 365),
        ):
            response.set_cookie(
                name,
                str(content),
                max_age=days * _DAY,
                path="/",
                secure=secure,
                httponly=True,
                samesite="lax",
            )

    def clear(self, response: Response, request: Request) -> None:
        """Logs a browser out; that it was logged in once stays known."""
        response.delete_cookie(
            LOGIN, path="/", secure=is_secure(request), httponly=True, samesite="lax"
        )
