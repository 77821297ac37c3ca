"""Small file habits that every job relies on: whole writes, safe names, locks that die with us."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

_UNSAFE = re.compile(r"[^\w.-]+", re.UNICODE)


def write_json(path: Path, content: Any) -> None:
    """Writes `content` so that a reader sees the old file or the new one, never half of it."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1)
    Path(temporary).replace(path)


def read_json(path: Path) -> Any | None:
    """Reads what `write_json` wrote; None where there is no readable file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def slug(name: str, fallback: str = "unnamed") -> str:
    """Turns a name that a person typed into one that is safe as a folder's name everywhere.

    Example:
        >>> slug("My corpus: fr/en ")
        'My-corpus-fr-en'
    """
    return _UNSAFE.sub("-", name).strip("-._")[:60] or fallback


def new_folder(parent: Path, name: str) -> Path:
    """Makes a folder `name` in `parent`, with a number behind it where that name is taken."""
    parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, 10_000):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(f"{parent}: too many folders are named {name}")


def is_locked(path: Path) -> bool:
    """Tells whether a living process holds the lock at `path`.

    The operating system lets go of a lock when its process ends, however it ends, so this is
    the one honest sign of life: a process number may have been given to somebody else since.
    """
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
