"""What the browser is told with every answer: load nothing from elsewhere, and tell nobody."""

from __future__ import annotations

from typing import Any

# Nothing on the page comes from elsewhere, whatever text it may show. Gradio's own scripts
# are compiled in the browser, which needs 'unsafe-eval'.
_CONTENT_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'"
)


class Headers:
    """An ASGI application around another, which adds our headers to every answer.

    Args:
        app: The application inside.
        frames: Whose pages may show the app within themselves, as `frame-ancestors` has it: a page
            that knows who looks at it is no part of any other site's page. By default all may,
            as a Space is shown.

    Example:
        >>> server.add_middleware(Headers, frames="'self'")
    """

    def __init__(self, app: Any, frames: str = "") -> None:
        self._app = app
        policy = _CONTENT_POLICY + (f"; frame-ancestors {frames}" if frames else "")
        self._headers = {
            b"content-security-policy": policy.encode(),
            b"x-content-type-options": b"nosniff",
            # A form of ours has to say from where it comes; no other site is told.
            b"referrer-policy": b"same-origin",
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                added = [each for each in self._headers.items() if each[0] not in own]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
