"""Runs the program as a user does, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def environment() -> dict[str, str]:
    """Returns a user's environment, in which every folder can import the package."""
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    kept = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return {**kept, "PYTHONPATH": path}


def run_python(
    *arguments: object, stdin: bytes = b"", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs Python with `arguments` and captures what it writes."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        timeout=300,
        cwd=cwd,
        env=environment(),
    )


def run_program(*arguments: object, **settings) -> subprocess.CompletedProcess[bytes]:
    """Runs `seq2seq-keras` with `arguments`."""
    return run_python("-m", "seq2seq_keras", *arguments, **settings)


def contents(folder: Path) -> dict[str, bytes]:
    """Returns every file below a folder, to see whether anything was touched."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
