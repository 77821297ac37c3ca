"""The server's temporary files: in a folder of its own, swept while it runs, gone when it is."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from seq2seq_keras.app.uploads import UPLOADS
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.files import is_locked

GRADIO = "GRADIO_TEMP_DIR"
"""The environment variable that tells Gradio where to put uploads."""

_PREFIX = "seq2seq-keras-server-"
_LOCK = ".lock"
_SYSTEM = ("TMPDIR", "TEMP", "TMP")

_SECONDS_BETWEEN_SWEEPS = 300.0
_SECONDS_KEPT = 3600.0
_SECONDS_OF_A_START = 60.0


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Has this process, all that it starts, and Gradio put temporary files into one folder.

    It lies where `GRADIO_TEMP_DIR` says, else where the system has such files, and is removed at
    the end. A server that was killed removes nothing: the next one to start finds its folder, of
    which no living process holds the lock. Meanwhile what Gradio keeps is deleted when it has not
    been used for an hour: an upload of which nothing was made.

    Yields:
        The folder.

    Raises:
        InputError: It cannot be made.

    Example:
        >>> with temporary_folder():
        ...     server = build_server(Path("workspace"))  # imports Gradio, which then knows it
    """
    parent = Path(os.environ.get(GRADIO) or tempfile.gettempdir()).resolve()
    folder = parent / f"{_PREFIX}{secrets.token_hex(8)}"
    uploads = folder / "gradio"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(parent)
        folder.mkdir(mode=0o700)
        uploads.mkdir()
    except OSError as error:
        raise InputError(
            f"{parent}: cannot write temporary files here ({error.strerror}); set {GRADIO} to "
            "another folder"
        ) from None
    lock, over = FileLock(folder / _LOCK), threading.Event()
    before = {name: os.environ.get(name) for name in (GRADIO, *_SYSTEM)}, tempfile.tempdir

    def keep_sweeping() -> None:
        while not over.wait(_SECONDS_BETWEEN_SWEEPS):
            sweep(uploads)
            UPLOADS.forget_missing()

    try:
        with lock:
            os.environ.update({GRADIO: str(uploads), **dict.fromkeys(_SYSTEM, str(folder))})
            tempfile.tempdir = str(folder)
            threading.Thread(target=keep_sweeping, name="temporary-files", daemon=True).start()
            try:
                yield folder
            finally:
                over.set()
                environment, tempfile.tempdir = before
                for name, value in environment.items():
                    os.environ.pop(name, None)
                    if value is not None:
                        os.environ[name] = value
    finally:  # also when a signal ends the program
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(parent: Path) -> int:
    """Removes what servers left behind that were killed.

    Args:
        parent: Where servers put their folders.

    Returns:
        How many of their folders there were.
    """
    abandoned = [folder for folder in parent.glob(f"{_PREFIX}*") if _is_abandoned(folder)]
    for folder in abandoned:
        shutil.rmtree(folder, ignore_errors=True)
    return len(abandoned)


def sweep(folder: Path, seconds: float = _SECONDS_KEPT) -> int:
    """Deletes files that were not written or handed out for a while, and folders left empty.

    Args:
        folder: Where to look; it stays itself.
        seconds: How long that is.

    Returns:
        How many files were deleted.
    """
    oldest, deleted = time.time() - seconds, 0
    for place, _, names in os.walk(folder, topdown=False):
        for path in (Path(place, name) for name in names):
            with suppress(OSError):  # somebody else was faster
                if _last_used(path) < oldest:
                    path.unlink()
                    deleted += 1
        with suppress(OSError):  # not empty
            if Path(place) != folder and _last_used(Path(place)) < oldest:
                Path(place).rmdir()
    return deleted


def _last_used(path: Path) -> float:
    """Gradio sets a file's time anew when it hands it out once more."""
    seen = path.lstat()
    return max(seen.st_mtime, seen.st_ctime)


def _is_abandoned(folder: Path) -> bool:
    """Whether a folder is one of ours and its server lives no longer."""
    try:
        seen = folder.lstat()
        ours = not hasattr(os, "getuid") or seen.st_uid == os.getuid()
        if not ours or folder.is_symlink() or not folder.is_dir():
            return False
        if not (folder / _LOCK).exists():  # one that is just being made has none yet
            return time.time() - seen.st_mtime > _SECONDS_OF_A_START
        return not is_locked(folder / _LOCK)
    except OSError:
        return False
