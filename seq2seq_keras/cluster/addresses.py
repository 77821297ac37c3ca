"""Which processes train together, and which of them this one is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq_keras.errors import InputError

AUTO = "auto"

# In a process of its own: TensorFlow would stay in the memory of the small one that asks. It wants
# to know of GPUs, and fails without any; the worker finds its own.
_ASK_SLURM = """
import json
import tensorflow as tf
resolver = tf.distribute.cluster_resolver.SlurmClusterResolver(
    gpus_per_node=1000, gpus_per_task=1, auto_set_gpu=False
)
workers = resolver.cluster_spec().as_dict()["worker"]
print(json.dumps([workers, resolver.get_task_info()[1]]))
"""


@dataclass(frozen=True)
class Cluster:
    """The workers of a training, each a process, and which of them this is.

    Attributes:
        addresses: `host:port` of each; the first is the chief's.
        number: Of this one, from 0.

    Example:
        >>> Cluster.of(["10.0.0.1:7000", "10.0.0.2:7000"], 1).name(0)
        'worker 0 (10.0.0.1:7000)'
    """

    addresses: tuple[str, ...]
    number: int

    @classmethod
    def of(cls, addresses: Sequence[str], number: int) -> Cluster:
        """Builds it from addresses as a user gives them.

        Raises:
            InputError: There is none, one is no `host:port`, two are the same, or there is no
                worker of that number.
        """
        for address in addresses:
            split_address(address)
        if len(addresses) < 2:
            raise InputError(
                "--cluster: give the host:port of every worker, the chief's first, between commas; "
                "a training on this machine alone needs none"
            )
        if len(set(addresses)) < len(addresses):
            raise InputError("--cluster: an address stands there twice; each worker has its own")
        if not 0 <= number < len(addresses):
            raise InputError(
                f"--worker {number}: there are workers 0 to {len(addresses) - 1} in --cluster"
            )
        return cls(tuple(addresses), number)

    def name(self, number: int) -> str:
        """How a message calls a worker."""
        return f"worker {number} ({self.addresses[number]})"

    @property
    def is_chief(self) -> bool:
        """Whether this is the worker that writes what is kept."""
        return self.number == 0


def split_address(address: str) -> tuple[str, int]:
    """Splits `host:port`, or `[host]:port` for an IPv6 address.

    Raises:
        InputError: It is none.

    Example:
        >>> split_address("10.0.0.1:7000")
        ('10.0.0.1', 7000)
    """
    host, colon, port = address.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if not colon or not host or not port.isascii() or not port.isdigit():
        raise InputError(f"--cluster: {address!r} is no host:port, such as 10.0.0.1:7000")
    if not 0 < int(port) < 65536:
        raise InputError(f"--cluster: {address!r}: a port is a number from 1 to 65535")
    return host, int(port)


def find_cluster(
    given: str, number: int | None = None, environment: Mapping[str, str] = os.environ
) -> Cluster | None:
    """Finds out who trains together.

    Args:
        given: `host:port,host:port`; or `auto`, which takes them from `TF_CONFIG` (Kubeflow and
            others set it) or from Slurm.
        number: Which of them this is; None where `auto` tells it.
        environment: Where `auto` looks.

    Returns:
        The cluster; None if `auto` finds this process to be the only one.

    Raises:
        InputError: It cannot be found out, or does not fit together.

    Example:
        >>> find_cluster("10.0.0.1:7000,10.0.0.2:7000", number=0).is_chief
        True
    """
    if given != AUTO:
        if number is None:
            raise InputError("--worker: say which of the workers in --cluster this is, from 0")
        return Cluster.of([address.strip() for address in given.split(",")], number)
    if number is not None:
        raise InputError("--worker: --cluster auto finds the number itself; leave it out")
    if environment.get("TF_CONFIG"):
        addresses, number = _of_tf_config(environment["TF_CONFIG"])
    elif "SLURM_PROCID" in environment:
        addresses, number = _of_slurm(environment)
    else:
        raise InputError(
            "--cluster auto: there is neither TF_CONFIG nor Slurm in the environment; give "
            "--cluster host:port,host:port and --worker N"
        )
    return Cluster.of(addresses, number) if len(addresses) > 1 else None


def _of_tf_config(text: str) -> tuple[list[str], int]:
    try:
        content: dict[str, Any] = json.loads(text)
        roles: dict[str, list[str]] = content["cluster"]
        role, index = content["task"]["type"], int(content["task"]["index"])
        chiefs, workers = list(roles.get("chief", [])), list(roles.get("worker", []))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            'TF_CONFIG: expected {"cluster": {"worker": ["host:port", ...]}, '
            '"task": {"type": "worker", "index": 0}}'
        ) from None
    if role not in ("chief", "worker"):
        raise InputError(f"TF_CONFIG: this process is a {role!r}; only chief and worker train here")
    addresses = [str(address) for address in chiefs + workers]
    return addresses, index + (len(chiefs) if role == "worker" else 0)


def _of_slurm(environment: Mapping[str, str]) -> tuple[list[str], int]:
    found = subprocess.run(
        [sys.executable, "-P", "-c", _ASK_SLURM],
        env={**environment, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        addresses, number = json.loads(found.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        reason = (found.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise InputError(
            f"--cluster auto: TensorFlow cannot make sense of Slurm's environment ({reason}); "
            "start by srun, or give --cluster host:port,host:port and --worker N"
        ) from None
    return addresses, number
