"""Refusing a network that is too large for the memory, before anything of it is built."""

from __future__ import annotations

from collections.abc import Callable

from seq2seq_keras.config import Config
from seq2seq_keras.errors import WorkError
from seq2seq_keras.network_size import count_parameters
from seq2seq_keras.training.free_memory import free_memory

# Of each parameter: the weight, its gradient, Adam's two moments, and the best weights so far.
_NUMBERS_A_PARAMETER = 5
_BYTES_A_NUMBER = 4


def memory_to_train(config: Config, source_vocab_size: int, target_vocab_size: int) -> int:
    """Returns the bytes without which a network cannot be trained, its activations not counted.

    Example:
        >>> memory_to_train(Config(), 4000, 4000)
        89077760
    """
    parameters = count_parameters(config, source_vocab_size, target_vocab_size)
    return parameters * _NUMBERS_A_PARAMETER * _BYTES_A_NUMBER


def check_memory(
    config: Config,
    source_vocab_size: int,
    target_vocab_size: int,
    free: Callable[[], int] = free_memory,
) -> None:
    """Refuses a network for which the memory of this machine cannot be enough.

    The system would else kill the process once the memory is used up, or another one that had
    nothing to do with it. What is let through may still need more, for its batches. On a GPU, which
    has memory of its own and refuses by itself what does not fit, nothing is checked.

    Args:
        config: The settings.
        source_vocab_size, target_vocab_size: Entries in the vocabularies.
        free: Tells how many bytes are free.

    Raises:
        WorkError: It is too large.

    Example:
        >>> check_memory(Config(), 4000, 4000)
    """
    from seq2seq_keras.training.step import device_name  # imports Keras

    if not device_name().startswith("cpu"):
        return
    needed = memory_to_train(config, source_vocab_size, target_vocab_size)
    left = free()
    if needed > left:
        parameters = count_parameters(config, source_vocab_size, target_vocab_size)
        raise WorkError(
            f"A network of {parameters:,} parameters needs about {_gigabytes(needed)} GB to train; "
            f"{_gigabytes(left)} GB is free. Choose fewer units or a smaller vocabulary."
        )


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f}"
