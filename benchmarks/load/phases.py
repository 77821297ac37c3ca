"""What is asked of the server: by one, by many, of its queue, with many uploads and open pages."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load.running import REPOSITORY, Running
from benchmarks.load.use import figures, watching
from benchmarks.load.visitors import SAMPLE_FILE, Visitor, text_file
from benchmarks.load.waits import (
    FAILURES,
    SECONDS_BETWEEN,
    Waits,
    ask_alone,
    ask_together,
    beside,
    timed,
    told,
)

REQUESTS_ALONE = 20
LANES = (("train", "compare"), ("score", "translate", "export"))
"""Kinds of jobs of which one runs at a time."""

# A network of a few hundred weights: most of its time goes into starting a process.
TINY = {
    "units": 8,
    "embedding_dim": 8,
    "bidirectional": False,
    "tokenizer": "word",
    "epochs": 1,
}
_PAIRS_OF_TINY = 200
_LINES_OF_TEXT = 20
_PAGES_AT_ONCE = 8
_SECONDS_TO_CALM = 6.0


@dataclass
class Outcome:
    """What came of a phase.

    Attributes:
        waits: Those of translations.
        more: Other waits, by what they were for.
        facts: What else there is to tell.
        failures: What went wrong beside the requests.
        use: What the server used, as JSON.
    """

    waits: Waits
    more: dict[str, Waits] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    use: dict[str, Any] = field(default_factory=dict)

    @property
    def errors(self) -> list[str]:
        """All that failed."""
        waits = (self.waits, *self.more.values())
        return [*self.failures, *(failure for each in waits for failure in each.failures)]

    def figures(self) -> dict[str, Any]:
        """Returns all of it as JSON."""
        return {
            "translations": self.waits.figures(),
            **{name: waits.figures() for name, waits in self.more.items()},
            **self.facts,
            "errors": self.errors,
            "use": self.use,
        }


async def watched(app: Running, phase: Awaitable[Outcome]) -> Outcome:
    """Has a phase run, and notes what the server uses from its start until it is calm again."""
    async with watching(app.server.pid) as seen:
        outcome = await phase
        await asyncio.sleep(_SECONDS_TO_CALM)
    outcome.use = figures(seen)
    return outcome


async def alone(app: Running, requests: int = REQUESTS_ALONE) -> Outcome:
    """One client on the idle machine, who asks one sentence after the other."""
    return Outcome(await ask_alone(app.visitor().translate, requests))


async def clients(
    app: Running,
    count: int = 20,
    seconds: float = 300.0,
    between: float = SECONDS_BETWEEN,
    network: Mapping[str, Any] | None = None,
) -> Outcome:
    """Many who each want a sentence translated now and then, beside a training.

    Args:
        app: The server.
        count: How many there are.
        seconds: For how long they begin to ask.
        between: Seconds between two requests of one.
        network: Settings of the network that is trained; the usual ones by default.
    """
    translators = [app.visitor().translate for _ in range(count)]
    async with _training(app, network or {}):
        return Outcome(await ask_together(translators, seconds, between), facts={"clients": count})


async def jobs(
    app: Running, count: int = 100, between: float = SECONDS_BETWEEN, seconds: float = 5400.0
) -> Outcome:
    """A queue full of short trainings and translations of files, in turn.

    In a demo each is a visitor's of their own, and no more are asked for than may wait there.
    """
    if app.is_demo:
        from seq2seq_keras.app.visitors.limits import Limits

        count = min(count, Limits().waiting)
    owners: list[tuple[Visitor, str]] = []
    failures: list[str] = []

    async def work() -> None:
        one = app.visitor()
        for number in range(count):
            owner = app.visitor() if app.is_demo else one
            submit = submit_training if number % 2 == 0 else submit_file
            owners.append((owner, await submit(owner, f"Job {number + 1}")))
        async with asyncio.timeout(seconds):
            while any(job["state"] in ("queued", "running") for job in await _told(owners)):
                await asyncio.sleep(2.0)
        failures.extend(out_of_order(await _told(owners)))

    begin = time.monotonic()
    waits = await beside(app.visitor().translate, _noting(work(), failures), between)
    facts = {"jobs": count, "seconds_for_jobs": round(time.monotonic() - begin, 1)}
    return Outcome(waits, facts=facts, failures=failures)


async def uploads(app: Running, count: int = 50, between: float = SECONDS_BETWEEN) -> Outcome:
    """Many who all upload a corpus at once; every second one the same, as in a class."""
    content = (REPOSITORY / SAMPLE_FILE).read_bytes()
    taken = Waits()
    owners = [app.visitor() for _ in range(count)]

    async def upload(number: int, owner: Visitor) -> None:
        if number % 2:
            name, sent = "class.tsv", content
        else:
            name, sent = f"corpus-{number}.tsv", content + f"Number {number}.\tNuméro.\n".encode()
        await owner.call("upload_corpus", await owner.upload(name, sent))

    async def work() -> None:
        await asyncio.gather(
            *(timed(upload(number, owner), taken) for number, owner in enumerate(owners))
        )

    waits = await beside(app.visitor().translate, work(), between)
    failures: list[str] = []
    kept = 0
    for owner in owners if app.is_demo else owners[:1]:
        kept += sum(not corpus["sample"] for corpus in await owner.call("list_corpora"))
    if kept != count:
        failures.append(f"{kept} of {count} corpora are there")
    left = [path for path in app.files() if "gradio" in path]
    if left:
        failures.append(f"Gradio kept {', '.join(sorted(left)[:5])}")
    size = round(len(content) / 1e6, 2)
    return Outcome(waits, {"uploads": taken}, {"megabytes_each": size}, failures)


async def pages(
    app: Running, count: int = 500, seconds: float = 300.0, between: float = SECONDS_BETWEEN
) -> Outcome:
    """Many pages that are left open, and one person who translates beside them."""
    opened, visitors = Waits(), [app.visitor() for _ in range(count)]
    some = asyncio.Semaphore(_PAGES_AT_ONCE)

    async def open_one(visitor: Visitor) -> None:
        async with some:
            await timed(visitor.open(), opened)

    await asyncio.gather(*(open_one(visitor) for visitor in visitors))
    waits = await beside(app.visitor().translate, asyncio.sleep(seconds), between)
    lost = sum(not visitor.is_connected for visitor in visitors)
    await asyncio.gather(*(visitor.close() for visitor in visitors))
    failures = [f"{lost} of {count} pages lost their connection"] if lost else []
    return Outcome(waits, {"pages_opened": opened}, {"pages": count}, failures)


def out_of_order(told_of: list[dict[str, Any]]) -> list[str]:
    """Says what is wrong with jobs that have ended.

    Args:
        told_of: What the server tells of each, in the order in which they were asked for.

    Returns:
        A line for each that did not finish, and for each that began before one it stood behind.
    """
    wrong = [
        f"{job['name']}: {job['state']}: {job['message']}"
        for job in told_of
        if job["state"] != "finished"
    ]
    for lane in LANES:
        begun = [job for job in told_of if job["kind"] in lane and job["started"]]
        wrong += [
            f"{later['name']} began before {sooner['name']}"
            for sooner, later in itertools.pairwise(begun)
            if later["started"] < sooner["started"]
        ]
    return wrong


async def submit_training(owner: Visitor, name: str) -> str:
    """Uploads a tiny corpus and asks for a training of a second or two; returns the job's id."""
    lines = (REPOSITORY / SAMPLE_FILE).read_bytes().splitlines(keepends=True)
    corpus = b"".join(lines[:_PAIRS_OF_TINY])
    info = await owner.call("upload_corpus", await owner.upload("tiny.tsv", corpus))
    fields = {**TINY, "time_limit": 5}
    return str(await owner.call("train", info["id"], name, "attention", "own", fields))


