"""Pushing to the Hub: the real client, talking to a small stand-in for the Hub on this machine."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import ModelCard

from helpers.shell import run_program

BINARY = (".keras", ".model")


class StandIn(ThreadingHTTPServer):
    """Takes what a client uploads, as the Hub does: texts in the commit, binary files beside it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.repositories: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.objects: dict[str, bytes] = {}
        self.refuse = 0  # the status with which all is refused


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def log_message(self, *_: object) -> None:
        pass

    def _say(self, content: Any, status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def do_GET(self) -> None:
        self._say({"id": "me/en-fr", "siblings": [], "sha": "0" * 40})

    def do_PUT(self) -> None:
        self.server.objects[self.path.rpartition("/")[2]] = self._body()
        self._say({})

    def do_POST(self) -> None:
        hub, body = self.server, self._body()
        if hub.refuse or self.headers.get("authorization") != "Bearer hf_right":
            self._say({"error": "no"}, hub.refuse or 401)
        elif self.path == "/api/repos/create":
            asked = json.loads(body)
            hub.repositories[asked["name"]] = asked
            self._say({"url": f"{hub.address}/me/{asked['name']}"})
        elif self.path == "/api/validate-yaml":
            self._say({"errors": [], "warnings": []})
        elif "/preupload/" in self.path:
            files = [
                {
                    "path": file["path"],
                    "uploadMode": "lfs" if file["path"].endswith(BINARY) else "regular",
                    "shouldIgnore": False,
                }
                for file in json.loads(body)["files"]
            ]
            self._say({"files": files})
        elif self.path.endswith("/info/lfs/objects/batch"):
            objects = [
                {**each, "actions": {"upload": {"href": f"{hub.address}/objects/{each['oid']}"}}}
                for each in json.loads(body)["objects"]
            ]
            self._say({"transfer": "basic", "objects": objects})
        elif "/commit/" in self.path:
            for line in body.splitlines():
                entry = json.loads(line)
                value = entry["value"]
                if entry["key"] == "file":
                    hub.files[value["path"]] = base64.b64decode(value["content"])
                elif entry["key"] == "lfsFile":
                    hub.files[value["path"]] = hub.objects[value["oid"]]
            address = f"{hub.address}/me/en-fr/commit/{'0' * 40}"
            self._say({"commitUrl": address, "commitOid": "0" * 40, "success": True})
        else:
            self._say({"error": self.path}, 404)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandIn]:
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")  # the Hub's other way to take binary files
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def model(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model") / "en-fr"
    shutil.copytree(repository / "saved_models" / "sample-en-fr-attention", folder)
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "run.json").write_text("{}")
    (folder / "private notes.txt").write_text("not for others")
    return folder


def test_all_files_arrive(hub: StandIn, model: Path) -> None:
    result = run_program("push", model, "me/en-fr", "--private", "--license", "apache-2.0")
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.decode().strip() == f"{hub.address}/me/en-fr"
    assert hub.repositories["en-fr"]["visibility"] == "private"
    expected = {"config.yaml", "metrics.csv", "model.keras", "scores.json", "README.md"}
    assert set(hub.files) == expected | {"source.model", "target.model"}
    for name in set(hub.files) - {"README.md"}:
        assert hub.files[name] == (model / name).read_bytes(), name
    assert b"license: apache-2.0" in hub.files["README.md"]


def test_the_card_is_as_the_hub_reads_it(model: Path, tmp_path: Path, hub: StandIn) -> None:
    out = tmp_path / "out"
    result = run_program("push", model, "me/en-fr", "--dry-run", out)
    assert result.returncode == 0 and hub.files == {}, result.stderr.decode()
    card = ModelCard.load(out / "README.md")  # refuses metadata that are none
    data = card.data
    assert data.language == ["en", "fr"] and data.pipeline_tag == "translation"
    assert data.library_name == "keras" and "attention" in data.tags
    scores = json.loads((model / "scores.json").read_text(encoding="utf-8"))["scores"]
    results = {each.metric_type: each for each in data.eval_results}
    assert set(results) == {"bleu", "chrf", "ter"}
    assert results["bleu"].metric_value == pytest.approx(scores["bleu"]["value"], abs=0.005)
    assert results["bleu"].metric_config == scores["bleu"]["signature"]
    assert results["bleu"].dataset_name == "english-french"
    assert 'snapshot_download("me/en-fr")' in card.text and "# English to French" in card.text
    # Pushed again, as by somebody who downloaded it, the card has one heading of metadata.
    again = run_program("push", out, "me/again", "--dry-run", tmp_path / "again")
    assert again.returncode == 0
    text = (tmp_path / "again" / "README.md").read_text(encoding="utf-8")
    assert text.count("library_name:") == 1
    assert 'snapshot_download("me/again")' in text


@pytest.mark.parametrize(
    ("token", "refuse", "code", "words"),
    [
        ("", 0, 2, "token"),
        ("hf_wrong", 0, 2, "does not know this token"),
        ("hf_right", 403, 2, "may not write there"),
        ("hf_right", 503, 1, "refused it (503)"),
    ],
)
def test_what_the_hub_refuses_is_one_line(
    hub: StandIn, model: Path, monkeypatch, token: str, refuse: int, code: int, words: str
) -> None:
    hub.refuse = refuse
    monkeypatch.setenv("HF_TOKEN", token)
    result = run_program("push", model, "me/en-fr")
    said = result.stderr.decode()
    assert result.returncode == code and said.count("\n") == 1 and words in said, said


def test_what_is_wrong_is_told_before_anything_is_sent(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments, words in (
        ((model, "no slash"), "USER/NAME"),
        ((tmp_path, "me/en-fr"), "not a saved translator"),
        ((model, "me/en-fr", "--dry-run", model), "something lies there"),
    ):
        result = run_program("push", *arguments)
        said = result.stderr.decode()
        assert result.returncode == 2 and words in said and said.count("\n") == 1, said
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    result = run_program("push", model, "me/en-fr")
    assert result.returncode == 1 and b"cannot be reached" in result.stderr
