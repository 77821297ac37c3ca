"""Room on the disk: a job or an upload for which there is none is refused before it begins."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.job import JobKind
from seq2seq_keras.network_size import count_parameters

_KEPT_FREE = 256 * 1024**2
_KEPT_SHARE = 0.03  # of a small disk

# Weights and both moments, in the last checkpoint, the best, and the one that is being written.
_NUMBERS_A_PARAMETER = 3 * 3
_BYTES_A_NUMBER = 4
_NETWORKS = {"train": 1, "compare": 2}


def free_room(folder: Path) -> int:
    """Returns the free bytes of the disk on which a folder lies, or will lie."""
    return shutil.disk_usage(existing(folder)).free


def kept_free(folder: Path) -> int:
    """Returns how many bytes of that disk are left alone, for whoever else writes there.

    A database that cannot write down how a job ended, and a log, need some too.
    """
    return min(_KEPT_FREE, int(_KEPT_SHARE * shutil.disk_usage(existing(folder)).total))


def is_nearly_full(folder: Path) -> bool:
    """Whether nothing new is begun on that disk."""
    return free_room(folder) < kept_free(folder)


def check_room(folder: Path, needed: int = 0) -> None:
    """Refuses what would fill the disk.

    Args:
        folder: Where it is to be written.
        needed: How many bytes it will take, as far as that is known.

    Raises:
        WorkError: There is not so much room.

    Example:
        >>> check_room(Path("workspace"), 5_000_000)
    """
    room = max(0, free_room(folder) - kept_free(folder))
    if needed > room or is_nearly_full(folder):
        raise WorkError(
            f"The disk is nearly full: this needs {_megabytes(needed)}, and {_megabytes(room)} can "
            "be had. Make room, such as by a clean-up in the Models tab, and try again."
        )


def room_for_job(kind: JobKind, details: Mapping[str, Any]) -> int:
    """Returns the bytes that a job's checkpoints take at most; of other jobs little is known.

    Example:
        >>> room_for_job("train", {"settings": {"vocab_size": 4000}})
        160339968
    """
    if kind not in _NETWORKS:
        return 0
    try:
        config = Config.create(**details.get("settings", {}))
    except InputError:  # which its process will tell
        return 0
    parameters = count_parameters(config, config.vocab_size, config.vocab_size)
    return _NETWORKS[kind] * parameters * _NUMBERS_A_PARAMETER * _BYTES_A_NUMBER


def existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:,.0f} MB"
