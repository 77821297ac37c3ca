"""Replicas of TensorFlow: MirroredStrategy in one process, MultiWorkerMirroredStrategy in several.

MultiWorkerMirroredStrategy takes the processor as one device, so virtual ones are for one process,
and as many devices in every process as in this one.
"""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from seq2seq_keras.errors import InputError
from seq2seq_keras.training.replicas import how_many, how_many_virtual

if TYPE_CHECKING:
    from seq2seq_keras.cluster import Cluster


class TensorFlowReplicas:
    """See `seq2seq_keras.training.replicas.Replicas`.

    Attributes:
        strategy: In whose scope variables are mirrored, and whose `run` calls every replica.
    """

    def __init__(self, devices: int | None, cluster: Cluster | None) -> None:
        found = tf.config.list_physical_devices("GPU")
        self.worker, self.workers = 0, 1
        self.strategy: tf.distribute.Strategy
        if cluster is None:
            self.strategy = _mirrored(*_local(devices, len(found)))
        else:
            self.worker, self.workers = cluster.number, len(cluster.addresses)
            if found:
                tf.config.set_visible_devices(found[: how_many(devices, len(found))], "GPU")
            elif devices is not None and devices > 1:
                raise InputError(
                    f"--devices {devices}: this machine has no GPU, and in a cluster its processor "
                    "is one device; start as many workers as you want"
                )
            self.strategy = tf.distribute.MultiWorkerMirroredStrategy(_resolver(cluster))
        self.count = self.strategy.num_replicas_in_sync
        own = len(self.strategy.extended.worker_devices)
        self.local = range(self.worker * own, (self.worker + 1) * own)
        self._total = self._compile_total()

    def scope(self) -> AbstractContextManager[Any]:
        return self.strategy.scope()

    def assign(self, variable: keras.Variable, value: Any) -> None:
        variable.assign(value)

    def number(self) -> int:
        """Returns, inside a replica, which of this process's it is."""
        context = tf.distribute.get_replica_context()
        return int(tf.get_static_value(context.replica_id_in_sync_group)) - self.local.start

    def from_chief(self, content: bytes) -> bytes:
        own = content if self.worker == 0 else b""
        length = int.from_bytes(self._added_up(len(own).to_bytes(8, "big")), "big")
        return self._added_up(own.ljust(length, b"\0"))

    def from_all(self, content: bytes) -> list[bytes]:
        length = len(content)
        place = self.worker * length
        row = bytes(place) + content + bytes(length * self.workers - length - place)
        total = self._added_up(row)
        return [total[start : start + length] for start in range(0, len(total), max(length, 1))]

    def settle(self, model: keras.Model) -> None:
        weights = {id(variable) for variable in model.weights}
        for variable in model.variables:
            if id(variable) in weights:
                continue
            components = self.strategy.experimental_local_results(variable.value)
            for number, component in zip(self.local, components, strict=True):
                shift = np.zeros(component.shape, component.dtype.as_numpy_dtype)
                shift[0] = number  # of (seed, counter)
                component.assign(component + shift)

    def _added_up(self, content: bytes) -> bytes:
        """Adds up bytes, of which at each place only one process gives another than zero."""
        values = np.frombuffer(content, "uint8").astype("float32")
        return self._total(values).numpy().astype("uint8").tobytes()

    def _compile_total(self) -> Any:
        """Makes a function that adds up what each process gives, (length,) of float32.

        Inside replicas, integers cannot be added up.
        """

        @tf.function(input_signature=[tf.TensorSpec((None,), tf.float32)], autograph=False)
        def total(values: tf.Tensor) -> tf.Tensor:
            def replica() -> tf.Tensor:
                given = tf.identity(values) if self.number() == 0 else tf.zeros_like(values)
                return tf.distribute.get_replica_context().all_reduce("sum", given)

            return self.strategy.experimental_local_results(self.strategy.run(replica))[0]

        return total


@functools.cache
def _mirrored(*devices: str) -> tf.distribute.Strategy:
    """Returns one strategy for all trainings of a process: it numbers their exchanges in a row.

    Each strategy begins with the same number, and TensorFlow takes those of one number for one.
    """
    return tf.distribute.MirroredStrategy(devices)


def _local(devices: int | None, gpus: int) -> list[str]:
    if gpus:
        return [f"GPU:{number}" for number in range(how_many(devices, gpus))]
    number = how_many_virtual(devices or 1)
    (processor,) = tf.config.list_physical_devices("CPU")
    parts = [tf.config.LogicalDeviceConfiguration() for _ in range(number)]
    tf.config.set_logical_device_configuration(processor, parts)
    return [f"CPU:{part}" for part in range(number)]


def _resolver(cluster: Cluster) -> Any:
    return tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": list(cluster.addresses)}),
        task_type="worker",
        task_id=cluster.number,
        rpc_layer="grpc",
    )
