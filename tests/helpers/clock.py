"""A clock that the tests move, and a loop of events that moves it from one to the next."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class Clock:
    """Tells the time that it was set to.

    Args:
        time: The seconds that it begins with.

    Example:
        >>> clock = Clock()
        >>> clock.time += 60
        >>> clock()
        60.0
    """

    def __init__(self, time: float = 0.0) -> None:
        self.time = time

    def __call__(self) -> float:
        return self.time


class _WithoutWaiting(selectors.DefaultSelector):
    """Moves a clock to where the next event is due, in place of waiting for it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._clock.time += timeout or 0.0
        return super().select(0 if timeout is not None else None)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        super().__init__(_WithoutWaiting(clock))
        self._clock = clock

    def time(self) -> float:
        return self._clock()


def run_by(clock: Clock, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Runs what waits for moments, without waiting: however busy the machine, none is late.

    Args:
        clock: Is moved on, and is what `work` is to read the time from.
        work: Begins it. It may wait for nothing from outside the loop.

    Example:
        >>> clock = Clock()
        >>> run_by(clock, lambda: asyncio.sleep(60, "done")), clock()
        ('done', 60.0)
    """
    with asyncio.Runner(loop_factory=lambda: _Loop(clock)) as runner:
        return runner.run(work())
