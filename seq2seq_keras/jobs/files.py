"""Small file habits that every job relies on: whole writes, safe names, locks that die with us."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from seq2seq_keras.errors import InputError
from seq2seq_keras.storage import write_file

# On Windows they are no files, whatever folder they are in and whatever they end in.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w.-]+", re.UNICODE)


def write_json(path: Path, content: Any) -> None:
    """Writes `content` so that a reader sees the old file or the new one, never half of it."""
    write_file(path, json.dumps(content, ensure_ascii=False, indent=1))


def read_json(path: Path) -> Any | None:
    """Reads what `write_json` wrote; None where there is no readable file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def slug(name: str, fallback: str = "unnamed") -> str:
    """Turns a name that a person typed into one that is safe as a folder's name everywhere.

    Example:
        >>> slug("My corpus: fr/en ")
        'My-corpus-fr-en'
    """
    safe = _UNSAFE.sub("-", name).strip("-._")[:60] or fallback
    return f"_{safe}" if _DEVICE.match(safe) else safe


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


@contextmanager
def told_as(names: Mapping[Path, str]) -> Iterator[None]:
    """Calls files in an error by their owner's names; where the server keeps them is nobody's.

    Args:
        names: The names, by the paths.

    Raises:
        InputError: In place of one that names the paths.
    """
    try:
        yield
    except InputError as error:
        message = str(error)
        for path, name in names.items():
            message = message.replace(str(path), name)
        raise type(error)(message) from None
