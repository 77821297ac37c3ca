"""How large a request may be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from seq2seq_keras.app.guards.bodies import MOST_BYTES, MOST_VALUES, SmallBodies


@pytest.fixture(scope="module")
def client() -> TestClient:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST", "PUT"])])
    app.add_middleware(SmallBodies)
    return TestClient(app)


def chunks(size: int) -> Iterator[bytes]:
    for begin in range(0, size, 2**16):
        yield b"x" * min(2**16, size - begin)


@pytest.mark.parametrize("size", [0, 1, MOST_BYTES])
@pytest.mark.parametrize("told", [True, False])
def test_up_to_a_size_all_arrives(client: TestClient, size: int, told: bool) -> None:
    content = b"x" * size if told else chunks(size)
    assert client.post("/en/gradio_api/call/translate", content=content).text == str(size)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize(
    "path", ["/", "/login", "/en/gradio_api/queue/join", "/en/gradio_api/call/x/gradio_api/upload"]
)
def test_beyond_it_is_refused(client: TestClient, path: str, told: bool) -> None:
    size = MOST_BYTES + 1
    for method in ("POST", "PUT"):
        content = b"x" * size if told else chunks(size)
        assert client.request(method, path, content=content).status_code == 413


@pytest.mark.parametrize("values", [b"0,", b"[", b'{"a":', b"[],"])
def test_many_values_in_few_bytes_are_refused(client: TestClient, values: bytes) -> None:
    few = MOST_VALUES // max(1, sum(map(values.count, (b",", b"[", b"{"))))
    assert client.post("/en/gradio_api/queue/join", content=values * few).status_code == 200
    answer = client.post("/en/gradio_api/queue/join", content=values * (few + 1))
    assert (answer.status_code, "At most 100,000 values" in answer.text) == (413, True)


def test_uploads_have_a_size_of_their_own(client: TestClient) -> None:
    for path in ("/en/gradio_api/upload", "/zh/gradio_api/upload/"):
        content = chunks(MOST_BYTES + 1)
        assert client.post(path, content=content).text == str(MOST_BYTES + 1)


def test_a_body_without_end_is_not_waited_for() -> None:
    async def never(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("it is not whole")

    sent: list[dict[str, Any]] = []
    first = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> dict[str, Any]:
        return first.pop() if first else await asyncio.Event().wait() or {}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/en/gradio_api/queue/join", "headers": []}
    asyncio.run(SmallBodies(never, seconds=0.05)(scope, receive, send))
    assert sent[0]["status"] == 408
