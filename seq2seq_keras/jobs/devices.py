"""How many devices this machine has for a training; asked without TensorFlow in this process."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Mapping

from seq2seq_keras.errors import InputError
from seq2seq_keras.own_process import own_environment

DEVICES = "SEQ2SEQ_DEVICES"
"""The environment variable that says how many devices are offered, whatever is found."""

_SECONDS = 120.0

# What the driver lists, Keras's backend may not be able to use, or CUDA_VISIBLE_DEVICES hides.
# TensorFlow would take the memory of the devices that it opens, so it only lists them.
_ASK_BACKEND = """
import keras
if keras.config.backend() == "tensorflow":
    import tensorflow as tf
    found = tf.config.list_physical_devices("GPU")
else:
    import jax
    found = [each for each in jax.local_devices() if each.platform == "gpu"]
print(len(found))
"""


def wanted_devices(environment: Mapping[str, str] = os.environ) -> int | None:
    """Tells how many devices are to be offered, if somebody says so.

    A machine without GPUs divides its processor into so many, to try it out.

    Args:
        environment: Environment variables, of which `SEQ2SEQ_DEVICES` decides.

    Raises:
        InputError: It is no number from 1.

    Example:
        >>> wanted_devices({"SEQ2SEQ_DEVICES": "2"})
        2
    """
    wanted = environment.get(DEVICES)
    if not wanted:
        return None
    if not wanted.isascii() or not wanted.isdigit() or int(wanted) < 1:
        raise InputError(f"{DEVICES}: expected a number from 1, received {wanted!r}")
    return int(wanted)


@functools.cache
def found_devices() -> int:
    """Finds out over how many GPUs of this machine a training can be spread.

    Most machines have one or none, of which the driver knows in a moment. Only where it lists
    several is Keras's backend asked, in a process of its own, which takes some seconds.

    Returns:
        The number; 1 unless there are several.
    """
    listed = _said(["nvidia-smi", "--list-gpus"]).splitlines()
    if sum(line.startswith("GPU ") for line in listed) < 2:
        return 1
    number = _said([sys.executable, "-P", "-c", _ASK_BACKEND]).strip()
    return max(1, int(number)) if number.isdigit() else 1


def _said(command: list[str]) -> str:
    """What a program prints; nothing if there is none, or it fails."""
    environment = {
        **own_environment(),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    }
    try:
        return subprocess.run(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
            timeout=_SECONDS,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
