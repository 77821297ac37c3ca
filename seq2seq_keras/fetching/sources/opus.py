"""OPUS: a collection of parallel corpora, asked by its API.

<https://opus.nlpl.eu/opusapi/> answers `{"corpora": [...]}`, where each has `corpus`, `version`,
`source`, `target`, `preprocessing`, `url`, `size` (in KiB) and `alignment_pairs`. Licences are not
among them, but the README or LICENSE in an archive tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.fetching.found import Found, Offer, RemoteFile
from seq2seq_keras.fetching.names import OpusName, is_pair
from seq2seq_keras.fetching.remote_zip import RemoteZip
from seq2seq_keras.fetching.web import Web

HOMEPAGE = "https://opus.nlpl.eu"

_MOSES = {"preprocessing": "moses"}
_LATEST = {"version": "latest"}
_LONGEST_LICENSE = 160
_LONGEST_NAME = 100
_STATED = re.compile(r"^\s*licen[cs]e\s*:\s*(\S.*)$", re.IGNORECASE | re.MULTILINE)


def look_up(name: OpusName, web: Web, address: str) -> Found:
    """Asks for one corpus in two languages; see `lookup.look_up`.

    Args:
        name: Its name.
        web: The client.
        address: The API.
    """
    query = {
        "corpus": name.corpus,
        "source": name.source,
        "target": name.target,
        **_MOSES,
        "version": name.version or "latest",
    }
    found = [each for each in _corpora(web, address, query) if each.get("corpus") == name.corpus]
    if not found:
        raise InputError(
            f"{name}: OPUS has no such corpus in these two languages; what it has is listed by "
            f"seq2seq-keras fetch --list opus:{name.source}-{name.target}"
        )
    corpus = found[0]
    url = str(corpus.get("url", ""))
    if not url.startswith(("http://", "https://")):
        raise WorkError(f"{name}: OPUS tells no address of its file; try again later")
    languages = f"{corpus.get('source', name.source)}-{corpus.get('target', name.target)}"
    version = str(corpus.get("version") or name.version or "latest")
    stem = re.sub(r"[^\w.-]", "_", f"{name.corpus}-{version}.{languages}")[:_LONGEST_NAME]
    archive = RemoteZip(web, url)
    license = _license(archive)
    size = archive.size or _size(corpus)
    remote = RemoteFile(url, f"{stem}.txt.zip", size)
    return Found(str(name), (remote,), license, _number(corpus, "alignment_pairs"), HOMEPAGE)


def offers(beginning: str, web: Web, address: str) -> Sequence[Offer]:
    """Lists the corpora of two languages, or the languages of a corpus; see `lookup.offers`.

    Args:
        beginning: `de-en`, or `Books`.
        web: The client.
        address: The API.
    """
    query = {**_MOSES, **_LATEST}
    if is_pair(beginning):
        query["source"], query["target"] = beginning.split("-")
    elif re.fullmatch(r"[\w.+-]+", beginning):
        query["corpus"] = beginning
    else:
        raise InputError(f"opus:{beginning}: expected two languages (opus:de-en) or one corpus")
    found = [
        Offer(
            f"opus:{each['corpus']}/{each['source']}-{each['target']}",
            _number(each, "alignment_pairs"),
            _size(each),
        )
        for each in _corpora(web, address, query)
        if each.get("corpus") and each.get("source") and each.get("target")
    ]
    if not found:
        raise InputError(f"opus:{beginning}: OPUS has nothing there; look at {HOMEPAGE}")
    return sorted(found, key=lambda offer: -(offer.pairs or 0))


def _corpora(web: Web, address: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
    answer = web.json(address, query)
    corpora = answer.get("corpora") if isinstance(answer, dict) else None
    if not isinstance(corpora, list) or not all(isinstance(each, dict) for each in corpora):
        raise WorkError(f"{address}: does not answer as the API of OPUS does; try again later")
    return corpora


def _number(corpus: Mapping[str, Any], key: str) -> int | None:
    value = str(corpus.get(key, ""))
    return int(value) if value.isdecimal() else None


def _size(corpus: Mapping[str, Any]) -> int | None:
    kibibytes = _number(corpus, "size")
    return None if kibibytes is None else kibibytes * 1024


def _license(archive: RemoteZip) -> str | None:
    """What the README or else the LICENSE in an archive says, in a line."""
    readme = archive.text("README")
    if readme is not None and (stated := _STATED.search(readme)) is not None:
        return stated[1].strip()[:_LONGEST_LICENSE]
    lines = (archive.text("LICENSE") or "").split("\n")
    first = next((line.strip() for line in lines if line.strip()), None)
    return None if first is None else first[:_LONGEST_LICENSE]
