"""Memory, disk or graphics processor at fault: how to tell, and what to do about it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Mapping
from typing import Any

from seq2seq_keras.config import Config

# Each in the words of Python, SQLite, TensorFlow, JAX or CUDA. TensorFlow calls a full disk an
# exhausted resource, and CUDA its own memory an error of CUDA: so the order of these matters.
_NO_SPACE = re.compile(r"No space left on device|database or disk is full|Disk quota exceeded")
_NO_MEMORY = re.compile(
    r"ResourceExhausted|RESOURCE_EXHAUSTED|OOM when allocating|out of memory|OUT_OF_MEMORY"
    r"|CUDNN_STATUS_ALLOC_FAILED|bad_alloc|Unable to allocate"
)
_GPU_LOST = re.compile(
    r"CUDA_ERROR_\w+|cudaError\w+|CUDNN_STATUS_\w+|CUBLAS_STATUS_\w+|CUDA error"
    r"|device (?:is )?lost|GPU (?:is )?lost|fallen off the bus|illegal memory access"
    r"|Failed to (?:enqueue|launch|synchronize)[\w ]*(?:CUDA|GPU|stream|kernel)",
    re.IGNORECASE,
)

_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_disk_full(error: BaseException) -> bool:
    """Whether a full disk is behind an error, or behind what caused it."""
    return any(
        (isinstance(each, OSError) and each.errno in _FULL) or bool(_NO_SPACE.search(_told(each)))
        for each in _with_causes(error)
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, that of the machine or of its graphics processor."""
    return not is_disk_full(error) and any(
        isinstance(each, MemoryError) or bool(_NO_MEMORY.search(_told(each)))
        for each in _with_causes(error)
    )


def is_gpu_lost(error: BaseException) -> bool:
    """Whether the graphics processor failed, or is there no more."""
    if is_disk_full(error) or is_out_of_memory(error):
        return False
    return any(_GPU_LOST.search(_told(each)) for each in _with_causes(error))


def fault_of(error: BaseException, advice: str) -> str | None:
    """Says in a sentence or two what is at fault in the machine, and what to do.

    Args:
        error: What was raised.
        advice: What takes less memory, as of `smaller`.

    Returns:
        The sentences; None where the machine is not at fault.

    Example:
        >>> fault_of(MemoryError(), "fewer units")
        'Memory ran out. Try again with fewer units.'
    """
    if is_disk_full(error):
        return DISK_FULL
    if is_out_of_memory(error):
        return f"Memory ran out. Try again with {advice}."
    if is_gpu_lost(error):
        return GPU_LOST
    return None


DISK_FULL = (
    "The disk is full. Make room, such as by a clean-up in the Models tab, and try again; a job "
    "that is resumed goes on from its last checkpoint."
)

GPU_LOST = (
    "The graphics processor failed or is gone. Try again; if that fails too, see with nvidia-smi "
    "whether it is there, restart the computer, or work without it (CUDA_VISIBLE_DEVICES=-1)."
)


def smaller(settings: Mapping[str, Any]) -> str:
    """Says in words what to change in settings for which memory was too small.

    Example:
        >>> smaller({"batch_size": 64})
        'a batch size of 32'
    """
    batch_size = Config.create(**settings).batch_size
    return f"a batch size of {batch_size // 2}" if batch_size > 1 else "fewer units"


def _told(error: BaseException) -> str:
    return f"{type(error).__name__} {error}"


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies behind it; what is wrapped may be the one that says it."""
    seen: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        yield behind
        behind = behind.__cause__ or behind.__context__
