"""Streams out of compressed files, a piece at a time and never without bound."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from seq2seq_keras.errors import InputError

SUFFIXES = (".gz", ".bz2", ".xz", ".lzma", ".zst")
"""Endings that a compressed file's name has beyond the name of what is in it."""

FREE_SIZE = 16 * 2**20
"""So many bytes may come out of any archive, whatever its own size."""

HIGHEST_RATIO = 250
"""Beyond `FREE_SIZE`, so many bytes may come out for each byte of the archive.

Text shrinks to a third or a tenth, and markup that repeats itself to a fiftieth; what shrinks to
less than a 250th was made to fill a disk or a memory. So a corpus may be of any size.
"""

ZIP = b"PK\x03\x04"

START_SIZE = 16
"""So many first bytes of a file tell how it is compressed."""

PIECE = 2**16
"""So many bytes are read at a time."""

_STARTS = {
    ".gz": b"\x1f\x8b",
    ".bz2": b"BZh",
    ".xz": b"\xfd7zXZ\0",
    ".lzma": b"\x5d\0\0",
    ".zst": b"\x28\xb5\x2f\xfd",
    ".zip": ZIP,
}
_SHORT_FORMS = {".tgz": ".gz", ".tbz2": ".bz2", ".txz": ".xz", ".tzst": ".zst"}
_BZIP2_BLOCKS = (b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90")  # pi and its root
# Four bytes of Zstandard can stand for 128 KiB, and its reader gives all at once.
_ZSTANDARD_PIECE = 2**10
_MEMORY = 2**28  # xz's highest preset takes 65 MiB


def open_unpacked(path: Path) -> IO[bytes]:
    """Opens a file: what is compressed in it, or the file itself if it is not compressed.

    Args:
        path: The file; its first bytes tell how it is compressed.

    Returns:
        A plain file can be sought in, what is unpacked only be read from its beginning. To read
        raises InputError, in one line, where the file is damaged or would unpack without end.

    Raises:
        InputError: If there is no such file, or it cannot be read.

    Example:
        >>> open_unpacked(Path("corpus.tsv.xz")).readline()  # doctest: +SKIP
        b'Hi.\tSalut.\n'
    """
    label = str(path)
    with readable(label):
        file = CountedFile(path)
        kind = compression(file.start)
        if kind is None:
            return file.file
        packed = file.file
        return bounded(_decompressor(kind, packed), label, lambda: file.consumed, packed)


def bare_name(name: str) -> str:
    """Takes the ending of a compression off a file name.

    Example:
        >>> bare_name("train.de.gz"), bare_name("train.de")
        ('train.de', 'train.de')
    """
    ending = PurePosixPath(name).suffix.casefold()
    return name[: -len(ending)] if ending in SUFFIXES else name


def compression(start: bytes) -> str | None:
    """Tells from the first bytes of a file how it is compressed: `.gz`, ..., or None."""
    if start.startswith(_STARTS[".bz2"]) and start[4:10] not in _BZIP2_BLOCKS:
        return None  # a sentence may begin with BZh
    if start[1:4] == b"\x2a\x4d\x18" and 0x50 <= start[0] <= 0x5F:
        return ".zst"  # a skippable frame, as parallel compressors write first
    if start.startswith(_STARTS[".lzma"]) and len(start) <= 13:
        return None  # the header alone has so many bytes
    kinds = (kind for kind, magic in _STARTS.items() if start.startswith(magic))
    return next((kind for kind in kinds if kind != ".zip"), None)


@contextmanager
def readable(label: str) -> Iterator[None]:
    """Turns what goes wrong while an archive is read into one line for the user.

    Args:
        label: How messages call the file.

    Raises:
        InputError: In place of the errors of the many libraries.
    """
    try:
        yield
    except (
        gzip.BadGzipFile,
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        EOFError,
        struct.error,
        UnicodeDecodeError,  # in the name of a file
        OverflowError,
        _DamagedError,
    ):
        raise InputError(f"{label}: the archive is damaged; copy or download it again") from None
    except lzma.LZMAError as error:
        if "emory" in str(error):
            raise InputError(
                f"{label}: cannot be unpacked here ({error}); unpack it first"
            ) from None
        raise InputError(f"{label}: the archive is damaged; copy or download it again") from None
    except (NotImplementedError, RuntimeError) as error:  # encrypted, or an unknown compression
        raise InputError(f"{label}: cannot be unpacked here ({error}); unpack it first") from None
    except OSError as error:
        if error.errno is None:  # bz2's "Invalid data stream"
            raise InputError(
                f"{label}: the archive is damaged; copy or download it again"
            ) from None
        raise InputError(f"{label}: cannot be read: {error.strerror or error}") from None


class _DamagedError(Exception):
    """Unpacking came to a point where it cannot go on."""


class CountedFile:
    """A file of which we know how much was read, seeks or not.

    Attributes:
        file: The file itself.
        start: Its first bytes.

    Example:
        >>> CountedFile(Path("a.zip")).start[:2]  # doctest: +SKIP
        b'PK'
    """

    def __init__(self, path: Path) -> None:
        self._raw = _CountingFile(path)
        self.file = io.BufferedReader(self._raw, PIECE)
        self.start = self.file.peek(START_SIZE)[:START_SIZE]

    @property
    def consumed(self) -> int:
        return self._raw.consumed


class _CountingFile(io.FileIO):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.consumed = 0

    def readinto(self, buffer: Any) -> int | None:
        count = super().readinto(buffer)
        self.consumed += count or 0
        return count


class _Decompressor(Protocol):
    """What bz2's and lzma's decompressors have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Zstandard:
    """Zstandard's decompressor, dressed up as one of the standard library."""

    def __init__(self) -> None:
        import zstandard  # only who has such a file waits for it

        self._error = zstandard.ZstdError
        self._object = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
        self._given = b""
        self._kept = b""

    @property
    def eof(self) -> bool:
        return self._object.eof and not self._kept

    @property
    def needs_input(self) -> bool:
        return not self._kept and not self._given and not self._object.eof

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data + self._given

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        self._given += data
        if not self._kept and self._given and not self._object.eof:
            piece, self._given = self._given[:_ZSTANDARD_PIECE], self._given[_ZSTANDARD_PIECE:]
            try:
                self._kept = self._object.decompress(piece)
            except self._error as error:
                if "memory" in str(error):
                    raise RuntimeError("it needs more than 128 MiB of memory") from None
                raise _DamagedError from None
        end = len(self._kept) if max_length < 0 else max_length
        text, self._kept = self._kept[:end], self._kept[end:]
        return text


_DECOMPRESSORS: dict[str, Callable[[], _Decompressor]] = {
    ".bz2": bz2.BZ2Decompressor,
    ".xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _MEMORY),
    ".lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, _MEMORY),
    ".zst": _Zstandard,
}


class _Decompressing(io.RawIOBase):
    """Unpacks streams that follow each other, as the tools that work in parallel write them."""

    def __init__(self, file: IO[bytes], new: Callable[[], _Decompressor]) -> None:
        self._file = file
        self._new = new
        self._current = new()
        self._given = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._current.eof:
                rest = self._given + self._current.unused_data or self._file.read(PIECE)
                while rest and not rest.strip(b"\0"):  # padding, as xz allows it
                    rest = self._file.read(PIECE)
                if not rest:
                    return 0
                self._current, self._given = self._new(), rest
            if self._current.needs_input and not self._given:
                self._given = self._file.read(PIECE)
                if not self._given:
                    raise EOFError
            given, self._given = self._given, b""
            text = self._current.decompress(given, len(buffer))
            if text:
                buffer[: len(text)] = text
                return len(text)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Bounded(io.RawIOBase):
    """What comes out of an archive, until it is too much; its errors are for users."""

    def __init__(
        self,
        stream: IO[bytes] | io.RawIOBase,
        label: str,
        consumed: Callable[[], int],
        below: IO[bytes],
    ) -> None:
        self._stream = stream
        self._label = label
        self._consumed = consumed
        self._below = below
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with readable(self._label):
            # Not readinto: gzip's and zip's make a copy as large as the buffer as well.
            text = self._stream.read(len(buffer)) or b""
        self._given += len(text)
        if self._given > FREE_SIZE + HIGHEST_RATIO * self._consumed():
            raise InputError(
                f"{self._label}: unpacks to more than {HIGHEST_RATIO} times its size, which no "
                "text does; if you trust it, unpack it and name the corpus in it"
            )
        buffer[: len(text)] = text
        return len(text)

    def close(self) -> None:
        self._stream.close()
        self._below.close()
        super().close()


def _decompressor(kind: str, file: IO[bytes]) -> IO[bytes]:
    if kind == ".gz":
        # gzip's own reader also takes members that follow each other, and checks their sums.
        return _GzipFile(file)  # type: ignore[return-value]
    return io.BufferedReader(_Decompressing(file, _DECOMPRESSORS[kind]), PIECE)


class _GzipFile(gzip.GzipFile):
    """Closes the file that it reads as well."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(fileobj=file, mode="rb")
        self._below = file

    def close(self) -> None:
        super().close()
        self._below.close()


def bounded(
    stream: IO[bytes] | io.RawIOBase, label: str, consumed: Callable[[], int], below: IO[bytes]
) -> io.BufferedReader:
    """Passes a stream on until too much has come out of it for what went in.

    Args:
        stream: What comes out.
        label: How messages call it.
        consumed: Says how many bytes went in so far.
        below: What is closed together with it.

    Returns:
        A stream whose errors are InputErrors in one line.

    Example:
        >>> bounded(archive.open("a.tsv"), "a.zip: a.tsv", lambda: 100, file)  # doctest: +SKIP
    """
    return io.BufferedReader(_Bounded(stream, label, consumed, below), PIECE)


def unpacked(stream: io.BufferedReader, label: str) -> IO[bytes]:
    """Unpacks what is compressed within an archive, such as `train.de.gz` in a tar.

    Args:
        stream: The file in the archive.
        label: How messages call it.

    Returns:
        What is in it; the stream itself if it is not compressed.

    Example:
        >>> unpacked(stream, "a.tar: train.de.gz").readline()  # doctest: +SKIP
        b'Hallo.\n'
    """
    kind = compression(stream.peek(START_SIZE)[:START_SIZE])
    if kind is None:
        return stream
    counted = _CountedStream(stream)
    inner = _decompressor(kind, io.BufferedReader(counted, PIECE))
    return bounded(inner, label, lambda: counted.consumed, stream)


class _CountedStream(io.RawIOBase):
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.consumed = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        text = self._stream.read(len(buffer))
        self.consumed += len(text)
        buffer[: len(text)] = text
        return len(text)

    def close(self) -> None:
        self._stream.close()
        super().close()


def refuse_stump(path: Path, start: bytes) -> None:
    """Raises an error for an archive that breaks off in its first bytes.

    A text whose name says `.gz` is a text.

    Args:
        path: The file; by its name it is an archive.
        start: Its first bytes.

    Raises:
        InputError: Within `readable`.

    Example:
        >>> refuse_stump(Path("a.gz"), b"Hello")
    """
    ending = path.suffix.casefold()
    magic = _STARTS.get(_SHORT_FORMS.get(ending, ending), b"")
    stump = magic.startswith(start) or start.startswith(magic)
    if magic and 0 < len(start) < START_SIZE and stump and compression(start) is None:
        raise _DamagedError
