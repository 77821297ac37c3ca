"""Two visitors of one demo, over HTTP: neither reaches what is the other's, whatever they know."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers.servers import Server
from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.app.visitors.seal import COOKIE

pytestmark = pytest.mark.tensorflow

TINY = {"units": 8, "embedding_dim": 8, "vocab_size": 60, "tokenizer": "char", "epochs": 1}


class RefusedError(Exception):
    """A request was refused with a status, or an endpoint told what is wrong."""


class Visitor:
    """A browser, as the server sees it."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=60, follow_redirects=True)
        self.http.get("/en/")

    def send(self, endpoint: str, **parameters: Any) -> str:
        path = f"/en/gradio_api/call/v2/{endpoint}"
        answer = self.http.post(path, json=parameters)
        if answer.status_code != 200:
            raise RefusedError(answer.status_code, answer.text)
        return f"{path}/{answer.json()['event_id']}"

    def result(self, event: str) -> Any:
        answer = self.http.get(event)
        if answer.status_code != 200:
            raise RefusedError(answer.status_code, answer.text)
        kind, _, content = answer.text.strip().rpartition("\ndata: ")
        if kind.endswith("event: error"):
            raise RefusedError(content)
        return json.loads(content)[0]

    def call(self, endpoint: str, **parameters: Any) -> Any:
        return self.result(self.send(endpoint, **parameters))

    def train(self, corpus: str, budget: str, architecture: str = "plain", **settings: Any) -> str:
        wanted = {"architecture": architecture, "budget": budget, "settings": settings}
        return str(self.call("train", corpus=corpus, name="hers", **wanted))

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        answer = self.http.post("/en/gradio_api/upload", files={"files": (name, content)})
        if answer.status_code != 200:
            raise RefusedError(answer.status_code, answer.text)
        meta = {"_type": "gradio.FileData"}
        return {"path": answer.json()[0], "orig_name": name, "meta": meta}

    def status(self, path: str) -> int:
        return self.http.get(path).status_code

    def wait(self, job: str) -> dict[str, Any]:
        for _ in range(600):
            facts = self.call("job", job=job)
            if facts["state"] not in ("queued", "running"):
                return facts
            time.sleep(0.3)
        raise AssertionError(facts)


@pytest.fixture(scope="module")
def server(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SEQ2SEQ_DEMO", "1")
        server = Server(repository, tmp_path_factory.mktemp("demo"))
        server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def ada(server: Server) -> Visitor:
    return Visitor(server.address)


@pytest.fixture(scope="module")
def eve(server: Server) -> Visitor:
    return Visitor(server.address)


@pytest.fixture(scope="module")
def pairs() -> bytes:
    lines = zip(*tiny_pairs(60), strict=True)
    return "".join(f"{source}\t{target}\n" for source, target in lines).encode()


@pytest.fixture(scope="module")
def corpus(ada: Visitor, pairs: bytes) -> dict[str, Any]:
    return ada.call("upload_corpus", file=ada.upload("pairs.tsv", pairs))


@pytest.fixture(scope="module")
def trained(ada: Visitor, corpus: dict[str, Any]) -> dict[str, Any]:
    job = ada.train(corpus["id"], "own", "both", **TINY, time_limit=5)
    facts = ada.wait(job)
    assert facts["state"] == "finished", facts
    return facts


def test_a_visitor_is_known_by_a_cookie_alone(server: Server, ada: Visitor) -> None:
    assert server.words().count("public demo") == 1
    known = ada.http.get("/en/")
    assert "set-cookie" not in known.headers
    new = httpx.get(f"{server.address}en/").headers["set-cookie"]
    assert new.startswith(f"{COOKIE}=") and "SameSite=Lax" in new and "Secure" not in new
    behind_proxy = {"x-forwarded-proto": "https"}
    new = httpx.get(f"{server.address}en/", headers=behind_proxy).headers["set-cookie"]
    assert "SameSite=None; Secure; Partitioned" in new
    forged = {"cookie": f"{COOKIE}={'0' * 32}.{'x' * 27}"}
    assert "set-cookie" in httpx.get(f"{server.address}en/", headers=forged).headers


def test_the_page_says_what_is_allowed(ada: Visitor) -> None:
    assert "A public demo." in ada.http.get("/en/config").text
    assert "公开演示" in ada.http.get("/zh/config").text


def test_what_one_made_the_other_does_not_see(
    ada: Visitor, eve: Visitor, corpus: dict[str, Any], trained: dict[str, Any]
) -> None:
    hers = {
        "list_corpora": corpus["id"],
        "list_jobs": trained["id"],
        "list_models": "mine/hers-plain",
        "list_test_sets": f"job/{trained['id']}",
    }
    for endpoint, thing in hers.items():
        assert thing in {each["id"] for each in ada.call(endpoint)}, endpoint
        assert thing not in {each["id"] for each in eve.call(endpoint)}, endpoint


def test_a_known_id_is_of_no_use(
    eve: Visitor, corpus: dict[str, Any], trained: dict[str, Any]
) -> None:
    job, model = trained["id"], trained["models"][0]
    samples = ["sample-en-fr-plain", "sample-en-fr-attention"]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("train", {"corpus": corpus["id"], "budget": "quick"}),
        *((act, {"job": job}) for act in ("job", "report", "pause", "resume", "stop", "cancel")),
        ("translate", {"text": "A dog.", "model": model}),
        ("translate_in_detail", {"text": "A dog.", "model": model}),
        ("export_model", {"model": model}),
        ("rename_model", {"model": model, "name": "mine"}),
        ("annotate_model", {"model": model, "note": "mine"}),
        ("delete_model", {"model": model}),
        ("compare", {"models": [model, "mine/hers-attention"]}),
        ("compare", {"models": samples, "test_set": f"job/{job}"}),
    ]
    for endpoint, parameters in calls:
        with pytest.raises(RefusedError, match=r"no longer exists|there is no such|no such job"):
            eve.call(endpoint, **parameters)


