"""Replacing a folder as a whole, so that a crash leaves the old one or the new one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from seq2seq_keras.errors import WorkError


def replace_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Writes a new folder beside `folder` and puts it in its place when it is complete.

    Args:
        folder: The folder to make or to replace, with all that is in it.
        write: Fills the new folder, whose path it is given.

    Raises:
        WorkError: if it cannot be written; `folder` is then as it was.
    """
    folder = folder.resolve()  # of a link, what it points to is replaced
    recover_folder(folder)
    new, old = _beside(folder, "new"), _beside(folder, "old")
    try:
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        write(new)
        _flush(new)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(new, ignore_errors=True)
        recover_folder(folder)
        raise WorkError(
            f"{folder}: could not be saved ({error.strerror or error}); make room or choose "
            "another folder and try again, nothing that was there is lost"
        ) from error
    except BaseException:  # an interruption or a defect
        shutil.rmtree(new, ignore_errors=True)
        recover_folder(folder)
        raise


def recover_folder(folder: Path) -> None:
    """Brings back what a crash in the middle of `replace_folder` had moved aside."""
    old = _beside(folder, "old")
    if not old.exists():
        return
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.rename(folder)


def _beside(folder: Path, what: str) -> Path:
    folder = folder.resolve()
    return folder.with_name(f".{folder.name}.{what}")


def _flush(folder: Path) -> None:
    """Has the disk hold the files before their folder takes its final name."""
    for path in folder.rglob("*"):
        if path.is_file():
            # Windows flushes only what is open for writing.
            descriptor = os.open(path, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
