"""The side that asks: a contestant is a process that works when asked to, and sleeps otherwise.

Requests and answers are lines of JSON: `{"do": "train", "seconds": 15}` on its standard input,
`{"tokens": 51200, "seconds": 15.2}` on what was its standard output. What its libraries print
goes to a log. Between requests the process is stopped, so that none of its threads can take
time from another contestant. The side that answers is `benchmarks.worker`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.settings import REPOSITORY, available_threads

Answer = dict[str, Any]


class ContestantError(Exception):
    """A contestant ended, or answered that it could not do what it was asked."""


class Worker:
    """The side that asks.

    The process is started at once and left to itself until `wait_ready`.

    Args:
        name: What to call it in messages.
        python: The interpreter of the environment that it needs.
        module: Its module in `benchmarks.contestants`.
        arguments: What the module's `start` is called with.
        log: The file that its output goes to.
        environment: Variables beside `worker_variables`.

    Attributes:
        ready: What the contestant said when it was ready.
        seconds_to_ready: From its start until then.

    Example:
        >>> worker = Worker("Keras fit", sys.executable, "plain_keras", {"folder": "..."}, log)
        >>> worker.wait_ready()
        >>> worker.ask("train", seconds=15)["tokens"]
    """

    def __init__(
        self,
        name: str,
        python: str | Path,
        module: str,
        arguments: Answer,
        log: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self.ready: Answer = {}
        self.seconds_to_ready = 0.0
        self._started = time.monotonic()
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [python, "-m", "benchmarks.worker", module, json.dumps(arguments)],
                cwd=REPOSITORY,
                env={**os.environ, **worker_variables(), **(environment or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is for the benchmark, which ends its contestants
            )

    def wait_ready(self) -> Answer:
        """Waits until the contestant has started up, and stops it."""
        self.ready = self._read()
        self.seconds_to_ready = time.monotonic() - self._started
        self._send_signal(signal.SIGSTOP)
        return self.ready

    def ask(self, operation: str, **arguments: Any) -> Answer:
        """Wakes the contestant for one request and returns its answer."""
        self._send_signal(signal.SIGCONT)
        assert self._process.stdin is not None
        line = json.dumps({"do": operation, **arguments}) + "\n"
        try:
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer that is missing says so better
        answer = self._read()
        self._send_signal(signal.SIGSTOP)
        return answer

    @property
    def peak_memory(self) -> int:
        """Most memory that the process has held so far, in bytes; 0 where Linux does not say."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return 0
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return 1024 * int(found.group(1)) if found else 0

    def close(self) -> None:
        """Ends the process."""
        self._send_signal(signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _read(self) -> Answer:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ContestantError(
                f"{self.name} ended with exit status {self._process.wait()}; see {self.log}"
            )
        answer: Answer = json.loads(line)
        if "error" in answer:
            raise ContestantError(f"{self.name}: {answer['error']}; see {self.log}")
        return answer

    def _send_signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)


def worker_variables() -> dict[str, str]:
    """Returns the environment variables of every contestant: as many threads in each library."""
    threads = str(available_threads())
    return {
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "TF_NUM_INTRAOP_THREADS": threads,
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "KERAS_BACKEND": "tensorflow",
        "PYTHONPATH": str(REPOSITORY),
    }
