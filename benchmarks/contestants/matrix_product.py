"""How fast this machine multiplies matrices: what every rate is measured against.

The product is that of the vocabulary projection, (tokens of a batch, embedding_dim) times
(embedding_dim, vocabulary), in float32, by TensorFlow.
"""

from __future__ import annotations

import statistics
import time

import tensorflow as tf


class Product:
    """Multiplies two matrices of normal random numbers again and again.

    Args:
        rows, inner, columns: The product is (rows, inner) times (inner, columns).
    """

    def __init__(self, rows: int, inner: int, columns: int) -> None:
        self.operations = 2 * rows * inner * columns
        self.left = tf.random.normal((rows, inner))
        self.right = tf.random.normal((inner, columns))
        self.ready = {"operations": self.operations}

    def measure(self, seconds: float) -> dict[str, float]:
        """Returns the operations a second, by the median time of a product."""
        times = []
        begin = last = time.perf_counter()
        while last - begin < seconds:
            tf.matmul(self.left, self.right)  # on a CPU it is done when the call returns
            times.append(time.perf_counter() - last)
            last += times[-1]
        return {"operations_per_second": self.operations / statistics.median(times)}


def start(**arguments: int) -> Product:
    """Returns the contestant; see `benchmarks.worker`."""
    return Product(**arguments)
