"""Who may read the metrics, what is in them, and when the server is well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from seq2seq_keras import __version__
from seq2seq_keras.app.health import health_of
from seq2seq_keras.app.metrics import Metrics, group_of
from seq2seq_keras.app.monitoring import Measured, may_read, monitoring_routes
from seq2seq_keras.app.upload_room import UploadRoom
from seq2seq_keras.jobs import Workspace, disk_room

TOKEN = {"SEQ2SEQ_METRICS_TOKEN": "open sesame"}


@pytest.mark.parametrize(
    ("address", "headers", "environment", "expected"),
    [
        ("127.0.0.1", {}, {}, True),
        ("127.8.9.1", {}, {}, True),
        ("::1", {}, {}, True),
        ("192.168.1.7", {}, {}, False),
        ("testclient", {}, {}, False),
        ("", {}, {}, False),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, {}, False),
        ("127.0.0.1", {"forwarded": "for=10.0.0.1"}, {}, False),
        ("192.168.1.7", {"authorization": "Bearer open sesame"}, {}, False),
        ("192.168.1.7", {"authorization": "Bearer open sesame"}, TOKEN, True),
        ("127.0.0.1", {"authorization": "Bearer open sesame"}, TOKEN, True),
        ("127.0.0.1", {}, TOKEN, False),
        ("192.168.1.7", {"authorization": "Bearer open Sesame"}, TOKEN, False),
        ("192.168.1.7", {"authorization": "open sesame"}, TOKEN, False),
        ("192.168.1.7", {"authorization": "Bearer "}, {"SEQ2SEQ_METRICS_TOKEN": ""}, False),
        ("192.168.1.7", {"authorization": "Bearer \u5f00\u95e8"}, TOKEN, False),
    ],
)
def test_who_may_read(
    address: str, headers: dict[str, str], environment: dict[str, str], expected: bool
) -> None:
    assert may_read(address, headers, environment) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "page"),
        ("/en/", "page"),
        ("/zh", "page"),
        ("/en/theory/", "page"),
        ("/en/gradio_api/queue/join", "api"),
        ("/en/gradio_api/upload", "upload"),
        ("/en/assets/index-1.js", "assets"),
        ("/assets/index-1.js", "assets"),
        ("/download/models/mine/secret.zip", "download"),
        ("/health", "health"),
        ("/metrics", "metrics"),
        ("/mcp/gradio_api/mcp", "api"),
        ("/secret/health", "other"),
        ("/" + "x" * 5000, "other"),
    ],
)
def test_requests_are_of_few_sorts(path: str, expected: str) -> None:
    assert group_of(path) == expected


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "data", tmp_path / "none", tmp_path / "none")
    workspace.prepare()
    return workspace


@pytest.fixture
def studio() -> Any:
    """What the routes look at; the real parts are looked at in test_operating.py."""
    runner = SimpleNamespace(is_alive=True)
    return SimpleNamespace(runner=runner, translation=SimpleNamespace(state="ready"))


@pytest.fixture
def metrics(workspace: Workspace) -> Metrics:
    return Metrics(lambda: [workspace], lambda: True, workspace)


def read(metrics: Metrics) -> dict[str, float]:
    """Each number by its name and labels, as Prometheus's own parser reads them."""
    found = {}
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_what_is_counted_and_what_is_looked_up(metrics: Metrics, workspace: Workspace) -> None:
    queue = workspace.jobs
    jobs = [queue.submit("score", "a secret name", {}) for _ in range(3)]
    queue.claim(jobs[0].id)
    queue.end(queue.get(jobs[0].id), "failed", "a secret message")
    metrics.job_ended(queue.get(jobs[0].id))
    metrics.translated("translate", "done", 0.2)
    metrics.translated("translate", "failed", 7.0)
    metrics.answered("/en/", 200, 0.004)
    metrics.answered("/en/", 200, 0.3)
    metrics.answered("/secret", 404, 0.001)
    found = read(metrics)
    assert found["seq2seq_jobs{kind=score,state=failed}"] == 1
    assert found["seq2seq_jobs{kind=score,state=queued}"] == 2
    assert found["seq2seq_jobs_waiting{}"] == 2
    assert found["seq2seq_jobs_ended_total{kind=score,state=failed}"] == 1
    assert found["seq2seq_translation_requests_total{outcome=failed,request=translate}"] == 1
    assert found["seq2seq_translation_seconds_bucket{le=0.25,request=translate}"] == 1
    assert found["seq2seq_translation_seconds_bucket{le=10.0,request=translate}"] == 2
    assert found["seq2seq_translation_seconds_sum{request=translate}"] == pytest.approx(7.2)
    assert found["seq2seq_http_requests_total{group=page,status=200}"] == 2
    assert found["seq2seq_http_requests_total{group=other,status=404}"] == 1
    assert found["seq2seq_http_seconds_bucket{group=page,le=0.005}"] == 1
    assert found["seq2seq_memory_bytes{process=server}"] > 1e6
    assert found["seq2seq_processes{process=server}"] == 1
    assert 0 < found["seq2seq_disk_free_bytes{}"] <= found["seq2seq_disk_size_bytes{}"]
    assert 0 <= found["seq2seq_uptime_seconds{}"] < 60
    assert found["seq2seq_healthy{}"] == 1
    assert found[f"seq2seq_info{{version={__version__}}}"] == 1
    assert "secret" not in metrics.text().decode()


