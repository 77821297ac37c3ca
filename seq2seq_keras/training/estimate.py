"""What a training takes, as `measurement` measured it; light, for who only shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """What one network of a training takes.

    Attributes:
        epoch_seconds: Seconds an epoch, without validation.
        start_seconds: Seconds until the first epoch begins.
        memory_bytes: Memory of the training process; None where the system does not tell.
        parameters: Trained numbers of the network.
        tokens_per_second: Target tokens a second.
    """

    epoch_seconds: float
    start_seconds: float
    memory_bytes: int | None
    parameters: int
    tokens_per_second: float

    def seconds(self, epochs: int, minutes: float | None = None) -> float:
        """Returns the longest that a training of so many epochs or minutes takes."""
        whole = self.start_seconds + epochs * self.epoch_seconds
        return whole if minutes is None else min(whole, 60 * minutes)
