"""Exports in tests: what they are tried out on, and how they run by themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# Of different lengths, two of them empty, and a character that is never seen.
TEXTS = ["A dog runs.", "", "We read a book, the cat sleeps.", " \t", "She drinks \u00ad water"]

_ALONE = """
import runpy, sys
sys.modules["seq2seq_keras"] = sys.modules["tensorflow"] = sys.modules["keras"] = None
runpy.run_path(sys.argv[1], {}, "__main__")
"""


def run_alone(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Runs an export's program as if neither this project nor Keras were installed."""
    return subprocess.run(
        [sys.executable, "-c", _ALONE, folder / "translate.py"],
        input=text,
        capture_output=True,
        encoding="utf-8",
    )
