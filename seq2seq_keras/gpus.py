"""How many GPUs training could use here, for processes that are not to load Keras themselves."""

from __future__ import annotations

import subprocess
import sys

from seq2seq_keras.own_process import own_environment

_SECONDS = 300.0

# A driver may list what Keras's backend cannot use, or CUDA_VISIBLE_DEVICES hides. TensorFlow would
# take the memory of the devices that it opens, so it only lists them.
_ASK = """
import keras
if keras.config.backend() == "tensorflow":
    import tensorflow as tf
    found = tf.config.list_physical_devices("GPU")
else:
    import jax
    found = [each for each in jax.local_devices() if each.platform == "gpu"]
print(len(found))
"""


def count_gpus() -> int:
    """Asks Keras's backend for the GPUs of this machine, in a process of its own.

    Returns:
        How many there are; 0 also where the backend cannot be asked.

    Example:
        >>> count_gpus()                                             # doctest: +SKIP
        2
    """
    environment = {
        **own_environment(),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    }
    try:
        asked = subprocess.run(
            [sys.executable, "-P", "-c", _ASK],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
            timeout=_SECONDS,
        )
        return int(asked.stdout.split()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return 0
