"""A small web on this machine: files as ManyThings, Tatoeba and a disk in the cloud hand them
out, the API of OPUS and that of the Hub, and whatever goes wrong with servers."""

from __future__ import annotations

import bz2
import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from seq2seq_keras.fetching import Addresses


@dataclass
class ServedFile:
    """A file, and how its server behaves.

    Attributes:
        content: Its bytes.
        etag: With the quotes; None for none.
        modified: The date of its last change; None for none.
        kind: Its media type.
        ranges: Whether parts of it are handed out.
        heads: Whether HEAD is answered.
        failures: Statuses to answer first, one a request.
        cuts: After so many bytes the connection breaks off, one a request with a body.
        pause: Seconds between two pieces of 4 KiB.
        sized: Whether its length is told.
        disposition: What it should be called.
        wait: What the server asks for, in seconds, when it fails.
    """

    content: bytes
    etag: str | None = None
    modified: str | None = None
    kind: str = "application/octet-stream"
    ranges: bool = True
    heads: bool = True
    failures: list[int] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    pause: float = 0.0
    sized: bool = True
    disposition: str | None = None
    wait: int | None = None


@dataclass(frozen=True)
class Asked:
    """A request that was made."""

    method: str
    path: str
    headers: dict[str, str]
    status: int


@dataclass
class DataSet:
    """A data set on the Hub: its own files, those of the conversion, and its card."""

    files: dict[str, bytes] = field(default_factory=dict)
    parquet: dict[str, bytes] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=dict)
    gated: str | bool = False
    moved_from: str = ""


class StandInWeb(ThreadingHTTPServer):
    """The server. What it hands out is put into its attributes.

    Attributes:
        files: By the path of the address.
        redirects: Where a path leads to.
        corpora: What the API of OPUS knows, as it answers it.
        data_sets: Those of the Hub, by their ids.
        asked: All requests.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.files: dict[str, ServedFile] = {}
        self.redirects: dict[str, str] = {}
        self.corpora: list[dict[str, Any]] = []
        self.data_sets: dict[str, DataSet] = {}
        self.asked: list[Asked] = []

    @property
    def addresses(self) -> Addresses:
        """This web in place of the real one."""
        return Addresses(
            f"{self.address}/anki",
            f"{self.address}/opusapi/",
            f"{self.address}/per_language",
            self.address,
        )

    @property
    def environment(self) -> dict[str, str]:
        """The same for another process."""
        return {
            "SEQ2SEQ_MANYTHINGS_URL": self.addresses.manythings,
            "SEQ2SEQ_OPUS_URL": self.addresses.opus,
            "SEQ2SEQ_TATOEBA_URL": self.addresses.tatoeba,
            "HF_ENDPOINT": self.address,
            "NO_PROXY": "127.0.0.1",
        }

    def downloads(self, path: str) -> list[Asked]:
        """The requests for the content of a file."""
        return [each for each in self.asked if each.method == "GET" and each.path == path]

    def has_pairs(self, count: int = 40) -> dict[str, bytes]:
        """Fills it with corpora of every service.

        Returns:
            The texts of both sides, by `en`, `fr`.
        """
        english = [f"The dog number {number} sleeps in the house." for number in range(count)]
        french = [f"Le chien numéro {number} dort dans la maison." for number in range(count)]
        rows = "".join(
            f"{one}\t{other}\tCC-BY 2.0 (France) tatoeba.org #{number}\n"
            for number, (one, other) in enumerate(zip(english, french, strict=True))
        )
        archive = zipped({"_about.txt": "About.", "fra.txt": rows})
        self.files["/anki/fra-eng.zip"] = ServedFile(archive, '"many-1"')
        exports = {
            "fra/fra_sentences": [f"{n + 1}\tfra\t{text}" for n, text in enumerate(french)],
            "eng/eng_sentences": [f"{n + 9001}\teng\t{text}" for n, text in enumerate(english)],
            "fra/fra-eng_links": [f"{n + 1}\t{n + 9001}" for n in range(count)],
        }
        for name, lines in exports.items():
            packed = bz2.compress("".join(f"{line}\n" for line in lines).encode())
            self.files[f"/per_language/{name}.tsv.bz2"] = ServedFile(packed, f'"{name}"')
        readme = "Corpus Name: Books\n     Release: v1\nLicense: CC-BY-SA 3.0\n\nCite us.\n"
        sides = {"en": "".join(f"{x}\n" for x in english), "fr": "".join(f"{x}\n" for x in french)}
        moses = zipped(
            {
                "README": readme,
                "LICENSE": "As the books have it.\n",
                "Books.en-fr.en": sides["en"],
                "Books.en-fr.fr": sides["fr"],
            }
        )
        self.files["/OPUS-Books/v1/moses/en-fr.txt.zip"] = ServedFile(moses, '"books"')
        self.corpora.append(
            {
                "alignment_pairs": count,
                "corpus": "Books",
                "documents": "",
                "id": 7,
                "latest": "True",
                "preprocessing": "moses",
                "size": len(moses) // 1024 + 1,
                "source": "en",
                "source_tokens": 9,
                "target": "fr",
                "target_tokens": 9,
                "url": f"{self.address}/OPUS-Books/v1/moses/en-fr.txt.zip",
                "version": "v1",
            }
        )
        return {code: text.encode() for code, text in sides.items()}


def zipped(files: dict[str, str]) -> bytes:
    """A zip archive of texts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return stream.getvalue()


