"""How long people wait, counted from the moment at which they asked or wanted to ask."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

SECONDS_BETWEEN = 10.0

FAILURES = (httpx.HTTPError, RuntimeError, OSError, ValueError)
"""What counts as a failure of the server's, a timeout among them."""

Translate = Callable[[str], Awaitable[str]]

_ADJECTIVES = ("young", "old", "tall", "small", "happy", "tired")
_PEOPLE = ("man", "woman", "boy", "girl", "child", "player")
_COLOURS = ("red", "blue", "green", "white", "black", "yellow")
_VERBS = ("walks", "sits", "stands", "plays", "waits", "sleeps")


@dataclass
class Waits:
    """How long the answers to some requests took, in seconds, and why others failed."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Returns median, 95th percentile and the rest as JSON."""
        return {
            "requests": len(self.seconds) + len(self.failures),
            "median": statistics.median(self.seconds) if self.seconds else None,
            "percentile_95": percentile(self.seconds, 95) if self.seconds else None,
            "longest": max(self.seconds, default=None),
            "failures": self.failures,
            "seconds": [round(seconds, 4) for seconds in self.seconds],
        }


def percentile(values: Sequence[float], percent: float) -> float:
    """Returns the smallest of `values` that so many percent of them do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def sentence(chance: random.Random) -> str:
    """Returns an English sentence of ten words."""
    adjective, person, colour, verb = map(chance.choice, (_ADJECTIVES, _PEOPLE, _COLOURS, _VERBS))
    return f"The {adjective} {person} with a {colour} hat {verb} outside today."


def told(error: BaseException) -> str:
    """Names a failure in one line."""
    return f"{type(error).__name__}: {error}"


async def timed(work: Awaitable[Any], waits: Waits, since: float | None = None) -> None:
    """Waits for one thing, and notes how long that took, or why it failed.

    Args:
        work: What is waited for.
        waits: Where it is noted.
        since: From when it counts, by `time.monotonic`; from now by default.
    """
    since = time.monotonic() if since is None else since
    try:
        await work
    except FAILURES as error:
        waits.failures.append(told(error))
    else:
        waits.seconds.append(time.monotonic() - since)


async def ask_alone(translate: Translate, requests: int) -> Waits:
    """Asks one sentence after the other."""
    chance, waits = random.Random(1), Waits()
    for _ in range(requests):
        await timed(translate(sentence(chance)), waits)
    return waits


async def ask_regularly(
    translate: Translate, waits: Waits, seconds: float, between: float, number: int = 0
) -> None:
    """Asks again and again, first at a moment of one's own.

    A request counts from the moment at which it was due, so that one that is late makes the next
    one late too.

    Args:
        translate: Translates a sentence.
        waits: Where it is noted.
        seconds: For how long requests begin.
        between: Seconds between two of them.
        number: Of the one who asks: decides on moments and sentences.
    """
    chance, begin = random.Random(number), time.monotonic()
    due = begin + chance.uniform(0, min(between, seconds))
    while due < begin + seconds:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await timed(translate(sentence(chance)), waits, due)
        due += between


async def ask_together(
    translators: Sequence[Translate], seconds: float, between: float = SECONDS_BETWEEN
) -> Waits:
    """Lets many ask regularly.

    Args:
        translators: One for each who asks.
        seconds: For how long they begin to ask.
        between: Seconds between two requests of one.

    Returns:
        All their waits.

    Example:
        >>> (await ask_together([v.translate for v in visitors], 60)).figures()["median"]
    """
    waits = Waits()
    await asyncio.gather(
        *(
            ask_regularly(translate, waits, seconds, between, number)
            for number, translate in enumerate(translators)
        )
    )
    return waits


async def beside(
    translate: Translate, work: Awaitable[Any], between: float = SECONDS_BETWEEN
) -> Waits:
    """Asks regularly while something else is being done.

    Returns:
        The waits of the one who asked.
    """
    waits, over = Waits(), asyncio.Event()

    async def keep_asking() -> None:
        chance, due = random.Random(0), time.monotonic()
        while not over.is_set():
            await timed(translate(sentence(chance)), waits, due)
            due += between
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), max(0.0, due - time.monotonic()))

    asking = asyncio.create_task(keep_asking())
    try:
        await work
    finally:
        over.set()
        await asking
    return waits
