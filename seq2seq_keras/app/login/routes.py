"""The routes of the login: its page, its style sheet, and the way out."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.requests import Request
from starlette.responses import Response

from seq2seq_keras.accounts import Account
from seq2seq_keras.app.language_routes import COOKIE as LANGUAGE_COOKIE
from seq2seq_keras.app.login.members import Members, Wait, too_soon
from seq2seq_keras.app.login.page import login_page, page_after, page_headers, style_sheet
from seq2seq_keras.app.login.strangers import STYLE_PATH
from seq2seq_keras.localisation import LANGUAGES, Language, preferred

_MOST_BYTES = 16 * 1024
_HEADERS = page_headers()


def login_routes(members: Members) -> APIRouter:
    """Builds `/LANGUAGE/login`, `/login` for programs, `/logout` and the style sheet.

    Programs, such as `gradio_client` with `auth=`, send the same form and get JSON and a cookie.

    Args:
        members: Who may log in.

    Returns:
        The routes, to be included before the pages are mounted. Whether a request comes from
        a page of another site was looked at before.
    """
    router = APIRouter(include_in_schema=False)

    router.add_api_route(STYLE_PATH, style_sheet)

    @router.post("/login")
    async def log_in_by_program(request: Request) -> Response:
        return await _log_in(members, request, language_of(request), up="")

    @router.post("/logout")
    def log_out(request: Request) -> Response:
        language = language_of(request)
        response = RedirectResponse(f"./{language.code}/login", 303, _HEADERS)
        members.cookies.clear(response, request)
        return response

    for language in LANGUAGES.values():
        _add_page(router, members, language)
    return router


def _add_page(router: APIRouter, members: Members, language: Language) -> None:
    address = f"/{language.code}/login"

    @router.api_route(address, methods=["GET", "HEAD"])
    def page(request: Request) -> Response:
        wanted = page_after(request.query_params.get("next", ""), language)
        if members.logged_in(request) is not None:
            return RedirectResponse(f"../{wanted}", 303, _HEADERS)
        return HTMLResponse(login_page(language, wanted), headers=_HEADERS)

    @router.post(address)
    async def log_in(request: Request) -> Response:
        return await _log_in(members, request, language, up="../")


async def _log_in(members: Members, request: Request, language: Language, up: str) -> Response:
    is_browser = "text/html" in request.headers.get("accept", "")
    form = await _form(request)
    if form is None:
        return JSONResponse({"detail": "This is no login."}, 400, _HEADERS)
    name, password = form.get("username", ""), form.get("password", "")
    wanted = page_after(form.get("next", ""), language)
    found = await members.check(request, name, password)
    if isinstance(found, Account):
        response: Response = JSONResponse({"success": True}, headers=_HEADERS)
        if is_browser:
            response = RedirectResponse(f"{up or './'}{wanted}", 303, _HEADERS)
        members.cookies.set(response, request, found)
        return response
    if isinstance(found, Wait):
        status, retry = 429, {"retry-after": str(found.seconds)}
        trouble = language.say_many(
            "Too many wrong passwords. Wait {count} second and try again.",
            "Too many wrong passwords. Wait {count} seconds and try again.",
            found.seconds,
        )
        if not is_browser:
            return too_soon(found)
    else:
        status, retry = 401, {}
        trouble = language.say("Name or password is wrong.")
        if not is_browser:
            return JSONResponse({"detail": "Name or password is wrong."}, 401, _HEADERS)
    content = login_page(language, wanted, name, trouble)
    return HTMLResponse(content, status, {**_HEADERS, **retry})


async def _form(request: Request) -> dict[str, str] | None:
    body = await request.body()
    if len(body) > _MOST_BYTES:
        return None
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=10, errors="replace")
    except ValueError:
        return None
    return {name: values[-1] for name, values in fields.items()}


def language_of(request: Request) -> Language:
    """The language in which somebody is answered where the address names none."""
    accepted = request.headers.get("accept-language")
    return preferred(request.cookies.get(LANGUAGE_COOKIE), accepted)
