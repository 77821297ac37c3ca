"""What happens inside a translator, step by step, in NumPy and by the formulas of the papers.

The package can be called, and is then its function `explain`: with `import seq2seq_keras as s2s`,
`s2s.explain(translator, sentence)`. Importing it imports no Keras.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from seq2seq_keras.explain.beam_tree import BeamTree, Node, beam_tree
from seq2seq_keras.explain.changes import (
    AttendTo,
    Change,
    ClampGate,
    ReplaceWord,
    SetAttention,
    SwapSource,
)
from seq2seq_keras.explain.distance import SourceGradients, mean_by_distance, source_gradients
from seq2seq_keras.explain.fresh_cells import FreshGradients, fresh_gradients
from seq2seq_keras.explain.model import Model
from seq2seq_keras.explain.neurons import Working, similar_together, worked_through
from seq2seq_keras.explain.probe import Accuracy, Bottleneck, bottleneck
from seq2seq_keras.explain.trace import Explanation, explain
from seq2seq_keras.explain.what_if import WhatIf, what_if

__all__ = [
    "Accuracy",
    "AttendTo",
    "BeamTree",
    "Bottleneck",
    "Change",
    "ClampGate",
    "Explanation",
    "FreshGradients",
    "Model",
    "Node",
    "ReplaceWord",
    "SetAttention",
    "SourceGradients",
    "SwapSource",
    "WhatIf",
    "Working",
    "beam_tree",
    "bottleneck",
    "explain",
    "fresh_gradients",
    "mean_by_distance",
    "similar_together",
    "source_gradients",
    "what_if",
    "worked_through",
]


class _Callable(ModuleType):
    """`explain` is a package and a function: importing the one must not hide the other."""

    def __call__(self, *args: Any, **kwargs: Any) -> Explanation:
        return explain(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
