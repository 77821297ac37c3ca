"""The number of the form in which translators and interrupted trainings are saved.

It is raised when an older program would misread what a newer one saves. Newer programs read what
older ones saved; what was saved before there was a number has the first form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seq2seq_keras import __version__
from seq2seq_keras.errors import InputError

FORMAT = 1
_VERSION = re.compile(r"\d[\w.+-]{0,30}")


def stamp() -> dict[str, Any]:
    """What is saved of the form: its number, and the version of this program that reads it."""
    return {"format": FORMAT, "saved_by": __version__}


def check_format(path: Path, saved: Mapping[str, Any]) -> None:
    """Refuses what a newer program saved.

    Args:
        path: The file, for the error.
        saved: What it holds; `stamp` is a part of it.

    Raises:
        InputError: Its form is not known here.

    Example:
        >>> check_format(Path("config.yaml"), {"format": 1, "units": 512})
    """
    number = saved.get("format", FORMAT)
    if type(number) is not int or not 1 <= number <= 10**6:
        raise InputError(f"{path}: format is no number of a format; copy the file again")
    if number <= FORMAT:
        return
    version = saved.get("saved_by")
    needed = "a later version"
    if isinstance(version, str) and _VERSION.fullmatch(version):
        needed = f"version {version} or a later one"
    raise InputError(
        f"{path}: has format {number}, and this seq2seq-keras {__version__} reads {FORMAT} at "
        f"most; install {needed}"
    )
