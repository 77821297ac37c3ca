"""The watcher reads what is new, and nothing of what is over."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest

from seq2seq_keras.jobs import JobQueue, watching
from seq2seq_keras.jobs.watching import Watcher


def stage(text: str) -> dict[str, Any]:
    return {"kind": "stage", "text": text}


@pytest.fixture
def queue(tmp_path: Path) -> JobQueue:
    return JobQueue(tmp_path)


def test_what_is_over_is_read_once(queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    events = queue.events

    def counted(job_id: str, after: int = 0) -> Any:
        reads.append(after)
        return events(job_id, after)

    monkeypatch.setattr(queue, "events", counted)
    watcher = Watcher(queue)
    job_id = queue.submit("train", "x", {}).id
    queue.claim(job_id)
    queue.being_born.add(job_id)

    queue.append_event(job_id, stage("first"))
    assert watcher.progress(queue.get(job_id))[0].stage == "first"
    queue.append_event(job_id, stage("second"))
    progress, last = watcher.progress(queue.get(job_id))
    assert progress.stage == "second"
    assert reads == [0, last - 1]

    # Its last words come before its end: who sees the end has them all.
    queue.append_event(job_id, stage("third"))
    queue.end(queue.get(job_id), "finished")
    assert watcher.progress(queue.get(job_id))[0].stage == "third"
    assert len(reads) == 3
    for _ in range(5):
        assert watcher.progress(queue.get(job_id))[0].stage == "third"
    assert len(reads) == 3


def test_what_goes_on_is_read_again(queue: JobQueue) -> None:
    watcher = Watcher(queue)
    job_id = queue.submit("train", "x", {}).id
    queue.ask(job_id, "pause")
    assert watcher.progress(queue.get(job_id))[0].stage == ""
    queue.append_event(job_id, stage("resumed"))
    queue.resume(job_id)
    assert watcher.progress(queue.get(job_id))[0].stage == "resumed"


def test_jobs_that_were_deleted_are_forgotten(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_FEW", 5)
    watcher = Watcher(queue)
    kept = queue.submit("train", "kept", {})
    watcher.progress(kept)
    progresses = []
    for number in range(20):
        job = queue.submit("train", f"deleted {number}", {})
        progresses.append(weakref.ref(watcher.progress(job)[0]))
        queue.delete(job.id)
    gc.collect()
    assert sum(progress() is not None for progress in progresses) <= 5

    def unread(job_id: str, after: int = 0) -> Any:
        raise AssertionError("it was forgotten")

    monkeypatch.setattr(queue, "events", unread)
    watcher.progress(kept)
