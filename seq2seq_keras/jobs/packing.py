"""Arrays on their way to a page: whole numbers of 16 bits in place of digits."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np


def packed(array: np.ndarray) -> dict[str, Any]:
    """An array of numbers in a quarter of the room that digits take.

    Args:
        array: Of any shape.

    Returns:
        `shape`; `scale`; and `data`, whole numbers of 16 bits, little end first, in base64. The
        values are those numbers times `scale`: they are exact to a 65,000th of the largest.

    Example:
        >>> packed(np.array([[0.5, -1.0]]))["shape"]
        [1, 2]
    """
    scale = float(np.abs(array).max(initial=0.0)) / 32767 or 1.0
    whole = np.rint(np.asarray(array, "float64") / scale).astype("<i2")
    return {
        "shape": list(array.shape),
        "scale": scale,
        "data": base64.b64encode(whole.tobytes()).decode("ascii"),
    }


def unpacked(packed: Mapping[str, Any]) -> np.ndarray:
    """The array that `packed` made smaller, to within its precision.

    Example:
        >>> unpacked(packed(np.array([1.0, -0.5]))).round(3)
        array([ 1. , -0.5])
    """
    whole = np.frombuffer(base64.b64decode(packed["data"]), "<i2")
    return whole.reshape(packed["shape"]) * packed["scale"]
