"""Environments of contestants whose packages do not go with this project's.

`benchmarks/environments/NAME.txt` lists the packages; the environment is made once, in
`benchmarks/.environments/NAME`, and again when the list has changed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.settings import REPOSITORY

LISTS = REPOSITORY / "benchmarks" / "environments"
FOLDER = REPOSITORY / "benchmarks" / ".environments"
PYTHONS = {"joey": "3.11"}
"""The Python of an environment that does not run on every one: sentencepiece 0.1.99 has no
wheels for later ones."""


def python_of(name: str, say: Callable[[str], None] = print) -> Path:
    """Returns the interpreter of an environment, which is made first if need be.

    Args:
        name: Its list in `benchmarks/environments`, without `.txt`.
        say: Called with lines on what is going on.

    Raises:
        SystemExit: If the Python that it needs is missing, or a package cannot be installed.
    """
    packages = LISTS / f"{name}.txt"
    folder = FOLDER / name
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if ready.is_file() and ready.read_text() == packages.read_text():
        return python
    say(f"{name}: making an environment in {folder} (minutes; gigabytes with PyTorch)")
    if folder.exists():
        shutil.rmtree(folder)
    _run([_base_python(name), "-m", "venv", folder], name)
    _run([python, "-m", "pip", "install", "--quiet", "--requirement", packages], name)
    ready.write_text(packages.read_text())
    say(f"{name}: environment made")
    return python


def pins(name: str) -> dict[str, str]:
    """Returns the versions in an environment's list of the programs that are compared."""
    lines = (LISTS / f"{name}.txt").read_text().splitlines()
    found = dict(line.split("==") for line in lines if "==" in line)
    return {package: found[package] for package in ("torch", "joeynmt") if package in found}


def _base_python(name: str) -> str:
    wanted = PYTHONS.get(name)
    if wanted is None or sys.version.startswith(f"{wanted}."):
        return sys.executable
    found = shutil.which(f"python{wanted}")
    if found is None:
        raise SystemExit(f"{name} needs Python {wanted}: put python{wanted} on the PATH")
    return found


def _run(command: list[str | Path], name: str) -> None:
    status = subprocess.run(command).returncode
    if status:
        raise SystemExit(f"{name}: `{' '.join(map(str, command))}` ended with status {status}")
