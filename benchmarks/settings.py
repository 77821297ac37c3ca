"""The one task that all contestants are given."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
CACHE = REPOSITORY / "benchmarks" / ".cache"
RESULTS = REPOSITORY / "benchmarks" / "results"

EMBEDDING_DIM = 256
UNITS = 512
"""Width of the decoder's GRU, and of the encoder's two directions together."""

VOCAB_SIZE = 8000
"""Most entries of each side's vocabulary, special ones included."""

BATCH_SIZE = 128
LEARNING_RATE = 1e-3
GRADIENT_CLIP = 1.0
DROPOUT = 0.3
LABEL_SMOOTHING = 0.1
MAX_LENGTH = 128
BEAM_SIZE = 5
LENGTH_PENALTY = 0.6

SCORES = {"before": "additive", "after": "general", "none": "none"}
"""The score function that goes with each placement: Bahdanau's and Luong's; none without any."""


@dataclass(frozen=True)
class Network:
    """The variant of the network that a contestant is to train.

    Attributes:
        placement: `before`, `after` or `none`.
        units: Width of the decoder, and of the encoder's two directions together.
        batch_size: Sentence pairs a step.
        cell: `gru` or `lstm`.
        dtype: `float32`, or `bfloat16` for its products.
    """

    placement: str
    units: int = UNITS
    batch_size: int = BATCH_SIZE
    cell: str = "gru"
    dtype: str = "float32"


def available_threads() -> int:
    """Returns how many cores this process may use; every contestant computes with as many."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