@contextmanager
def running(web: StandInWeb) -> Iterator[StandInWeb]:
    """Answers as long as the context lasts."""
    thread = threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.shutdown()
        web.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: StandInWeb
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # the client has what it wants
            self.close_connection = True

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        address = urlsplit(self.path)
        web = self.server
        if address.path in web.redirects:
            self._begin(302, {"Location": web.redirects[address.path], "Content-Length": "0"})
        elif address.path in web.files:
            self._hand_out(web.files[address.path])
        elif address.path == "/opusapi/":
            self._opus({key: found[0] for key, found in parse_qs(address.query).items()})
        elif address.path.startswith("/api/datasets/"):
            self._hub_facts(unquote(address.path.removeprefix("/api/datasets/")))
        elif address.path.startswith("/datasets/"):
            self._hub_file(unquote(address.path.removeprefix("/datasets/")))
        else:
            self._say({"error": "not found"}, 404)

    def _begin(self, status: int, headers: dict[str, str]) -> None:
        self.server.asked.append(
            Asked(
                self.command,
                urlsplit(self.path).path,
                {name.casefold(): value for name, value in self.headers.items()},
                status,
            )
        )
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _say(self, content: Any, status: int = 200, **headers: str) -> None:
        body = json.dumps(content).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        self._begin(status, {**kind, **named})
        if self.command == "GET":
            self.wfile.write(body)

    def _hand_out(self, file: ServedFile) -> None:
        if file.failures:
            waiting = {} if file.wait is None else {"Retry_After": str(file.wait)}
            self._say({"error": "later"}, file.failures.pop(0), **waiting)
            return
        if self.command == "HEAD" and not file.heads:
            self._begin(405, {"Content-Length": "0"})
            return
        size, start, end, status = len(file.content), 0, len(file.content), 200
        headers = {"Content-Type": file.kind}
        asked = self.headers.get("range", "")
        condition = self.headers.get("if-range")
        if file.ranges and asked and condition in (None, file.etag, file.modified):
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start = int(first)
            end = min(size, int(last) + 1) if last else size
            if start >= size:
                headers = {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
                self._begin(416, headers)
                return
            status = 206
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        if file.sized:
            headers["Content-Length"] = str(end - start)
        else:
            headers["Connection"] = "close"
            self.close_connection = True
        for name, value in (
            ("ETag", file.etag),
            ("Last-Modified", file.modified),
            ("Content-Disposition", file.disposition),
        ):
            if value is not None:
                headers[name] = value
        self._begin(status, headers)
        if self.command == "GET":
            self._send(file, file.content[start:end])

    def _send(self, file: ServedFile, content: bytes) -> None:
        cut = file.cuts.pop(0) if file.cuts else None
        if cut is not None:
            content = content[:cut]
        for place in range(0, len(content), 4096):
            self.wfile.write(content[place : place + 4096])
            if file.pause:
                self.wfile.flush()
                time.sleep(file.pause)
        if cut is not None:
            self.close_connection = True

    def _opus(self, query: dict[str, str]) -> None:
        """As the API does: languages in the order of the alphabet, and `latest` for a version."""
        wanted = dict(query)
        if wanted.get("version") == "latest":
            wanted["latest"] = "True"
            del wanted["version"]
        if "source" in wanted and "target" in wanted:
            wanted["source"], wanted["target"] = sorted([wanted["source"], wanted["target"]])
        found = [
            each
            for each in self.server.corpora
            if all(str(each.get(key)) == value for key, value in wanted.items())
        ]
        self._say({"corpora": found})

    def _hub_facts(self, place: str) -> None:
        name, _, revision = place.partition("/revision/")
        for known, data in self.server.data_sets.items():
            if data.moved_from == name:
                target = f"{self.server.address}/api/datasets/{known}"
                self._begin(307, {"Location": target, "Content-Length": "0"})
                return
        data = self.server.data_sets.get(name)
        if data is None:
            self._say({"error": "no"}, 401, X_Error_Code="RepoNotFound")
            return
        files = data.files if not revision else data.parquet
        if revision and not files:
            self._say({"error": "no"}, 404, X_Error_Code="RevisionNotFound")
            return
        siblings = []
        for path, content in files.items():
            sibling: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": "0" * 40}
            if path.endswith(".parquet"):
                digest = hashlib.sha256(content).hexdigest()
                sibling["lfs"] = {"size": len(content), "sha256": digest, "pointerSize": 130}
            siblings.append(sibling)
        self._say(
            {
                "id": name,
                "sha": ("c" if revision else "a") * 40,
                "gated": data.gated,
                "cardData": data.card,
                "siblings": siblings,
            }
        )

    def _hub_file(self, place: str) -> None:
        """Files lie elsewhere, where the token of the Hub is nobody's business."""
        name, _, rest = place.partition("/resolve/")
        revision, _, path = rest.partition("/")
        data = self.server.data_sets.get(name)
        files = {} if data is None else data.parquet if revision[0] == "c" else data.files
        if data is None or path not in files:
            self._say({"error": "no"}, 404)
        elif data.gated and self.headers.get("authorization") != "Bearer hf_right":
            self._say({"error": "no"}, 403, X_Error_Code="GatedRepo")
        else:
            other = self.server.address.replace("127.0.0.1", "localhost")
            digest = hashlib.sha256(files[path]).hexdigest()
            stored = f"/cdn/{digest}"
            self.server.files.setdefault(stored, ServedFile(files[path], f'"{digest}"'))
            self._begin(302, {"Location": f"{other}{stored}?signed=1", "Content-Length": "0"})
