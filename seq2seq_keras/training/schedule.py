"""When an epoch is the best so far, how the learning rate goes, and when to stop."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from seq2seq_keras.errors import InputError

_LAST_RATE = 0.05
_SHARE_AT_FULL_RATE = 0.1
_WARM_UP_STEPS = 200


def warm_up(step: int, batches_per_epoch: int) -> float:
    """Factor of the learning rate at its beginning, where Adam knows little of the gradients.

    It rises in a straight line for 200 steps, or for an epoch where that has fewer.

    Args:
        step: updates of the weights so far.
        batches_per_epoch: updates in an epoch.

    Example:
        >>> warm_up(0, 1000), warm_up(99, 1000), warm_up(500, 1000)
        (0.005, 0.5, 1.0)
    """
    return min((step + 1) / min(_WARM_UP_STEPS, batches_per_epoch), 1.0)


def falling(progress: float) -> float:
    """Factor of the learning rate on its way down: from 1 in a straight line to a twentieth.

    Args:
        progress: how much of the way is done, from 0 to 1; what lies outside counts as that.

    Example:
        >>> falling(0.0), round(falling(1.0), 3)
        (1.0, 0.05)
    """
    return 1 - (1 - _LAST_RATE) * min(max(progress, 0.0), 1.0)


@dataclass
class Schedule:
    """A learning rate that falls to a twentieth over the budget, or sooner, and then the end.

    At a constant rate the weights wander about a good place; a falling one lets them settle
    in it, which is worth several BLEU. So the rate falls in a straight line, and has fallen
    wherever a training ends:

    - from a tenth of the epochs or minutes allowed until they are over, or
    - after `patience` stale epochs, for half as many epochs as there were until then.

    An epoch is the best so far when its validation BLEU is higher; equal BLEU, at the one
    decimal in which BLEU is usually given, is decided by the lower validation loss. An epoch
    that reaches neither a best score nor the lowest validation loss is a stale one. Counting
    the loss as well keeps a small corpus going through its first epochs, in which BLEU is
    next to nothing and wavers.

    Attributes:
        patience: stale epochs until the rate begins to fall.
        best_epoch: number of the best epoch, 0 while there is none.
        best_bleu: its validation BLEU.
        best_loss: its validation loss.
        lowest_loss: lowest validation loss of any epoch.
        stale: stale epochs since the best one.
        fall_begin: the epoch after which the rate began to fall for want of progress.

    Example:
        >>> schedule = Schedule(patience=3)
        >>> schedule.update(epoch=1, bleu=12.5, loss=3.1)
        True
        >>> schedule.factor(epochs=1.5, share=0.1)
        1.0
    """

    patience: int
    best_epoch: int = 0
    best_bleu: float = -math.inf
    best_loss: float = math.inf
    lowest_loss: float = math.inf
    stale: int = 0
    fall_begin: int | None = None

    @property
    def fall_end(self) -> int | None:
        """The epoch after which the rate has fallen for want of progress."""
        return None if self.fall_begin is None else math.ceil(1.5 * self.fall_begin)

    def update(self, epoch: int, bleu: float, loss: float) -> bool:
        """Takes in an epoch's validation; returns whether it is the best so far."""
        score, best = round(bleu, 1), round(self.best_bleu, 1)
        is_best = not self.best_epoch or score > best or (score == best and loss < self.best_loss)
        if is_best:
            self.best_epoch, self.best_bleu, self.best_loss = epoch, bleu, loss
            self.stale = 0
        elif loss >= self.lowest_loss:
            self.stale += 1
        self.lowest_loss = min(self.lowest_loss, loss)
        if self.stale >= self.patience and self.fall_begin is None:
            self.fall_begin = epoch
        return is_best

    def begin_anew(self) -> None:
        """Forgets that there was no progress: the rate may rise again for a larger budget.

        The best epoch stays the best until there is a better one; but epochs at a high rate,
        which are worse than those at the low one before, shall not count as stale.
        """
        self.stale = 0
        self.lowest_loss = math.inf
        self.fall_begin = None

    def factor(self, epochs: float, share: float) -> float:
        """Returns what the learning rate is to be multiplied with.

        Args:
            epochs: epochs done, with the part of the running one.
            share: how much of the epochs or minutes allowed has passed, from 0 to 1.
        """
        factor = falling((share - _SHARE_AT_FULL_RATE) / (1 - _SHARE_AT_FULL_RATE))
        if self.fall_begin is not None and self.fall_end is not None:
            length = self.fall_end - self.fall_begin
            factor = min(factor, falling((epochs - self.fall_begin) / length))
        return factor

    def should_stop(self, epoch: int) -> bool:
        """Whether the rate has fallen, for want of progress, by the end of this epoch."""
        return self.fall_end is not None and epoch >= self.fall_end

    def to_dict(self) -> dict[str, Any]:
        """Returns the state as plain numbers."""
        return asdict(self)

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Schedule:
        """Restores what `to_dict` returned.

        Raises:
            InputError: if another version of this program wrote it.
        """
        try:
            return cls(**state)
        except TypeError:
            raise InputError(
                "the checkpoint was written by another version of this program; train anew into "
                "another --out"
            ) from None
