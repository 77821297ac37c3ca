"""When an epoch is the best so far, when the learning rate falls, and when to stop."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

_FULL_RATE_SHARE = 0.5
_LAST_RATE = 0.05


def annealed(share: float) -> float:
    """Factor of the learning rate once `share` of a time limit has passed.

    1 for the first half of the time, then falling in a straight line to a twentieth, so that
    the weights have settled when time is up. Plateaus come too late for that: a training with
    little time ends long before the first of them.

    Example:
        >>> annealed(0.0), annealed(0.5), round(annealed(1.0), 3)
        (1.0, 1.0, 0.05)
    """
    past = min(max(share - _FULL_RATE_SHARE, 0.0) / (1 - _FULL_RATE_SHARE), 1.0)
    return 1 - (1 - _LAST_RATE) * past


@dataclass
class Schedule:
    """Learning-rate decay on a plateau and early stopping, both by validation.

    An epoch is the best so far when its validation BLEU is higher; equal BLEU, at the one
    decimal in which BLEU is usually given, is decided by the lower validation loss. An epoch
    that reaches neither a best score nor the lowest validation loss is a stale one: after it
    the learning rate is halved (down to a hundredth), and after `patience` of them without a
    best epoch in between training stops. Counting the loss as well keeps a small corpus going
    through its first epochs, in which BLEU is next to nothing and wavers.

    Attributes:
        learning_rate: the current rate.
        lowest_rate: it is not halved below this.
        patience: stale epochs until training stops.
        best_epoch: number of the best epoch, 0 while there is none.
        best_bleu: its validation BLEU.
        best_loss: its validation loss.
        lowest_loss: lowest validation loss of any epoch.
        stale: stale epochs since the best one.

    Example:
        >>> schedule = Schedule.start(learning_rate=1e-3, patience=5)
        >>> schedule.update(epoch=1, bleu=12.5, loss=3.1)
        True
    """

    learning_rate: float
    lowest_rate: float
    patience: int
    best_epoch: int = 0
    best_bleu: float = -math.inf
    best_loss: float = math.inf
    lowest_loss: float = math.inf
    stale: int = 0

    @classmethod
    def start(cls, learning_rate: float, patience: int) -> Schedule:
        """Returns the state before the first epoch."""
        return cls(learning_rate, learning_rate / 100, patience)

    def update(self, epoch: int, bleu: float, loss: float) -> bool:
        """Takes in an epoch's validation; returns whether it is the best so far."""
        score, best = round(bleu, 1), round(self.best_bleu, 1)
        is_best = not self.best_epoch or score > best or (score == best and loss < self.best_loss)
        if is_best:
            self.best_epoch, self.best_bleu, self.best_loss = epoch, bleu, loss
            self.stale = 0
        elif loss >= self.lowest_loss:
            self.stale += 1
            self.learning_rate = max(self.learning_rate / 2, self.lowest_rate)
        self.lowest_loss = min(self.lowest_loss, loss)
        return is_best

    @property
    def should_stop(self) -> bool:
        """Whether `patience` stale epochs have passed."""
        return self.stale >= self.patience

    def to_dict(self) -> dict[str, Any]:
        """Returns the state as plain numbers."""
        return asdict(self)

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Schedule:
        """Restores what `to_dict` returned."""
        return cls(**state)
