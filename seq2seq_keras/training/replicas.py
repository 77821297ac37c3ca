"""The devices that train one network together: in this process, and in others beside it."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

import keras

from seq2seq_keras.counted import counted
from seq2seq_keras.errors import InputError

if TYPE_CHECKING:
    from seq2seq_keras.cluster import Cluster

MOST_VIRTUAL = 16
"""Into so many devices the processor may be divided."""


class Replicas(Protocol):
    """Copies of a network, each on a device of its own, that make the same steps.

    Each worker is a process. The chief, number 0, writes what is kept and decides what follows
    from the time. All workers make the same calls in the same order.

    Attributes:
        count: How many there are in all workers.
        local: The numbers of those in this process.
        worker: The number of this process.
        workers: How many processes there are.
    """

    count: int
    local: range
    worker: int
    workers: int

    def scope(self) -> AbstractContextManager[Any]:
        """In it a network and its optimizer are built."""

    def assign(self, variable: keras.Variable, value: Any) -> None:
        """Sets a variable that was built in the scope; all workers set it to the same value."""

    def from_chief(self, content: bytes) -> bytes:
        """Returns what the chief gave, in every worker; what others give is not looked at."""

    def from_all(self, content: bytes) -> list[bytes]:
        """Returns what every worker gave, all of one length, in their order."""

    def settle(self, model: keras.Model) -> None:
        """Lets each replica draw its own dropout, from variables that are alike by now."""


class OneReplica:
    """One device in one process: the usual case."""

    count, local, worker, workers = 1, range(1), 0, 1

    def scope(self) -> AbstractContextManager[Any]:
        return contextlib.nullcontext()

    def assign(self, variable: keras.Variable, value: Any) -> None:
        variable.assign(value)

    def from_chief(self, content: bytes) -> bytes:
        return content

    def from_all(self, content: bytes) -> list[bytes]:
        return [content]

    def settle(self, model: keras.Model) -> None:
        pass


ONE: Replicas = OneReplica()


def open_replicas(devices: int | None = 1, cluster: Cluster | None = None) -> Replicas:
    """Takes the devices to train on.

    To be called before Keras touches a device. Without GPUs, `devices` virtual ones are made of
    the processor: they show that a training over several works, and make it no faster.

    Args:
        devices: How many of this machine's; None for all GPUs that it has.
        cluster: The processes on all machines; None for this one alone.

    Returns:
        One replica for each device.

    Raises:
        InputError: The machine has fewer devices.

    Example:
        >>> open_replicas(devices=2).count                           # doctest: +SKIP
        2
    """
    if devices == 1 and cluster is None:
        return ONE
    backend = keras.config.backend()
    if backend == "tensorflow":
        from seq2seq_keras.training.replicas_tensorflow import TensorFlowReplicas

        return TensorFlowReplicas(devices, cluster)
    if backend == "jax":
        from seq2seq_keras.training.replicas_jax import JaxReplicas

        return JaxReplicas(devices, cluster)
    raise RuntimeError(f"training needs the tensorflow or jax backend of Keras, not {backend}")


def how_many_virtual(devices: int) -> int:
    """Returns into how many devices the processor is divided.

    Raises:
        InputError: They would be too many.
    """
    if devices > MOST_VIRTUAL:
        raise InputError(
            f"--devices {devices}: this machine has no GPU, and its processor stands in for at "
            f"most {MOST_VIRTUAL} devices"
        )
    return devices


def how_many(devices: int | None, found: int, what: str = "GPU") -> int:
    """Returns how many of the devices found are used.

    Raises:
        InputError: There are fewer than asked for.
    """
    if devices is None:
        return found
    if devices > found:
        have = counted(found, what)
        raise InputError(f"--devices {devices}: this machine has {have}; give all or {found}")
    return devices
