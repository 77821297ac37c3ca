"""How many devices this machine has for a training; asked without TensorFlow in this process."""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Mapping

from seq2seq_keras.errors import InputError
from seq2seq_keras.gpus import count_gpus

DEVICES = "SEQ2SEQ_DEVICES"
"""The environment variable that says how many devices are offered, whatever is found."""

_SECONDS = 30.0


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
    return max(1, count_gpus()) if len(_listed()) > 1 else 1


def _listed() -> list[str]:
    """What the driver lists; nothing where there is none."""
    try:
        done = subprocess.run(
            ["nvidia-smi", "--list-gpus"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [line for line in done.stdout.splitlines() if line.startswith("GPU ")]
