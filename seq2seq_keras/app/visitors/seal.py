"""The cookie by which a visitor is known: a random name that nobody can make up."""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from itsdangerous import BadSignature, Signer

COOKIE = "seq2seq-visitor"

_NAME = re.compile(r"[0-9a-f]{32}")
_YEAR = 365 * 24 * 3600


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
        """Uses the key in a file, made when there is none, so that cookies outlive the server."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".new")
            unfinished.touch(mode=0o600)
            unfinished.write_text(secrets.token_urlsafe(32), encoding="ascii")
            unfinished.replace(path)
        return cls(path.read_text(encoding="ascii"))

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
            secure: Whether the page came by HTTPS. A Space is shown inside a page of another
                site, where a browser sends a cookie only if it is SameSite=None, Secure and
                Partitioned. Without HTTPS none is secure, and there is no such page either.
        """
        value = self._signer.sign(visitor).decode("ascii")
        where = "SameSite=None; Secure; Partitioned" if secure else "SameSite=Lax"
        return f"{COOKIE}={value}; Path=/; Max-Age={_YEAR}; HttpOnly; {where}"
