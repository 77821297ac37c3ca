"""The app's server as a process of its own, and its jobs' processes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

_PROXIES = "http_proxy HTTP_PROXY https_proxy HTTPS_PROXY ALL_PROXY".split()
DEAD_PROXY = dict.fromkeys(_PROXIES, "http://127.0.0.1:9")
"""Where whatever asks the proxy, of which nobody listens, gets no answer."""

_WATCHED = Path(__file__).with_name("watched")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def without_heartbeats(stream: str) -> str:
    """An answer without the events that come while it is long in coming."""
    return stream.replace("event: heartbeat\ndata: null\n\n", "")


def watched_environment(connections: Path) -> dict[str, str]:
    """The environment in which Python notes in a file to which other machines it would connect."""
    path = os.pathsep.join(filter(None, [str(_WATCHED), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "CONNECTIONS": str(connections)}


def start_in_vain(
    repository: Path, data_dir: Path, *options: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Starts `python app.py` where it has to refuse; returns what came of it."""
    return subprocess.run(
        [sys.executable, "app.py", "--port", "0", "--data-dir", str(data_dir), *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        cwd=repository,
        timeout=60,
    )


class Server:
    """`python app.py` on a data folder; it can be killed and started again at its address.

    Args:
        repository: Where app.py lies.
        data_dir: The workspace.
        *options: Of app.py, beside its port and folder.
        environment: Variables to set beside those of the tests.

    Example:
        >>> server = Server(repository, tmp_path)
        >>> server.start()
        >>> urllib.request.urlopen(server.address)
        >>> server.stop()
    """

    def __init__(
        self, repository: Path, data_dir: Path, *options: str, environment: Mapping[str, str] = {}
    ) -> None:
        self.data_dir = data_dir
        self.log = data_dir / "server.log"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/"
        self._repository = repository
        self._options = options
        self._connections = data_dir / "connections.txt"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        words = ["app.py", "--port", str(self.port), "--data-dir", str(self.data_dir)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *words, *self._options],
                cwd=self._repository,
                env={**watched_environment(self._connections), **self._environment},
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

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None
        return self._process.pid

    def words(self) -> str:
        """What it printed."""
        return self.log.read_text(encoding="utf-8")

    def connections(self) -> list[str]:
        """To which other machines it and its processes wanted to connect: a line each."""
        return self._connections.read_text().splitlines() if self._connections.exists() else []

    def wait(self) -> int:
        """Waits for its end and tells its exit status."""
        assert self._process is not None
        return self._process.wait(180)

    def kill(self) -> None:
        """Ends it without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ends it as Ctrl-C does; nobody was asked for anything that the tests did not ask for."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)
        assert self.connections() == []


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