@pytest.mark.parametrize(
    ("change", "field", "word"),
    [
        (lambda studio, patch: setattr(studio.runner, "is_alive", False), "queue", "stopped"),
        (
            lambda studio, patch: patch.setattr(disk_room, "free_room", lambda folder: 0),
            "disk",
            "nearly full",
        ),
        (
            lambda studio, patch: setattr(studio.translation, "state", "failing"),
            "translation",
            "failing",
        ),
    ],
)
def test_health_is_503_when_something_is_not_well(
    studio: Any,
    workspace: Workspace,
    metrics: Metrics,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Any, pytest.MonkeyPatch], None],
    field: str,
    word: str,
) -> None:
    server = FastAPI()
    server.include_router(monitoring_routes(studio, workspace, metrics, "start-1"))
    client = TestClient(server)
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "start": "start-1",
        "queue": "running",
        "disk": "ok",
        "translation": "ready",
        "translation_ready": True,
    }
    change(studio, monkeypatch)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()[field]) == ("not well", word)


@pytest.mark.parametrize(
    ("state", "is_well"), [("idle", True), ("starting", True), ("failing", False)]
)
def test_a_translation_process_that_waits_to_be_needed_is_well(
    studio: Any, workspace: Workspace, state: str, is_well: bool
) -> None:
    studio.translation.state = state
    assert health_of(studio, workspace)[0] is is_well


def test_metrics_are_refused_to_others(
    studio: Any, workspace: Workspace, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = FastAPI()
    server.include_router(monitoring_routes(studio, workspace, metrics, "start-1"))
    near = TestClient(server, client=("127.0.0.1", 5000))
    far = TestClient(server, client=("203.0.113.5", 5000))
    assert near.get("/metrics").headers["content-type"].startswith("text/plain; version=")
    assert far.get("/metrics").status_code == 403
    assert "SEQ2SEQ_METRICS_TOKEN" in far.get("/metrics").text
    monkeypatch.setenv("SEQ2SEQ_METRICS_TOKEN", "open sesame")
    assert near.get("/metrics").status_code == 403
    answer = far.get("/metrics", headers={"authorization": "Bearer open sesame"})
    assert answer.status_code == 200 and "seq2seq_info" in answer.text


def test_an_answer_that_never_ends_is_counted_when_it_begins() -> None:
    seen: list[tuple[str, int]] = []

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 206, "headers": []})
        assert seen == [("/stream", 206)]

    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("a defect")

    def note(path: str, status: int, seconds: float) -> None:
        seen.append((path, status))

    async def send(message: Any) -> None:
        pass

    scope = {"type": "http", "path": "/stream"}
    asyncio.run(Measured(stream, note)(scope, None, send))
    with pytest.raises(ValueError, match="defect"):
        asyncio.run(Measured(breaks, note)(scope, None, send))
    assert seen == [("/stream", 206), ("/stream", 500)]


def test_an_upload_without_room_is_refused_before_it_is_received(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[int] = []
    server = FastAPI()

    @server.post("/{language}/gradio_api/upload")
    async def upload() -> list[str]:
        received.append(1)
        return ["file"]

    server.add_middleware(UploadRoom, folder=tmp_path)
    client = TestClient(server)
    assert client.post("/en/gradio_api/upload", content=bytes(100)).json() == ["file"]
    monkeypatch.setattr(disk_room, "free_room", lambda folder: disk_room.kept_free(folder) + 99)
    refused = client.post("/en/gradio_api/upload", content=bytes(100))
    assert refused.status_code == 507
    assert refused.text.startswith("The disk is nearly full")
    assert "磁盘" in client.post("/zh/gradio_api/upload", content=bytes(100)).text
    assert received == [1]
