"""The tools for assistants: a real client of the protocol, a real server."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, ListToolsResult

from helpers.servers import Server
from seq2seq_keras.app.mcp import ADDRESS
from seq2seq_keras.translator import Translator

TEXT = "Where did Alice sleep?\nWe read."


class Assistant:
    """Whoever uses the tools, connected anew for each request.

    Args:
        address: Where the tools are.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def tools(self) -> ListToolsResult:
        return asyncio.run(self._ask("list_tools"))

    def call(self, tool: str, **arguments: Any) -> CallToolResult:
        return asyncio.run(self._ask("call_tool", tool, arguments))

    async def _ask(self, request: str, *given: Any) -> Any:
        async with (
            streamable_http_client(self.address) as (incoming, outgoing, _),
            ClientSession(incoming, outgoing) as session,
        ):
            await session.initialize()
            return await getattr(session, request)(*given)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Server]:
    server = Server(repository, tmp_path_factory.mktemp("data"), "--mcp")
    try:
        server.start()
        yield server
    finally:
        server.stop()
    assert "Traceback" not in server.words()


@pytest.fixture(scope="module")
def assistant(server: Server, repository: Path) -> Assistant:
    """Connected as docs/api.md says."""
    page = (repository / "docs" / "api.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (configured,) = json.loads(snippet)["mcpServers"].values()
    return Assistant(configured["url"].replace("http://127.0.0.1:7860/", server.address))


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


@pytest.mark.slow
def test_the_address_is_told_at_the_start(server: Server, assistant: Assistant) -> None:
    assert assistant.address == server.address.rstrip("/") + ADDRESS
    assert f"tools are at {assistant.address} " in server.words()


def test_two_tools_are_offered_with_words_for_all(assistant: Assistant) -> None:
    tools = {tool.name: tool for tool in assistant.tools().tools}
    assert set(tools) == {"list_models", "translate"}
    for tool in tools.values():
        assert tool.description and "Returns: " in tool.description
    asked = tools["translate"].inputSchema
    assert asked["required"] == ["text", "model"]
    types = {name: part["type"] for name, part in asked["properties"].items()}
    assert types == {"text": "string", "model": "string", "beam_size": "integer"}
    assert all(part["description"].endswith(".") for part in asked["properties"].values())


def test_the_pages_are_no_tools(server: Server) -> None:
    for code in ("en", "zh"):
        with urllib.request.urlopen(f"{server.address}{code}/config") as answer:
            assert json.load(answer)["mcp_server"] is False
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{server.address}{code}/gradio_api/mcp/schema")


def test_models_are_listed(assistant: Assistant, repository: Path) -> None:
    models = json.loads(text_of(assistant.call("list_models")))
    shipped = {path.name: path for path in (repository / "saved_models").glob("*/")}
    assert {model["name"] for model in models} == set(shipped)
    attention = next(model for model in models if model["name"] == "sample-en-zh-attention")
    assert (attention["source_lang"], attention["target_lang"]) == ("en", "zh")
    assert attention["id"] == "saved/sample-en-zh-attention"
    record = json.loads((shipped["sample-en-zh-attention"] / "scores.json").read_text("utf-8"))
    assert attention["bleu"] == record["scores"]["bleu"]["value"]


@pytest.mark.tensorflow
@pytest.mark.parametrize("beam_size", [1, 5])
def test_a_text_is_translated(assistant: Assistant, repository: Path, beam_size: int) -> None:
    translator = Translator.load(repository / "saved_models" / "sample-en-fr-plain")
    expected = translator.translate_text(TEXT, beam_size).text
    answer = assistant.call("translate", text=TEXT, model="sample-en-fr-plain", beam_size=beam_size)
    assert not answer.isError
    assert text_of(answer) == expected and expected.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"text": "a", "model": "nothing"}, "nothing: there is no such model; list_models tells"),
        ({"text": " ", "model": "sample-en-fr-plain"}, "Type some text to translate."),
        ({"text": "a", "model": "sample-en-fr-plain", "beam_size": 99}, "expected 1 to 64"),
        ({"text": "a"}, "'model' is a required property"),
    ],
)
def test_what_is_wrong_is_told(assistant: Assistant, arguments: dict[str, Any], words: str) -> None:
    answer = assistant.call("translate", **arguments)
    assert answer.isError
    assert words in text_of(answer) and "\n" not in text_of(answer)


def test_the_short_address_leads_to_the_tools(server: Server) -> None:
    short = Assistant(f"{server.address}mcp")
    assert len(short.tools().tools) == 2
    for path in ("mcp", "mcp/"):  # a person is told how to connect
        with urllib.request.urlopen(server.address + path) as answer:
            assert answer.url == server.address.rstrip("/") + ADDRESS
            assert ADDRESS in answer.read().decode()


@pytest.mark.slow
def test_without_being_asked_there_are_no_tools(tmp_path: Path, repository: Path) -> None:
    server = Server(repository, tmp_path)
    try:
        server.start()
        with pytest.raises(urllib.error.HTTPError, match="405"):
            urllib.request.urlopen(server.address.rstrip("/") + ADDRESS, b"{}")
        assert "mcp" not in server.words()
    finally:
        server.stop()


@pytest.mark.slow
def test_a_missing_package_is_told_in_one_line(tmp_path: Path, repository: Path) -> None:
    code = f"""
import sys
sys.modules["mcp"] = None  # as if it were not installed
from seq2seq_keras.app.serving import main
sys.exit(main(["--mcp", "--port", "0", "--data-dir", {str(tmp_path)!r}]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=repository, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: --mcp: the package mcp is missing; ")
    assert done.stderr.count("\n") == 1 and done.stdout == ""
