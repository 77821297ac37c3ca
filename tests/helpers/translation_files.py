"""Translation files in memory, broken off at every byte, and large on disk."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.errors import InputError

# What XML can hold, and what no parser changes: a carriage return needs writing as &#13;.
xml_text = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r\x85\u2028 <>&'\"אבג😀𝄞")
)

_MEASURE = """
import sys
from importlib import import_module
from pathlib import Path

from seq2seq_keras.corpus.files import text_files

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])

module, small, large = sys.argv[1:]
read = import_module(f"seq2seq_keras.corpus.formats.{module}").read
list(read(text_files(small)[0]).rows())
Path("/proc/self/clear_refs").write_text("5")
before = peak()
print(sum(1 for _ in read(text_files(large)[0]).rows()), (peak() - before) / 1024)
"""


def in_memory(content: bytes, name: str = "file.x") -> TextFile:
    """Returns a file that is opened from these bytes."""
    return TextFile(name, name, lambda: io.BytesIO(content))


def read_every_prefix(read: Callable[[TextFile], Records], content: bytes) -> int:
    """Reads a file broken off at each byte; returns how many of them could be read.

    Each other one must end in an error of one line that names the file.
    """
    read_whole = 0
    for end in range(len(content)):
        try:
            list(read(in_memory(content[:end])).rows())
            read_whole += 1
        except InputError as error:
            message = str(error)
            assert message.startswith("file.x") and "\n" not in message, (end, message)
            assert any(mark in message for mark in (";", "a corpus needs")), (end, message)
    return read_whole


def memory_growth(module: str, small: Path, large: Path) -> tuple[int, float]:
    """Returns rows of a large file, and megabytes that reading it takes beyond a small one.

    The test is skipped where the system does not tell.
    """
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("needs Linux, to measure memory")
    result = subprocess.run(
        [sys.executable, "-c", _MEASURE, module, str(small), str(large)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    rows, growth = result.stdout.split()
    return int(rows), float(growth)
