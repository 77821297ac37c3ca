"""Clipping of gradients by their global norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keras import ops


def clip_by_global_norm(gradients: Sequence[Any], limit: float) -> tuple[list[Any], Any]:
    """Scales all gradients by one factor so that their joint norm is at most `limit`.

    The factor is min(1, limit / |g|), |g| = sqrt(sum of squares of all gradients)
    (Pascanu, Mikolov and Bengio 2013).

    Args:
        gradients: dense tensors.
        limit: largest norm allowed.

    Returns:
        The clipped gradients, and the norm before clipping (a float32 scalar).
    """
    squares = [ops.sum(ops.square(ops.cast(gradient, "float32"))) for gradient in gradients]
    norm = ops.sqrt(sum(squares[1:], squares[0]))
    factor = ops.minimum(1.0, limit / ops.maximum(norm, 1e-12))
    return [gradient * ops.cast(factor, gradient.dtype) for gradient in gradients], norm
