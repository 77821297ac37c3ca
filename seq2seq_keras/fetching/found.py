"""What is known of a corpus before anything of it is downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RemoteFile:
    """A file on the web.

    Attributes:
        url: Its address.
        name: What it is called here.
        size: Its bytes, if the server tells.
        sha256: Its checksum, if the service tells.
        headers: What to send along when it is asked for.
    """

    url: str
    name: str
    size: int | None = None
    sha256: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # may hold a token


@dataclass(frozen=True)
class Found:
    """A corpus that was looked up.

    Attributes:
        name: Its name in full, under which it is kept.
        files: Its files.
        license: What the source says of its licence; None where it says nothing.
        pairs: The number of its sentence pairs, if the source tells.
        homepage: The page about it.
        merged: The name of the one table that `files`, parts of a table in Parquet, become.

    Example:
        >>> found = look_up("manythings:fra-eng")                    # doctest: +SKIP
        >>> found.size, found.license
        (7943074, 'CC BY 2.0 FR')
    """

    name: str
    files: tuple[RemoteFile, ...]
    license: str | None = None
    pairs: int | None = None
    homepage: str | None = None
    merged: str | None = None

    @property
    def size(self) -> int | None:
        """The bytes to download; None where a server does not tell."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(filter(None, sizes))


@dataclass(frozen=True)
class Offer:
    """A name that can be fetched, as in a list of them.

    Attributes:
        name: The name.
        pairs: The number of sentence pairs, if known.
        size: The bytes to download, if known.
    """

    name: str
    pairs: int | None = None
    size: int | None = None
