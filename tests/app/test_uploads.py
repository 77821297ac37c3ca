"""What a visitor sent."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from seq2seq_keras.app.uploads import UPLOADS, NotedUploads, Uploads, taken
from seq2seq_keras.errors import WorkError


def test_uploads_are_gone_afterwards_even_after_a_failure(tmp_path: Path) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_text("text", encoding="utf-8")

    def work() -> None:
        with taken(map(str, paths)) as files:
            assert files == paths and all(path.is_file() for path in files)
            files[0].unlink()  # somebody took it away already
            raise WorkError("no room")

    with pytest.raises(WorkError, match="no room"):
        work()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_two_sent_goes_with_the_last_of_them(tmp_path: Path) -> None:
    path, uploads = tmp_path / "class.tsv", Uploads()
    path.touch()
    for _ in range(2):
        uploads.begin()
        uploads.end([str(path)])
    uploads.release(path)
    assert path.exists()
    uploads.release(path)
    assert not path.exists()


def test_while_an_upload_is_under_way_a_file_may_be_its(tmp_path: Path) -> None:
    path, other, uploads = tmp_path / "class.tsv", tmp_path / "other.tsv", Uploads()
    for each in (path, other):
        each.touch()
        uploads.begin()
        uploads.end([str(each)])
    uploads.begin()  # of the same file, as it turns out
    uploads.release(path)
    uploads.release(other)
    assert path.exists() and other.exists()
    uploads.end([str(path)])
    assert path.exists() and not other.exists()
    uploads.release(path)
    assert not path.exists()


def test_what_was_swept_is_forgotten(tmp_path: Path) -> None:
    path, uploads = tmp_path / "never.tsv", Uploads()
    uploads.begin()
    uploads.end([str(path)])  # swept meanwhile
    uploads.forget_missing()
    path.touch()
    uploads.begin()
    uploads.end([str(path)])
    uploads.release(path)
    assert not path.exists()


@pytest.mark.parametrize("outcome", ["paths", "refused", "broken"])
def test_uploads_are_noted_before_their_sender_is_told(
    outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, heard = tmp_path / "a.tsv", []
    path.touch()
    noted: list[Any] = []
    monkeypatch.setattr(UPLOADS, "begin", lambda: noted.append("begin"))
    monkeypatch.setattr(UPLOADS, "end", lambda paths: noted.append(paths))

    async def page(scope: Any, receive: Any, send: Any) -> None:
        assert noted == ["begin"]
        if outcome == "broken":
            raise OSError("the disk is full")
        body = json.dumps([str(path)]).encode() if outcome == "paths" else b"Too large"
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": body[:5], "more_body": True})
        await send({"type": "http.response.body", "body": body[5:]})

    async def send(message: Any) -> None:
        heard.append((message["type"], list(noted)))

    async def run() -> None:
        scope = {"type": "http", "path": "/en/gradio_api/upload"}
        await NotedUploads(page)(scope, None, send)

    if outcome == "broken":
        with pytest.raises(OSError, match="full"):
            asyncio.run(run())
    else:
        asyncio.run(run())
        assert heard[-1] == ("http.response.body", noted)
    assert noted == ["begin", [str(path)] if outcome == "paths" else []]
