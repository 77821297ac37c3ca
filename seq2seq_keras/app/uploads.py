"""Files that a visitor sent: none stays with Gradio."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seq2seq_keras.app.gradio_paths import is_upload


class Uploads:
    """Knows how often each file was uploaded and not been taken yet.

    Gradio keeps a file under its content and name, so that two who send the same one at once, as
    a class does, have one file between them: it goes when the last of them has been served. While
    an upload is under way nobody can tell whether it is one of those; then it goes a little later.

    Example:
        >>> uploads = Uploads()
        >>> uploads.begin()
        >>> uploads.end(["/tmp/gradio/1f/film.srt"])
        >>> uploads.release(Path("/tmp/gradio/1f/film.srt"))     # now it is gone
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self._waiting: Counter[Path] = Counter()
        self._served: set[Path] = set()

    def begin(self) -> None:
        """Notes that a request began to send files."""
        with self._lock:
            self._under_way += 1

    def end(self, paths: Iterable[str]) -> None:
        """Notes that it is over, and where its files lie."""
        with self._lock:
            self._under_way -= 1
            self._waiting.update(Path(path).resolve() for path in paths)
            self._delete()

    def release(self, path: Path) -> None:
        """Notes that one who sent this file needs it no more."""
        path = path.resolve()
        with self._lock:
            self._waiting[path] -= 1
            if self._waiting[path] <= 0:
                del self._waiting[path]
            self._served.add(path)
            self._delete()

    def forget_missing(self) -> None:
        """Forgets files that were deleted because nobody asked for them."""
        with self._lock:
            for path in [path for path in self._waiting if not path.exists()]:
                del self._waiting[path]

    def _delete(self) -> None:
        if self._under_way:
            return
        for path in self._served - self._waiting.keys():
            path.unlink(missing_ok=True)
        self._served.clear()


UPLOADS = Uploads()
"""Those of this process: Gradio has one folder for them in each."""


class NotedUploads:
    """An ASGI application around a page of Gradio's, which tells `UPLOADS` what is uploaded.

    Args:
        app: The application inside.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not is_upload(scope["path"]):
            await self._app(scope, receive, send)
            return
        answer, told = b"", False

        async def listening(message: Any) -> None:
            nonlocal answer, told
            if message["type"] == "http.response.body":
                answer += message.get("body", b"")
                if not message.get("more_body"):  # before its sender can ask for anything
                    told = True
                    UPLOADS.end(_paths(answer))
            await send(message)

        UPLOADS.begin()
        try:
            await self._app(scope, receive, listening)
        finally:
            if not told:
                UPLOADS.end([])


def _paths(answer: bytes) -> list[str]:
    try:
        paths = json.loads(answer)
    except ValueError:  # it was refused
        return []
    return [str(path) for path in paths] if isinstance(paths, list) else []


@contextmanager
def taken(paths: Iterable[str | Path]) -> Iterator[list[Path]]:
    """Hands out uploads and deletes them afterwards: the workspace has its copy.

    Args:
        paths: Where Gradio put them.

    Example:
        >>> with taken(paths) as files:                              # doctest: +SKIP
        ...     info = workspace.add_corpus(files)
    """
    files = [Path(path) for path in paths]
    try:
        yield files
    finally:
        for file in files:
            UPLOADS.release(file)
