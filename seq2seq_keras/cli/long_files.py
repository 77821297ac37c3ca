"""A file of any length, translated line by line, that goes on where it was interrupted."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from seq2seq_keras.cli.lines import chunks, failure_said, read_lines
from seq2seq_keras.cli.terminal import reading_progress, say
from seq2seq_keras.errors import WorkError

if TYPE_CHECKING:
    from seq2seq_keras.translator import Translator

LINES_AT_ONCE = 1024
_LONG = 10.0  # seconds after which one wants to know how fast it was


def translate_file(
    translator: Translator, model: Path, file: Path, output: Path, beam_size: int | None
) -> None:
    """Translates a file, a line a sentence, with no more than some lines in memory.

    What is done is kept beside the output, in `.NAME.part`. The same command goes on after it,
    be it after Control-C, a crash or a power cut; with another model, another file or other
    settings it begins anew. The output appears when all is done.

    Args:
        translator: The translator.
        model: The folder that it was loaded from.
        file: The file to translate.
        output: The file to write.
        beam_size: Hypotheses kept in search; None for the model's own setting.

    Raises:
        InputError: if the file is not UTF-8.
        WorkError: if the output cannot be written, or another process is writing it.
    """
    begin = time.monotonic()
    with _alone(output), _Part(output, _identity(translator, model, file, beam_size)) as part:
        before = part.lines
        if before:
            say(f"{output}: going on after line {before:,}")
        lines = islice(read_lines(file), before, None)
        with reading_progress("translating", file, before) as advance:
            try:
                for chunk in chunks(lines, LINES_AT_ONCE):
                    translations = translator.translate(chunk, beam_size, attention=False)
                    part.add([each.text for each in translations])
                    advance(part.lines)
            except KeyboardInterrupt:
                say(f"stopped after line {part.lines:,}; the same command goes on there")
                raise
        part.finish()
    seconds = time.monotonic() - begin
    if seconds > _LONG:
        rate = (part.lines - before) / seconds
        say(f"{output}: {part.lines:,} lines, {rate:,.0f} a second")


class _Part:
    """The lines written so far, and of what they are the translation."""

    def __init__(self, output: Path, identity: dict[str, Any]) -> None:
        self._output = output
        self._path = output.with_name(f".{output.name}.part")
        self._told = output.with_name(f".{output.name}.part.json")
        self._identity = identity
        self.lines = 0

    def __enter__(self) -> _Part:
        with failure_said(str(self._output)):
            if not self._is_of_this():
                self._path.unlink(missing_ok=True)
                self._told.write_text(json.dumps(self._identity), encoding="utf-8")
            self._stream = self._path.open("a+b")
            self._keep_whole_lines()
        return self

    def __exit__(self, *_: object) -> None:
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
            self._path.replace(self._output)
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
def _alone(output: Path) -> Iterator[None]:
    lock = FileLock(output.with_name(f".{output.name}.lock"))
    with failure_said(str(output)):
        if output.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not output.parent.is_dir():  # which the lock would make
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise WorkError(
                f"{output}: another process is translating to it; wait, or give another --output"
            ) from None
    try:
        yield
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _identity(
    translator: Translator, model: Path, file: Path, beam_size: int | None
) -> dict[str, Any]:
    """What decides how a line is translated, and which lines there are."""
    digest = hashlib.sha256()
    for name in ("config.yaml", "model.keras"):
        digest.update((model / name).read_bytes())
    about = file.stat()
    return {
        "model": digest.hexdigest(),
        "beam_size": beam_size or translator.config.beam_size,
        "file": str(file.resolve()),
        "bytes": about.st_size,
        "changed": about.st_mtime_ns,
    }
