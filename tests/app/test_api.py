"""The endpoints for programs: a real client, a real server, a real training."""

from __future__ import annotations

import inspect
import io
import json
import re
import shutil
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from helpers.servers import Server, without_heartbeats
from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.app.api import Endpoints
from seq2seq_keras.app.endpoint import parts_of
from seq2seq_keras.app.server import build_server

pytestmark = pytest.mark.tensorflow

ENDPOINTS = {
    *("translate", "translate_in_detail", "translate_file", "export_model"),
    *("list_models", "upload_model", "rename_model", "annotate_model", "delete_model"),
    *("restore_model", "list_corpora", "upload_corpus", "train"),
    *("list_test_sets", "compare", "report"),
    *("list_jobs", "job", "pause", "resume", "stop", "cancel"),
}
TINY = {"units": 8, "embedding_dim": 8, "vocab_size": 60, "tokenizer": "char"}


class Program:
    """Someone's program, and the server that it talks with."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = Client(f"{server.address}en", verbose=False, httpx_kwargs={"timeout": 60})

    def call(self, endpoint: str, *args: Any, **kwargs: Any) -> Any:
        return self.client.predict(*args, api_name=f"/{endpoint}", **kwargs)

    def told(self, code: str, endpoint: str, values: dict[str, Any]) -> str:
        """What is told of a call that goes wrong, without the client in between."""
        path = f"{self.server.address}{code}/gradio_api/call/v2/{endpoint}"
        kind = {"content-type": "application/json"}
        begun = httpx.post(path, content=json.dumps(values), headers=kind, timeout=180)
        answer = httpx.get(f"{path}/{begun.json()['event_id']}", timeout=180).text
        return json.loads(answer.strip().rpartition("\ndata: ")[2])["error"]

    def wait(self, job: str, *states: str) -> dict[str, Any]:
        for _ in range(600):
            facts = self.call("job", job)
            if facts["state"] in states:
                return facts
            assert facts["state"] in ("queued", "running", "paused"), facts
            time.sleep(0.5)
        raise AssertionError(facts)

    def upload(self, name: str, content: bytes) -> str:
        """Uploads a file, and returns where it lies on the server."""
        path = f"{self.server.address}en/gradio_api/upload"
        (found,) = httpx.post(path, files={"files": (name, content)}, timeout=180).json()
        return found

    def uploads(self) -> list[Path]:
        """All files that Gradio keeps for the server."""
        folders = Path(tempfile.gettempdir()).glob("seq2seq-keras-server-*/gradio")
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]

    def download(self, path: str) -> bytes:
        with urllib.request.urlopen(self.server.address + path.removeprefix("/")) as answer:
            return answer.read()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Program]:
    data = tmp_path_factory.mktemp("data")
    for name in ("attention", "plain"):
        folder = repository / "saved_models" / f"sample-en-fr-{name}"
        shutil.copytree(folder, data / "models" / f"walk-{name}")
    server = Server(repository, data)
    try:
        server.start()
        yield Program(server)
        assert "Traceback" not in server.words()
    finally:
        server.stop()


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_endpoint_is_listed_with_types_and_words(tmp_path: Path, code: str) -> None:
    with TestClient(build_server(tmp_path, shipped_models=tmp_path / "none")) as client:
        info = client.get(f"/{code}/gradio_api/info").json()
    assert info["unnamed_endpoints"] == {}
    assert set(info["named_endpoints"]) == {f"/{name}" for name in ENDPOINTS}
    for name, endpoint in info["named_endpoints"].items():
        assert endpoint["description"].endswith("."), name
        for part in (*endpoint["parameters"], *endpoint["returns"]):
            assert part["python_type"]["type"] not in ("", "Any"), (name, part)
            assert part["python_type"]["description"].endswith("."), (name, part)
    file = info["named_endpoints"]["/upload_model"]["parameters"][0]
    assert file["python_type"]["type"] == "filepath"


@pytest.mark.parametrize("number", [-1, 10**6, 10**30])
def test_a_function_that_is_not_there_is_not_found(program: Program, number: int) -> None:
    address = f"{program.server.address}en/gradio_api/queue/join"
    body = {"data": [], "fn_index": number, "session_hash": "x"}
    assert httpx.post(address, json=body, timeout=180).status_code == 404


def test_a_docstring_is_taken_apart() -> None:
    text = """Does it.

    At once.

    Args:
        what: The
            thing: all of it.
        how: So.

    Returns:
        What it
        is.
    """
    arguments = {"what": "The thing: all of it.", "how": "So."}
    assert parts_of(text) == ("Does it. At once.", arguments, "What it is.")


def test_a_text_is_translated(program: Program) -> None:
    models = {model["name"]: model for model in program.call("list_models")}
    assert {"walk-plain", "sample-en-zh-plain"} <= set(models)
    assert models["walk-plain"]["id"] == "mine/walk-plain"
    assert models["sample-en-zh-plain"]["shipped"] and not models["walk-plain"]["shipped"]
    text = "Where did Alice sleep?\nWe read."
    plain = program.call("translate", text, model="walk-plain")
    assert plain.count("\n") == 1 and plain.strip()
    # A name and an id are the same model, and both are the model that the page has.
    assert program.call("translate", text, model="mine/walk-plain") == plain
    details = program.call("translate_in_detail", text, "mine/walk-attention", 4, 3)
    assert [sentence["source"] for sentence in details["sentences"]] == text.split("\n")
    for sentence in details["sentences"]:
        assert 1 <= 1 + len(sentence["alternatives"]) <= 3
        assert len(sentence["attention"]) == len(sentence["tokens"])
        assert {len(row) for row in sentence["attention"]} == {len(sentence["source_tokens"])}


@pytest.mark.parametrize(
    ("endpoint", "values", "match"),
    [
        ("translate", {"text": "  "}, "Type some text"),
        ("translate", {"text": "a", "model": "nothing"}, "nothing: there is no such model"),
        ("translate", {"text": "a", "model": "mine/../x"}, "no such model"),
        ("translate", {"text": "a", "beam_size": 0}, "beam_size: expected 1 to 64, received 0"),
        ("translate_in_detail", {"text": "a", "beam_size": 2, "n_best": 3}, "n_best: expected 1"),
        ("train", {"corpus": "mine/../x"}, "corpus no longer exists"),
        ("train", {"corpus": "sample/english-french", "settings": {"unit": 1}}, "no such setting"),
        ("train", {"corpus": "sample/english-french", "settings": {"epochs": 1}}, "budget “own”"),
        ("compare", {"models": ["walk-plain"]}, "Choose two models"),
        ("compare", {"models": ["walk-plain", "sample-en-zh-plain"]}, "different languages"),
        ("report", {"job": "none"}, "no such job"),
        ("pause", {"job": "none"}, "no such job"),
        ("rename_model", {"model": "sample-en-fr-plain", "name": "x"}, "stays as it is"),
        ("delete_model", {"model": "saved/sample-en-fr-plain"}, "cannot be deleted"),
    ],
)
def test_what_is_wrong_is_told(
    program: Program, endpoint: str, values: dict[str, Any], match: str
) -> None:
    with pytest.raises(AppError, match=match):
        program.call(endpoint, **values)


WRONG = {"str": 5, "int": "many", "list": 5, "dict": [1], "Literal": "x", "FileData": 5}


@pytest.mark.parametrize("endpoint", sorted(ENDPOINTS))
def test_a_value_of_another_kind_is_told_in_a_line(program: Program, endpoint: str) -> None:
    signature = inspect.signature(getattr(Endpoints, endpoint))
    given = {name: each for name, each in signature.parameters.items() if name != "self"}
    file = {"path": program.upload("pairs.tsv", b"a\tb\n")}
    right = {"str": "x", "FileData": file, "list": ["x"], "dict": {}}
    kinds = {}
    for name, each in given.items():
        shown = str(each.annotation)
        kinds[name] = next(kind for kind in reversed(WRONG) if kind in shown)
    for name, kind in kinds.items():
        values = {
            other: right[kinds[other]]
            for other, each in given.items()
            if each.default is inspect.Parameter.empty
        }
        # Without the program's own library, which would upload a file or complain of it.
        values[name] = WRONG[kind]
        for code, words in (("en", "Input should be"), ("zh", "应为")):
            told = program.told(code, endpoint, values)
            assert re.match(rf"{name}(: |：){words}.*{re.escape(repr(WRONG[kind]))}$", told), told
            assert "\n" not in told and ("should" in told) == (code == "en")


@pytest.mark.parametrize(
    "file", [{"path": "/etc/passwd"}, {"path": "../../etc/passwd"}, {"path": "", "url": "file:///"}]
)
def test_only_uploads_are_read(program: Program, file: dict[str, str]) -> None:
    path = f"{program.server.address}en/gradio_api/call/v2/upload_corpus"
    told = httpx.post(path, json={"file": file}, timeout=180)
    assert told.status_code == 403 and "not uploaded" in told.text


@pytest.mark.parametrize("kind", ["file", "address"])
@pytest.mark.parametrize("argument", ["settings", "name", "corpus"])
def test_no_argument_fetches_a_file(
    program: Program, tmp_path: Path, argument: str, kind: str
) -> None:
    """Gradio would copy it to where uploads lie, and tell the place."""
    secret = tmp_path / "secret.tsv"
    secret.write_text("a secret\tun secret\n")
    path = str(secret) if kind == "file" else f"{program.server.address}health"
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    values = {"corpus": "sample/english-french", "budget": "own", "architecture": "plain"}
    values[argument] = {"epochs": file} if argument == "settings" else file  # type: ignore[assignment]
    for address in ("call/v2/train", "run/train", "queue/join"):
        told = httpx.post(
            f"{program.server.address}en/gradio_api/{address}",
            json=values if "v2" in address else {"data": list(values.values())},
            timeout=180,
        )
        assert told.status_code == 403 and "not uploaded" in told.text, told.text
    assert not {path.name for path in program.uploads()} & {"secret.tsv", "health"}


def test_an_upload_without_a_name_is_told(program: Program) -> None:
    body = b'--x\r\ncontent-disposition: form-data; name="files"\r\n\r\na\r\n--x--\r\n'
    told = httpx.post(
        f"{program.server.address}en/gradio_api/upload",
        content=body,
        headers={"content-type": "multipart/form-data; boundary=x"},
        timeout=180,
    )
    assert told.status_code == 422


@pytest.mark.parametrize("endpoint", ["job", "report", "pause", "resume", "stop", "cancel"])
def test_half_a_letter_is_no_id(program: Program, endpoint: str) -> None:
    assert "there is no such job" in program.told("en", endpoint, {"job": "\ud800"})


def test_devices_beyond_counting_are_refused(program: Program) -> None:
    values = {"corpus": "sample/english-french", "devices": 10**400}
    assert "devices: a training here takes 1 to 1" in program.told("en", "train", values)


def test_a_model_is_renamed_taken_away_deleted_and_brought_back(
    program: Program, tmp_path: Path
) -> None:
    renamed = program.call("rename_model", "mine/walk-plain", "Grandma’s")
    assert (renamed["id"], renamed["name"]) == ("mine/walk-plain", "Grandma’s")
    assert program.call("annotate_model", "Grandma’s", "A note")["note"] == "A note"
    path = tmp_path / "taken away.zip"
    path.write_bytes(program.download(renamed["download"]))
    assert "walk-plain/label.json" in zipfile.ZipFile(path).namelist()
    deleted = program.call("delete_model", "mine/walk-plain")
    ids = [model["id"] for model in program.call("list_models")]
    assert "mine/walk-plain" not in ids and "mine/walk-attention" in ids
    uploaded = program.call("upload_model", handle_file(path))
    assert (uploaded["name"], uploaded["note"]) == ("Grandma’s", "A note")
    restored = program.call("restore_model", deleted)
    assert restored["id"] == "mine/walk-plain"
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("walk-plain/evil.py", "")
    with pytest.raises(AppError, match=r"evil\.py” is no file of a saved model"):
        program.call("upload_model", handle_file(path))


def test_a_training_is_started_paused_resumed_and_cancelled(
    program: Program, tmp_path: Path
) -> None:
    path = tmp_path / "pairs.tsv"
    lines = [f"{source}\t{target}\n" for source, target in zip(*tiny_pairs(96), strict=True)]
    path.write_text("".join(lines), encoding="utf-8")
    corpus = program.call("upload_corpus", handle_file(path))
    assert corpus in program.call("list_corpora") and corpus["files"] == ["pairs.tsv"]
    settings = {**TINY, "epochs": 5000, "patience": 5000}
    job = program.call(
        "train", corpus["id"], "by program", "attention", "own", settings, "en", "fr"
    )
    for _ in range(600):
        facts = program.call("job", job)
        if facts["progress"] > 0 and facts["networks"][0]["history"]:
            break
        assert facts["state"] in ("queued", "running"), facts
        time.sleep(0.5)
    assert facts["state"] == "running" and 0 < facts["progress"] < 1
    assert (facts["name"], facts["kind"]) == ("by program", "train")
    program.call("pause", job)
    program.wait(job, "paused")
    with pytest.raises(AppError, match="by program is paused: pause is not possible now"):
        program.call("pause", job)
    program.call("resume", job)
    program.wait(job, "running")
    program.call("cancel", job)
    facts = program.wait(job, "cancelled")
    assert facts["models"] == [] and facts in program.call("list_jobs")


def test_a_language_that_a_corpus_lacks_is_refused_before_there_is_a_job(
    program: Program, tmp_path: Path
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("en,fr\n" + "".join(f"Go {n}.,Va {n}.\n" for n in range(20)), encoding="utf-8")
    corpus = program.call("upload_corpus", handle_file(path))
    before = program.call("list_jobs")
    values = {"corpus": corpus["id"], "source_lang": "en", "target_lang": "es"}
    told = program.told("en", "train", values)
    assert told.startswith("pairs.csv: has no column of the language es; its columns are en, fr.")
    assert program.call("list_jobs") == before


@pytest.mark.slow
def test_models_are_compared_and_the_report_is_told(program: Program) -> None:
    tests = program.call("list_test_sets")
    assert "part/sample/english-french" in [test["id"] for test in tests]
    job = program.call("compare", ["walk-attention", "sample-en-fr-plain"])
    facts = program.wait(job, "finished")
    report = program.call("report", job)
    assert [system["name"] for system in report["systems"]] == [
        "walk-attention",
        "sample-en-fr-plain",
    ]
    assert "BLEU" in report["verdict"]
    saved = json.loads(program.download(facts["downloads"]["report.json"]))
    assert {key: report[key] for key in saved} == saved
    assert b"<html" in program.download(facts["downloads"]["report.html"])


def test_a_file_is_translated(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("We read.\n\nAlice sleeps.\n", encoding="utf-8")
    job = program.call("translate_file", handle_file(path), "walk-attention", 2)
    facts = program.wait(job, "finished")
    lines = program.download(facts["downloads"]["translation"]).decode().splitlines()
    assert len(lines) == 3 and lines[1] == "" and lines[0] and lines[2]
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(AppError, match=r"^text\.txt"):
        program.call("translate_file", handle_file(path))


@pytest.mark.slow
def test_a_model_is_exported(program: Program) -> None:
    job = program.call("export_model", "sample-en-fr-plain", "keras")
    facts = program.wait(job, "finished")
    archive = zipfile.ZipFile(io.BytesIO(program.download(facts["downloads"]["export"])))
    names = {Path(name).name for name in archive.namelist()}
    assert {"model.keras", "translate.py", "README.md"} <= names
    with pytest.raises(AppError, match="format: expected saved_model, onnx"):
        program.call("export_model", "sample-en-fr-plain", "h5")


def test_curl_is_answered_as_the_guide_says(program: Program) -> None:
    address = f"{program.server.address}en/gradio_api/call/translate"
    body = json.dumps({"data": ["We read.", "walk-attention", 1]}).encode()
    request = urllib.request.Request(address, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        event = json.load(answer)["event_id"]
    with urllib.request.urlopen(f"{address}/{event}") as answer:
        stream = without_heartbeats(answer.read().decode())
    assert stream.startswith("event: complete\ndata: ")
    (text,) = json.loads(stream.split("data: ")[1])
    assert text == program.call("translate", "We read.", "walk-attention", 1)