def test_what_was_deleted_is_not_anothers_to_restore(
    ada: Visitor, eve: Visitor, trained: dict[str, Any]
) -> None:
    deleted = ada.call("delete_model", model="mine/hers-plain")
    with pytest.raises(RefusedError, match="can no longer be brought back"):
        eve.call("restore_model", deleted=deleted)
    assert ada.call("restore_model", deleted=deleted)["id"] == "mine/hers-plain"


def test_a_known_address_is_of_no_use(
    ada: Visitor, eve: Visitor, server: Server, trained: dict[str, Any]
) -> None:
    model = "/download/models/mine/hers-plain.zip"
    addresses = [model, *trained["downloads"].values()]
    assert len(addresses) > 1
    for address in addresses:
        assert ada.status(address) == 200, address
        assert eve.status(address) == 404, address
    with zipfile.ZipFile(io.BytesIO(ada.http.get(model).content)) as archive:
        assert any(name.endswith("model.keras") for name in archive.namelist())
    for folder in ("visitors.key", "visitors", "logs/translation.log", "logs"):
        for route in ("file=", "file/"):
            assert eve.status(f"/en/gradio_api/{route}{server.data_dir / folder}") == 404


def test_anothers_upload_is_of_no_use(ada: Visitor, eve: Visitor, pairs: bytes) -> None:
    content = pairs + b"one\tun\n"
    file = ada.upload("hers.tsv", content)
    for endpoint in ("upload_corpus", "upload_model", "translate_file"):
        with pytest.raises(RefusedError, match="403"):
            eve.send(endpoint, file=file)
    with pytest.raises(RefusedError, match="403"):
        eve.send("translate", text={"nested": [{"deeper": file}]})
    assert eve.status(f"/en/gradio_api/file={file['path']}") == 404
    assert Path(file["path"]).exists()
    assert ada.call("upload_corpus", file=file)["name"] == "hers.tsv"
    assert not Path(file["path"]).exists()


def test_nothing_of_the_servers_own_disk_can_be_named(eve: Visitor, server: Server) -> None:
    for path in ("/etc/passwd", str(server.data_dir / "visitors.key"), "http://127.0.0.1/", ""):
        with pytest.raises(RefusedError, match="403"):
            eve.send("upload_corpus", file={"path": path, "meta": {"_type": "gradio.FileData"}})


