"""A contestant as a process: asked, stopped in between, and ended."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.protocol import ContestantError, Worker


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    pytest.importorskip("tensorflow")
    shape = {"rows": 8, "inner": 4, "columns": 2}
    worker = Worker("product", sys.executable, "matrix_product", shape, tmp_path / "log")
    yield worker
    worker.close()


def state_of(worker: Worker) -> str:
    """Returns the letter of Linux's process state, once it has settled."""
    for _ in range(100):
        stat = Path(f"/proc/{worker._process.pid}/stat").read_text()
        state = stat.rpartition(")")[2].split()[0]
        if state == "T":
            break
        time.sleep(0.01)
    return state


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads Linux's process states")
def test_asked_stopped_and_ended(worker: Worker) -> None:
    assert worker.wait_ready() == {"operations": 2 * 8 * 4 * 2}
    assert worker.seconds_to_ready > 0
    assert state_of(worker) == "T"
    assert worker.ask("measure", seconds=0.05)["operations_per_second"] > 0
    assert state_of(worker) == "T"
    assert worker.peak_memory > 10 * 2**20

    with pytest.raises(ContestantError, match="product: AttributeError"):
        worker.ask("juggle")
    with pytest.raises(ContestantError, match=r"product ended with exit status 1; see .*log"):
        worker.ask("measure", seconds=0.05)
    assert "juggle" in worker.log.read_text()


def test_failing_to_start(tmp_path: Path) -> None:
    worker = Worker("nobody", sys.executable, "no_such_module", {}, tmp_path / "log")
    with pytest.raises(ContestantError, match="nobody: ModuleNotFoundError"):
        worker.wait_ready()
    worker.close()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends it")
def test_ends_with_a_benchmark_that_is_killed(repository: Path, tmp_path: Path) -> None:
    program = """
import sys, time
from pathlib import Path
from benchmarks.protocol import Worker
shape = {"rows": 8, "inner": 4, "columns": 2}
worker = Worker("product", sys.executable, "matrix_product", shape, Path(sys.argv[1]))
worker.wait_ready()
print(worker._process.pid, flush=True)
time.sleep(600)
"""
    pytest.importorskip("tensorflow")
    command = [sys.executable, "-c", program, str(tmp_path / "log")]
    benchmark = subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, text=True)
    assert benchmark.stdout is not None
    contestant = Path("/proc") / benchmark.stdout.readline().strip()
    assert contestant.is_dir()
    benchmark.kill()
    benchmark.communicate()
    for _ in range(100):
        try:
            if ") Z " in (contestant / "stat").read_text():
                return
        except OSError:
            return
        time.sleep(0.05)
    pytest.fail("the contestant outlived the benchmark")
