"""A corpus from the web to the cache."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from seq2seq_keras.corpus.provenance import Provenance
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.fetching.addresses import Addresses
from seq2seq_keras.fetching.cache import (
    Fetched,
    cached,
    complete,
    entry_folder,
    writing,
)
from seq2seq_keras.fetching.download import Downloaded, download, sha256_of
from seq2seq_keras.fetching.found import Found, RemoteFile
from seq2seq_keras.fetching.lookup import look_up
from seq2seq_keras.fetching.web import Web

Progress = Callable[[int, int | None], None]


def fetch(
    wanted: str | Found,
    *,
    refresh: bool = False,
    sha256: str | None = None,
    on_progress: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    web: Web | None = None,
    addresses: Addresses | None = None,
    folder: Path | None = None,
) -> Fetched:
    """Downloads a corpus, unless it was fetched before.

    What an interrupted call got is kept, and gone on with by the next.

    Args:
        wanted: The name of a corpus, or what `look_up` found under it.
        refresh: Whether to download it anew though it is here.
        sha256: The checksum that its one file must have, in hexadecimal.
        on_progress: Told the bytes that are here, and of how many, if known.
        should_stop: Asked now and then whether to end early.
        web: The client to ask with; by default one of its own.
        addresses: Where the services are; by default as the environment tells.
        folder: The cache; by default `cache_folder()`.

    Raises:
        InputError: There is no such corpus, or it is not what the checksum tells.
        WorkError: The web or the disk fails.
        Paused: It was asked to stop.

    Example:
        >>> load_corpus(*fetch("manythings:fra-eng").files)          # doctest: +SKIP
    """
    name = wanted if isinstance(wanted, str) else wanted.name
    if sha256 is not None:
        sha256 = check_digest(sha256)
    if not refresh and (here := cached(name, folder)) is not None:
        _check_sum(here, sha256)
        return here
    if web is None:
        with Web(should_stop=should_stop) as own:
            return fetch(
                wanted,
                refresh=refresh,
                sha256=sha256,
                on_progress=on_progress,
                web=own,
                addresses=addresses,
                folder=folder,
            )
    found = wanted if isinstance(wanted, Found) else look_up(name, web=web, addresses=addresses)
    if sha256 is not None and (len(found.files) > 1 or found.merged):
        raise InputError(
            f"{name}: is {len(found.files)} files, and one checksum cannot tell of them all; leave "
            "it out"
        )
    entry = entry_folder(name, folder)
    with writing(entry):
        if not refresh and (here := cached(name, folder)) is not None:  # by somebody meanwhile
            return here
        try:
            fetched = _fetch_all(web, found, entry, sha256, on_progress)
        except OSError as error:
            raise WorkError(f"{entry}: cannot be written ({error.strerror or error})") from None
    return fetched


def check_digest(text: str) -> str:
    """Reads a SHA-256 in hexadecimal.

    Raises:
        InputError: It is none.

    Example:
        >>> check_digest("AB" * 32) == "ab" * 32
        True
    """
    digest = text.strip().casefold()
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise InputError(
            f"sha256: expected 64 hexadecimal digits, received {text!r}; copy it from where the "
            "file is offered"
        )
    return digest


def _check_sum(fetched: Fetched, sha256: str | None) -> None:
    if sha256 is None:
        return
    if len(fetched.files) > 1:
        raise InputError(
            f"{fetched.name}: is {len(fetched.files)} files, and one checksum cannot tell of them "
            "all; leave it out"
        )
    actual = sha256_of(fetched.files[0])
    if actual != sha256:
        raise InputError(
            f"{fetched.files[0]}: has the SHA-256 {actual}, not {sha256}; download it anew with "
            "--refresh"
        )


def _fetch_all(
    web: Web, found: Found, entry: Path, sha256: str | None, on_progress: Progress
) -> Fetched:
    total = found.size
    before = 0
    parts: list[Path] = []
    results: list[Downloaded] = []
    for remote in found.files:
        part = entry / f"{remote.name}.part"

        def told(done: int, size: int | None, before: int = before) -> None:
            whole = total if len(found.files) > 1 else size or total
            on_progress(before + done, whole)

        results.append(download(web, _with_sum(remote, sha256), part, told))
        parts.append(part)
        before += results[-1].size

    def put(folder: Path) -> dict[str, Provenance]:
        if found.merged is not None:
            return {found.merged: _merged(found, parts, folder / found.merged)}
        origins = {}
        for remote, part, result in zip(found.files, parts, results, strict=True):
            _link_or_copy(part, folder / remote.name)
            origins[remote.name] = _origin(found, remote.url, result)
        return origins

    # Until here the corpus of an earlier fetch is as it was. The parts go with it.
    return complete(entry, found.name, put)


def _merged(found: Found, parts: list[Path], table: Path) -> Provenance:
    from seq2seq_keras.fetching.merging import merge_parquet

    try:
        merge_parquet(parts, table)
    except WorkError:
        for part in parts:  # else it would be the same at the next try
            part.unlink()
        raise
    whole = Downloaded(table.stat().st_size, sha256_of(table))
    return _origin(found, tuple(remote.url for remote in found.files), whole)


def _link_or_copy(file: Path, other: Path) -> None:
    """Gives a file a second place, at no cost where the file system can."""
    try:
        os.link(file, other)
    except OSError:
        shutil.copyfile(file, other)


def _with_sum(remote: RemoteFile, sha256: str | None) -> RemoteFile:
    if sha256 is None:
        return remote
    return RemoteFile(remote.url, remote.name, remote.size, sha256, remote.headers)


def _origin(found: Found, url: str | tuple[str, ...], result: Downloaded) -> Provenance:
    return Provenance(
        found.name,
        url,
        found.license,
        found.homepage,
        found.pairs,
        datetime.now(UTC).isoformat(timespec="seconds"),
        result.size,
        result.sha256,
        result.etag,
        result.last_modified,
    )
