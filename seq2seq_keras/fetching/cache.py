"""What was fetched before, so that nobody is asked for it twice."""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from seq2seq_keras.corpus.provenance import (
    Provenance,
    keep_provenance,
    provenance,
    write_provenance,
)
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.fetching.names import parse
from seq2seq_keras.storage import alone, recover_folder, replace_folder, replaced_file

CACHE = "SEQ2SEQ_CACHE_DIR"
"""The environment variable that names another folder for what is fetched."""

_COMPLETE = "corpus.json"


@dataclass(frozen=True)
class Fetched:
    """A corpus that is here.

    Attributes:
        name: Its name in full.
        files: Its files, in the order in which `load_corpus` takes them.
        origins: Where each is from.
    """

    name: str
    files: tuple[Path, ...]
    origins: tuple[Provenance, ...]


def cache_folder() -> Path:
    """The folder in which fetched corpora are kept.

    Example:
        >>> cache_folder()                                           # doctest: +SKIP
        PosixPath('/home/me/.cache/seq2seq-keras/corpora')
    """
    if chosen := os.environ.get(CACHE):
        return Path(chosen).expanduser()
    caches = os.environ.get("XDG_CACHE_HOME")
    base = Path(caches) if caches else Path.home() / ".cache"
    return base / "seq2seq-keras" / "corpora"


def cached(name: str, folder: Path | None = None) -> Fetched | None:
    """Finds a corpus among what was fetched before, without asking anybody.

    Args:
        name: Its name.
        folder: The cache; by default `cache_folder()`.

    Returns:
        The corpus; None where it is not there, not complete, or was changed.

    Raises:
        InputError: This is no name.

    Example:
        >>> cached("manythings:fra-eng").files                       # doctest: +SKIP
        (PosixPath('.../manythings-fra-eng-9c7c2d10/fra-eng.zip'),)
    """
    entry = entry_folder(name, folder)
    recover_folder(entry)
    try:
        content = json.loads((entry / _COMPLETE).read_text(encoding="utf-8"))
        files = tuple(entry / Path(str(file)).name for file in content["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    origins = tuple(map(provenance, files))
    if not files or None in origins:
        return None
    return Fetched(str(parse(name)), files, tuple(filter(None, origins)))


def entry_folder(name: str, folder: Path | None = None) -> Path:
    """The folder of one corpus within the cache."""
    full = str(parse(name))
    readable = re.sub(r"[^A-Za-z0-9]+", "-", full.partition("?")[0]).strip("-")[-60:]
    digest = hashlib.sha256(full.encode()).hexdigest()[:8]
    return (folder or cache_folder()) / f"{readable}-{digest}"


@contextmanager
def writing(entry: Path) -> Iterator[None]:
    """Keeps the folder of a corpus to oneself.

    Raises:
        WorkError: Somebody else fetches this corpus at the moment, or it cannot be written to.
    """
    with ExitStack() as stack:
        try:
            entry.mkdir(parents=True, exist_ok=True)
            stack.enter_context(alone(entry, "fetching", patience=0))
        except OSError as error:
            raise WorkError(
                f"{entry}: cannot be written ({error.strerror or error}); choose another folder by "
                f"{CACHE}"
            ) from None
        except WorkError:
            raise WorkError(
                f"{entry}: another program fetches this corpus now; wait until it is done"
            ) from None
        yield


def complete(entry: Path, name: str, put: Callable[[Path], dict[str, Provenance]]) -> Fetched:
    """Puts all files of a corpus in their place at once; what lay there before is deleted.

    Args:
        entry: The folder of the corpus.
        name: Its name in full.
        put: Puts the files into the folder that it is given, and returns where they are from, by
            their names.

    Raises:
        WorkError: It cannot be written; what was fetched before is then as it was.
    """
    origins: dict[str, Provenance] = {}

    def write(folder: Path) -> None:
        origins.update(put(folder))
        for file, origin in origins.items():
            write_provenance(folder / file, origin)
        content = {"name": name, "files": list(origins)}
        (folder / _COMPLETE).write_text(json.dumps(content), encoding="utf-8")

    replace_folder(entry, write)
    return Fetched(name, tuple(entry / file for file in origins), tuple(origins.values()))


def copy_to(fetched: Fetched, out: Path) -> list[Path]:
    """Copies a corpus out of the cache, with what tells where it is from.

    Args:
        fetched: The corpus.
        out: A folder; or, for a corpus of one file, the file to write.

    Returns:
        The copies.

    Raises:
        InputError: Something else lies there, or one file is named for several.
        WorkError: It cannot be written.

    Example:
        >>> copy_to(fetch("manythings:fra-eng"), Path("corpora"))    # doctest: +SKIP
        [PosixPath('corpora/fra-eng.zip')]
    """
    out = out.expanduser()
    into_folder = out.is_dir() or not out.suffix
    if not into_folder and len(fetched.files) > 1:
        raise InputError(f"{out}: this corpus is {len(fetched.files)} files; name a folder")
    targets = [out / file.name if into_folder else out for file in fetched.files]
    for file, target in zip(fetched.files, targets, strict=True):
        if target.exists() and not _may_replace(target, file, fetched.name):
            raise InputError(f"{target}: something else lies there; choose another place")
    try:
        for file, target in zip(fetched.files, targets, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists() and target.samefile(file):
                continue
            with file.open("rb") as content, replaced_file(target) as copy:
                shutil.copyfileobj(content, copy)
            keep_provenance(file, target)
    except OSError as error:
        raise WorkError(f"{out}: cannot be written ({error.strerror or error})") from None
    return targets


def _may_replace(target: Path, file: Path, name: str) -> bool:
    """Whether a file is the same, or one that an earlier fetch of the same name put there."""
    if not target.is_file():
        return False
    origin = provenance(target)
    if origin is not None and origin.name == name:
        return True
    return filecmp.cmp(target, file, shallow=False)
