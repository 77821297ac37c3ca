"""Parents of workers that only sleep, end, fail or are killed: real processes, loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.servers import free_port
from seq2seq_keras.cluster import Patience, inside

PARENT = """
import sys
from seq2seq_keras.cluster import Cluster, Patience, supervise
from seq2seq_keras.errors import InputError, WorkError
addresses, number, to_meet, for_beat, devices, *command = sys.argv[1:]
cluster = Cluster.of(addresses.split(","), int(number))
patience = Patience(float(to_meet), float(for_beat), between_beats=0.2)
try:
    sys.exit(supervise(cluster, command, patience, int(devices)))
except (InputError, WorkError) as error:
    print(error, file=sys.stderr)
    sys.exit(3 if isinstance(error, WorkError) else 4)
"""
SLEEP = "import time; time.sleep(600)"
NOTE = """
import os, pathlib, sys, time
from seq2seq_keras.cluster import stay_with_parent
stay_with_parent(0.1)
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
time.sleep(600)
"""


class Parent:
    """The parent of a worker that runs some Python."""

    def __init__(
        self,
        addresses: list[str],
        number: int,
        code: str,
        *arguments: str,
        to_meet: float = 60.0,
        for_beat: float = 30.0,
        devices: int = 1,
    ) -> None:
        own = [",".join(addresses), *map(str, (number, to_meet, for_beat, devices))]
        self.process = subprocess.Popen(
            [sys.executable, "-c", PARENT, *own, sys.executable, "-c", code, *arguments],
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def end(self, timeout: float = 60.0) -> tuple[int, str]:
        """Waits for its end; returns its status and what it said."""
        try:
            _, said = self.process.communicate(timeout=timeout)
        finally:
            self.process.kill()
        return self.process.returncode, said.strip()


@pytest.fixture
def addresses() -> list[str]:
    ports: set[int] = set()
    while len(ports) < 3:
        ports.add(free_port())
    return [f"127.0.0.1:{port}" for port in sorted(ports)]


def written(path: Path) -> int:
    """Waits for the number that a worker writes."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if path.is_file() and path.read_text():
            return int(path.read_text())
        time.sleep(0.05)
    raise AssertionError("the worker did not start")


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"


def test_all_end_well(addresses: list[str]) -> None:
    code = (
        "from seq2seq_keras.cluster import inside; cluster = inside();"
        "print(cluster.number, *cluster.addresses)"
    )
    parents = [Parent(addresses, number, code) for number in (2, 1, 0)]
    for number, parent in zip((2, 1, 0), parents, strict=True):
        output, said = parent.process.communicate(timeout=180)
        assert (parent.process.returncode, said) == (0, "")
        assert output.split() == [str(number), *addresses]
    assert inside({}) is None


def test_the_port_is_free_for_the_engine(addresses: list[str]) -> None:
    """Where the parents met, the chief's worker can listen while they stay connected."""
    code = (
        "import socket; from seq2seq_keras.cluster import inside;"
        "number = inside().number; s = socket.socket();"
        "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
        "s.bind(('127.0.0.1', int(inside().addresses[number].split(':')[1]))); s.listen()"
    )
    parents = [Parent(addresses[:2], number, code) for number in (0, 1)]
    assert [parent.end() for parent in parents] == [(0, ""), (0, "")]


def test_a_killed_worker_ends_all(addresses: list[str], tmp_path: Path) -> None:
    notes = [tmp_path / str(number) for number in range(3)]
    parents = [Parent(addresses, number, NOTE, str(notes[number])) for number in range(3)]
    workers = [written(note) for note in notes]
    begin = time.monotonic()
    os.kill(workers[1], signal.SIGKILL)
    for parent in parents:
        status, said = parent.end()
        assert status == 3
        assert said.splitlines()[-1] == (
            f"worker 1 ({addresses[1]}) was killed (SIGKILL); start all workers again with "
            "--resume to go on from the last checkpoint"
        )
    assert time.monotonic() - begin < 30
    assert not any(map(is_running, workers))


def test_a_killed_parent_ends_all(addresses: list[str], tmp_path: Path) -> None:
    notes = [tmp_path / str(number) for number in range(3)]
    parents = [Parent(addresses, number, NOTE, str(notes[number])) for number in range(3)]
    workers = [written(note) for note in notes]
    parents[0].process.kill()
    for parent in parents[1:]:
        status, said = parent.end()
        assert status == 3 and f"worker 0 ({addresses[0]}) is gone" in said
    end = time.monotonic() + 10
    while any(map(is_running, workers)) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(map(is_running, workers))


def test_a_silent_machine_is_gone(addresses: list[str], tmp_path: Path) -> None:
    """A stopped parent keeps its connection and says nothing, as a machine does that vanished."""
    notes = [tmp_path / str(number) for number in range(2)]
    parents = [
        Parent(addresses[:2], number, NOTE, str(notes[number]), for_beat=3.0) for number in range(2)
    ]
    written(notes[0]), written(notes[1])
    parents[1].process.send_signal(signal.SIGSTOP)
    try:
        status, said = parents[0].end()
    finally:
        parents[1].process.kill()
    assert status == 3
    assert f"worker 1 ({addresses[1]}) is gone: it has not answered for 3 s" in said


