"""Runs the server as a program: where it listens, for whom, and what it says when it starts."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import shutil
import signal
import sys
import threading
import time
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from seq2seq_keras import __version__
from seq2seq_keras.app.listening import listen, on_this_machine, url_of
from seq2seq_keras.app.login.hub_app import hub_app
from seq2seq_keras.app.open_streams import OpenStreams
from seq2seq_keras.app.server import build_server
from seq2seq_keras.app.temporary import temporary_folder
from seq2seq_keras.app.visitors.limits import DEMO, SPACE, demo_limits
from seq2seq_keras.app.visitors.quota import GIGABYTES, QUOTA, quota_bytes
from seq2seq_keras.errors import InputError, WorkError

if TYPE_CHECKING:
    import socket

    from seq2seq_keras.accounts import AccountBook

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 7860
DEFAULT_DATA_DIR = Path("workspace")

AUTH = "SEQ2SEQ_AUTH"
"""The environment variable that turns the login on (1, or hub) or off (0)."""

Login = Literal["accounts", "hub", "none"]
"""How one logs in: with an account of the data folder, by the Hugging Face Hub, or not at all."""

_LOGINS: dict[str, Login] = {"0": "none", "1": "accounts", "hub": "hub"}

ALLOWED_HOSTS = "SEQ2SEQ_ALLOWED_HOSTS"
"""The environment variable that holds host names by which the app is reached, between commas."""


_log = logging.getLogger(__name__)


@temporary_folder()
def run(
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    data_dir: Path = DEFAULT_DATA_DIR,
    open_browser: bool = False,
    mcp: bool = False,
    auth: Login | None = None,
    allowed_hosts: Sequence[str] = (),
    quota: float | None = None,
) -> None:
    """Serves the app until it is interrupted.

    It is a public demo where `SEQ2SEQ_DEMO` says so and nobody has to log in, see `demo_limits`.

    Args:
        host: address to listen on; 127.0.0.1 is this machine alone.
        port: port to listen on.
        data_dir: where corpora, jobs, models and accounts are kept.
        open_browser: whether to open the page in the browser.
        mcp: whether to offer tools over the Model Context Protocol, too.
        auth: how one logs in; by default as `SEQ2SEQ_AUTH` says.
        allowed_hosts: host names by which it is reached, beside those of `SEQ2SEQ_ALLOWED_HOSTS`;
            see `OwnPages`.
        quota: gigabytes that each of those who log in may keep; by default as `SEQ2SEQ_QUOTA`
            says; see `quota_bytes`.

    Raises:
        InputError: the port is taken, the folder cannot be used, a package is missing, or there
            is no account to log in to.
    """
    if mcp:
        from seq2seq_keras.app.mcp import ADDRESS, check_installed

        check_installed()
    login = wanted_login(auth)
    accounts = _accounts(data_dir) if login == "accounts" else None
    hub = hub_app() if login == "hub" else None
    limits = demo_limits() if login == "none" else None
    if quota is not None and login == "none":
        raise InputError("--quota: is of those who log in; give --auth as well")
    named = os.environ.get(ALLOWED_HOSTS, "").split(",")
    names = [name.strip() for name in [*allowed_hosts, *named] if name.strip()]
    listener = listen(host, port)
    local = on_this_machine(listener)
    import uvicorn

    from seq2seq_keras.jobs.logs import FOLDER, log_to

    server = build_server(
        data_dir,
        mcp=mcp,
        limits=limits,
        accounts=accounts,
        hub=hub,
        quota=None if login == "none" else quota_bytes(quota),
        names=names,
        host=host,
        strict=local or bool(names),
    )
    log_to(data_dir / FOLDER)
    _log.info("version %s begins, process %d", __version__, os.getpid())
    address = url_of(host, port)
    print(f"seq2seq-keras is at {address}  (Ctrl-C ends it)", flush=True)
    if limits is not None:
        print(
            "It is a public demo: each visitor has a workspace of their own, and limits", flush=True
        )
    elif accounts is not None:
        print(f"Who has an account can log in; {len(accounts.all())} have", flush=True)
    elif hub is not None:
        print(f"Who has an account at {hub.provider} can log in, at https://{hub.host}", flush=True)
    elif not local:
        print(
            f"warning: whoever reaches {host}:{port} can use, change and delete all that is here; "
            "to ask for a login: seq2seq-keras accounts add NAME, then start with --auth",
            file=sys.stderr,
            flush=True,
        )
    if mcp:
        print(f"Its MCP tools are at {address}{ADDRESS}  (streamable HTTP)", flush=True)
    if open_browser:
        threading.Thread(target=_open_when_up, args=(address, port), daemon=True).start()
    streams = OpenStreams(server)
    config = uvicorn.Config(
        streams,
        log_level="warning",
        log_config=None,
        timeout_graceful_shutdown=2,
        access_log=False,
    )

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            streams.end()
            await super().shutdown(sockets)

    # Uvicorn sends itself the signal again when all is closed; by default that would end Python at
    # once, without removing the temporary files.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
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


def wanted_login(asked: Login | None = None, environment: Mapping[str, str] = os.environ) -> Login:
    """Tells how one logs in to the app.

    Args:
        asked: What the command line says, if it says anything.
        environment: Environment variables, of which `SEQ2SEQ_AUTH` decides otherwise.

    Raises:
        InputError: The variable is neither 0 nor 1 nor hub, or the app is to be a public demo as
            well.

    Example:
        >>> wanted_login(None, {"SEQ2SEQ_AUTH": "1"})
        'accounts'
    """
    wanted = environment.get(AUTH) or "0"
    if wanted not in _LOGINS:
        raise InputError(
            f"{AUTH}: expected 1 to ask for a login, hub for one by the Hugging Face Hub, or 0, "
            f"received {wanted!r}"
        )
    login = asked or _LOGINS[wanted]
    if login != "none" and environment.get(DEMO) == "1":
        raise InputError(f"--auth: a public demo ({DEMO}=1) asks nobody for a login; choose one")
    return login


def _accounts(data_dir: Path) -> AccountBook:
    from seq2seq_keras.accounts import AccountBook

    book = AccountBook(data_dir.resolve())
    if not book.all():
        program = "seq2seq-keras" if shutil.which("seq2seq-keras") else "python -m seq2seq_keras"
        raise InputError(
            f"--auth: there is no account in {data_dir} yet, so nobody could log in; add one by: "
            f"{program} accounts add NAME --data-dir {data_dir}"
        )
    return book


def _open_when_up(address: str, port: int) -> None:
    import socket

    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.1)
    webbrowser.open(address)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the server as a program.

    The environment variables GRADIO_SERVER_NAME and GRADIO_SERVER_PORT, which a Hugging Face
    Space sets, are the defaults of `--host` and `--port`; SEQ2SEQ_DATA_DIR is that of `--data-dir`,
    SEQ2SEQ_AUTH that of `--auth`, SEQ2SEQ_QUOTA that of `--quota`, and SEQ2SEQ_ALLOWED_HOSTS adds
    to `--allow-host`.

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
    parser.add_argument(
        "--auth",
        nargs="?",
        const="accounts",
        choices=("accounts", "hub"),
        help="ask for a login: of the accounts in the data folder, or by the Hugging Face Hub "
        f"(default: as {AUTH} says)",
    )
    parser.add_argument("--no-auth", dest="auth", action="store_const", const="none")
    parser.add_argument(
        "--quota",
        type=float,
        metavar="GB",
        help="what each of those who log in may keep; 0 is as much as the disk has (default: as "
        f"{QUOTA} says, else {GIGABYTES:g})",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a host name by which a proxy makes the app reached; can be given several times",
    )
    options = parser.parse_args(arguments)
    try:
        run(
            options.host,
            options.port,
            options.data_dir,
            options.open_browser,
            options.mcp,
            options.auth,
            options.allow_host,
            options.quota,
        )
    except (InputError, WorkError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0
