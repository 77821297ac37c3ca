"""The cookie by which a visitor is known: a random name that nobody can make up."""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from itsdangerous import BadSignature, Signer

from seq2seq_keras.app.visitors.cookie import framed_cookie
from seq2seq_keras.storage import write_file

COOKIE = "seq2seq-visitor"

_NAME = re.compile(r"[0-9a-f]{32}")
_YEAR = 365 * 24 * 3600


def kept_key(path: Path) -> str:
    """Reads the key in a file, made when there is none, so that cookies outlive the server."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, secrets.token_urlsafe(32), private=True)
    return path.read_text(encoding="ascii")


class Seal:
    """Makes and checks visitors' cookies.

    Args:
        key: What cookies are signed with.

    Example:
        >>> seal = Seal("a secret")
        >>> name = seal.new_visitor()
        >>> seal.visitor(seal.cookie(name, secure=False)) == name
        True
    """

    def __init__(self, key: str) -> None:
        self._signer = Signer(key, salt=COOKIE)

    @classmethod
    def kept_in(cls, path: Path) -> Seal:
        """Uses the key in a file, as `kept_key` does."""
        return cls(kept_key(path))

    def new_visitor(self) -> str:
        """Draws a name: 128 random bits, in hexadecimal digits, safe as that of a folder."""
        return secrets.token_hex(16)

    def visitor(self, cookies: str) -> str | None:
        """Reads a visitor's name.

        Args:
            cookies: The `Cookie` header of a request.

        Returns:
            The name; None where there is none that this seal signed.
        """
        try:
            name = self._signer.unsign(SimpleCookie(cookies)[COOKIE].value).decode("ascii")
        except (CookieError, KeyError, BadSignature, UnicodeDecodeError):
            return None
        return name if _NAME.fullmatch(name) else None

    def cookie(self, visitor: str, secure: bool) -> str:
        """Writes a `Set-Cookie` header.

        Args:
            visitor: The visitor's name.
            secure: Whether the page came by https, as of `framed_cookie`.
        """
        value = self._signer.sign(visitor).decode("ascii")
        return framed_cookie(COOKIE, value, _YEAR, secure)
