"""The app as a server of its own, on a folder of its own, warm, with what it uses in sight."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.load.visitors import Site, Visitor
from benchmarks.load.waits import ask_alone

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests"))

from helpers.servers import Server  # noqa: E402

REQUESTS_TO_WARM = 5
TEMPORARY = "temporary"
"""The folder in which the server finds the system's temporary files."""

SECONDS_TO_PREPARE = 10.0


class Running:
    """A server that runs.

    Args:
        server: Its process.
        site: Its page.
        folder: Where its workspace and its temporary files lie.
        is_demo: Whether each visitor has a workspace of their own.
    """

    def __init__(self, server: Server, site: Site, folder: Path, is_demo: bool) -> None:
        self.server = server
        self.site = site
        self.folder = folder
        self.is_demo = is_demo

    def visitor(self) -> Visitor:
        """Somebody who comes."""
        return Visitor(self.site)

    def files(self) -> set[str]:
        """Every file of the server's, but its lock and what a database makes as it works."""
        passing = ("-wal", "-shm", "-journal", ".lock")
        return {
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if path.is_file() and not path.name.endswith(passing)
        }


@asynccontextmanager
async def running(
    demo: bool = False, prepare: float = SECONDS_TO_PREPARE
) -> AsyncIterator[Running]:
    """Starts the app on an empty folder, and waits until it is warm.

    Args:
        demo: As a public demo.
        prepare: Seconds for what the translation process prepares after its first answers.

    Raises:
        RuntimeError: It does not become ready, or does not translate.

    Example:
        >>> async with running() as app:
        ...     await app.visitor().translate("A dog.")
    """
    with tempfile.TemporaryDirectory(prefix="load-") as place:
        folder = Path(place)
        temporary = folder / TEMPORARY
        temporary.mkdir()
        environment = {
            "SEQ2SEQ_DEMO": "1" if demo else "0",
            "GRADIO_TEMP_DIR": "",
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
        }
        server = Server(REPOSITORY, folder / "data", environment=environment)
        await asyncio.to_thread(server.start)
        try:
            site = await Site.at(server.address)
            app = Running(server, site, folder, demo)
            await _warm(app)
            await asyncio.sleep(prepare)
            yield app
            await site.transport.aclose()
        finally:
            await asyncio.to_thread(server.stop)


async def _warm(app: Running, seconds: float = 300.0) -> None:
    """Waits for the translation process."""
    end = time.monotonic() + seconds
    visitor = app.visitor()
    await visitor.translate("A dog.")  # whoever comes first has the process started
    while not await asyncio.to_thread(_is_ready, app.server.address):
        if time.monotonic() > end:
            raise RuntimeError("the translation process does not become ready")
        await asyncio.sleep(0.5)
    failures = (await ask_alone(visitor.translate, REQUESTS_TO_WARM)).failures
    if failures:
        raise RuntimeError(f"the app does not translate: {failures[0]}")


def _is_ready(address: str) -> bool:
    with urllib.request.urlopen(f"{address}health", timeout=60) as answer:
        return bool(json.load(answer)["translation_ready"])
