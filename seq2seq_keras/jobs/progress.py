"""From a job's events to what a person wants to know: how far, how long still, how good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_NO_NUMBERS = ("kind", "system", "examples", "attention")


@dataclass
class SystemProgress:
    """One network's training so far.

    Attributes:
        epoch, batch, batches: The running epoch, and the batches of it that are done.
        fraction: The share of the whole that is done.
        history: The numbers of each epoch, as `EpochEnd` tells them.
        examples_by_epoch: The same sentences with their translations after each epoch.
        attention_by_epoch: Where the network looked for the first of them after each epoch.
        memory_bytes: The most memory that its process held so far.
        finished: How it ended.
    """

    name: str
    parameters: int = 0
    pairs: int = 0
    device: str = ""
    epochs: int = 0
    time_limit: float | None = None
    epoch: int = 0
    batch: int = 0
    batches: int = 0
    fraction: float = 0.0
    loss: float | None = None
    tokens_per_second: float | None = None
    elapsed_seconds: float = 0.0
    remaining_seconds: float | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    examples_by_epoch: dict[int, list[dict[str, str]]] = field(default_factory=dict)
    attention_by_epoch: dict[int, dict[str, Any]] = field(default_factory=dict)
    memory_bytes: int | None = None
    finished: dict[str, Any] | None = None

    @property
    def examples(self) -> list[dict[str, str]]:
        """Sentences with their translations after the last epoch."""
        return next(reversed(self.examples_by_epoch.values()), [])

    @property
    def best_bleu(self) -> float | None:
        scores = [row["valid_bleu"] for row in self.history]
        return max(scores, default=None)


@dataclass
class JobProgress:
    """All networks of a job, in the order of their training, and the stage it is in.

    Where a file is translated there is no training; `translated` is the share that is done.
    """

    systems: dict[str, SystemProgress] = field(default_factory=dict)
    expected: int = 1
    stage: str = ""
    notices: list[str] = field(default_factory=list)
    translated: float = 0.0
    translation_seconds_left: float | None = None

    @property
    def current(self) -> SystemProgress | None:
        """The network that trains now, or trained last."""
        return next(reversed(self.systems.values()), None)

    @property
    def fraction(self) -> float:
        """The share of the whole job that is done, by each network's own measure."""
        trained = sum(system.fraction for system in self.systems.values()) / self.expected
        return min(1.0, trained + self.translated)

    @property
    def remaining_seconds(self) -> float | None:
        """Time left; a network that has not begun is taken to need as long as the current one."""
        current = self.current
        if current is None:
            return self.translation_seconds_left
        if current.remaining_seconds is None:
            return None
        whole = current.elapsed_seconds + current.remaining_seconds
        return current.remaining_seconds + whole * (self.expected - len(self.systems))


def summarise(
    events: Iterable[dict[str, Any]], expected: int = 1, into: JobProgress | None = None
) -> JobProgress:
    """Folds events, as `Job.events` reads them, into a `JobProgress`.

    Args:
        events: the events; each names its `system` where it belongs to one.
        expected: how many networks the job trains.
        into: what earlier events gave, to be carried on; it is changed.
    """
    progress = into or JobProgress(expected=expected)
    for event in events:
        kind = event["kind"]
        if kind == "stage":
            progress.stage = event["text"]
            continue
        if kind == "notice":
            if event["message"] not in progress.notices:
                progress.notices.append(event["message"])
            continue
        if kind == "translated":
            progress.translated = event["done"] / event["of"]
            progress.translation_seconds_left = event.get("remaining_seconds")
            continue
        name = event.get("system", "")
        system = progress.systems.setdefault(name, SystemProgress(name))
        if kind == "started":
            system.parameters = event["parameters"]
            system.pairs = event["pairs"]
            system.device = event["device"]
            system.epochs = event["epochs"]
            system.time_limit = event["time_limit"]
            system.batches = event["batches_per_epoch"]
            for row in event["history"]:  # of epochs whose own events a sudden end swallowed
                if row["epoch"] > len(system.history):
                    _take_in(system, row)
        elif kind == "progress":
            system.epoch = event["epoch"]
            system.batch, system.batches = event["batch"], event["batches"]
            system.loss = event["loss"]
            system.tokens_per_second = event["tokens_per_second"]
            system.memory_bytes = event.get("memory_bytes")
            _advance(system, event["elapsed_seconds"], event["remaining_seconds"])
        elif kind == "epoch_end":
            _take_in(system, event)
            system.epoch = event["epoch"]
            system.batch = system.batches
            system.tokens_per_second = event["tokens_per_second"]
            _advance(system, event["elapsed_seconds"], None)
        elif kind == "finished":
            system.finished = event
            system.elapsed_seconds = event["elapsed_seconds"]
            system.remaining_seconds = 0.0
            system.fraction = 1.0
    return progress


def _take_in(system: SystemProgress, event: dict[str, Any]) -> None:
    """Adds an epoch; one that was gone through again after a sudden end replaces the former."""
    epoch = event["epoch"]
    del system.history[epoch - 1 :]
    system.history.append({name: event[name] for name in event if name not in _NO_NUMBERS})
    if event.get("examples"):
        system.examples_by_epoch[epoch] = event["examples"]
    if event.get("attention"):
        system.attention_by_epoch[epoch] = event["attention"]


def _advance(system: SystemProgress, elapsed: float, remaining: float | None) -> None:
    system.elapsed_seconds = elapsed
    if remaining is not None:
        system.remaining_seconds = remaining
    if system.remaining_seconds is not None:
        whole = elapsed + system.remaining_seconds
        # Never backwards: a bar that retreats looks broken, while an estimate may well rise.
        system.fraction = max(system.fraction, min(0.99, elapsed / whole if whole else 0.0))