def test_anothers_session_and_events_are_of_no_use(ada: Visitor, eve: Visitor) -> None:
    path = "/en/gradio_api/call/list_models"
    body = {"data": [], "session_hash": "adassession"}
    event = f"{path}/{ada.http.post(path, json=body).json()['event_id']}"
    with pytest.raises(RefusedError, match="403"):
        eve.result(event)
    assert eve.http.post(path, json=body).status_code == 403
    assert eve.status("/en/gradio_api/queue/data?session_hash=adassession") == 403
    assert eve.status("/en/gradio_api/heartbeat/adassession") == 403
    cancel = {"session_hash": "adassession", "fn_index": 0, "event_id": event.split("/")[-1]}
    assert eve.http.post("/en/gradio_api/cancel", json=cancel).status_code == 403
    assert ada.result(event)
    assert eve.status(f"/en/gradio_api/call/list_models/{'0' * 32}") == 403


def test_names_that_are_remembered_are_short(eve: Visitor) -> None:
    long = "x" * 201
    body = {"session_hash": long, "fn_index": 0, "event_id": "x"}
    assert eve.http.post("/en/gradio_api/cancel", json=body).status_code == 400
    assert eve.http.post("/en/gradio_api/reset", json={"event_id": [long]}).status_code == 400
    assert eve.status(f"/en/gradio_api/upload_progress?upload_id={long}") == 400
    assert eve.status(f"/en/gradio_api/heartbeat/{long}") == 400
    files = {"files": ("a.txt", b"a")}
    upload = f"/en/gradio_api/upload?upload_id={long}"
    assert eve.http.post(upload, files=files).status_code == 400


@pytest.mark.parametrize("content", [b"[" * 990 + b"]" * 990, b"[" * 10**5, b"\xff", b"9" * 10**4])
def test_what_cannot_be_read_is_refused(eve: Visitor, content: bytes) -> None:
    answer = eve.http.post("/en/gradio_api/queue/join", content=content)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/en/monitoring",
        "/en/monitoring/summary",
        "/en/gradio_api/deep_link?session_hash=x",
        "/en/gradio_api/proxy=http://127.0.0.1/",
        "/en/gradio_api/stream/x/0/0/playlist.m3u8",
        "/en/gradio_api/component_server/",
        "/en/gradio_api/run-history/records",
        "/en/gradio_api/call",
        "/en/gradio_api/call/",
        "/en/gradio_api/heartbeat/",
    ],
)
def test_gradios_other_routes_are_closed(eve: Visitor, path: str) -> None:
    assert eve.status(path) == 404


def test_limits_hold_and_are_explained(eve: Visitor) -> None:
    sample = "sample/english-french"
    with pytest.raises(RefusedError, match="at most 10 minutes"):
        eve.train(sample, "good")
    with pytest.raises(RefusedError, match="at most 10 minutes"):
        eve.train(sample, "own", epochs=1)
    with pytest.raises(RefusedError, match="10,000,000 parameters"):
        eve.train(sample, "quick", units=4096)
    many = "".join(f"a dog {i}\tun chien {i}\n" for i in range(30_001)).encode()
    large = eve.call("upload_corpus", file=eve.upload("large.tsv", many))
    with pytest.raises(RefusedError, match="at most 30,000 sentence pairs; yours has 30,001"):
        eve.train(large["id"], "quick")
    with pytest.raises(RefusedError, match="413"):
        eve.upload("huge.tsv", bytes(21 * 1024**2))
    with pytest.raises(RefusedError, match="413"):
        eve.send("translate", text="a" * (5 * 1024**2))
    assert eve.call("list_jobs") == []


def test_a_visitor_waits_for_no_more_than_two_jobs(server: Server) -> None:
    bob = Visitor(server.address)
    jobs = [bob.train("sample/english-french", "quick") for _ in range(2)]
    with pytest.raises(RefusedError, match="2 jobs that wait or run"):
        bob.train("sample/english-french", "quick")
    for job in jobs:
        bob.call("cancel", job=job)
        assert bob.wait(job)["state"] == "cancelled"
