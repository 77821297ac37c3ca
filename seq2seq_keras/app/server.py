"""The server: our own routes, and in their midst a Gradio page for each language."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import json
import logging
import os
import secrets
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq_keras.app.open_streams import OpenStreams
from seq2seq_keras.app.visitors.limits import SPACE, demo_limits
from seq2seq_keras.errors import InputError, WorkError

if TYPE_CHECKING:
    from seq2seq_keras.app.visitors.desks import VisitorDesks
    from seq2seq_keras.app.visitors.limits import Limits

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 7860
DEFAULT_DATA_DIR = Path("workspace")
LARGEST_UPLOAD = "500mb"

_FAVICON = Path(__file__).with_name("favicon.png")

# The page comes first, to whoever waits for it; the translation process loads TensorFlow when the
# page asks for its first translation, and a moment later where nobody has come yet.
_SECONDS_BEFORE_WARMING = 6.0
# The page in the other language, which fewer will ask for, comes when the first is served.
_SECONDS_BEFORE_OTHER_PAGES = 12.0

_SECONDS_BETWEEN_SWEEPS = 600.0

# Nothing on the page comes from elsewhere, whatever text it may show. Gradio's own scripts
# are compiled in the browser, which needs 'unsafe-eval'.
_CONTENT_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'"
)


def build_server(
    data_dir: Path,
    *,
    shipped_models: Path | None = None,
    samples: Path | None = None,
    mcp: bool = False,
    limits: Limits | None = None,
) -> Any:
    """Builds the FastAPI application with a page for each language mounted in it.

    Args:
        data_dir: the workspace: corpora, jobs and models of the user.
        shipped_models: folder of translators that come with the project, if not the usual one.
        samples: folder of sample corpora, if not the usual one.
        mcp: whether to offer tools over the Model Context Protocol, too.
        limits: for a public demo, what each visitor may use; each then has a workspace of their
            own in `data_dir`.

    Returns:
        The application; its life cycle starts and ends the processes that train and translate.
    """
    # Before Gradio is imported: it reads these when it is.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

    import gradio as gr
    from fastapi import FastAPI
    from fastapi.responses import FileResponse
    from starlette.middleware import Middleware
    from starlette.staticfiles import StaticFiles

    from seq2seq_keras.app.assets import Assets
    from seq2seq_keras.app.deferred import Deferred
    from seq2seq_keras.app.desks import Desks, OneDesk
    from seq2seq_keras.app.downloads import download_routes
    from seq2seq_keras.app.language_routes import language_routes
    from seq2seq_keras.app.page import build_page
    from seq2seq_keras.app.page_language import PageLanguage
    from seq2seq_keras.app.studio import Studio
    from seq2seq_keras.app.tabs.translate import first_model
    from seq2seq_keras.app.theme import STYLE_SHEETS, theme
    from seq2seq_keras.app.theory import FIGURES, PATH, build_theory, has_theory
    from seq2seq_keras.app.visitors.desks import VisitorDesks
    from seq2seq_keras.app.visitors.gate import Gate
    from seq2seq_keras.app.visitors.seal import Seal
    from seq2seq_keras.jobs import Runner, TranslationService, Workspace
    from seq2seq_keras.localisation import LANGUAGES, Language

    places: dict[str, Any] = {}
    if shipped_models is not None:
        places["shipped_models"] = shipped_models
    if samples is not None:
        places["samples"] = samples
    workspace = Workspace(data_dir, **places)
    workspace.prepare()
    desks: Desks = OneDesk(workspace)
    if limits is not None:
        desks = visitors = VisitorDesks(workspace.folder / "visitors", limits, places)
    studio = Studio(
        desks,
        Runner(desks.workspaces),
        TranslationService(workspace.folder / "translation.log"),
        limits,
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

    @server.get("/health")
    def health() -> dict[str, Any]:
        """Tells that the server is up, since which start, and whether it is warm to translate."""
        ready = studio.translation.ready.is_set()
        return {"status": "ok", "start": start, "translation_ready": ready}

    @server.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(_FAVICON)

    server.include_router(download_routes(desks))
    assets = Assets(Path(gr.__file__).parent / "templates" / "frontend" / "assets")
    server.add_middleware(_Headers)
    if limits is not None:
        server.add_middleware(Gate, seal=Seal.kept_in(workspace.folder / "visitors.key"))
    script = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
    script = f"const SERVER_START = {json.dumps(start)};\n{script}"
    look = theme()

    def mounted(build: Callable[[], gr.Blocks], language: Language, path: str) -> FastAPI:
        host, page = FastAPI(), build()
        gr.mount_gradio_app(
            host,
            page,
            path=path,
            theme=look,
            css_paths=STYLE_SHEETS,
            head=f"<script>{script}</script>",
            allowed_paths=[],
            max_file_size=LARGEST_UPLOAD if limits is None else limits.upload_bytes,
            run_history=False,
            footer_links=["api", "settings"],
            ssr_mode=False,
            show_error=True,
            mcp_server=False,  # else GRADIO_MCP_SERVER would make a tool of every endpoint
        )
        # The innermost, so that what it changes is not compressed yet.
        route: Any = host.routes[-1]
        route.app.user_middleware.append(Middleware(PageLanguage, tag=language.tag))
        # As an argument, Gradio takes it for a page at / alone.
        setattr(page, "favicon_path", str(_FAVICON))  # noqa: B010  declared without a type
        return host

    def mount(build: Callable[[], gr.Blocks], language: Language, path: str) -> Deferred:
        page = Deferred(functools.partial(mounted, build, language, path))
        server.mount(f"{path}/assets", assets)
        server.mount(path, page)
        return page

    for language in LANGUAGES.values():
        place = f"/{language.code}"
        if has_theory(language):  # the longer address first
            theory = functools.partial(build_theory, language)
            theories.append(mount(theory, language, f"{place}/{PATH}".rstrip("/")))
        pages.append(mount(functools.partial(build_page, studio, language), language, place))
    if mcp:
        from seq2seq_keras.app.mcp import PLACE, mount_tools, tool_routes

        tools.append(Deferred(functools.partial(mount_tools, studio)))
        server.include_router(tool_routes())
        server.mount(PLACE, tools[0])
    server.mount("/assets", assets)
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
            logging.getLogger("uvicorn.error").exception("The demo could not be swept.")
        await asyncio.sleep(_SECONDS_BETWEEN_SWEEPS)


class _Headers:
    """Adds our headers to every answer, without holding back its body."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", _CONTENT_POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def run(
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    data_dir: Path = DEFAULT_DATA_DIR,
    open_browser: bool = False,
    mcp: bool = False,
) -> None:
    """Serves the app until it is interrupted.

    It is a public demo where `SEQ2SEQ_DEMO` says so, see `demo_limits`.

    Args:
        host: address to listen on; 127.0.0.1 is this machine alone.
        port: port to listen on.
        data_dir: where corpora, jobs and models are kept.
        open_browser: whether to open the page in the browser.
        mcp: whether to offer tools over the Model Context Protocol, too.

    Raises:
        InputError: the port is taken, the folder cannot be used, or a package is missing.
    """
    if mcp:
        from seq2seq_keras.app.mcp import ADDRESS, check_installed

        check_installed()
    limits = demo_limits()
    listener = _listen(host, port)
    import uvicorn

    server = build_server(data_dir, mcp=mcp, limits=limits)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
    print(f"seq2seq-keras is at {address}  (Ctrl-C ends it)", flush=True)
    if limits is not None:
        print(
            "It is a public demo: each visitor has a workspace of their own, and limits", flush=True
        )
    if mcp:
        print(f"Its MCP tools are at {address}{ADDRESS}  (streamable HTTP)", flush=True)
    if open_browser:
        threading.Thread(target=_open_when_up, args=(address, port), daemon=True).start()
    streams = OpenStreams(server)
    config = uvicorn.Config(
        streams, log_level="warning", timeout_graceful_shutdown=2, access_log=False
    )

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            streams.end()
            await super().shutdown(sockets)

    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again when all is closed
        Server(config).run(sockets=[listener])


