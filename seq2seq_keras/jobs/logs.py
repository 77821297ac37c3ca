"""How the server and its processes log: plain lines, of bounded size, and no text of users.

A line has the time, the level, the job where there is one, and what happened. What happened is told
by sentences of ours. An exception is told by its kind and by where it was raised, never by its
message, which may quote a sentence; what other packages log is told by where they did. Messages of
the operating system are those of its error's number.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import IO

from seq2seq_keras.errors import in_a_line

FOLDER = "logs"
"""Where the server's logs lie in its data folder."""

MOST_BYTES = 1_000_000
"""Of one file of a log."""

FILES = 5
"""Of one log; the oldest is dropped."""

FILES_OF_A_JOB = 2

_OURS = "seq2seq_keras"
_FRAMES = 8
_LONGEST_LINE = 8192

# As systemd knows it: a process marks the level of each line that it prints.
_MARKED = re.compile(rb"<([2-7])>(.*)", re.DOTALL)
_LEVELS = {"2": "CRITICAL", "3": "ERROR", "4": "WARNING", "6": "INFO", "7": "DEBUG"}
_MARKS = {level: mark for mark, level in _LEVELS.items()}


def described(error: BaseException) -> str:
    """Tells of an exception what cannot hold any text of a user: its kind, and where it was raised.

    Example:
        >>> described(ValueError("a secret"))
        'ValueError'
    """
    parts: list[str] = []
    behind: BaseException | None = error
    while behind is not None and len(parts) < 5:
        kind = type(behind).__name__
        if isinstance(behind, OSError) and behind.errno is not None:
            kind += f" {behind.errno}"
        places = list(_places(behind.__traceback__))
        parts.append(f"{kind} at {' < '.join(places)}" if places else kind)
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)
    return "; caused by ".join(parts)


def _places(traceback: TracebackType | None) -> Iterator[str]:
    """Where an exception passed, the innermost first."""
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = "/".join(Path(code.co_filename).parts[-2:])
        places.append(f"{file}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    yield from places[::-1][:_FRAMES]


def _happened(record: logging.LogRecord) -> str:
    ours = record.name.split(".")[0] == _OURS
    words = [record.getMessage() if ours else f"{record.name} at {record.module}:{record.lineno}"]
    if record.exc_info and record.exc_info[1] is not None:
        words.append(described(record.exc_info[1]))
    return in_a_line(": ".join(words))


class _Plain(logging.Formatter):
    """A line of a log."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        job = getattr(record, "job", "")
        job = f" [{in_a_line(job)}]" if job else ""
        return f"{moment}Z {record.levelname}{job} {_happened(record)}"


class _Marked(logging.Formatter):
    """A line for the process above, which knows the time and the job."""

    def format(self, record: logging.LogRecord) -> str:
        return f"<{_MARKS.get(record.levelname, '6')}>{_happened(record)}"


def log_to(folder: Path) -> None:
    """Has this process, the server, log into `server.log` in a folder, and to its terminal.

    Args:
        folder: Made if need be. On a disk that is full, lines are lost and nothing else.

    Example:
        >>> log_to(Path("workspace/logs"))
    """
    file = _bounded(folder / "server.log", FILES)
    terminal = logging.StreamHandler()
    terminal.setFormatter(_Plain())
    terminal.setLevel(logging.WARNING)
    _become_the_root([file, terminal])


def log_to_parent() -> None:
    """Has this process log to its standard error, from which its parent takes it.

    Whatever ends a thread of it is logged likewise.

    Example:
        >>> log_to_parent()
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Marked())
    _become_the_root([handler])
    log = logging.getLogger(f"{_OURS}.process")

    def tell(error: BaseException | None) -> None:
        log.critical("ended by an exception", exc_info=error)

    sys.excepthook = lambda kind, error, traceback: tell(error)
    threading.excepthook = lambda arguments: tell(arguments.exc_value)


def _become_the_root(handlers: list[logging.Handler]) -> None:
    logging.raiseExceptions = False  # a full disk, or a terminal that is gone, stops nobody
    logging.captureWarnings(True)
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)


def _bounded(path: Path, files: int) -> RotatingFileHandler:
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        path, maxBytes=MOST_BYTES, backupCount=files - 1, encoding="utf-8", delay=True
    )
    handler.setFormatter(_Plain())
    return handler


class ProcessLog:
    """What a process prints, in a file of bounded size; it is read in a thread until its end.

    Lines that the process logged keep their level; others are of libraries.

    Args:
        path: The file.
        output: What the process prints.
        job: The id of its job.
        files: As many files are kept.

    Attributes:
        last_words: The last line, as long as there was any.

    Example:
        >>> log = ProcessLog(job.log, process.stdout, job.id, FILES_OF_A_JOB)
        >>> log.wait()
    """

    def __init__(self, path: Path, output: IO[bytes], job: str = "", files: int = FILES) -> None:
        self.last_words = ""
        self._job = job
        self._output = output
        self._file = _bounded(path, files)
        self._thread = threading.Thread(target=self._take, name="process-log", daemon=True)
        self._thread.start()

    def wait(self, seconds: float = 2.0) -> None:
        """Waits until all is written that a process printed which has ended."""
        self._thread.join(seconds)

    def _take(self) -> None:
        with self._output:
            for line in iter(lambda: self._output.readline(_LONGEST_LINE), b""):
                if text := line.strip():
                    self._write(text)
        with suppress(OSError):
            self._file.close()

    def _write(self, line: bytes) -> None:
        marked = _MARKED.fullmatch(line)
        level = _LEVELS.get(marked[1].decode(), "INFO") if marked else "INFO"
        words = in_a_line((marked[2] if marked else line).decode("utf-8", "replace"))
        self.last_words = words
        record = logging.makeLogRecord(
            {
                "name": _OURS,
                "levelname": level,
                "msg": words if marked else f"(printed) {words}",
                "job": self._job,
            }
        )
        self._file.handle(record)
