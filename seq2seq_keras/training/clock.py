"""How much of a time limit is left, and when training has to make way for validation."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Counts a training's seconds and plans its end.

    Time is counted from the beginning of the command, and goes on where an interrupted run
    stood. With a limit, `must_validate` says when what is left is needed to validate: so
    long as no validation was timed a guess is made from the speed of training, and never
    more than a third of what was left at the start is set aside on a guess.

    Args:
        limit: seconds in all, or None.
        started: `time.monotonic()` at the beginning of the command; now, by default.
        already: seconds that the interrupted run had used.
        now: the time source.
    """

    def __init__(
        self,
        limit: float | None = None,
        started: float | None = None,
        already: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._start = (now() if started is None else started) - already
        self._limit = limit
        self._validation: float | None = None
        self._guess = 0.0
        self._most_guess = 0.0 if limit is None else max(limit - self.elapsed, 0.0) / 3

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning, an interrupted run's included."""
        return self._now() - self._start

    @property
    def left(self) -> float:
        """Seconds until the limit; infinite without one."""
        return float("inf") if self._limit is None else self._limit - self.elapsed

    @property
    def share(self) -> float:
        """How much of the time to train in has passed, from 0 to 1; 0 without a limit.

        What is set aside for the last validation is no time to train in.
        """
        if self._limit is None:
            return 0.0
        return min(self.elapsed / max(self._limit - self.reserve, 1e-9), 1.0)

    def guess_validation(self, seconds: float) -> None:
        """Sets an estimate that holds until a validation has been timed."""
        if self._validation is None:
            self._guess = seconds

    def validated(self, seconds: float) -> None:
        """Takes in how long a validation with its checkpoint took."""
        self._validation = seconds

    @property
    def reserve(self) -> float:
        """Seconds set aside for a validation and its checkpoint."""
        if self._validation is not None:
            return 1.25 * self._validation + 0.2
        return min(self._guess, self._most_guess)

    @property
    def must_validate(self) -> bool:
        """Whether training has to stop now for validation to end in time."""
        return self.left <= self.reserve

    @property
    def is_nearly_over(self) -> bool:
        """Whether, after a validation, it is not worth training until the next one."""
        return self.left <= 2 * self.reserve
