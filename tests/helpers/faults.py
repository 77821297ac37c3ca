"""A disk that fails in the middle: the process is killed there, the power goes, or room runs out.

What changes files below a folder goes through functions of `os` and through `open`, and these are
replaced while the code under test runs: each call is one operation, and one of them fails. Audit
hooks would not do: they see neither writes nor fsync, and stay for ever. Nor would a forked child
for each operation: TensorFlow does not survive it. So a killed process is one in which, from that
operation on, nothing reaches the disk any more: handlers may run, and change nothing. What is left
is what a real kill leaves, half of a last write included. The power takes also what was written and
not flushed by fsync, as file systems do.
"""

from __future__ import annotations

import builtins
import errno
import fnmatch
import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

Fault = Literal["killed", "power", "full", "really killed"]

FAULTS: tuple[Fault, ...] = ("killed", "power", "full")
"""What can befall code in this process; the last one ends it."""

_NEEDS_ROOM = ("open", "write", "mkdir", "link")
_MOST = 2000
_os = {
    name: getattr(os, name)
    for name in (
        *("open", "write", "fsync", "truncate", "ftruncate", "sendfile", "mkdir", "rmdir"),
        *("rename", "replace", "unlink", "remove", "link"),
    )
    if hasattr(os, name)
}
_open = builtins.open


class Killed(BaseException):
    """The process is no more."""


