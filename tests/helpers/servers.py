"""The app's server as a process of its own, and its jobs' processes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """`python app.py` on a data folder; it can be killed and started again at its address.

    Args:
        repository: Where app.py lies.
        data_dir: The workspace.
        *options: Of app.py, beside its port and folder.

    Example:
        >>> server = Server(repository, tmp_path)
        >>> server.start()
        >>> urllib.request.urlopen(server.address)
        >>> server.stop()
    """

    def __init__(self, repository: Path, data_dir: Path, *options: str) -> None:
        self.data_dir = data_dir
        self.log = data_dir / "server.log"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        self._repository = repository
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        words = ["app.py", "--port", str(self.port), "--data-dir", str(self.data_dir)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *words, *self._options],
                cwd=self._repository,
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.address}health", timeout=5)
                return
            except OSError:
                assert self._process.poll() is None, self.words()
                time.sleep(0.2)
        raise AssertionError(f"the server does not answer: {self.words()}")

    def words(self) -> str:
        """What it printed."""
        return self.log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """Ends it without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ends it as Ctrl-C does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)


def worker_of(job_id: str) -> int | None:
    """The number of the process that works on a job (Linux)."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"seq2seq_keras.jobs.worker" in words and job_id.encode() in words:
                return int(folder.name)
    return None
