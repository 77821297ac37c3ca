"""Files and folders replaced as a whole: whatever happens, the old one is there or the new one.

What is new is written under a name of its own beside the old, `.NAME.new`; it takes the final name
when the disk holds all of it. What a process that was killed left of these is removed by the next
that writes.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

from filelock import FileLock, Timeout

from seq2seq_keras.errors import WorkError

if sys.platform != "win32":  # where nobody can remove what another has open
    import fcntl

_PATIENCE_SECONDS = 60.0  # replacing a folder takes less, but for one of gigabytes
_LOCKS = ("lock", "training", "fetching")
_LONGEST_NAME = 230  # bytes; file systems take 255, and something is put around it
_NO_FLUSH = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM)

Read = TypeVar("Read")


def write_file(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Writes a file; a reader sees the old one or the new one, never half of it.

    Args:
        path: The file.
        content: Its bytes, or its text for UTF-8.
        private: Whether nobody but its owner may read it.

    Raises:
        OSError: It cannot be written; what was there is then as it was.

    Example:
        >>> write_file(folder / "state.json", "{}")                  # doctest: +SKIP
    """
    with replaced_file(path, private=private) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def replaced_file(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Gives a stream into a file; it replaces what lies there when all is written.

    What is no file, such as /dev/null or a pipe, is written to and never replaced. Of several
    processes that write the same file, the last to end wins.

    Args:
        path: The file; of a link, what it points to.
        private: As of `write_file`.

    Raises:
        OSError: It cannot be written; what was there is then as it was.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    path = path.resolve()
    _remove_abandoned(path)
    with _own_file(path, 0o600 if private else 0o666) as stream:
        new = Path(stream.name)
        try:
            if path.exists() and not private:
                with suppress(OSError):  # a file system without permissions
                    new.chmod(path.stat().st_mode & 0o777)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if sys.platform == "win32":  # where nothing that is open can be renamed
                stream.close()
            new.replace(path)
            _flush_entries(path.parent)
        except BaseException:
            with suppress(OSError):
                stream.close()
            with suppress(OSError):
                new.unlink(missing_ok=True)
            raise


def put_file(new: Path, path: Path) -> None:
    """Gives a file that was written, by whatever program, its final name.

    Args:
        new: The file, in the same folder.
        path: Its name from now on; what lies there is replaced.

    Raises:
        OSError: It cannot be done; what was there is then as it was.
    """
    _flush_file(new)
    new.replace(path)
    _flush_entries(path.parent)


def put_folder(new: Path, folder: Path) -> None:
    """Gives a folder that was written its final name.

    Args:
        new: The folder; on another disk it is copied, and then removed.
        folder: Its name from now on; nothing may lie there.

    Raises:
        OSError: It cannot be done.
    """
    flush_folder(new)
    try:
        new.rename(folder)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = beside(folder, "new")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(new, copy)
        flush_folder(copy)
        copy.rename(folder)
        shutil.rmtree(new, ignore_errors=True)
    _flush_entries(folder.parent)


def replace_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Writes a new folder beside `folder` and puts it in its place when it is complete.

    Args:
        folder: The folder to make or to replace, with all that is in it.
        write: Fills the new folder, whose path it is given.

    Raises:
        WorkError: if it cannot be written, or another process writes it; `folder` is then as it
            was.
    """
    folder = folder.resolve()  # of a link, what it points to is replaced
    new, old = beside(folder, "new"), beside(folder, "old")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            _recover(folder)
            try:
                shutil.rmtree(new, ignore_errors=True)
                new.mkdir()
                write(new)
                flush_folder(new)
                if folder.exists():
                    folder.rename(old)
                new.rename(folder)
                _flush_entries(folder.parent)
                shutil.rmtree(old, ignore_errors=True)
            except BaseException:  # a full disk, an interruption, a defect
                shutil.rmtree(new, ignore_errors=True)
                _recover(folder)
                raise
    except OSError as error:
        raise WorkError(
            f"{folder}: could not be saved ({error.strerror or error}); make room or choose "
            "another folder and try again, nothing that was there is lost"
        ) from error


def recover_folder(folder: Path) -> None:
    """Brings back what a crash in the middle of `replace_folder` had moved aside."""
    folder = folder.resolve()
    if beside(folder, "old").exists():
        # Whoever is just replacing it takes an instant.
        patience = 0 if folder.exists() else _PATIENCE_SECONDS
        with suppress(WorkError), alone(folder, patience=patience):
            _recover(folder)
    for what in _LOCKS:
        if beside(folder, what).exists():  # of a process that was killed, or works on it
            with suppress(WorkError, OSError), alone(folder, what, patience=0):
                pass


def read_folder(folder: Path, read: Callable[[Path], Read]) -> Read:
    """Reads a folder that another process may replace meanwhile: never a mixture of both.

    Args:
        folder: The folder.
        read: Reads it; called once more if it was replaced meanwhile.

    Returns:
        What `read` returned.
    """
    while True:
        recover_folder(folder)
        before = _identity(folder)
        try:
            content = read(folder)
        except Exception:
            if _identity(folder) == before:
                raise
        else:
            if _identity(folder) == before:
                return content


@contextmanager
def alone(path: Path, what: str = "lock", *, patience: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Keeps a file or a folder to oneself.

    The system lets go of the lock when its process ends, however it ends.

    Args:
        path: The file or folder; the lock lies beside it, and goes when it is released.
        what: What to keep others from; the end of the lock's name.
        patience: Seconds to wait for another process.

    Raises:
        WorkError: Another process has it.
        OSError: Nothing can be written there.
    """
    lock = FileLock(beside(path, what))
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise WorkError(
            f"{path}: another process is writing it; wait until that has ended, or choose "
            "another place"
        ) from None
    try:
        yield
    finally:
        try:  # whoever waits for a lock that is removed makes a new one
            with suppress(OSError):
                Path(lock.lock_file).unlink(missing_ok=True)
        finally:
            lock.release()
        if sys.platform == "win32":  # where nothing that is open can be removed
            with suppress(OSError):
                Path(lock.lock_file).unlink(missing_ok=True)


def beside(path: Path, what: str) -> Path:
    """The name `.NAME.what` of something that belongs to a file or a folder while it is written."""
    path = path.resolve()
    name = path.name
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return path.with_name(f".{name}.{what}")


def flush_folder(folder: Path) -> None:
    """Has the disk hold a folder with all that is in it."""
    for path in folder.rglob("*"):
        if path.is_file():
            _flush_file(path)
        elif path.is_dir():
            _flush_entries(path)
    _flush_entries(folder)


def _own_file(path: Path, mode: int) -> BinaryIO:
    """Makes a file beside another that nobody else takes for abandoned while it is open."""
    while True:
        name = str(beside(path, f"{secrets.token_hex(4)}.new"))
        stream = open(name, "xb", opener=partial(os.open, mode=mode))  # noqa: SIM115
        if sys.platform == "win32":
            return stream
        with suppress(OSError):  # some network file systems have no locks
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX)
        if os.fstat(stream.fileno()).st_nlink:
            return stream
        stream.close()  # somebody was faster


def _remove_abandoned(path: Path) -> None:
    """Removes what processes that were killed left of writing a file."""
    start = beside(path, "").name
    for left in path.parent.iterdir():
        if left.name.startswith(start) and left.name.endswith(".new"):
            with suppress(OSError):  # of one that is open on Windows too
                _remove_if_abandoned(left)


def _remove_if_abandoned(new: Path) -> None:
    if sys.platform == "win32":
        new.unlink()
        return
    with new.open("rb") as stream:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)  # who writes it holds the lock
        new.unlink()


def _recover(folder: Path) -> None:
    """What `recover_folder` does, for who has the folder alone."""
    old = beside(folder, "old")
    if not old.exists():
        return
    if folder.exists():
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.rename(folder)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _flush_file(path: Path) -> None:
    # Windows flushes only what is open for writing.
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_entries(folder: Path) -> None:
    """Has the disk hold the names in a folder."""
    if sys.platform == "win32":  # Windows has no handle for a folder
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NO_FLUSH:  # some network file systems have no such thing
            raise
