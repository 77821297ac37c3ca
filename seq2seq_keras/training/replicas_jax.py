"""Replicas of JAX: one program over all devices, which keras.distribution divides among them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils

from seq2seq_keras.training.batches import Batch
from seq2seq_keras.training.replicas import how_many, how_many_virtual

if TYPE_CHECKING:
    from seq2seq_keras.cluster import Cluster


class JaxReplicas:
    """See `seq2seq_keras.training.replicas.Replicas`."""

    def __init__(self, devices: int | None, cluster: Cluster | None) -> None:
        if cluster is not None:
            _join(cluster)
        found = _local(devices)
        self.worker, self.workers = jax.process_index(), jax.process_count()
        every = [each for each in jax.devices() if each.process_index != self.worker]
        used = sorted([*every, *found], key=lambda each: (each.process_index, each.id))
        names = [f"{each.platform}:{each.id}" for each in used]
        self._distribution = keras.distribution.DataParallel(
            devices=names, auto_shard_dataset=False
        )
        self.count = len(used)
        own = [number for number, each in enumerate(used) if each.process_index == self.worker]
        self.local = range(own[0], own[-1] + 1)

    def scope(self) -> AbstractContextManager[Any]:
        return self._scope()

    @contextlib.contextmanager
    def _scope(self) -> Iterator[None]:
        before = keras.distribution.distribution()
        keras.distribution.set_distribution(self._distribution)
        try:
            yield
        finally:
            keras.distribution.set_distribution(before)

    def spread(self, batch: Batch) -> Batch:
        """Makes of the rows of each process one batch, of which each device holds some."""
        layout = self._distribution.get_data_layout((0, 0)).backend_layout
        return Batch(*(jax.make_array_from_process_local_data(layout, each) for each in batch))

    def assign(self, variable: keras.Variable, value: Any) -> None:
        layout = self._distribution.get_variable_layout(variable).backend_layout
        # Else Keras has all processes compare the values, each time.
        value = np.asarray(value, keras.backend.standardize_dtype(variable.dtype))
        variable.assign(jax.make_array_from_process_local_data(layout, value, value.shape))

    def from_chief(self, content: bytes) -> bytes:
        if self.workers == 1:
            return content
        own = content if self.worker == 0 else b""
        length = int(multihost_utils.broadcast_one_to_all(np.array(len(own), "uint32")))
        values = np.frombuffer(own.ljust(length, b"\0"), "uint8")
        return np.asarray(multihost_utils.broadcast_one_to_all(values)).tobytes()

    def from_all(self, content: bytes) -> list[bytes]:
        if self.workers == 1:
            return [content]
        rows = multihost_utils.process_allgather(np.frombuffer(content, "uint8"))
        return [row.tobytes() for row in np.asarray(rows)]

    def settle(self, model: keras.Model) -> None:
        pass  # random numbers are those of the whole batch


def _join(cluster: Cluster) -> None:
    if not _has_gpus():
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
    keras.distribution.initialize(
        ",".join(cluster.addresses), len(cluster.addresses), cluster.number
    )


def _has_gpus() -> bool:
    from importlib.util import find_spec

    return find_spec("jax_cuda12_plugin") is not None or find_spec("jax_cuda13_plugin") is not None


def _local(devices: int | None) -> list[Any]:
    """The devices of this process; virtual ones only before JAX has looked for any."""
    if devices is not None and devices > 1 and not _has_gpus():
        number = how_many_virtual(devices)
        with contextlib.suppress(RuntimeError):  # JAX has looked: those are counted below
            jax.config.update("jax_num_cpu_devices", number)
    found = jax.local_devices()
    return found[: how_many(devices, len(found), "device")]
