"""Memory that ran out: how to tell, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seq2seq_keras.config import Config

_SIGNS = ("ResourceExhausted", "RESOURCE_EXHAUSTED", "OOM when allocating")


def is_out_of_memory(error: Exception) -> bool:
    """Whether Python, TensorFlow or JAX says so, each in its own way."""
    told = f"{type(error).__name__} {error}"
    return isinstance(error, MemoryError) or any(sign in told for sign in _SIGNS)


def smaller(settings: Mapping[str, Any]) -> str:
    """Says in words what to change in settings for which memory was too small.

    Example:
        >>> smaller({"batch_size": 64})
        'a batch size of 32'
    """
    batch_size = Config.create(**settings).batch_size
    return f"a batch size of {batch_size // 2}" if batch_size > 1 else "fewer units"
