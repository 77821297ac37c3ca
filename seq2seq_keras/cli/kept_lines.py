"""What is translated of a long file so far, so that the same command goes on after it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from seq2seq_keras.cli.lines import failure_said
from seq2seq_keras.storage import alone, beside, put_file, write_file


class KeptLines:
    """The lines of an output written so far, kept beside it in `.NAME.part` until all are there.

    Args:
        output: The file that they are to become.
        identity: What decides which lines they are; of another one nothing is kept.

    Attributes:
        lines: How many there are.

    Example:
        >>> with one_writer(output), KeptLines(output, identity) as kept:
        ...     for chunk in chunks(islice(work, kept.lines, None), 1024):
        ...         kept.add(chunk)
        ...     kept.finish()
    """

    def __init__(self, output: Path, identity: dict[str, Any]) -> None:
        self._output = output
        self._path = beside(output, "part")
        self._told = beside(output, "part.json")
        self._identity = identity
        self.lines = 0

    def __enter__(self) -> KeptLines:
        with failure_said(str(self._output)):
            if not self._is_of_this():
                self._path.unlink(missing_ok=True)
                write_file(self._told, json.dumps(self._identity))
            self._stream = self._path.open("a+b")
            self._keep_whole_lines()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # of what a full disk did not take, which was told
            self._stream.close()
        if not self.lines:  # nothing to go on from
            self._path.unlink(missing_ok=True)
            self._told.unlink(missing_ok=True)

    def add(self, lines: list[str]) -> None:
        """Adds lines, and sees them safely on the disk."""
        with failure_said(str(self._output)):
            self._stream.writelines(f"{line}\n".encode() for line in lines)
            self._stream.flush()
            os.fsync(self._stream.fileno())
        self.lines += len(lines)

    def finish(self) -> None:
        """Puts the lines in the output's place."""
        self._stream.close()
        with failure_said(str(self._output)):
            put_file(self._path, self._output.resolve())
            self._told.unlink()

    def _is_of_this(self) -> bool:
        try:
            return json.loads(self._told.read_text(encoding="utf-8")) == self._identity
        except (OSError, ValueError):
            return False

    def _keep_whole_lines(self) -> None:
        """Counts the lines; a kill in the middle of writing leaves half a line at most."""
        whole = position = 0
        self._stream.seek(0)
        for line in self._stream:
            position += len(line)
            if line.endswith(b"\n"):
                whole, self.lines = position, self.lines + 1
        self._stream.truncate(whole)


@contextmanager
def one_writer(output: Path) -> Iterator[None]:
    """Keeps other translations from an output.

    Args:
        output: The file to be written.

    Raises:
        WorkError: if another process is writing it, or it cannot be written.
    """
    with failure_said(str(output)):
        if output.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not output.parent.is_dir():  # which the lock would make
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        with alone(output, "translating", patience=0):
            yield


def translation_identity(
    model: Path, file: Path, beam_size: int, memory: str | None = None, **more: Any
) -> dict[str, Any]:
    """Tells what decides how a file is translated.

    Args:
        model: Folder of the translator.
        file: The file to translate.
        beam_size: Hypotheses kept in search.
        memory: Digest of the memory, if there is one.
        **more: What else decides it.

    Returns:
        What `KeptLines` compares.
    """
    digest = hashlib.sha256()
    for name in ("config.yaml", "model.keras"):
        digest.update((model / name).read_bytes())
    about = file.stat()
    return {
        "model": digest.hexdigest(),
        "beam_size": beam_size,
        "file": str(file.resolve()),
        "bytes": about.st_size,
        "changed": about.st_mtime_ns,
        "memory": memory,
        **more,
    }
