"""Training: batches, loss, the compiled step, the loop, checkpoints and progress.

Importing this package, and with it the events, is light; Keras loads with what trains.
"""

from __future__ import annotations

from importlib import import_module
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
    from seq2seq_keras.training.memory_check import check_memory
    from seq2seq_keras.training.progress import ProgressDisplay
    from seq2seq_keras.training.step import dtype_policy
    from seq2seq_keras.training.vocabularies import learn_tokenizers

__all__ = [
    "DivergedError",
    "EpochEnd",
    "Event",
    "Finished",
    "History",
    "Listener",
    "Notice",
    "Progress",
    "ProgressDisplay",
    "Started",
    "check_memory",
    "dtype_policy",
    "event_from_dict",
    "fit",
    "learn_tokenizers",
]


_MODULE_OF = {
    "DivergedError": "loop",
    "History": "loop",
    "ProgressDisplay": "progress",
    "check_memory": "memory_check",
    "dtype_policy": "step",
    "fit": "loop",
    "learn_tokenizers": "vocabularies",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
