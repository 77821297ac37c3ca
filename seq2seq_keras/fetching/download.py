"""One file from the web to the disk, in as many goes as it takes."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.fetching.found import RemoteFile
from seq2seq_keras.fetching.web import CutError, Web
from seq2seq_keras.storage import write_file

_SPARE = 64 * 2**20  # bytes that are left on the disk for everybody else
_PAGES = (b"<!doctype html", b"<html")


@dataclass(frozen=True)
class Downloaded:
    """What is known of a file once it is here.

    Attributes:
        size: Its bytes.
        sha256: Its checksum, in hexadecimal.
        etag: What the server calls this version of it.
        last_modified: When it changed, as the server says.
    """

    size: int
    sha256: str
    etag: str | None = None
    last_modified: str | None = None


def download(
    web: Web,
    remote: RemoteFile,
    path: Path,
    on_progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> Downloaded:
    """Downloads a file; what an earlier call, interrupted or not, got of it is used.

    What the server calls this version of it stands in `NAME.json` beside it. It is gone on with
    only where the server still has that very version.

    Args:
        web: The client.
        remote: The file.
        path: Where to put it; an incomplete one lies there as well.
        on_progress: Told the bytes that are here, and of how many, if known.

    Raises:
        InputError: There is no such file, or it is a page for a browser.
        WorkError: The server or the disk fails, or what arrived is damaged. But for the last,
            the part is kept.
        Paused: It was asked to stop; the part is kept.
    """
    part = _Part(path)
    tried = 0
    while True:
        before = part.size
        try:
            whole = _go_on(web, remote, part, on_progress)
            break
        except CutError as error:
            # Who gets somewhere may try as often as it takes.
            tried = 1 if part.size > before else tried + 1
            if tried >= web.tries:
                raise WorkError(
                    f"{error}; {_megabytes(part.size)} are kept: the same again goes on from there"
                ) from None
            web.wait(tried)
    if remote.sha256 is not None and whole.sha256 != remote.sha256:
        part.delete()
        raise WorkError(
            f"{remote.url}: what arrived is not what it should be (SHA-256 {whole.sha256}, "
            f"expected {remote.sha256}); try again, or ask who gave you the checksum"
        )
    return whole


class _Part:
    """A file that may not be complete, and the version that it is a part of."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._version = path.with_name(f"{path.name}.json")

    @property
    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def version(self, url: str) -> str | None:
        """What the server called the version at an address, if that can be relied on."""
        try:
            content = json.loads(self._version.read_text(encoding="utf-8"))
            return str(content["version"]) if content["url"] == url else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def begin(self, url: str, version: str | None) -> None:
        """Forgets what is here, for the version that comes now."""
        self._version.unlink(missing_ok=True)
        self.path.write_bytes(b"")
        if version is not None:
            content = {"url": url, "version": version}
            write_file(self._version, json.dumps(content))

    def delete(self) -> None:
        self.path.unlink(missing_ok=True)
        self._version.unlink(missing_ok=True)


def _go_on(
    web: Web,
    remote: RemoteFile,
    part: _Part,
    on_progress: Callable[[int, int | None], None],
) -> Downloaded:
    """Gets what is missing, until the end or until the connection breaks off."""
    headers = dict(remote.headers)
    version = part.version(remote.url)
    if version is not None and part.size:
        headers |= {"Range": f"bytes={part.size}-", "If-Range": version}
    with web.open(remote.url, headers=headers, accept=(416,)) as response:
        if response.status_code == 416:  # there is nothing after what we have
            if _range_total(response) != part.size:
                part.delete()
                raise CutError(f"{remote.url}: the file changed meanwhile")
            return _downloaded(part, response)
        start = _range_start(response) if response.status_code == 206 else 0
        if start == 0 or start != part.size:
            if start:
                part.delete()
                raise CutError(f"{remote.url}: the server sent another part than the one asked for")
            _refuse_pages(remote, response)
            part.begin(remote.url, _version(response))
        total = _total(response, start)
        _check_room(remote, part, None if total is None else total - start)
        _write(web, response, remote, part, total, on_progress)
        if total is not None and part.size < total:
            raise CutError(f"{remote.url}: the connection broke off")
        return _downloaded(part, response)


def _write(
    web: Web,
    response: httpx.Response,
    remote: RemoteFile,
    part: _Part,
    total: int | None,
    on_progress: Callable[[int, int | None], None],
) -> None:
    done = checked = part.size
    on_progress(done, total)
    try:
        with part.path.open("ab") as file:
            for piece in web.pieces(response):
                if not done and piece.lstrip()[:20].lower().startswith(_PAGES):
                    raise _page_error(remote)
                file.write(piece)
                done += len(piece)
                if done - checked >= _SPARE:
                    checked = done
                    _check_room(remote, part, None)
                on_progress(done, total)
            _flush(file)
    except InputError:
        part.delete()
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _no_room(remote, part) from None
        raise WorkError(f"{part.path}: cannot be written ({error.strerror or error})") from None


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _downloaded(part: _Part, response: httpx.Response) -> Downloaded:
    return Downloaded(
        part.size,
        sha256_of(part.path),
        response.headers.get("etag"),
        response.headers.get("last-modified"),
    )


def sha256_of(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version(response: httpx.Response) -> str | None:
    """What tells a version exactly, as If-Range demands: a strong tag, or else a date."""
    etag = response.headers.get("etag", "")
    if etag.startswith('"'):
        return str(etag)
    return response.headers.get("last-modified")


def _range_start(response: httpx.Response) -> int:
    start = response.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
    return int(start) if start.isdecimal() else 0


def _range_total(response: httpx.Response) -> int | None:
    total = response.headers.get("content-range", "").rpartition("/")[2]
    return int(total) if total.isdecimal() else None


def _total(response: httpx.Response, start: int) -> int | None:
    length = response.headers.get("content-length", "")
    return start + int(length) if length.isdecimal() else None


def _refuse_pages(remote: RemoteFile, response: httpx.Response) -> None:
    if response.headers.get("content-type", "").startswith(("text/html", "application/xhtml")):
        raise _page_error(remote)


def _page_error(remote: RemoteFile) -> InputError:
    return InputError(
        f"{remote.url}: is a page for a browser (HTML), not a file of sentences; open it in a "
        "browser and copy the address of the file from there"
    )


def _check_room(remote: RemoteFile, part: _Part, needed: int | None) -> None:
    if shutil.disk_usage(part.path.parent).free < (needed or 0) + _SPARE:
        raise _no_room(remote, part, needed)


def _no_room(remote: RemoteFile, part: _Part, needed: int | None = None) -> WorkError:
    folder = part.path.parent
    if needed is None:
        return WorkError(
            f"{remote.url}: the disk of {folder} is full; make room, or choose a folder elsewhere "
            "by SEQ2SEQ_CACHE_DIR"
        )
    return WorkError(
        f"{remote.url}: has {_megabytes(needed)} to come, for which the disk of {folder} has no "
        "room; make room, or choose a folder elsewhere by SEQ2SEQ_CACHE_DIR"
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
