"""A server that stops while pages are open: their streams end, and nothing is complained of."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.responses import PlainTextResponse, StreamingResponse

from helpers.servers import Server
from seq2seq_keras.app.open_streams import OpenStreams

_SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}


class Client:
    """One that asks once and stays; what it was sent is in `messages`."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self._asked = False

    async def receive(self) -> Any:
        if self._asked:
            await asyncio.Event().wait()
        self._asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Any) -> None:
        self.messages.append(message)


async def _endless(scope: Any, receive: Any, send: Any) -> None:
    async def words() -> AsyncIterator[str]:
        while True:
            yield "still here\n"
            await asyncio.sleep(0.01)

    await StreamingResponse(words())(scope, receive, send)


def test_an_endless_answer_is_completed_when_all_end() -> None:
    async def run() -> Client:
        client, streams = Client(), OpenStreams(_endless)
        answer = asyncio.create_task(streams(_SCOPE, client.receive, client.send))
        await asyncio.sleep(0.05)
        assert not answer.done()
        streams.end()
        await asyncio.wait_for(answer, 2)
        return client

    sent = asyncio.run(run()).messages
    assert sent[0]["type"] == "http.response.start"
    assert sent[1] == {"type": "http.response.body", "body": b"still here\n", "more_body": True}
    assert sent[-1] == {"type": "http.response.body", "body": b""}


def test_an_answer_that_ends_by_itself_is_left_as_it_is() -> None:
    async def run() -> Client:
        client, streams = Client(), OpenStreams(PlainTextResponse("done"))
        streams.end()
        await asyncio.wait_for(streams(_SCOPE, client.receive, client.send), 2)
        return client

    start, body = asyncio.run(run()).messages
    assert (start["status"], body["body"]) == (200, b"done")


def test_the_server_stops_at_once_and_without_a_word(tmp_path: Path, repository: Path) -> None:
    server = Server(repository, tmp_path)
    server.start()
    with urllib.request.urlopen(f"{server.address}en/gradio_api/heartbeat/of-a-page") as stream:
        assert stream.readline()
        server.stop()
    said = server.words().splitlines()
    assert [line for line in said if "ERROR" in line or "Traceback" in line] == []
