"""A cookie of ours as a header, for a page that may stand in a frame of another site."""

from __future__ import annotations


def framed_cookie(name: str, value: str, seconds: int, secure: bool) -> str:
    """Writes a `Set-Cookie` header.

    A Space is shown inside a page of another site, where a browser sends a cookie only if it is
    SameSite=None, Secure and Partitioned. Without https none is secure, and there is no such page
    either.

    Args:
        name: The cookie's name.
        value: Its value.
        seconds: How long it holds; 0 takes it away.
        secure: Whether the page came by https.

    Example:
        >>> framed_cookie("seen", "1", 60, secure=False)
        'seen=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax'
    """
    where = "SameSite=None; Secure; Partitioned" if secure else "SameSite=Lax"
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; {where}"
