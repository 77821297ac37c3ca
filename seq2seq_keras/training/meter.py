"""Sums over the training steps of an epoch."""

from __future__ import annotations

import math
import time
from typing import Any

from keras import ops

_PROGRESS_SECONDS = 0.5


class Meter:
    """Sums over the steps of an epoch; results are left on the device until `read`.

    Reading makes the host wait for the device, so it happens about twice a second. The sums
    are of doubles in the order of the steps, whenever they are read, and so reproducible.
    """

    def __init__(self, gradient_clip: float = math.inf) -> None:
        self.gradient_clip = gradient_clip
        self.unread: list[Any] = []
        self.total = 0.0
        self.tokens = 0.0
        self.norms = 0.0
        self.clipped_norms = 0.0
        self.batches = 0
        self.is_finite = True
        self.begin = self.last = self.made = time.monotonic()
        self.first_seconds = 0.0

    def state(self) -> dict[str, float]:
        """Returns what was read so far, as plain values to be carried over an interruption."""
        return {
            "total": self.total,
            "tokens": self.tokens,
            "norms": self.norms,
            "clipped_norms": self.clipped_norms,
            "batches": self.batches,
            "seconds": self.last - self.begin,
        }

    @classmethod
    def carried_on(cls, state: dict[str, Any] | None, gradient_clip: float) -> Meter:
        """Returns a meter that goes on from a `state`, or a new one."""
        meter = cls(gradient_clip)
        if state is not None:
            meter.total, meter.tokens = state["total"], state["tokens"]
            meter.norms, meter.clipped_norms = state["norms"], state["clipped_norms"]
            meter.batches = state["batches"]
            meter.begin -= state["seconds"]
        return meter

    def add(self, result: Any) -> None:
        self.unread.append(result)
        self.first_seconds = self.first_seconds or time.monotonic() - self.made

    @property
    def is_due(self) -> bool:
        return time.monotonic() - self.last >= _PROGRESS_SECONDS

    def read(self) -> None:
        for result in self.unread:
            total, tokens, norm = ops.convert_to_numpy(result).astype("float64")
            self.is_finite &= math.isfinite(total) and math.isfinite(norm)
            self.total += total
            self.tokens += tokens
            self.norms += norm
            self.clipped_norms += min(norm, self.gradient_clip)
        self.batches += len(self.unread)
        self.unread.clear()
        self.last = time.monotonic()

    @property
    def seconds(self) -> float:
        return max(self.last - self.begin, 1e-9)

    @property
    def loss(self) -> float:
        return float(self.total / self.tokens)

    @property
    def gradient_norm(self) -> float:
        """Mean of the gradients' norms before clipping."""
        return float(self.norms / self.batches)

    @property
    def clipped_norm(self) -> float:
        """Mean of the gradients' norms after clipping."""
        return float(self.clipped_norms / self.batches)

    @property
    def tokens_per_second(self) -> float:
        return float(self.tokens / self.seconds)
