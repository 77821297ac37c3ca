"""How long one has to wait after wrong passwords."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How wrong tries are borne.

    Attributes:
        free: Tries that cost no waiting.
        longest: Seconds that one waits at most; the wait doubles from 1 with each try.
        forgiven: Seconds after which one try is forgotten.
    """

    free: int
    longest: float
    forgiven: float

    def wait(self, tries: float) -> float:
        """The seconds of waiting after so many wrong tries."""
        over = tries - self.free
        return 0.0 if over <= 0 else min(self.longest, 2.0 ** min(over - 1, 30))


PAIR = Patience(free=5, longest=300, forgiven=600)
"""Of one address, or one browser that was logged in before, at one account."""

ADDRESS = Patience(free=40, longest=60, forgiven=30)
"""Of one address at all accounts: a whole class may be behind it."""

ACCOUNT = Patience(free=60, longest=30, forgiven=60)
"""Of all addresses together at one account. A browser that was logged in before does not wait."""


class Throttle:
    """Counts tries; each counts as wrong until it has turned out right.

    A try that has to wait is not made and does not count, so a wait always ends.

    Args:
        most: How many counts are kept; the one not used for longest is forgotten.
        now: The time in seconds.

    Example:
        >>> throttle = Throttle()
        >>> throttle.begin([("ada from 127.0.0.1", PAIR)])
        0.0
    """

    def __init__(self, most: int = 20_000, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._now = now
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, tuple[float, float]] = OrderedDict()  # how many, and when

    def begin(self, counts: Sequence[tuple[str, Patience]]) -> float:
        """Begins a try.

        Args:
            counts: What it counts for.

        Returns:
            The seconds to wait before it can be made; 0 where it can be made now.
        """
        with self._lock:
            wait = max(self._wait(name, patience) for name, patience in counts)
            if wait <= 0:
                for name, patience in counts:
                    self._tries[name] = (self._left(name, patience) + 1, self._now())
                    self._tries.move_to_end(name)
                while len(self._tries) > self._most:
                    self._tries.popitem(last=False)
        return max(wait, 0.0)

    def succeeded(self, counts: Sequence[tuple[str, Patience]], own: str) -> None:
        """Takes a try back that was right.

        Args:
            counts: What it was begun with.
            own: The one of them that is forgotten altogether.
        """
        with self._lock:
            for name, _ in counts:
                if name == own:
                    self._tries.pop(name, None)
                elif name in self._tries:
                    tries, since = self._tries[name]
                    self._tries[name] = (max(0.0, tries - 1), since)

    def _wait(self, name: str, patience: Patience) -> float:
        tries, since = self._tries.get(name, (0.0, 0.0))
        return since + patience.wait(tries) - self._now()

    def _left(self, name: str, patience: Patience) -> float:
        tries, since = self._tries.get(name, (0.0, self._now()))
        return max(0.0, tries - (self._now() - since) / patience.forgiven)
