"""That the tests of the app would see a connection to another machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpers.servers import watched_environment


@pytest.mark.parametrize(
    ("code", "noted"),
    [
        ("socket.create_connection(('192.0.2.1', 9), 0.01)", "socket.connect 192.0.2.1"),
        ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 9))", "sendto 192.0.2.1"),
        ("socket.getaddrinfo('stats.example', 443)", "socket.getaddrinfo stats.example"),
        ("socket.create_connection(('127.0.0.1', 9), 0.01)", ""),
        ("socket.create_connection(('localhost', 9), 0.01)", ""),
        ("socket.getaddrinfo(None, 9)", ""),
    ],
)
def test_they_are_noted(tmp_path: Path, code: str, noted: str) -> None:
    # Also in a process that the process starts.
    inner = f"import contextlib, socket\nwith contextlib.suppress(OSError): {code}"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)"
    file = tmp_path / "connections.txt"
    subprocess.run([sys.executable, "-c", outer], env=watched_environment(file), check=True)
    found = file.read_text(encoding="utf-8") if file.exists() else ""
    assert noted in found and bool(noted) == bool(found)
