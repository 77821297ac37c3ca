"""Runs a training against the clock, keeps what it measures on the disk, and can go on later."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.settings import REPOSITORY
from benchmarks.stopwatch import Stopwatch

_POLL_SECONDS = 0.25
_PROGRESS_SECONDS = 60.0
_PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Validation:
    """Validation BLEU after a step, and the clock when it was known."""

    step: int
    bleu: float
    seconds: float
    cpu_seconds: float


class Contestant(Protocol):
    """A program that is trained as its user would train it.

    Attributes:
        name: Its name in messages and files.
        folder: Where it writes, and its record lies.
        limit: Seconds after which it is stopped; None lets it end by itself.
    """

    name: str
    folder: Path
    limit: float | None

    def command(self, resume: bool) -> str:
        """Returns the line for the shell that starts it, or lets it go on."""
        ...

    def can_resume(self, step: int) -> bool:
        """Returns whether it can go on from the validation after this step."""
        ...

    def validations(self) -> list[tuple[int, float]]:
        """Returns step and BLEU of its validations so far."""
        ...


class Record:
    """What was measured of a contestant, a line of JSON at a time, appended as it happens.

    Args:
        path: The file; it need not exist.

    Attributes:
        validations: Those so far, also of earlier sittings.
        end: Reason (`finished` or `limit`) and seconds, None while there is more to do.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.validations: list[Validation] = []
        self.end: dict[str, Any] | None = None
        text = path.read_text() if path.is_file() else ""
        whole = text[: text.rfind("\n") + 1]
        if whole != text:  # the computer went off while a line was written
            path.write_text(whole)
        for line in whole.splitlines():
            self._take(json.loads(line))

    def add(self, validation: Validation) -> None:
        """Adds a validation."""
        self.note("validation", **asdict(validation))

    def note(self, kind: str, **values: Any) -> None:
        """Adds anything else: `started`, `tick` (the clock once a minute) or `end`."""
        entry = {"kind": kind, "at": time.strftime("%Y-%m-%d %H:%M:%S"), **values}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(json.dumps(entry) + "\n")
        self._take(entry)

    def is_finished(self, limit: float | None) -> bool:
        """Returns whether nothing is left to do up to this limit."""
        if self.end is None:
            return False
        return self.end["reason"] == "finished" or (limit or 0) <= self.end["seconds"]

    def _take(self, entry: dict[str, Any]) -> None:
        if entry["kind"] == "validation":
            names = ("step", "bleu", "seconds", "cpu_seconds")
            self.validations.append(Validation(*(entry[name] for name in names)))
        elif entry["kind"] == "started":
            self.end = None
        elif entry["kind"] == "end":
            self.end = entry


def measure(contestant: Contestant, say: Callable[[str], None] = print) -> Record:
    """Runs a contestant to its end or limit, from where its record ends.

    A contestant that was interrupted goes on from the checkpoint of its last validation with the
    clock of that validation; without such a checkpoint it begins anew, and the old folder is kept
    beside. One that has finished is not run again.

    Args:
        contestant: The program.
        say: Called with a line for each validation, and once a minute.

    Returns:
        Its record, also on the disk as `record.jsonl` in its folder.

    Raises:
        SystemExit: If it fails, or still runs from before.
    """
    name, folder = contestant.name, contestant.folder
    record = Record(folder / "record.jsonl")
    if record.is_finished(contestant.limit):
        say(f"{name}: measured before")
        return record
    _refuse_second(contestant)
    last = record.validations[-1] if record.validations else None
    if last is not None and contestant.can_resume(last.step):
        say(f"{name}: goes on from the clock at {last.seconds / 60:.1f} min, BLEU {last.bleu:.2f}")
    elif folder.exists():
        aside = folder.with_name(f"{name}-until-{time.strftime('%Y%m%d-%H%M%S')}")
        folder.rename(aside)
        say(f"{name}: no checkpoint to go on from; begins anew, what was there is in {aside}")
        record, last = Record(folder / "record.jsonl"), None
    folder.mkdir(parents=True, exist_ok=True)

    line = contestant.command(resume=last is not None)
    process = _start(line, folder)
    clock = (last.seconds, last.cpu_seconds) if last is not None else (0.0, 0.0)
    watch = Stopwatch(process.pid, *clock)
    record.note("started", seconds=watch.seconds, command=line, load=os.getloadavg())
    known = {validation.step for validation in record.validations}
    said = time.monotonic()
    try:
        while record.end is None:
            status = process.poll()
            runs = watch.poll()
            for step, score in contestant.validations():
                if step not in known:
                    known.add(step)
                    record.add(Validation(step, score, watch.seconds, watch.cpu_seconds))
                    say(f"{name}: {watch.seconds / 60:.1f} min, BLEU {score:.2f}")
            if time.monotonic() - said >= _PROGRESS_SECONDS:
                said = time.monotonic()
                record.note("tick", seconds=watch.seconds, cpu_seconds=watch.cpu_seconds)
                say(f"{name}: {watch.seconds / 60:.1f} min{'' if runs else ', stopped'}")
            if status == 0:
                record.note("end", reason="finished", seconds=watch.seconds)
            elif status is not None:
                raise SystemExit(f"{name} ended with status {status}; see {folder / 'log.txt'}")
            elif contestant.limit is not None and watch.seconds >= contestant.limit:
                record.note("end", reason="limit", seconds=watch.seconds)
            else:
                time.sleep(_POLL_SECONDS)
    finally:
        _end(process)
        (folder / "pid").unlink(missing_ok=True)
    return record


def _start(line: str, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            ["bash", "-c", line],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the benchmark, which ends its contestants
        )
    (folder / "pid").write_text(f"{process.pid}\n")
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process group: politely, and if it is stopped or does not listen, at once."""
    for number in (signal.SIGINT, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            os.killpg(process.pid, signal.SIGCONT)
            try:
                process.wait(timeout=_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                continue


def _refuse_second(contestant: Contestant) -> None:
    path = contestant.folder / "pid"
    if path.is_file() and Path(f"/proc/{path.read_text().strip()}").exists():
        raise SystemExit(
            f"{contestant.name} still runs as process {path.read_text().strip()}: wait for it, or "
            f"end it; if that is another program, remove {path}"
        )
