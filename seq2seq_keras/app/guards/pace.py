"""How often somebody may ask: a bucket of tokens for each, that fills at a steady rate."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from seq2seq_keras.app.guards.addresses import address_of
from seq2seq_keras.app.guards.answers import refuse
from seq2seq_keras.app.visitors.people import PERSON


@dataclass(frozen=True)
class Rate:
    """So many requests a second, and so many at once after a pause."""

    a_second: float
    at_once: int


PERSONS_RATE = Rate(20, 100)
"""Of one account or visitor: some twenty open tabs, each of which follows a training."""

ADDRESS_RATE = Rate(100, 500)
"""Of an address, behind which a whole class may be."""


class Buckets:
    """The buckets of everybody who asked of late.

    Args:
        most: How many are kept; the one not asked for longest is forgotten, and is full again.
        now: The time in seconds.

    Example:
        >>> buckets = Buckets()
        >>> buckets.wait("ada", Rate(1, 1)), buckets.wait("ada", Rate(1, 1))
        (0.0, 1.0)
    """

    def __init__(self, most: int = 10_000, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._now = now
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, who: str, rate: Rate) -> float:
        """Takes a token out of somebody's bucket.

        Returns:
            The seconds until there will be one; 0 where there was.
        """
        with self._lock:
            now = self._now()
            tokens, since = self._buckets.pop(who, (float(rate.at_once), now))
            tokens = min(rate.at_once, tokens + (now - since) * rate.a_second)
            taken = tokens >= 1
            self._buckets[who] = (tokens - taken, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return 0.0 if taken else (1 - tokens) / rate.a_second


class Pace:
    """An ASGI application before another, which is asked to do something only so often.

    Args:
        app: The application behind it. Whom the scope names as a known person has a bucket of their
            own; of all others each address has one.
        persons: The rate of one person.
        address: The rate of one address.

    Example:
        >>> server.add_middleware(Pace)
    """

    def __init__(
        self, app: Any, persons: Rate = PERSONS_RATE, address: Rate = ADDRESS_RATE
    ) -> None:
        self._app = app
        self._persons = persons
        self._address = address
        self._buckets = Buckets()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            person = scope.get(PERSON)
            if person is not None and not person.new:
                wait = self._buckets.wait(f"person {person.key}", self._persons)
            else:
                wait = self._buckets.wait(f"address {address_of(scope)}", self._address)
            if wait:
                seconds = str(math.ceil(wait))
                detail = f"Too many requests. Wait {seconds} s and go on slower."
                await refuse(send, 429, detail, {"retry-after": seconds})
                return
        await self._app(scope, receive, send)
