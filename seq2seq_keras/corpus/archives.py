"""The files in a zip or tar archive, each as a stream; nothing is unpacked to the disk."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from seq2seq_keras.corpus.compression import (
    PIECE,
    START_SIZE,
    ZIP,
    CountedFile,
    bounded,
    open_unpacked,
    readable,
    refuse_stump,
    unpacked,
)
from seq2seq_keras.errors import InputError

MOST_MEMBERS = 10_000
"""An archive of more files is no corpus, and to list them all takes memory."""

_EMPTY_ZIP = b"PK\x05\x06"
_FOREIGN = {b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!\x1a\x07": "RAR"}
_BLOCK = 512  # of a tar archive


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes:
        name: Its path in the archive, with slashes.
        open: Opens its bytes, unpacked also where it is compressed itself.
    """

    name: str
    open: Callable[[], IO[bytes]]


def members(path: Path) -> list[Member] | None:
    """Lists the files in an archive, in its own order: no folders, links or devices.

    Args:
        path: A zip archive, or a tar archive, which may be compressed.

    Returns:
        The files, or None if this is no archive.

    Raises:
        InputError: If the archive is damaged, of a kind that is not read here, or too large.

    Example:
        >>> [member.name for member in members(Path("de-en.tgz")) or []]  # doctest: +SKIP
        ['europarl-v7.de-en.de', 'europarl-v7.de-en.en']
    """
    label = str(path)
    with readable(label):
        with path.open("rb") as file:
            start = file.read(START_SIZE)
        for magic, name in _FOREIGN.items():
            if start.startswith(magic):
                raise InputError(f"{path}: is a {name} archive, which is not read here; unpack it")
        if start.startswith((ZIP, _EMPTY_ZIP)):
            return _zip_members(path)
        refuse_stump(path, start)
        with open_unpacked(path) as stream:
            block = stream.read(_BLOCK)
        if _is_tar(block) or path.suffix.casefold() == ".tar":
            return _tar_members(path)
    return None


def _zip_members(path: Path) -> list[Member]:
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if info.filename and not info.is_dir()]
    if len(infos) > MOST_MEMBERS:
        raise InputError(
            f"{path}: holds more than {MOST_MEMBERS} files; unpack it and name the corpus in it"
        )
    return [Member(info.filename, _zip_opener(path, info)) for info in infos]


def _zip_opener(path: Path, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    label = f"{path}: {info.filename}"

    def opened() -> IO[bytes]:
        with readable(label):
            file = CountedFile(path)
            archive = zipfile.ZipFile(file.file)
            stream = bounded(archive.open(info), label, lambda: file.consumed, file.file)
            return unpacked(stream, label)

    return opened


def _is_tar(block: bytes) -> bool:
    """Says whether a first block is a header with a right check sum, old or new."""
    if len(block) < _BLOCK:
        return False
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _tar_members(path: Path) -> list[Member]:
    found: list[Member] = []
    # As a stream, so that the limit counts what is skipped, too.
    with open_unpacked(path) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for number, info in enumerate(archive):
            if number >= MOST_MEMBERS:
                raise InputError(
                    f"{path}: holds more than {MOST_MEMBERS} files; unpack it and name the "
                    "corpus in it"
                )
            if info.isreg() and not info.issparse():
                found.append(Member(info.name, _tar_opener(path, info)))
    return found


def _tar_opener(path: Path, info: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    label = f"{path}: {info.name}"
    start, size = info.offset_data, info.size

    def opened() -> IO[bytes]:
        with readable(label):
            stream = open_unpacked(path)
            if stream.seekable():
                stream.seek(start)
            else:
                left = start
                while left:
                    skipped = len(stream.read(min(left, PIECE)))
                    if not skipped:
                        raise EOFError
                    left -= skipped
            part = bounded(_Part(stream, size), label, lambda: size, stream)
            return unpacked(part, label)

    return opened


class _Part(io.RawIOBase):
    """So many bytes of a stream, from where it stands."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._left)
        text = self._stream.read(wanted)
        if wanted and not text:
            raise EOFError
        self._left -= len(text)
        buffer[: len(text)] = text
        return len(text)

    def close(self) -> None:
        self._stream.close()
        super().close()
