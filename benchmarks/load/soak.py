"""An hour of work: at its end nothing may be left that was not there after the first minutes.

Every thirty seconds comes another piece of work: a short training, the translation of a file, an
export, uploads and deletions, a page that is opened and closed. What each leaves in the workspace
is cleaned up with the page's own buttons. When each had its turn twice, files, open handles,
threads and processes are counted; at the end none may have been added. The slope of the memory
since then is told.

    python -m benchmarks.load.soak [--minutes 60] [--every 30] [--demo] [--out FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.load.phases import submit_file, submit_training
from benchmarks.load.running import REPOSITORY, TEMPORARY, Running, running
from benchmarks.load.use import COUNTS, Use, figures, look, watching
from benchmarks.load.visitors import SAMPLE_FILE, Visitor, ended
from benchmarks.load.waits import FAILURES, told
from benchmarks.settings import CACHE

Turn = Callable[[Visitor], Awaitable[None]]

ROUNDS_TO_WARM = 2
_TIMES_TO_LOOK = 4

SECONDS_TO_CALM = 15.0
"""Connections that are idle are closed by then, and threads that are have been idle for long."""


@dataclass(frozen=True)
class Stock:
    """What there is while nobody asks for anything.

    Attributes:
        use: What the processes use.
        files: Every file of the server's.
    """

    use: Use
    files: frozenset[str]

    def more_than(self, before: Stock) -> dict[str, Any]:
        """Says what there is now that was not there before: new files, and counts that grew.

        What is temporary should not be there at any time when nobody asks for anything.
        """
        passed = {name for name in self.files if name.startswith(TEMPORARY)}
        new = sorted((self.files - before.files) | passed)
        now, then = asdict(self.use), asdict(before.use)
        grown = {name: now[name] - then[name] for name in COUNTS if now[name] > then[name]}
        return ({"files": new} if new else {}) | grown


async def stock(app: Running, calm: float = SECONDS_TO_CALM) -> Stock:
    """Takes stock after some silence.

    Threads of a pool that had nothing to do for ten seconds end when the next thing is done.
    """
    await asyncio.sleep(calm)
    await app.visitor().call("list_models")
    await asyncio.sleep(1.0)
    return Stock(look(app.server.pid), frozenset(app.files()))


async def train(visitor: Visitor) -> None:
    """Trains for a second, translates with what came of it, and deletes it."""
    job = await ended(visitor, await submit_training(visitor, "short"))
    for model in job["models"]:
        await visitor.call("translate", "A dog runs.", model)
        await visitor.call("delete_model", model)


async def translate_file(visitor: Visitor) -> None:
    """Has a file translated and takes it away."""
    job = await ended(visitor, await submit_file(visitor, "text"))
    await visitor.download(job["downloads"]["translation"])


async def export(visitor: Visitor) -> None:
    """Exports a model and takes it away."""
    model = (await visitor.call("list_models"))[0]["id"]
    job = await ended(visitor, await visitor.call("export_model", model, "keras"))
    await visitor.download(job["downloads"]["export"])


async def upload(visitor: Visitor) -> None:
    """Uploads a corpus, and one that is broken."""
    content = (REPOSITORY / SAMPLE_FILE).read_bytes()
    await visitor.call("upload_corpus", await visitor.upload("corpus.tsv", content))
    broken = await visitor.upload("broken.zip", b"PK\x03\x04 and no more")
    try:
        await visitor.call("upload_corpus", broken)
    except RuntimeError:
        pass
    else:
        raise RuntimeError("a broken archive was taken for a corpus")


async def move(visitor: Visitor) -> None:
    """Takes a model away and uploads it; it is deleted, and comes back, and goes."""
    model = (await visitor.call("list_models"))[0]
    archive = await visitor.download(model["download"])
    taken = await visitor.call("upload_model", await visitor.upload("model.zip", archive))
    deleted = await visitor.call("delete_model", taken["id"])
    back = await visitor.call("restore_model", deleted)
    await visitor.call("delete_model", back["id"])


async def come_and_go(visitor: Visitor) -> None:
    """Opens the page, translates, and closes it."""
    await visitor.open()
    await visitor.translate("The young man with a red hat walks outside today.")
    await visitor.close()


TURNS: tuple[Turn, ...] = (
    train,
    translate_file,
    export,
    upload,
    move,
    come_and_go,
)


async def clean(visitor: Visitor) -> None:
    """Removes what the turns left, by the buttons of the Models tab."""
    for part in ("jobs", "corpora", "trash"):
        await visitor.press("disk-use", act="clean", item=part)


async def soak(
    app: Running,
    minutes: float,
    every: float,
    calm: float = SECONDS_TO_CALM,
    turns: Sequence[Turn] = TURNS,
) -> dict[str, Any]:
    """Has one turn after the other until the time is over.

    Args:
        app: The server.
        minutes: For how long, after the turns that only warm up.
        every: Seconds from the start of one turn to that of the next; one that takes longer makes
            the next one late.
        calm: Seconds of silence before stock is taken.
        turns: What is done, in turn.

    Returns:
        What was done, what failed, what is left, and what was used, as JSON.
    """
    failures: list[str] = []
    owner = app.visitor()  # in a demo, what one keeps for a day is no leak

    async def take_turns(until: Callable[[int], bool]) -> int:
        done = 0
        while not until(done):
            begin, turn = time.monotonic(), turns[done % len(turns)]
            try:
                visitor = owner if app.is_demo else app.visitor()
                await turn(visitor)
                await clean(visitor)
            except FAILURES as error:
                failures.append(f"{turn.__name__}: {told(error)}")
            done += 1
            took = time.monotonic() - begin
            print(f"{done}: {turn.__name__}, {took:.1f} s", file=sys.stderr, flush=True)
            await asyncio.sleep(max(0.0, every - took))
        return done

    await take_turns(lambda done: done >= ROUNDS_TO_WARM * len(turns))
    before = await stock(app, calm)
    end = time.monotonic() + 60 * minutes
    async with watching(app.server.pid) as seen:
        done = await take_turns(lambda _: time.monotonic() >= end)
    for _ in range(_TIMES_TO_LOOK):  # what is only passing is gone at another look
        after = await stock(app, calm)
        if not after.more_than(before):
            break
    return {
        "minutes": minutes,
        "turns": done,
        "errors": failures,
        "left": after.more_than(before),
        "before": asdict(before.use),
        "after": asdict(after.use),
        "use": figures(seen),
    }


def table(found: Mapping[str, Any]) -> str:
    """Returns the results as lines to read."""
    lines = [f"{'':<24}{'before':>10}{'after':>10}{'MB/min':>10}"]
    for name, use in found["use"].items():
        before, after = found["before"][name], found["after"][name]
        rise = use.get("slope")
        lines.append(
            f"{name.replace('_', ' '):<24}{round(before, 1):>10,}{round(after, 1):>10,}"
            + ("" if rise is None else f"{rise:>+10.3f}")
        )
    left = [f"left: {name}: {value}" for name, value in found["left"].items()]
    return "\n".join([f"{found['turns']} turns", *lines, *left, *found["errors"]])


async def _measure(options: argparse.Namespace) -> dict[str, Any]:
    async with running(options.demo) as app:
        found = await soak(app, options.minutes, options.every)
    described = {"date": f"{datetime.now(UTC):%Y-%m-%d}", **machine.describe()}
    return {**described, "demo": options.demo, **found}


def main(arguments: Sequence[str] | None = None) -> int:
    """Soaks, prints and writes what was found; returns 1 if anything failed or is left."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=60, help="after warming up (default: 60)")
    parser.add_argument("--every", type=float, default=30, help="seconds (default: 30)")
    parser.add_argument("--demo", action="store_true", help="as a public demo")
    parser.add_argument("--out", type=Path, default=CACHE / "soak.json", help="results")
    options = parser.parse_args(arguments)
    found = asyncio.run(_measure(options))
    print(table(found))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 1 if found["errors"] or found["left"] else 0


if __name__ == "__main__":
    sys.exit(main())
