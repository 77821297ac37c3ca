"""Unpacking the zip of a saved translator that came from outside: only what belongs to one."""

from __future__ import annotations

import re
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.models import LABEL_FILE
from seq2seq_keras.zip_reading import opened_zip

_MEGABYTE = 1_000_000

_LARGEST: dict[str, int] = {
    "config.yaml": _MEGABYTE // 50,
    "model.keras": 1000 * _MEGABYTE,
    "source.model": 20 * _MEGABYTE,
    "target.model": 20 * _MEGABYTE,
    "source.json": 20 * _MEGABYTE,
    "target.json": 20 * _MEGABYTE,
    "metrics.csv": 5 * _MEGABYTE,
    "scores.json": 5 * _MEGABYTE,
    "README.md": _MEGABYTE,
    LABEL_FILE: _MEGABYTE // 50,
}
"""The files of a saved translator, and the most bytes that each may have."""

_NEEDED = ("config.yaml", "model.keras")

# Weights hardly shrink in an archive, and text to a tenth: what grows more is made to fill a disk.
_MOST_GROWTH = 20
_ALWAYS_ALLOWED = 2 * _MEGABYTE

# What file managers add to an archive on their own.
_CLUTTER = re.compile(r"(^|/)(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$")


def unpack_model(archive: Path, folder: Path, file_name: str) -> str:
    """Unpacks a translator, as "Download" packs it, into an empty folder.

    Nothing is trusted: not a name, not a size that the archive claims, and no kind of file but
    those of a saved translator. What its numbers are worth is for `check_model`.

    Args:
        archive: The zip.
        folder: Where to put the files, none in a folder of its own.
        file_name: What the archive is called, for errors and for the name of the translator.

    Returns:
        The translator's name: of the folder in the archive, else of the archive.

    Raises:
        InputError: The archive is damaged, holds something else, or a part of it is missing.

    Example:
        >>> unpack_model(Path("walk.zip"), Path("models/.upload"), "walk.zip")
        'walk'
    """
    try:
        with opened_zip(archive) as packed:
            members, name = _members(packed, file_name, archive.stat().st_size)
            for file, member in members.items():
                with packed.open(member) as source, (folder / file).open("wb") as target:
                    _copy(source, target, _LARGEST[file], file)
    except zipfile.BadZipFile as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"{file_name}: damaged, or no zip ({reason}). Choose the file that Download gave."
        ) from None
    _check_weights(folder / "model.keras")
    _check_config(folder / "config.yaml")
    return name


def _members(
    packed: zipfile.ZipFile, file_name: str, size_bytes: int
) -> tuple[dict[str, zipfile.ZipInfo], str]:
    """The archive's members by the files that they become, and the translator's name."""
    members: dict[str, zipfile.ZipInfo] = {}
    folders: set[str] = set()
    for member in packed.infolist():
        if _CLUTTER.search(member.filename):
            continue
        path = PurePosixPath(member.filename)
        _refuse_tricks(member, path, file_name)
        if member.is_dir() and len(path.parts) == 1:
            continue
        if len(path.parts) > 2 or path.name not in _LARGEST or member.is_dir():
            raise InputError(
                f"{file_name}: “{_shown(member)}” is no file of a saved model. A model's archive "
                f"holds only {', '.join(_LARGEST)}."
            )
        if path.name in members:
            raise InputError(f"{file_name}: holds {path.name} twice. Pack one model into a zip.")
        if member.file_size > _LARGEST[path.name]:
            raise _too_large(path.name)
        members[path.name] = member
        folders.add(str(path.parent))
    for needed in _NEEDED:
        if needed not in members:
            raise InputError(
                f"{file_name}: no saved model is in it ({needed} is missing). Choose the file "
                "that Download gave."
            )
    if len(folders) > 1:
        raise InputError(
            f"{file_name}: its files lie in several folders. Pack one model into a zip."
        )
    unpacked = sum(member.file_size for member in members.values())
    if unpacked > _ALWAYS_ALLOWED + _MOST_GROWTH * size_bytes:
        raise InputError(
            f"{file_name}: it would unpack to {unpacked // _MEGABYTE:,} MB, far more than a model "
            "of its size. It is refused."
        )
    (top,) = folders
    return members, Path(file_name).stem if top == "." else top


def _refuse_tricks(member: zipfile.ZipInfo, path: PurePosixPath, file_name: str) -> None:
    """Refuses what could reach out of the folder, or cannot be looked into."""
    outside = path.is_absolute() or ".." in path.parts or re.search(r"[\\:\0]", member.filename)
    if outside:
        raise InputError(
            f"{file_name}: “{_shown(member)}” would be written outside its folder. It is refused."
        )
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise InputError(f"{file_name}: “{_shown(member)}” is a link, no file. It is refused.")
    if member.flag_bits & 0x1:
        raise InputError(f"{file_name}: it is locked with a password. Pack it without one.")


def _copy(source: IO[bytes], target: IO[bytes], largest: int, file: str) -> None:
    """Copies a member, whatever size the archive claims."""
    left = largest + 1
    while block := source.read(min(left, 1 << 20)):
        target.write(block)
        left -= len(block)
        if left <= 0:
            raise _too_large(file)


def _check_weights(path: Path) -> None:
    """Looks whether model.keras came whole; what it holds is for whoever loads it."""
    try:
        with opened_zip(path) as packed:
            inside = sum(member.file_size for member in packed.infolist())
            whole = inside <= 2 * path.stat().st_size and packed.testzip() is None
    except zipfile.BadZipFile:
        raise InputError(
            "model.keras: damaged, or no file of Keras. Download the model again."
        ) from None
    if not whole:
        raise InputError("model.keras: damaged, or packed once more. Download the model again.")


def _check_config(path: Path) -> None:
    """Reads the configuration, which is told by its own errors, without the folder's name."""
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError("config.yaml: is not UTF-8. Download the model again.") from None
    try:
        Config.load(path)
    except InputError as error:
        message = str(error).removeprefix(f"{path}: ")
        raise InputError(f"config.yaml: {message}") from None


def _too_large(file: str) -> InputError:
    return InputError(
        f"{file}: larger than the {_LARGEST[file] / _MEGABYTE:,g} MB that this file may have in an "
        "upload. It is refused."
    )


def _shown(member: zipfile.ZipInfo) -> str:
    name = member.filename
    return name if len(name) <= 80 else f"{name[:80]}…"
