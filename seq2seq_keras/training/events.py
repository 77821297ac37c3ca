"""What a training tells its listener while it runs; every event turns into JSON and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Literal, Self

FinishReason = Literal["epochs", "time limit", "early stop", "stopped"]


@dataclass(frozen=True)
class Event:
    """The common part of all events: `kind` names the class in JSON."""

    kind: ClassVar[str] = "event"

    def to_dict(self) -> dict[str, Any]:
        """Returns plain types only, with `kind` beside the fields."""
        return {"kind": self.kind, **asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Builds the event from what `to_dict` returned; fields it does not know are ignored."""
        known = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True)
class Started(Event):
    """Training begins, or goes on: `history` then holds the rows of the epochs before."""

    kind: ClassVar[str] = "started"

    parameters: int
    batches_per_epoch: int
    pairs: int
    epochs: int
    time_limit: float | None
    device: str
    left_out: int
    epochs_done: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Progress(Event):
    """About twice a second: where the epoch stands.

    `loss` is the mean a token so far, `gradient_norm` the mean a step so far, before clipping.
    """

    kind: ClassVar[str] = "progress"

    epoch: int
    batch: int
    batches: int
    loss: float
    tokens_per_second: float
    elapsed_seconds: float
    remaining_seconds: float
    learning_rate: float = 0.0
    gradient_norm: float = 0.0


@dataclass(frozen=True)
class EpochEnd(Event):
    """An epoch was trained and validated.

    Losses are unsmoothed means a target token in nats and perplexity is exp(loss); the
    training loss is measured with dropout on, while the weights change. `tokens_per_second`
    counts target tokens over training time, validation excluded. The norms are those of the
    gradient of all weights, before and after clipping, means over the steps. `attention` shows
    where the network looks while it is made to write the reference of the first example: `source`
    and `target` tokens, and `weights`, a row for each target token.
    """

    kind: ClassVar[str] = "epoch_end"

    epoch: int
    loss: float
    perplexity: float
    valid_loss: float
    valid_perplexity: float
    valid_bleu: float
    learning_rate: float
    tokens_per_second: float
    elapsed_seconds: float
    is_best: bool
    examples: list[dict[str, str]] = field(default_factory=list)
    gradient_norm: float = 0.0
    clipped_norm: float = 0.0
    attention: dict[str, Any] | None = None

    def row(self) -> dict[str, Any]:
        """Returns the numbers, for a table."""
        wanted = self.to_dict()
        return {name: wanted[name] for name in wanted if name not in _NO_NUMBERS}


_NO_NUMBERS = ("kind", "examples", "attention")


@dataclass(frozen=True)
class Notice(Event):
    """Something the user should know, in one sentence."""

    kind: ClassVar[str] = "notice"

    message: str


@dataclass(frozen=True)
class Finished(Event):
    """Training ended; the network holds the weights of the best epoch."""

    kind: ClassVar[str] = "finished"

    reason: FinishReason
    best_epoch: int
    best_bleu: float
    elapsed_seconds: float


Listener = Callable[[Event], None]

_KINDS: dict[str, type[Event]] = {
    cls.kind: cls for cls in (Started, Progress, EpochEnd, Notice, Finished)
}


def event_from_dict(values: Mapping[str, Any]) -> Event:
    """Restores an event of any kind.

    Args:
        values: what `Event.to_dict` returned, perhaps through JSON.

    Returns:
        The event.

    Raises:
        ValueError: when `kind` is missing or unknown.

    Example:
        >>> event_from_dict(Notice("3 pairs were left out").to_dict())
        Notice(message='3 pairs were left out')
    """
    kind = values.get("kind")
    if kind not in _KINDS:
        raise ValueError(f"kind must be one of {', '.join(_KINDS)}, received {kind!r}")
    return _KINDS[kind].from_dict(values)
