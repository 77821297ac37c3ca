"""Small files out of a zip archive on the web, without downloading it."""

from __future__ import annotations

import io
import zipfile
import zlib
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.fetching.web import Web

_BLOCK = 2**16
_MOST_BLOCKS = 16
_LONGEST_TEXT = 2**18


class RemoteZip:
    """An archive of which a few pieces are asked for: its list of files, and what is read.

    Args:
        web: The client.
        url: Its address.

    Example:
        >>> RemoteZip(web, "https://.../de-en.txt.zip").text("README")   # doctest: +SKIP
    """

    def __init__(self, web: Web, url: str) -> None:
        self._file = _RemoteFile(web, url)

    @property
    def size(self) -> int | None:
        """The bytes of the archive; None where the server does not tell."""
        return self._file.size

    def text(self, name: str) -> str | None:
        """Reads a text.

        Args:
            name: Its name, whatever folder it is in.

        Returns:
            Its beginning; None where there is none of this name, where the server hands out
            whole files alone, or where it fails: the download itself will tell.
        """
        if self._archive is None:
            return None
        try:
            for info in self._archive.infolist():
                if PurePosixPath(info.filename).name.casefold() == name.casefold():
                    with self._archive.open(info) as file:
                        return file.read(_LONGEST_TEXT).decode("utf-8", errors="replace")
        except _FAILURES:
            return None
        return None

    @cached_property
    def _archive(self) -> zipfile.ZipFile | None:
        if self._file.size is None:
            return None
        try:
            return zipfile.ZipFile(self._file)
        except _FAILURES:
            return None


_FAILURES = (
    *(InputError, WorkError, OSError, EOFError, RuntimeError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, ValueError),
)


class _RemoteFile(io.RawIOBase):
    """A file that is read in blocks, each asked for once."""

    def __init__(self, web: Web, url: str) -> None:
        super().__init__()
        self._web = web
        self._url = url
        self._place = 0
        self._blocks: dict[int, bytes] = {}

    @cached_property
    def size(self) -> int | None:
        try:
            first = self._web.piece(self._url, 0, _BLOCK)
        except (InputError, WorkError):
            return None
        if first is None:
            return None
        self._blocks[0] = first[0]
        return first[1]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size or 0}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: Any) -> int:
        number, offset = divmod(self._place, _BLOCK)
        content = self._block(number)[offset : offset + len(buffer)]
        buffer[: len(content)] = content
        self._place += len(content)
        return len(content)

    def read(self, size: int = -1) -> bytes:
        end = self.size or 0
        size = end - self._place if size is None or size < 0 else size
        content = b""
        while len(content) < size and (piece := super().read(size - len(content))):
            content += piece
        return content

    def _block(self, number: int) -> bytes:
        if number * _BLOCK >= (self.size or 0):
            return b""
        if number not in self._blocks:
            if len(self._blocks) >= _MOST_BLOCKS:
                raise OSError("more of the archive would be needed than a look at it is worth")
            found = self._web.piece(self._url, number * _BLOCK, (number + 1) * _BLOCK)
            if found is None:
                raise OSError("the server no longer hands out pieces")
            self._blocks[number] = found[0]
        return self._blocks[number]
