"""A real server as its operator sees it: its metrics and logs, and its queue after a kill."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers.servers import Server
from seq2seq_keras.config import Config
from seq2seq_keras.jobs import Job, JobQueue, Workspace

pytestmark = pytest.mark.tensorflow

SECRET = "Xylophonesecret"
TINY = {"units": 8, "embedding_dim": 8, "vocab_size": 60, "tokenizer": "char", "epochs": 1}
COLUMNS = {"source_lang": "en", "target_lang": "fr", "source_column": None, "target_column": None}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Server]:
    server = Server(repository, tmp_path_factory.mktemp("operated"))
    server.start()
    yield server
    with suppress(ProcessLookupError):
        server.stop()


@pytest.fixture(scope="module")
def queue(server: Server) -> JobQueue:
    return Workspace(server.data_dir).jobs


def wait(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def train(server: Server, queue: JobQueue, lines: list[str]) -> Job:
    path = server.data_dir / f"pairs-{len(queue.all())}.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    corpus = {"name": "pairs", "files": [str(path)], **COLUMNS}
    settings = Config.create(**TINY).model_dump()
    return queue.submit("train", "a training", {"corpus": corpus, "settings": settings})


def call(server: Server, endpoint: str, **parameters: Any) -> str:
    path = f"{server.address}en/gradio_api/call/v2/{endpoint}"
    event = httpx.post(path, json=parameters, timeout=180).json()["event_id"]
    return httpx.get(f"{path}/{event}", timeout=120).text


def read(server: Server, path: str) -> str:
    return urllib.request.urlopen(f"{server.address}{path}", timeout=180).read().decode()


def test_no_log_holds_what_users_wrote(server: Server, queue: JobQueue) -> None:
    """A marker is trained on, translated, scored against, and in what is refused."""
    good = [f"{SECRET} number {n} runs\tle {SECRET} {n}" for n in range(60)]
    trained = train(server, queue, good)
    refused = train(server, queue, [f"{SECRET} has no other side"] * 3)
    model = "saved/sample-en-fr-plain"
    assert "complete" in call(server, "translate", text=f"{SECRET} sleeps.", model=model)
    assert "error" in call(server, "translate", text="a", model=f"mine/{SECRET}")
    wait(lambda: queue.get(trained.id).ended and queue.get(refused.id).ended)
    assert queue.get(trained.id).state == "finished"
    assert queue.get(refused.id).state == "failed"

    logs = [*(server.data_dir / "logs").iterdir(), *server.data_dir.glob("jobs/*/worker.log*")]
    names = {path.name for path in logs}
    assert "server.log" in names
    for path in [*logs, server.log]:
        assert SECRET.encode() not in path.read_bytes(), path
    text = (server.data_dir / "logs" / "server.log").read_text(encoding="utf-8")
    assert (
        f"[{trained.id}] train begins" in text and f"[{trained.id}] train ended: finished" in text
    )


def test_metrics_tell_what_was_done_and_nothing_of_whose(server: Server, queue: JobQueue) -> None:
    """Runs after the one above."""
    text = read(server, "metrics")
    for line in (
        'seq2seq_jobs_ended_total{kind="train",state="finished"} 1.0',
        'seq2seq_jobs{kind="train",state="failed"} 1.0',
        "seq2seq_jobs_waiting 0.0",
        'seq2seq_processes{process="translation"} 1.0',
        "seq2seq_healthy 1.0",
    ):
        assert line in text.splitlines(), text
    assert 'seq2seq_translation_requests_total{outcome="done",request="translate"}' in text
    for word in (SECRET, "sample-en-fr", "pairs", "training", *(job.id for job in queue.all())):
        assert word not in text
    health = json.loads(read(server, "health"))
    assert health["translation"] == "ready" and health["queue"] == "running"


def test_all_that_waited_is_done_in_order_after_a_kill(server: Server, queue: JobQueue) -> None:
    details = {"file": "/nowhere.txt", "model": "/nowhere", "name": "x"}
    server.kill()
    names = [f"job {number}" for number in range(4)]
    jobs = [queue.submit("translate", name, details) for name in names]
    queue.move(jobs[3].id, -3)  # the last comes first
    server.start()
    wait(lambda: queue.get(jobs[3].id).ended)
    server.kill()  # once more, in the midst of them
    server.start()
    wait(lambda: all(job.ended for job in queue.all()))
    ended = [queue.get(job.id) for job in jobs]
    # One that the kill met at work died, unless it went back into the queue by itself.
    assert all(job.state in ("failed", "died") for job in ended)
    assert sum(job.state == "died" for job in ended) <= 1
    begun = sorted(ended, key=lambda job: job.started or job.created)
    assert [job.name for job in begun if job.state == "failed"] == [
        name
        for name in ["job 3", *names[:3]]
        if name in {job.name for job in ended if job.state == "failed"}
    ]
