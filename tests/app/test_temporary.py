"""Where a server keeps what is temporary, and that none of it outlives the server for long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.servers import Server
from seq2seq_keras.app import temporary
from seq2seq_keras.app.temporary import GRADIO, remove_abandoned, sweep, temporary_folder
from seq2seq_keras.errors import InputError

_SERVER = """
import sys, tempfile, time
from pathlib import Path
from seq2seq_keras.app.temporary import temporary_folder
with temporary_folder() as folder:
    Path(folder, "gradio", "upload.tsv").touch()
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv(GRADIO, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.fixture
def other_server() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another server, which lives, and its folder."""
    process = subprocess.Popen([sys.executable, "-c", _SERVER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process, Path(process.stdout.readline().strip())
    process.kill()
    process.wait()
    process.stdout.close()


def test_everything_temporary_lies_in_one_folder_that_goes(place: Path) -> None:
    before = dict(os.environ)
    with temporary_folder() as folder:
        assert folder.parent == place
        from gradio.utils import get_upload_folder

        assert Path(get_upload_folder()) == folder / "gradio"
        with tempfile.NamedTemporaryFile() as mine:
            assert Path(mine.name).parent == folder
        code = "import tempfile; print(tempfile.gettempdir())"
        child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert child.stdout.strip() == str(folder)
        if hasattr(os, "getuid"):
            assert folder.stat().st_mode & 0o077 == 0
        (folder / "half.zip").write_bytes(b"half")
    assert list(place.iterdir()) == []
    assert dict(os.environ) == before
    assert tempfile.gettempdir() == str(place)


@pytest.mark.slow
def test_it_goes_when_the_server_is_asked_to_end(place: Path, repository: Path) -> None:
    """By the signal of `docker stop` and systemd."""
    server = Server(repository, place / "data", environment={"TMPDIR": str(place)})
    server.start()
    assert list(place.glob("seq2seq-keras-server-*"))
    os.kill(server.pid, signal.SIGTERM)
    assert server.wait() == 0
    assert not list(place.glob("seq2seq-keras-server-*"))


def test_it_lies_where_gradio_is_told_to_put_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GRADIO, str(tmp_path / "large" / "disk"))
    with temporary_folder() as folder:
        assert folder.parent == tmp_path / "large" / "disk"
    assert os.environ[GRADIO] == str(tmp_path / "large" / "disk")


def test_where_nothing_can_be_written_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(GRADIO, str(tmp_path / "file"))
    with pytest.raises(InputError, match="set GRADIO_TEMP_DIR to another"), temporary_folder():
        pass


def test_what_a_killed_server_left_goes_and_what_a_living_one_has_stays(
    place: Path, other_server: tuple[subprocess.Popen[str], Path]
) -> None:
    process, folder = other_server
    (place / "gradio").mkdir()  # another program's
    assert remove_abandoned(place) == 0
    with temporary_folder():
        assert (folder / "gradio" / "upload.tsv").exists()
    process.kill()
    process.wait()
    with temporary_folder():
        assert not folder.exists()
    assert [path.name for path in place.iterdir()] == ["gradio"]


def test_a_folder_that_is_just_being_made_stays_and_a_link_is_not_followed(place: Path) -> None:
    (place / "seq2seq-keras-server-1").mkdir()
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").touch()
    (place / "seq2seq-keras-server-2").symlink_to(elsewhere)
    assert remove_abandoned(place) == 0
    long_ago = time.time() - 3600
    os.utime(place / "seq2seq-keras-server-1", (long_ago, long_ago))
    assert remove_abandoned(place) == 1
    assert (elsewhere / "file").exists()


def test_a_sweep_takes_what_was_not_used_for_long(place: Path) -> None:
    old, new = place / "1f" / "old.tsv", place / "2e" / "new.tsv"
    for path in (old, new):
        path.parent.mkdir()
        path.touch()
    time.sleep(0.6)
    new.touch()  # as Gradio does with a file that it hands out again
    assert sweep(place, seconds=0.4) == 1
    assert new.exists() and not old.exists()
    time.sleep(0.6)
    assert sweep(place, seconds=0.4) == 1
    time.sleep(0.6)
    sweep(place, seconds=0.4)
    assert list(place.iterdir()) == []


def test_a_server_sweeps_now_and_then(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary, "_SECONDS_BETWEEN_SWEEPS", 0.1)
    monkeypatch.setattr(sweep, "__defaults__", (0.3,))
    with temporary_folder() as folder:
        upload = folder / "gradio" / "upload.tsv"
        upload.touch()
        (folder / "corpus.bin").touch()
        end = time.monotonic() + 10
        while upload.exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert not upload.exists()
        assert (folder / "corpus.bin").exists()  # whoever made it uses it