async def submit_file(owner: Visitor, name: str) -> str:
    """Uploads a short text and asks for its translation; returns the job's id."""
    text = text_file([f"A dog runs over field {line}." for line in range(_LINES_OF_TEXT)])
    file = await owner.upload(f"{name}.txt", text)
    return str(await owner.call("translate_file", file))


async def _told(owners: list[tuple[Visitor, str]]) -> list[dict[str, Any]]:
    """What the server tells of each job, with one question to each of their owners."""
    known: dict[str, dict[str, Any]] = {}
    for owner in dict.fromkeys(owner for owner, _ in owners):
        known.update({job["id"]: job for job in await owner.call("list_jobs")})
    lost = {"state": "lost", "message": "the server does not know it", "kind": "", "started": None}
    return [known.get(job_id, {"name": job_id, **lost}) for _, job_id in owners]


async def _noting(work: Awaitable[None], failures: list[str]) -> None:
    try:
        await work
    except FAILURES as error:
        failures.append(told(error))


@asynccontextmanager
async def _training(app: Running, network: Mapping[str, Any]) -> AsyncIterator[None]:
    """Has the app train on its English–French sample, without end."""
    owner = app.visitor()
    settings = {**network, "epochs": 100_000, "patience": 100_000}
    if app.is_demo:
        settings["time_limit"] = 10
    sample = (await owner.call("list_corpora"))[0]["id"]
    job_id = await owner.call("train", sample, "Beside the clients", "attention", "own", settings)
    try:
        async with asyncio.timeout(180):
            while not (job := await owner.call("job", job_id))["networks"]:
                if job["state"] not in ("queued", "running"):
                    raise RuntimeError(f"the training does not begin: {job['message']}")
                await asyncio.sleep(0.5)
        yield
        job = await owner.call("job", job_id)
        if job["state"] != "running":
            raise RuntimeError(f"the training ended early: {job['state']} {job['message']}")
    finally:
        await owner.call("cancel", job_id)
        async with asyncio.timeout(60):
            while (await owner.call("job", job_id))["state"] == "running":
                await asyncio.sleep(0.5)
