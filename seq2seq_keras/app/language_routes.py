"""From the bare address to the page in the visitor's language, and from one language to another."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse
from starlette.requests import Request

from seq2seq_keras.localisation import LANGUAGES, preferred

COOKIE = "language"
PAGES = ("", "theory/")
"""Where a language can be chosen, below its code in the address."""

_YEAR_SECONDS = 365 * 24 * 3600


def language_routes() -> APIRouter:
    """Builds `/language/CODE`, and the way from every other address to one that names a language.

    `/language/CODE` remembers the choice and goes to that page, or with `?page=` to another one.
    All ways are relative, so that they hold behind a proxy that puts a folder in front.

    Returns:
        The routes, to be included last: they take whatever is left.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/language/{code}")
    def choose(code: str, page: str = "") -> RedirectResponse:
        if code not in LANGUAGES or page not in PAGES:
            raise HTTPException(404, "There is no such page.")
        response = RedirectResponse(f"../{code}/{page}", 302)
        response.set_cookie(COOKIE, code, max_age=_YEAR_SECONDS, path="/", samesite="lax")
        return response

    @router.api_route("/{path:path}", methods=["GET", "HEAD"])
    def find(path: str, request: Request) -> RedirectResponse:
        if path in LANGUAGES:
            place = f"{path}/"
        else:
            accepted = request.headers.get("accept-language")
            language = preferred(request.cookies.get(COOKIE), accepted)
            place = "../" * path.count("/") + f"{language.code}/{quote(path)}"
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(place + query, 302, headers={"vary": "Accept-Language, Cookie"})

    return router
