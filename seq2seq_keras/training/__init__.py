"""Training: batches, loss, the compiled step, the loop, checkpoints and progress.

Importing this package, and with it the events, is light; Keras loads with `fit` or
`dtype_policy`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seq2seq_keras.training.events import (
    EpochEnd,
    Event,
    Finished,
    Listener,
    Notice,
    Progress,
    Started,
    event_from_dict,
)

if TYPE_CHECKING:
    from seq2seq_keras.training.loop import DivergedError, History, fit
    from seq2seq_keras.training.step import dtype_policy

__all__ = [
    "DivergedError",
    "EpochEnd",
    "Event",
    "Finished",
    "History",
    "Listener",
    "Notice",
    "Progress",
    "Started",
    "dtype_policy",
    "event_from_dict",
    "fit",
]


def __getattr__(name: str) -> Any:
    if name in ("DivergedError", "History", "fit"):
        from seq2seq_keras.training import loop

        return getattr(loop, name)
    if name == "dtype_policy":
        from seq2seq_keras.training.step import dtype_policy

        return dtype_policy
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
