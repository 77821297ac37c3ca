"""Lines of text out of plain, gzip and zip files, with errors that say where."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from seq2seq_keras.errors import InputError

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Files beside the corpus in archives that people download.
_COMPANIONS = ("readme", "license", "licence", "copying", "about", "_about", "credits", "notice")
_NO_TEXT = (".md", ".pdf", ".html", ".htm", ".xml", ".json", ".py", ".xlsx", ".docx")


@dataclass(frozen=True)
class TextFile:
    """One text, which may lie in an archive.

    Attributes:
        label: how messages call it, such as `corpus.zip: train.de`.
        name: its file name, without a `.gz`.
        open: opens its bytes.
    """

    label: str
    name: str
    open: Callable[[], IO[bytes]]

    def lines(self) -> Iterator[str]:
        """Yields the lines without their ends; only a line feed ends a line.

        So a sentence that holds U+2028 or a form feed stays one line, and line 100 here is
        line 100 of `wc` and of every editor.

        Raises:
            InputError: if a line is not UTF-8, or the archive is damaged.
        """
        position = 0
        with _readable(self.label), self.open() as file:
            for number, raw in enumerate(file, 1):
                line = raw
                if number == 1:
                    if raw.startswith(_OTHER_MARKS):
                        raise InputError(f"{self.label}: is UTF-16; save it as UTF-8")
                    line = raw.removeprefix(_UTF8_MARK)
                if b"\0" in line:
                    raise InputError(
                        f"{self.label}, line {number}: holds a zero byte, so it is no text in "
                        "UTF-8; save it as UTF-8 text"
                    )
                try:
                    text = line.decode()
                except UnicodeDecodeError as error:
                    offset = position + len(raw) - len(line) + error.start
                    raise InputError(
                        f"{self.label}, line {number}: not UTF-8 (byte 0x{line[error.start]:02x} "
                        f"at offset {offset}); save the file as UTF-8, such as with "
                        "`iconv -f ISO-8859-1 -t UTF-8`"
                    ) from None
                position += len(raw)
                yield text.removesuffix("\n").removesuffix("\r")


def text_files(path: str | Path) -> list[TextFile]:
    """Returns the text in a file: one, or the two aligned files in a zip archive.

    Args:
        path: a plain, gzip or zip file; its first bytes tell which.

    Raises:
        InputError: if there is no such file, or it is unclear which text in it is meant.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name the corpus file in it")
    if not path.exists():
        raise InputError(f"{path}: there is no such file")
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if start in (_ZIP, _EMPTY_ZIP):
        return _texts_in_zip(path)
    if start.startswith(_GZIP):
        return [TextFile(str(path), path.name.removesuffix(".gz"), lambda: _gunzipped(path))]
    return [TextFile(str(path), path.name, lambda: path.open("rb"))]


def _texts_in_zip(path: Path) -> list[TextFile]:
    with _readable(str(path)), zipfile.ZipFile(path) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if "[Content_Types].xml" in names:
        raise InputError(f"{path}: is an Office document; save the table as CSV")
    visible = [name for name in names if not _is_hidden(name)]
    texts = [name for name in visible if not _is_companion(name)] or visible
    if not texts:
        raise InputError(f"{path}: the archive holds no file")
    if len(texts) > 2:
        raise InputError(
            f"{path}: unclear which of the {len(texts)} files in the archive are the corpus "
            f"({', '.join(texts[:4])}{', ...' if len(texts) > 4 else ''}); unpack it and name "
            "one table or two aligned files"
        )
    return [
        TextFile(f"{path}: {name}", PurePosixPath(name).name, _opener(path, name)) for name in texts
    ]


def _gunzipped(path: Path) -> IO[bytes]:
    return io.BufferedReader(gzip.open(path))


def _opener(path: Path, name: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        with zipfile.ZipFile(path) as archive:  # the member keeps the file open
            return io.BufferedReader(archive.open(name))  # type: ignore[type-var]

    return opened


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _is_companion(name: str) -> bool:
    file = PurePosixPath(name.casefold())
    return file.stem in _COMPANIONS or file.suffix in _NO_TEXT


@contextmanager
def _readable(label: str) -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError):
        raise InputError(f"{label}: the archive is damaged; copy or download it again") from None
    except (NotImplementedError, RuntimeError) as error:  # encrypted, or an unknown compression
        raise InputError(f"{label}: cannot be unpacked here ({error}); unpack it first") from None
    except OSError as error:
        raise InputError(f"{label}: cannot be read: {error.strerror or error}") from None
