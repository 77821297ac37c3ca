"""The routes of a login by the Hub: the page, the way there, the way back, and the way out."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.requests import Request
from starlette.responses import Response

from seq2seq_keras.app.login.hub_app import CALLBACK
from seq2seq_keras.app.login.hub_cookies import BEGUN, LOGIN
from seq2seq_keras.app.login.hub_members import BUTTON, HubMembers
from seq2seq_keras.app.login.hub_page import hub_page
from seq2seq_keras.app.login.page import page_after, page_headers, style_sheet
from seq2seq_keras.app.login.routes import language_of
from seq2seq_keras.app.login.strangers import STYLE_PATH
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.localisation import LANGUAGES, Language


def hub_routes(members: HubMembers) -> APIRouter:
    """Builds `/LANGUAGE/login`, `/LANGUAGE/login-hub`, `/login/callback` and `/logout`.

    Args:
        members: Who is logged in.

    Returns:
        The routes, to be included before the pages are mounted. Whether a request comes from
        a page of another site was looked at before: of these, one may only lead here.
    """
    router = APIRouter(include_in_schema=False)
    routes = _Routes(members)
    router.add_api_route(STYLE_PATH, style_sheet)
    router.add_api_route(CALLBACK, routes.come_back)
    router.add_api_route("/logout", routes.log_out, methods=["POST"])
    for language in LANGUAGES.values():
        _add_page(router, routes, language)
    return router


def _add_page(router: APIRouter, routes: _Routes, language: Language) -> None:
    @router.api_route(f"/{language.code}/login", methods=["GET", "HEAD"])
    def page(request: Request) -> Response:
        return routes.page(request, language)

    @router.get(f"/{language.code}/{BUTTON}")
    async def go(request: Request) -> Response:
        return await routes.go(request, language)


class _Routes:
    def __init__(self, members: HubMembers) -> None:
        self._members = members
        self._headers = page_headers(members.login.app.frames)

    def page(self, request: Request, language: Language) -> Response:
        wanted = page_after(request.query_params.get("next", ""), language)
        if self._members.logged_in(request) is not None:
            return RedirectResponse(f"../{wanted}", 303, self._headers)
        return self._page(request, language, wanted)

    async def go(self, request: Request, language: Language) -> Response:
        """Sends a browser to the Hub."""
        wanted = page_after(request.query_params.get("next", ""), language)
        try:
            sent = await self._members.login.begin(wanted)
        except WorkError as error:
            return self._page(request, language, wanted, error)
        response = RedirectResponse(sent.address, 303, self._headers)
        self._members.cookies.begin(response, request, sent.begun)
        return response

    async def come_back(self, request: Request) -> Response:
        """Takes in a browser that the Hub sends back."""
        begun = self._members.cookies.begun(request)
        code, state = (request.query_params.get(name, "") for name in ("code", "state"))
        language = language_of(request)
        if begun is not None:
            language = LANGUAGES.get(begun.page.partition("/")[0], language)
        wanted = page_after(begun.page if begun else "", language)
        try:
            user = await self._members.login.end(code, state, begun)
        except (InputError, WorkError) as error:
            response = self._page(request, language, wanted, error)
        else:
            response = RedirectResponse(f"../{wanted}", 303, self._headers)
            self._members.cookies.set(response, request, user)
        if begun is not None and begun.state == state:  # of another page's link it stays
            self._members.cookies.forget(response, request, BEGUN)
        return response

    def log_out(self, request: Request) -> Response:
        language = language_of(request)
        response = RedirectResponse(f"./{language.code}/login", 303, self._headers)
        self._members.cookies.forget(response, request, LOGIN)
        return response

    def _page(
        self,
        request: Request,
        language: Language,
        wanted: str,
        error: InputError | WorkError | None = None,
    ) -> Response:
        status = 200 if error is None else 502 if isinstance(error, WorkError) else 403
        trouble = "" if error is None else language.error(str(error))
        in_frame = request.headers.get("sec-fetch-dest") in ("iframe", "frame")
        content = hub_page(language, wanted, trouble, in_frame)
        return HTMLResponse(content, status, self._headers)
