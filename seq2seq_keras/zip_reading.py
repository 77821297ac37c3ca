"""Opening a zip from outside so that nothing in it can take the memory or surprise the reader."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Of members some ten thousand; `zipfile` would read millions and hold gigabytes.
_LONGEST_LIST = 1 << 20

# LZMA's members ask for a dictionary as large as they like, and nobody packs a model so.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _Modest(io.FileIO):
    """A file of which no long list of members is read."""

    listing = True

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:  # to the end, near which `zipfile` looks for the list
            size = max(0, os.fstat(self.fileno()).st_size - self.tell())
        if self.listing and size > _LONGEST_LIST:
            raise zipfile.BadZipFile("its list of files is too long")
        return super().read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0 and offset < 0:
            raise zipfile.BadZipFile("it points to before its beginning")
        return super().seek(offset, whence)


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Opens a zip for reading.

    Args:
        path: The file, of which nothing is believed.

    Raises:
        BadZipFile: Whatever is wrong with the archive, also while it is being read.

    Example:
        >>> with opened_zip(Path("walk.zip")) as packed:
        ...     packed.namelist()
        ['walk/config.yaml', 'walk/model.keras']
    """
    try:
        with _Modest(path) as file, zipfile.ZipFile(file) as packed:
            file.listing = False
            for member in packed.infolist():
                if member.compress_type not in _METHODS:
                    raise zipfile.BadZipFile("it is packed in an unusual way")
                if not member.filename:
                    raise zipfile.BadZipFile("a part of it has no name")
            yield packed
    except (zlib.error, EOFError, NotImplementedError, struct.error, OverflowError) as error:
        raise zipfile.BadZipFile(str(error) or type(error).__name__) from None
    except UnicodeDecodeError:
        raise zipfile.BadZipFile("a name in it cannot be read") from None
