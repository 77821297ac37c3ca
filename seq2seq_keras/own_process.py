"""How this program starts itself in another process: a module of this package, and no other."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def own_command(module: str, *arguments: str) -> list[str]:
    """Returns the command that runs a module of this package.

    Nothing is imported from the folder in which somebody happens to be (`-P`).

    Args:
        module: Such as `seq2seq_keras.jobs.worker`.
        *arguments: Its arguments.

    Example:
        >>> own_command("seq2seq_keras", "--help")[1:]
        ['-P', '-m', 'seq2seq_keras', '--help']
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def own_environment() -> dict[str, str]:
    """Returns the environment for that: the package is found where this process found it.

    It may be installed or not.
    """
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path}
