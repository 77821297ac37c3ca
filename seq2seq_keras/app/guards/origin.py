"""No page of another site makes a browser use this app, whichever address it can reach it by."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from seq2seq_keras.app.guards.answers import refuse

_SAFE = ("GET", "HEAD")
_USUAL_PORTS = {"http": 80, "https": 443}


class OwnPages:
    """An ASGI application before another; only pages of the app itself, and programs, pass.

    A browser says of a request which page makes it, by `Sec-Fetch-Site` where the address is
    https or of this machine, and by `Origin`; no script can change either. Programs send neither.
    A page of another site may link to the app, and nothing more.

    A site can also let its own name lead to 127.0.0.1 once its page is loaded (DNS rebinding);
    the page then seems to be the app's own. So an app that listens on this machine alone answers
    to names of this machine, to addresses in numbers, and to the names it was given. Behind a
    proxy that speaks https for it every name is good, as `Sec-Fetch-Site` proves: a browser
    sends it to no other address with a name, and no rebound name has a certificate here.

    Args:
        app: The application behind it.
        names: Host names by which it is reached.
        strict: Whether it answers to no other names.
        host: The name or address that it listens at, for pages of its own port alone.

    Example:
        >>> server.add_middleware(OwnPages, names=["class.example.org"], strict=True)
    """

    def __init__(
        self, app: Any, names: Collection[str] = (), strict: bool = False, host: str = ""
    ) -> None:
        self._app = app
        self._names = frozenset(name.lower().rstrip(".") for name in names)
        self._own_names = self._names | ({host.lower().rstrip(".")} - {""})
        self._strict = strict

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":  # no page of ours opens one
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if not self._is_asked_by_name(headers):
            await refuse(
                send,
                403,
                "This app does not go by the name in the address. Use localhost or an address in "
                "numbers; or, if the name is right, start the app with --allow-host NAME.",
            )
        elif not self._is_own_page(headers, scope["method"]):
            await refuse(
                send,
                403,
                "A page of another site must not use this app. If it is the app's own page behind "
                "a proxy, let the proxy pass on the Host header, or start the app with "
                "--allow-host NAME.",
            )
        else:
            await self._app(scope, receive, send)

    def _is_asked_by_name(self, headers: dict[bytes, str]) -> bool:
        if not self._strict or b"host" not in headers or b"sec-fetch-site" in headers:
            return True
        name = _name(headers[b"host"])
        local = name == "localhost" or name.endswith(".localhost")
        return local or name in self._own_names or _is_number(name)

    def _is_own_page(self, headers: dict[bytes, str], method: str) -> bool:
        site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
        if site is not None:  # "none" is a person, at the address bar
            return site in ("same-origin", "none") or (origin is None and method in _SAFE)
        if origin is None:
            return True
        # A page of another site would have to ask before it may send X-Forwarded-Host, and that
        # question is refused here.
        hosts = [headers.get(b"host", ""), headers.get(b"x-forwarded-host", "")]
        scheme, _, asked = origin.partition("://")
        return bool(_name(asked)) and (
            _name(asked) in self._names or any(_is_host(scheme, asked, host) for host in hosts)
        )


def _is_host(scheme: str, asked: str, host: str) -> bool:
    """Compares an origin's host with that of a request, of which some proxies cut the port off."""
    if _name(asked) != _name(host):
        return False
    port = _port(host)
    return port is None or port == (_port(asked) or _USUAL_PORTS.get(scheme))


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _port(host: str) -> int | None:
    try:
        return urlsplit(f"//{host}").port
    except ValueError:
        return -1


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
