"""Real workers in processes of their own."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from seq2seq_keras.config import Config
from seq2seq_keras.jobs import Job, Runner, Workspace
from seq2seq_keras.jobs.runner import explain_death

pytestmark = pytest.mark.tensorflow

TINY = {"units": 8, "embedding_dim": 8, "vocab_size": 200, "batch_size": 16, "beam_size": 1}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "data", tmp_path / "none", tmp_path / "none")


@pytest.fixture
def runner(workspace: Workspace) -> Iterator[Runner]:
    runner = Runner(workspace)
    runner.start()
    yield runner
    runner.close(patience=1)


@pytest.fixture
def corpus(tmp_path: Path, repository: Path) -> dict[str, Any]:
    lines = (repository / "data" / "english-chinese.tsv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "small.tsv"
    path.write_text("\n".join(lines[:120]) + "\n", encoding="utf-8")
    return {
        "name": "small",
        "files": [str(path)],
        "source_lang": "en",
        "target_lang": "zh",
        "source_column": None,
        "target_column": None,
    }


def submit(workspace: Workspace, corpus: dict[str, Any], name: str, **settings: Any) -> Job:
    config = Config.create(**{**TINY, **settings})
    details = {"corpus": corpus, "settings": config.model_dump()}
    return workspace.jobs.submit("train", name, details)


def wait(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def test_one_training_after_the_other_and_a_stop_that_keeps_the_best(
    workspace: Workspace, runner: Runner, corpus: dict[str, Any]
) -> None:
    endless = submit(workspace, corpus, "endless", epochs=100_000, patience=100_000)
    broken = submit(workspace, {**corpus, "files": ["/nowhere.tsv"]}, "broken")
    runner.wake()

    wait(lambda: any(event["kind"] == "epoch_end" for event in endless.events()[0]), 120)
    assert (endless.state, broken.state) == ("running", "queued")
    runner.stop(endless)
    assert endless.state in ("stopping", "stopped")
    wait(lambda: endless.state == "stopped", 60)
    assert [model.id for model in workspace.models()] == ["mine/endless"]
    assert (endless.folder / "test.tsv").read_text(encoding="utf-8").count("\t") > 0
    kinds = [event["kind"] for event in endless.events()[0]]
    assert kinds[0] == "stage" and kinds[-1] == "finished"

    # The next in the queue began by itself; its fault is told in one line, without TensorFlow.
    wait(lambda: broken.state == "failed", 30)
    assert "/nowhere.tsv" in broken.message and "\n" not in broken.message


def test_a_killed_worker_is_reported_and_makes_room(
    workspace: Workspace, runner: Runner, corpus: dict[str, Any]
) -> None:
    job = submit(workspace, corpus, "killed", epochs=100_000)
    runner.wake()
    wait(lambda: job.state == "running" and bool(job.events()[0]), 30)
    process = runner._processes[job.id]
    os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    wait(lambda: job.result() is not None, 10)
    assert job.state == "died"
    assert "memory" in job.message


def test_the_queue_goes_on_after_a_fault_of_the_system(
    workspace: Workspace, corpus: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(workspace)
    look, faults = runner._look_after_ended, []

    def fail_once() -> None:
        if not faults:
            faults.append("full disk")
            raise OSError(28, "No space left on device")
        look()

    monkeypatch.setattr(runner, "_look_after_ended", fail_once)
    broken = submit(workspace, {**corpus, "files": ["/nowhere.tsv"]}, "broken")
    runner.start()
    try:
        wait(lambda: broken.state == "failed", 30)
    finally:
        runner.close(patience=1)
    assert faults == ["full disk"]


def test_workers_end_with_the_server(
    workspace: Workspace, runner: Runner, corpus: dict[str, Any]
) -> None:
    job = submit(workspace, corpus, "left", epochs=100_000)
    waiting = submit(workspace, corpus, "waiting")
    runner.wake()
    wait(lambda: job.state == "running" and bool(job.events()[0]), 30)
    process = runner._processes[job.id]
    runner.close(patience=0.5)
    assert process.poll() is not None
    assert job.state == "died"
    assert waiting.state == "queued"  # and starts with the next server


def test_the_death_of_a_worker_is_explained(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    log.write_text("first\nValueError: at last\n", encoding="utf-8")
    assert "ValueError: at last" in explain_death(1, log)
    assert "memory" in explain_death(-9, log)
    assert "earlier server" in explain_death(None, log)
