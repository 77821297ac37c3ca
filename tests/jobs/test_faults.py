"""What Python, SQLite, TensorFlow, JAX and CUDA raise, and what is made of it."""

from __future__ import annotations

import errno
import os
import sqlite3

import numpy as np
import pytest

from seq2seq_keras.errors import WorkError
from seq2seq_keras.jobs.faults import (
    DISK_FULL,
    GPU_LOST,
    fault_of,
    is_disk_full,
    is_gpu_lost,
    is_out_of_memory,
)


def raised_by_tensorflow(name: str, message: str) -> Exception:
    errors = pytest.importorskip("tensorflow").errors
    return getattr(errors, name)(None, None, message)


def raised_by_jax(message: str) -> Exception:
    return pytest.importorskip("jax").errors.JaxRuntimeError(message)


def raised_by_numpy() -> Exception:
    with pytest.raises(MemoryError) as error:
        np.empty(2**57, dtype="float64")
    return error.value


def test_memory() -> None:
    for error in (
        MemoryError(),
        raised_by_numpy(),
        raised_by_tensorflow("ResourceExhaustedError", "OOM when allocating tensor with shape[9]"),
        raised_by_tensorflow("InternalError", "CUDA_ERROR_OUT_OF_MEMORY: out of memory"),
        raised_by_jax("RESOURCE_EXHAUSTED: Out of memory allocating 1099511627776 bytes."),
    ):
        assert is_out_of_memory(error) and not is_gpu_lost(error) and not is_disk_full(error)
        assert fault_of(error, "fewer units") == "Memory ran out. Try again with fewer units."


def test_disk() -> None:
    wrapped = WorkError("the checkpoint could not be written")
    wrapped.__cause__ = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    for error in (
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
        OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)),
        sqlite3.OperationalError("database or disk is full"),
        raised_by_tensorflow("ResourceExhaustedError", "events.out; No space left on device"),
        wrapped,
    ):
        assert is_disk_full(error) and not is_out_of_memory(error)
        assert fault_of(error, "fewer units") == DISK_FULL


def test_graphics_processor() -> None:
    for error in (
        raised_by_tensorflow(
            "InternalError", "CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access"
        ),
        raised_by_tensorflow("InternalError", "Failed to launch CUDA kernel on a lost stream"),
        raised_by_tensorflow(
            "UnknownError", "Failed call to cudaRuntimeGetVersion: cudaErrorUnknown"
        ),
        raised_by_tensorflow("InternalError", "CUDNN_STATUS_EXECUTION_FAILED in conv"),
        raised_by_jax("INTERNAL: CUDA_ERROR_DEVICE_UNAVAILABLE: device is lost"),
        RuntimeError("CUDA error: unspecified launch failure"),
    ):
        assert is_gpu_lost(error), error
        assert fault_of(error, "fewer units") == GPU_LOST


def test_all_else_is_no_fault_of_the_machine() -> None:
    for error in (ValueError("units"), OSError(errno.EACCES, "x"), KeyError("device"), WorkError()):
        assert fault_of(error, "fewer units") is None


def test_causes_that_go_round_in_circles_are_looked_at_once() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__context__, second.__context__ = second, first
    assert fault_of(first, "fewer units") is None
