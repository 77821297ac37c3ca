"""Real processes that sleep, work or are stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from helpers.clock import Clock
from seq2seq_keras.jobs import JobQueue
from seq2seq_keras.jobs.vigil import Vigil, kill, process_of


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    time.sleep(0.3)
    yield process
    process.kill()
    process.wait()


def test_a_process_that_does_nothing_is_stuck(
    tmp_path: Path, clock: Clock, sleeper: subprocess.Popen[bytes]
) -> None:
    pulse = tmp_path / "pulse"
    pulse.touch()
    vigil = Vigil(pulse, sleeper.pid, patience=100, clock=clock)
    clock.time = 99
    assert not vigil.is_stuck()
    clock.time = 101
    assert vigil.is_stuck()


def test_a_step_shows_that_it_is_not(
    tmp_path: Path, clock: Clock, sleeper: subprocess.Popen[bytes]
) -> None:
    pulse = tmp_path / "pulse"
    vigil = Vigil(pulse, sleeper.pid, patience=100, clock=clock)
    clock.time = 90
    pulse.touch()
    assert not vigil.is_stuck()
    clock.time = 101
    assert not vigil.is_stuck()
    clock.time = 191
    assert vigil.is_stuck()


def test_one_that_works_without_steps_is_not_stuck(tmp_path: Path, clock: Clock) -> None:
    process = subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"])
    try:
        vigil = Vigil(tmp_path / "pulse", process.pid, patience=10, clock=clock)
        end = time.monotonic() + 20
        while psutil.Process(process.pid).cpu_times().user < 0.5:
            assert time.monotonic() < end
            time.sleep(0.05)
        clock.time = 11
        assert not vigil.is_stuck()
        if hasattr(signal, "SIGSTOP"):
            os.kill(process.pid, signal.SIGSTOP)
            clock.time = 12
            assert not vigil.is_stuck()
            clock.time = 22
            assert vigil.is_stuck()
    finally:
        kill(process.pid)  # also of one that is stopped
        assert process.wait(180)


def test_a_process_of_an_earlier_server_is_found_by_its_token(tmp_path: Path) -> None:
    queue = JobQueue(tmp_path / "jobs")
    job = queue.submit("score", "mine", {})
    token = queue.claim(job.id)
    assert process_of(queue.get(job.id)) is None
    code = "import time; time.sleep(600)"
    words = [sys.executable, "-S", "-c", code, str(tmp_path), job.id]
    processes = [subprocess.Popen([*words, each]) for each in ("another", str(token))]
    try:
        time.sleep(0.3)
        assert process_of(queue.get(job.id)) == processes[1].pid
    finally:
        for process in processes:
            kill(process.pid)
            process.wait(180)
