"""Clipping of gradients by their global norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import ops


def clip_by_global_norm(
    sums: Sequence[Any], limit: float, count: Any = 1.0
) -> tuple[list[Any], Any]:
    """Scales all gradients by one factor so that their joint norm is at most `limit`.

    The factor is min(1, limit / |g|), |g| = sqrt(sum of squares of all gradients)
    (Pascanu, Mikolov and Bengio 2013), where g are the gradients of a mean. Here come those of a
    sum, and the mean is taken with the same factor, which spares a pass over all of them.

    Args:
        sums: dense tensors.
        limit: largest norm allowed.
        count: what the sum has to be divided by to be a mean.

    Returns:
        The clipped gradients of the mean, and their norm before clipping (a float32 scalar).
    """
    squares = [ops.sum(ops.square(ops.cast(gradient, "float32"))) for gradient in sums]
    norm = ops.sqrt(sum(squares[1:], squares[0])) / count
    factor = ops.minimum(1.0, limit / ops.maximum(norm, 1e-12)) / count
    return [gradient * ops.cast(factor, gradient.dtype) for gradient in sums], norm