def test_a_worker_that_fails_tells_all_why(addresses: list[str], tmp_path: Path) -> None:
    code = (
        "import sys; from seq2seq_keras.cluster.supervision import leave_last_words;"
        "leave_last_words('no room on the disk'); sys.exit(2)"
    )
    parents = [Parent(addresses[:2], 0, SLEEP), Parent(addresses[:2], 1, code)]
    status, said = parents[0].end()
    assert status == 3
    assert f"worker 1 ({addresses[1]}) failed: no room on the disk; start all" in said
    assert parents[1].end() == (2, "")  # it has said so itself


def test_what_ends_for_good_is_not_to_be_begun_again(addresses: list[str]) -> None:
    code = (
        "import sys; from seq2seq_keras.cluster.supervision import leave_last_words;"
        "leave_last_words('the loss is no longer a number', False); sys.exit(1)"
    )
    parents = [Parent(addresses, 0, code), *(Parent(addresses, each, "pass") for each in (1, 2))]
    assert parents[0].end() == (1, "")
    for parent in parents[1:]:  # their own work is done, and they stand by
        reason = f"worker 0 ({addresses[0]}) failed: the loss is no longer a number"
        assert parent.end() == (3, reason)


def test_a_request_to_end_is_passed_on(addresses: list[str], tmp_path: Path) -> None:
    notes = [tmp_path / str(number) for number in range(2)]
    parents = [Parent(addresses[:2], number, NOTE, str(notes[number])) for number in range(2)]
    workers = [written(note) for note in notes]
    parents[0].process.terminate()
    assert "worker 0" in parents[1].end()[1]
    assert "was killed (SIGTERM)" in parents[0].end()[1]
    assert not any(map(is_running, workers))


def test_a_worker_that_does_not_come(addresses: list[str]) -> None:
    parents = [Parent(addresses, number, SLEEP, to_meet=4.0, for_beat=5.0) for number in (0, 1)]
    for parent in parents:
        status, said = parent.end()
        assert status == 3
        assert f"worker 2 ({addresses[2]}) did not come within 4 s; nothing was begun" in said


def test_a_chief_that_cannot_be_reached(addresses: list[str]) -> None:
    status, said = Parent(addresses[:2], 1, SLEEP, to_meet=2.0).end()
    assert status == 3
    assert said.startswith(f"worker 0 ({addresses[0]}) cannot be reached within 2 s")
    assert "Connect" in said


@pytest.mark.parametrize("number", [0, 1])
def test_a_port_in_use(addresses: list[str], number: int) -> None:
    port = int(addresses[number].split(":")[1])
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        status, said = Parent(addresses[:2], number, SLEEP).end()
    assert status == 4
    assert said.startswith(f"worker {number} ({addresses[number]}): its own address cannot be used")
    assert "in use" in said


def test_an_address_of_another_machine() -> None:
    status, said = Parent(["192.0.2.77:7000", "127.0.0.1:7001"], 0, SLEEP).end()
    assert status == 4 and "its own address cannot be used" in said


def test_another_cluster(addresses: list[str]) -> None:
    chief = Parent(addresses[:2], 0, SLEEP)
    other = Parent([addresses[0], addresses[2]], 1, SLEEP)
    for parent in (chief, other):
        status, said = parent.end()
        assert status == 4
        assert "worker 1 was given another --cluster than the chief; nothing was begun" in said


def test_other_numbers_of_devices(addresses: list[str]) -> None:
    parents = [Parent(addresses, number, SLEEP, devices=2 + number % 2) for number in range(3)]
    for parent in parents:
        status, said = parent.end()
        assert status == 4 and said == (
            f"--devices: all workers need the same number, but worker 0 ({addresses[0]}) has 2, "
            f"worker 1 ({addresses[1]}) has 3, worker 2 ({addresses[2]}) has 2; nothing was begun"
        )


def test_what_is_no_worker_is_not_heard(addresses: list[str]) -> None:
    host, port = addresses[0].split(":")
    chief = Parent(addresses[:2], 0, "pass")
    end = time.monotonic() + 30
    while True:
        try:
            stranger = socket.create_connection((host, int(port)), timeout=1)
            break
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)
    stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
    liar = socket.create_connection((host, int(port)), timeout=1)
    liar.sendall(b'{"worker": 7, "cluster": []}\n')
    worker = Parent(addresses[:2], 1, "pass")
    assert worker.end() == (0, "") and chief.end() == (0, "")
    stranger.close()
    liar.close()


def test_a_machine_that_vanishes_is_noticed_within_three_minutes() -> None:
    patience = Patience()
    assert 2 * patience.between_beats < patience.for_beat < 180 - patience.between_beats