def default_data_dir(storage: Path = Path("/data")) -> Path:
    """Where things are kept if nobody says where: where SEQ2SEQ_DATA_DIR does, or beside the app.

    Args:
        storage: Where a Hugging Face Space has its persistent storage, if it has any; that is
            then the place.
    """
    if chosen := os.environ.get("SEQ2SEQ_DATA_DIR"):
        return Path(chosen)
    in_space = bool(os.environ.get(SPACE))
    return storage if in_space and os.access(storage, os.W_OK) else DEFAULT_DATA_DIR


def _listen(host: str, port: int) -> socket.socket:
    """Takes the port first, so that a taken one is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, else asyncio leaves Nagle's algorithm on, and every answer waits 40 ms for the
    # acknowledgement of its own head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform == "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "no such port"
        raise InputError(
            f"{host}:{port}: cannot listen here ({reason}); "
            f"choose another port, such as --port {port + 1 if port < 65535 else DEFAULT_PORT}"
        ) from None
    return listener


def _open_when_up(address: str, port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.1)
    webbrowser.open(address)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the server as a program.

    The environment variables GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, which a Hugging Face
    Space sets, are the defaults of `--host` and `--port`; SEQ2SEQ_DATA_DIR is that of `--data-dir`.

    Returns:
        The exit status: 0, 1 if the work failed, 2 if the input is at fault.
    """
    parser = argparse.ArgumentParser(description="Serve the app of seq2seq-keras.")
    parser.add_argument("--host", default=os.environ.get("GRADIO_SERVER_NAME", DEFAULT_HOST))
    parser.add_argument(
        "--port", type=int, default=os.environ.get("GRADIO_SERVER_PORT", DEFAULT_PORT)
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=default_data_dir(),
        help="where corpora, trainings and models are kept (default: ./workspace)",
    )
    parser.add_argument("--open-browser", action="store_true")
    parser.add_argument(
        "--mcp",
        action="store_true",
        help="offer the tools translate and list_models over the Model Context Protocol, too",
    )
    options = parser.parse_args(arguments)
    try:
        run(options.host, options.port, options.data_dir, options.open_browser, options.mcp)
    except (InputError, WorkError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0
