"""Whoever is not logged in: what they get all the same, and where they are led."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from seq2seq_keras.app.gradio_paths import GRADIO
from seq2seq_keras.app.language_routes import COOKIE as LANGUAGE_COOKIE
from seq2seq_keras.localisation import LANGUAGES, preferred

STYLE_PATH = "/login.css"

OPEN_PATHS = frozenset(
    [
        *(f"/{code}/login" for code in LANGUAGES),
        *(STYLE_PATH, "/logout", "/favicon.ico", "/health", "/metrics"),
    ]
)
"""What everybody gets, however one logs in."""

_PROGRAMS = ("/download/", "/mcp")


def turned_away(request: Request, how: str) -> Response:
    """Answers somebody who is not logged in: a person is led to the login, a program told of it.

    Args:
        request: What they asked for.
        how: What a program is told.
    """
    path = request.scope["path"]
    is_page = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
    if not is_page or GRADIO in path or path.startswith(_PROGRAMS):
        # Not Basic, for which a browser would open a window of its own.
        challenge = 'Login realm="seq2seq-keras"'
        return JSONResponse({"detail": how}, 401, {"www-authenticate": challenge})
    first = path.split("/")[1]
    chosen = first if first in LANGUAGES else request.cookies.get(LANGUAGE_COOKIE)
    language = preferred(chosen, request.headers.get("accept-language"))
    # Relative, so that it holds behind a proxy that puts a folder in front.
    up = "../" * (path.count("/") - 1) or "./"
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = f"?next={quote(path.lstrip('/') + query, safe='/')}" if first in LANGUAGES else ""
    headers = {"cache-control": "no-store", "vary": "Accept-Language, Cookie"}
    return RedirectResponse(f"{up}{language.code}/login{wanted}", 303, headers)
