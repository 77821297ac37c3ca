"""Rows of live hypotheses, and where they stand.

A search keeps `beam_size` *places* for each sentence of a batch, numbered
`sentence * beam_size + slot`. Only places that hold a live hypothesis are computed: a *row* of
an array is one live hypothesis, and rows get fewer as hypotheses end. Where shapes are fixed,
on JAX, every place has a row for as long as the search runs.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


def has_fixed_shapes() -> bool:
    """Whether the backend compiles for fixed shapes, so that rows cannot get fewer."""
    return keras.backend.backend() == "jax"


def positions(mask: Any) -> Any:
    """Returns the positions at which a vector is true; of fixed shapes, all positions."""
    if has_fixed_shapes():
        return ops.arange(ops.shape(mask)[0])
    return ops.cast(ops.nonzero(mask)[0], "int32")


def inverse(positions: Any, size: Any) -> Any:
    """Returns where in `positions` each of `size` numbers stands; 0 for one that does not."""
    numbers = ops.arange(ops.shape(positions)[0])
    return ops.scatter(positions[:, None], numbers, (size,))


def take_in_rows(x: Any, columns: Any) -> Any:
    """Returns `x[row, columns[row, i]]`, `(rows, i)`; one gather from the flat array."""
    first = ops.arange(ops.shape(x)[0])[:, None] * ops.shape(x)[1]
    return ops.take(ops.reshape(x, (-1,)), first + ops.cast(columns, "int32"))
