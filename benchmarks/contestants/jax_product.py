"""How fast the accelerator multiplies large matrices in JAX: what counts as its peak."""

from __future__ import annotations

import statistics
import time

import jax
import jax.numpy as jnp


class Product:
    """Multiplies two square matrices of normal random numbers again and again.

    Args:
        size: Rows and columns of both.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.multiply = jax.jit(jnp.matmul)
        device = jax.devices()[0]
        self.ready = {"device": device.device_kind, "platform": device.platform}

    def measure(self, dtype: str, repeats: int = 20) -> dict[str, float]:
        """Returns the operations a second of products in float32 or bfloat16, at JAX's default
        precision, which on a GPU means TF32 for float32."""
        left, right = (
            jax.random.normal(jax.random.key(seed), (self.size, self.size), dtype)
            for seed in range(2)
        )
        seconds = []
        for _ in range(repeats):
            begin = time.perf_counter()
            self.multiply(left, right).block_until_ready()
            seconds.append(time.perf_counter() - begin)
        return {"operations_per_second": 2 * self.size**3 / statistics.median(seconds)}


def start(**arguments: int) -> Product:
    """Returns the contestant; see `benchmarks.worker`."""
    return Product(**arguments)
