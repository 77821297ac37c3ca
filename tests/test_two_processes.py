"""Several processes that write the same at once: what is there is always of one of them, whole."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.shell import contents, environment
from seq2seq_keras.errors import WorkError
from seq2seq_keras.storage import alone, read_folder

WRITER = """
import sys, time
from pathlib import Path
from seq2seq_keras.storage import replace_folder, write_file
place, name = Path(sys.argv[1]), sys.argv[2]
def fill(folder):
    for number in range(4):
        (folder / f"{number}.txt").write_text(name * 20_000)
print("ready", flush=True)
end = time.monotonic() + 3
while time.monotonic() < end:
    write_file(place / "file", name * 100_000)
    replace_folder(place / "folder", fill)
"""
HOLDER = """
import sys
from pathlib import Path
from seq2seq_keras.errors import WorkError
from seq2seq_keras.storage import alone
with alone(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


def start(*arguments: object) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def test_what_several_write_is_always_of_one(tmp_path: Path) -> None:
    writers = [start(WRITER, tmp_path, name) for name in "abc"]
    seen: set[str] = set()
    while any(writer.poll() is None for writer in writers):
        if (tmp_path / "file").exists():
            text = (tmp_path / "file").read_text()
            assert len(text) == 100_000 and len(set(text)) == 1
        if (tmp_path / "folder").exists():
            files = read_folder(tmp_path / "folder", contents)
            if files:
                assert sorted(files) == ["0.txt", "1.txt", "2.txt", "3.txt"]
                (content,) = set(files.values())
                assert len(content) == 20_000
                seen.add(chr(content[0]))
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert len(seen) > 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
    for writer in writers:
        writer.communicate()


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    place = tmp_path / "model"
    holder = start(HOLDER, place, "training")
    refused = pytest.raises(WorkError, match="another process is writing it")
    with refused, alone(place, "training", patience=0):
        pass
    with alone(place, "lock", patience=0):  # another purpose
        pass
    begin = time.monotonic()
    holder.kill()
    with alone(place, "training", patience=10):
        assert time.monotonic() - begin < 5
    holder.communicate()
    assert list(tmp_path.iterdir()) == []
