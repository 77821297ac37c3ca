"""The server: our own routes, and in their midst a Gradio page for each language."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import secrets
import threading
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import APIRouter

    from seq2seq_keras.accounts import AccountBook
    from seq2seq_keras.app.login.hub_app import HubApp
    from seq2seq_keras.app.visitors.demo_desks import VisitorDesks
    from seq2seq_keras.app.visitors.limits import Limits
    from seq2seq_keras.app.visitors.people import People

LARGEST_UPLOAD = "500mb"

_log = logging.getLogger(__name__)

# The page comes first, to whoever waits for it; the translation process loads TensorFlow when the
# page asks for its first translation, and a moment later where nobody has come yet.
_SECONDS_BEFORE_WARMING = 6.0
# The page in the other language, which fewer will ask for, comes when the first is served.
_SECONDS_BEFORE_OTHER_PAGES = 12.0

_SECONDS_BETWEEN_SWEEPS = 600.0


def build_server(
    data_dir: Path,
    *,
    shipped_models: Path | None = None,
    samples: Path | None = None,
    mcp: bool = False,
    limits: Limits | None = None,
    accounts: AccountBook | None = None,
    hub: HubApp | None = None,
    quota: int | None = None,
    names: Collection[str] = (),
    host: str = "",
    strict: bool = False,
) -> Any:
    """Builds the FastAPI application with a page for each language mounted in it.

    Args:
        data_dir: the workspace: corpora, jobs and models of the user.
        shipped_models: folder of translators that come with the project, if not the usual one.
        samples: folder of sample corpora, if not the usual one.
        mcp: whether to offer tools over the Model Context Protocol, too.
        limits: for a public demo, what each visitor may use; each then has a workspace of their
            own in `data_dir`.
        accounts: who may log in, and nobody else; each then has a workspace of their own.
        hub: this app as the Hugging Face Hub knows it, if whoever has an account there may log in;
            likewise.
        quota: the bytes that each of those who log in may keep; None for no limit.
        names: host names by which it is reached.
        host: the name or address that it listens at.
        strict: whether it answers to no other names; see `OwnPages`.

    Returns:
        The application; its life cycle starts and ends the processes that train and translate.
    """
    # Before Gradio is imported: it reads these when it is.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

    from fastapi import FastAPI
    from fastapi.responses import FileResponse
    from starlette.staticfiles import StaticFiles

    from seq2seq_keras.app.deferred import Deferred
    from seq2seq_keras.app.desks import Desks, OneDesk
    from seq2seq_keras.app.downloads import download_routes
    from seq2seq_keras.app.guards.bodies import SmallBodies
    from seq2seq_keras.app.guards.headers import Headers
    from seq2seq_keras.app.guards.origin import OwnPages
    from seq2seq_keras.app.guards.own_files import OwnFiles
    from seq2seq_keras.app.guards.pace import Pace
    from seq2seq_keras.app.health import health_of
    from seq2seq_keras.app.language_routes import language_routes
    from seq2seq_keras.app.login.hub_login import HubLogin
    from seq2seq_keras.app.login.hub_members import HubMembers
    from seq2seq_keras.app.login.hub_routes import hub_routes
    from seq2seq_keras.app.login.members import Members
    from seq2seq_keras.app.login.routes import login_routes
    from seq2seq_keras.app.metrics import Metrics
    from seq2seq_keras.app.monitoring import Measured, monitoring_routes
    from seq2seq_keras.app.mounting import FAVICON, Mounting
    from seq2seq_keras.app.page import build_page
    from seq2seq_keras.app.studio import Studio, one_device
    from seq2seq_keras.app.tabs.translate import first_model
    from seq2seq_keras.app.theory import FIGURES, PATH, build_theory, has_theory
    from seq2seq_keras.app.upload_room import UploadRoom
    from seq2seq_keras.app.visitors.admission import Admission
    from seq2seq_keras.app.visitors.demo_desks import VisitorDesks
    from seq2seq_keras.app.visitors.gate import Gate
    from seq2seq_keras.app.visitors.members_desks import account_desks, hub_desks
    from seq2seq_keras.app.visitors.people import CookiePeople
    from seq2seq_keras.app.visitors.seal import Seal
    from seq2seq_keras.jobs import Runner, TranslationService, Workspace
    from seq2seq_keras.jobs.devices import found_devices, wanted_devices
    from seq2seq_keras.jobs.logs import FOLDER as LOGS
    from seq2seq_keras.localisation import LANGUAGES

    places: dict[str, Any] = {}
    if shipped_models is not None:
        places["shipped_models"] = shipped_models
    if samples is not None:
        places["samples"] = samples
    wanted = wanted_devices()
    devices = found_devices if wanted is None else lambda: wanted
    workspace = Workspace(data_dir, **places)
    workspace.prepare()
    desks: Desks = OneDesk(workspace)
    people: People | None = None
    login: APIRouter | None = None
    frames = ""
    if accounts is not None:
        desks = account_desks(accounts, quota, places)
        people = members = Members.of(accounts)
        login, frames = login_routes(members), "'self'"
    elif hub is not None:
        people = hub_members = HubMembers.of(HubLogin(hub), workspace.folder)
        desks = hub_desks(workspace.folder, hub, quota, places)
        login, frames = hub_routes(hub_members), hub.frames
    elif limits is not None:
        desks = visitors = VisitorDesks(workspace.folder / "visitors", limits, places)
        people = CookiePeople(Seal.kept_in(workspace.folder / "visitors.key"))
    metrics = Metrics(desks.workspaces, lambda: health_of(studio, workspace)[0], place=workspace)
    studio = Studio(
        desks,
        Runner(desks.workspaces, metrics.job_ended),
        TranslationService(workspace.folder / LOGS / "translation.log", observe=metrics.translated),
        limits,
        any_address=people is None,
        quota=None if login is None else quota,
        devices=one_device if limits is not None else devices,
    )

    def warm() -> None:
        first = first_model(workspace.models())
        studio.translation.warm(first.folder if first else None)

    pages: list[Deferred] = []
    theories: list[Deferred] = []  # built when the first reader comes
    tools: list[Deferred] = []  # built when the first assistant comes

    def want_all() -> None:
        for page in pages:
            page.want()

    @contextlib.asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        studio.runner.start()
        timer = threading.Timer(_SECONDS_BEFORE_WARMING, warm)
        timer.daemon = True
        timer.start()
        sweeping = asyncio.create_task(_sweep(visitors)) if limits is not None else None
        pages[0].want()
        asyncio.get_running_loop().call_later(_SECONDS_BEFORE_OTHER_PAGES, want_all)
        yield
        if sweeping is not None:
            sweeping.cancel()
        for page in [*pages, *theories, *tools]:
            await page.close()
        timer.cancel()
        studio.translation.close()
        studio.estimator.close()
        studio.runner.close()

    start = secrets.token_hex(8)
    server = FastAPI(title="seq2seq-keras", lifespan=life, docs_url=None, redoc_url=None)

    server.include_router(monitoring_routes(studio, workspace, metrics, start))

    @server.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(FAVICON)

    if login is not None:
        server.include_router(login)
    server.include_router(download_routes(desks))
    # The last one is the first that a request passes.
    server.add_middleware(UploadRoom)
    server.add_middleware(OwnFiles)
    server.add_middleware(Gate)
    server.add_middleware(SmallBodies)
    server.add_middleware(Pace)
    if people is not None:
        server.add_middleware(Admission, people=people)
    server.add_middleware(OwnPages, names=names, strict=strict, host=host)
    server.add_middleware(Headers, frames=frames)
    server.add_middleware(Measured, answered=metrics.answered)
    mounting = Mounting(server, start, LARGEST_UPLOAD if limits is None else limits.upload_bytes)
    for language in LANGUAGES.values():
        place = f"/{language.code}"
        if has_theory(language):  # the longer address first
            theory = functools.partial(build_theory, language)
            theories.append(mounting.mount(theory, language, f"{place}/{PATH}".rstrip("/")))
        page = functools.partial(build_page, studio, language)
        pages.append(mounting.mount(page, language, place))
    if mcp:
        from seq2seq_keras.app.mcp import PLACE, mount_tools, tool_routes

        tools.append(Deferred(functools.partial(mount_tools, studio)))
        server.include_router(tool_routes())
        server.mount(PLACE, tools[0])
    if FIGURES.is_dir():
        server.mount(f"/{FIGURES.name}", StaticFiles(directory=FIGURES))
    server.include_router(language_routes())
    return server


async def _sweep(visitors: VisitorDesks) -> None:
    """Clears now and then what visitors left behind."""
    while True:
        try:
            await asyncio.to_thread(visitors.sweep)
        except Exception:
            _log.exception("the demo could not be swept")
        await asyncio.sleep(_SECONDS_BETWEEN_SWEEPS)
