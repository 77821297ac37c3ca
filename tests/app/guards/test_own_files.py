"""No request names a file that was not uploaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gradio.utils import get_upload_folder
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from seq2seq_keras.app.guards.own_files import OwnFiles, named_paths

UPLOADS = Path(get_upload_folder())
META = {"_type": "gradio.FileData"}


@pytest.fixture
def client() -> TestClient:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse((await request.body()).decode())

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    app.add_middleware(OwnFiles)
    return TestClient(app)


def ask(client: TestClient, content: Any, path: str = "/en/gradio_api/call/v2/train") -> int:
    body = json.dumps(content)
    answer = client.post(path, content=body)
    assert answer.status_code != 200 or answer.text == body
    return answer.status_code


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "passwd",
        "",
        str(UPLOADS),
        f"{UPLOADS}-other/a.tsv",
        str(UPLOADS / ".." / "a.tsv"),
        str(UPLOADS / "0a" / ".." / ".." / "a.tsv"),
        "http://127.0.0.1/a.tsv",
        "file:///etc/passwd",
        f"file://{UPLOADS}/a.tsv",
        "\0",
        "\ud800",
        5,
        ["/etc/passwd"],
    ],
)
def test_another_path_is_refused_wherever_it_stands(client: TestClient, path: Any) -> None:
    file = {"path": path, "meta": META}
    assert ask(client, {"path": path}) == 403
    assert ask(client, {"settings": {"units": [1, file]}}) == 403
    assert ask(client, {"data": [file]}, "/zh/gradio_api/queue/join") == 403
    assert ask(client, [file], "/mcp/gradio_api/mcp/") == 403


def test_an_upload_and_what_names_none_passes(client: TestClient) -> None:
    file = {"path": str(UPLOADS / "0a1b" / "pairs.tsv"), "meta": META, "url": None}
    assert (
        ask(client, {"file": file, "more": [file, 1, None, "path"], "other": {"path": None}}) == 200
    )
    assert client.post("/en/gradio_api/reset").status_code == 200
    assert client.get("/en/gradio_api/call/x/y").status_code == 200
    assert ask(client, {"path": "/etc/passwd"}, "/login") == 200  # not Gradio's


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b"path=/etc/passwd"])
def test_what_is_no_json_is_refused(client: TestClient, body: bytes) -> None:
    assert client.post("/en/gradio_api/call/v2/train", content=body).status_code == 400


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_no_encoding_hides_a_path(client: TestClient, encoding: str) -> None:
    body = json.dumps({"x": {"path": "/etc/passwd"}}).encode(encoding)
    assert client.post("/en/gradio_api/run/train", content=body).status_code in (400, 403)


def test_all_paths_are_found() -> None:
    content = {"path": "a", "b": [{"path": "c"}, {"d": {"path": "e", "path2": "f"}}], "g": "path"}
    assert list(named_paths(content)) == ["a", "c", "e"]
