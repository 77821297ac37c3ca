"""Lines of logs: plain, bounded, and without any text of users."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from seq2seq_keras.jobs import logs
from seq2seq_keras.jobs.logs import ProcessLog, described, log_to

SECRET = "Xylophone secrets sleep"
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (INFO|WARNING|ERROR|CRITICAL)( \[[^\]]+\])? .+")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers), root.level, logging.raiseExceptions
    ours = logging.getLogger("seq2seq_keras")
    level = ours.level
    yield
    for handler in root.handlers:
        if handler not in before[0]:
            with suppress(OSError):  # of the full disk below
                handler.close()
    root.handlers[:], root.level, logging.raiseExceptions = before
    logging.captureWarnings(False)
    ours.setLevel(level)


def fail() -> None:
    try:
        {}[SECRET]
    except KeyError as error:
        raise ValueError(f"cannot translate {SECRET!r}\nat all") from error


def failed() -> ValueError:
    with pytest.raises(ValueError, match="cannot") as error:
        fail()
    return error.value


def test_an_exception_is_told_by_its_kind_and_place() -> None:
    told = described(failed())
    line = fail.__code__.co_firstlineno + 4
    assert told.startswith("ValueError at jobs/test_logs.py:") and "caused by KeyError at" in told
    assert f":{line} fail" in told
    assert SECRET not in told
    assert described(OSError(28, "No space", SECRET)) == "OSError 28"


def test_the_server_logs_in_plain_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_to(tmp_path / "logs")
    ours = logging.getLogger("seq2seq_keras.jobs.runner")
    ours.info("train begins", extra={"job": "20260101-my-job"})
    ours.error("it failed", exc_info=failed())
    ours.warning("two\nlines \x1b[31mred\x1b[0m \u2028")
    logging.getLogger("uvicorn.error").error("Exception: %s", SECRET)
    logging.getLogger("asyncio").error(f"never retrieved {SECRET}", exc_info=failed())
    text = (tmp_path / "logs" / "server.log").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) == 5 and all(LINE.fullmatch(line) for line in lines)
    assert "INFO [20260101-my-job] train begins" in lines[0]
    assert "ERROR it failed: ValueError at" in lines[1]
    assert r"two\nlines \x1b[31mred\x1b[0m \u2028" in lines[2] and "\x1b" not in text
    assert "uvicorn.error at test_logs:" in lines[3]
    assert SECRET not in text
    assert SECRET not in capsys.readouterr().err  # the terminal may be kept as a log, too


def test_a_log_stays_within_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 2000)
    log_to(tmp_path)
    for number in range(500):
        logging.getLogger("seq2seq_keras.x").info("line %d", number)
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == [
        "server.log",
        *(f"server.log.{n}" for n in range(1, 5)),
    ]
    assert all(path.stat().st_size <= 2000 for path in files)
    assert "line 499" in files[0].read_text(encoding="utf-8")


def printed(code: str, path: Path, **options: int) -> ProcessLog:
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    log = ProcessLog(path, process.stdout, "job-1", **options)
    process.wait(180)
    log.wait()
    return log


def test_what_a_process_prints_is_kept_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 5000)
    code = (
        "for n in range(2000): print('a library says', n, '\\x1b[2J')\nprint('last', 'x' * 10**6)"
    )
    log = printed(code, tmp_path / "worker.log", files=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["worker.log", "worker.log.1"]
    text = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    assert len(text) <= 2 * 5000 and "\x1b" not in text
    assert all(LINE.fullmatch(line) for line in text.splitlines())
    assert log.last_words.startswith("x")


def test_a_process_logs_to_its_parent(tmp_path: Path) -> None:
    code = f"""
import logging, threading, warnings
from seq2seq_keras.jobs.logs import log_to_parent
log_to_parent()
logging.getLogger("seq2seq_keras.jobs.worker").warning("careful")
logging.getLogger("elsewhere").warning({SECRET!r})
warnings.warn({SECRET!r})
def fail(): raise KeyError({SECRET!r})
thread = threading.Thread(target=fail); thread.start(); thread.join()
raise RuntimeError({SECRET!r})
"""
    log = printed(code, tmp_path / "worker.log")
    lines = (tmp_path / "worker.log").read_text(encoding="utf-8").splitlines()
    assert all(LINE.fullmatch(line) for line in lines)
    assert [line.split()[1] for line in lines] == ["WARNING"] * 3 + ["CRITICAL"] * 2
    assert "WARNING [job-1] careful" in lines[0]
    assert "KeyError at <string>:8 fail" in lines[3]
    assert log.last_words == "ended by an exception: RuntimeError at <string>:10 <module>"
    assert SECRET not in "".join(lines)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
def test_a_full_disk_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "server.log").symlink_to("/dev/full")
    log_to(tmp_path)
    logging.getLogger("seq2seq_keras.x").error("lost")
    assert "lost" in capsys.readouterr().err