class FailingDisk:
    """What lies below a folder, on a disk that fails once.

    Args:
        folder: The folder; what happens elsewhere is not looked at.
        fault: What happens.
        at: At which operation, from 1; or at which one, as a pattern such as
            `rename */.model.new` (of a rename, the path is the old one).
        skip: How many of those that fit the pattern are let pass.

    Attributes:
        operations: What was done, in order, up to the failure.
        has_failed: Whether it came to that.
    """

    def __init__(self, folder: Path, fault: Fault, at: int | str, skip: int = 0) -> None:
        self._folder = str(folder.resolve())
        self._fault = fault
        self._at = at
        self._skip = skip
        self.operations: list[str] = []
        self.has_failed = False
        self._paths: dict[int, str] = {}  # of open descriptors
        self._flushed: dict[int, int] = {}  # bytes that are safe, by inode, of what was written

    def run(self, work: Callable[[], Any]) -> BaseException | None:
        """Does the work, and returns what it raised."""
        try:
            with self:
                work()
        except (Killed, Exception) as error:
            return error.with_traceback(None)
        return None

    def __enter__(self) -> FailingDisk:
        for name in _os:
            setattr(os, name, getattr(self, f"_{name}", None) or self._changing(name))
        builtins.open = io.open = self._open_file  # type: ignore[assignment]
        return self

    def __exit__(self, *_: object) -> None:
        for name, function in _os.items():
            setattr(os, name, function)
        builtins.open = io.open = _open
        if self._fault == "power" and self.has_failed:
            self._lose_what_was_not_flushed()

    # The failure

    @property
    def is_dead(self) -> bool:
        return self.has_failed and self._fault != "full"

    def step(self, name: str, path: str) -> None:
        """Counts an operation, and fails if it is its turn."""
        if self.is_dead:
            raise Killed
        operation = f"{name} {os.path.relpath(path, self._folder)}"
        if not self.has_failed:
            self.operations.append(operation)
            self.has_failed = self._is_its_turn(operation)
        if not self.has_failed:
            return
        if self._fault == "really killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if self._fault != "full":
            raise Killed
        if name in _NEEDS_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    def _is_its_turn(self, operation: str) -> bool:
        if isinstance(self._at, int):
            return len(self.operations) == self._at
        if not fnmatch.fnmatch(operation, self._at):
            return False
        self._skip -= 1
        return self._skip < 0

    def _lose_what_was_not_flushed(self) -> None:
        for path in Path(self._folder).rglob("*"):
            flushed = self._flushed.get(path.lstat().st_ino)
            if path.is_file() and flushed is not None and path.stat().st_size > flushed:
                os.truncate(path, flushed)

    # What is looked at

    def path_of(self, path: Any, dir_fd: int | None = None) -> str | None:
        """The path of something below the folder; None of what lies elsewhere."""
        if isinstance(path, int):
            return self._paths.get(path)
        text = os.fsdecode(path)
        if dir_fd is not None:
            if dir_fd not in self._paths:
                return None
            text = os.path.join(self._paths[dir_fd], text)  # noqa: PTH118
        text = os.path.abspath(text)  # noqa: PTH100
        return text if text == self._folder or text.startswith(self._folder + os.sep) else None

    def written(self, descriptor: int, is_new: bool = False) -> None:
        """Notes that a file has, or will have, content that is not flushed."""
        found = os.fstat(descriptor)
        if is_new:
            self._flushed[found.st_ino] = 0
        else:
            self._flushed.setdefault(found.st_ino, found.st_size)

    # What replaces the functions of `os`

    def _changing(self, name: str) -> Callable[..., Any]:
        def change(path: Any, *arguments: Any, **options: Any) -> Any:
            dir_fd = options.get("dir_fd", options.get("src_dir_fd"))
            if (known := self.path_of(path, dir_fd)) is not None:
                self.step({"replace": "rename", "remove": "unlink"}.get(name, name), known)
            return _os[name](path, *arguments, **options)

        return change

    def _open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        known = self.path_of(path, dir_fd)
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if known is not None and (writes or self.is_dead):
            self.step("open", known)
        descriptor = _os["open"](path, flags, mode, dir_fd=dir_fd)
        if known is not None:
            self._paths[descriptor] = known
        return descriptor

    def _write(self, descriptor: int, data: Any) -> int:
        return self.write(descriptor, data, lambda part: _os["write"](descriptor, part))

    def write(self, descriptor: int, data: Any, write: Callable[[Any], int | None]) -> int:
        """Writes, or half of it where the disk fails."""
        if (known := self._paths.get(descriptor)) is None:
            return write(data) or 0
        if self.is_dead:
            return len(data)  # which nobody will ever see
        self.written(descriptor)
        had_failed = self.has_failed
        half = memoryview(data).cast("B")[: len(data) // 2]
        try:
            self.step("write", known)
        except Killed:
            write(half)
            raise
        except OSError:
            if had_failed or not half:
                raise
            return write(half) or 0  # as the system tells: less than all
        return write(data) or 0

    def _sendfile(self, out: int, *arguments: Any) -> int:
        if (known := self._paths.get(out)) is not None:
            self.written(out)
            self.step("write", known)
        return _os["sendfile"](out, *arguments)

    def _fsync(self, descriptor: int) -> None:
        known = self._paths.get(descriptor)
        if known is not None:
            self.step("fsync", known)
        if known is None:
            _os["fsync"](descriptor)
        else:  # the real one would only take time
            found = os.fstat(descriptor)
            if found.st_ino in self._flushed:
                self._flushed[found.st_ino] = found.st_size

    # And `open`

    def _open_file(
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Callable[[str, int], int] | None = None,
    ) -> Any:
        known = self.path_of(file)
        if known is None or not set(mode) & set("wax+"):
            if known is not None and self.is_dead:
                raise Killed
            return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        if not isinstance(file, int):
            self.step("open", known)
        raw = _Raw(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        raw.disk = self
        self._paths[raw.fileno()] = known
        self.written(raw.fileno(), is_new=bool(set(mode) & set("wx")))
        if buffering == 0:
            return raw
        kind = io.BufferedRandom if "+" in mode else io.BufferedWriter
        stream: Any = kind(raw)  # type: ignore[arg-type]
        if "b" in mode:
            return stream
        return io.TextIOWrapper(stream, encoding or "locale", errors, newline)


class _Raw(io.FileIO):
    """A file whose writes are operations of a disk."""

    disk: FailingDisk

    def write(self, data: Any) -> int:
        return self.disk.write(self.fileno(), data, super().write)

    def truncate(self, size: int | None = None) -> int:
        if not self.disk.is_dead:
            self.disk.step("truncate", str(self.disk.path_of(self.fileno())))
            return super().truncate(size)
        return size or 0


def every_moment(folder: Path, fault: Fault, step: int = 1) -> Iterator[FailingDisk]:
    """Gives disks that fail one operation later each, until the work gets through on one.

    Args:
        folder, fault: As of `FailingDisk`.
        step: For work that takes long, look at every second moment, or every third.

    Example:
        >>> for disk in every_moment(tmp_path, "killed"):            # doctest: +SKIP
        ...     prepare()
        ...     disk.run(save)
        ...     assert load() in (old, new)
    """
    for moment in range(1, _MOST, step):
        disk = FailingDisk(folder, fault, moment)
        yield disk
        if not disk.has_failed:
            assert moment > 1, "nothing was written below the folder"
            return
    raise AssertionError(f"the work takes more than {_MOST} operations")
