"""Trainings over two devices, virtual ones here, by the real runner and its processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.config import Config
from seq2seq_keras.jobs import CorpusInfo, Job, Runner, Workspace, summarise

pytestmark = pytest.mark.tensorflow

TINY = {
    "units": 8,
    "embedding_dim": 8,
    "tokenizer": "word",
    "vocab_size": 100,
    "attention": "none",
    "bidirectional": False,
    "cell": "rnn",
    "batch_size": 32,
    "beam_size": 1,
    "epochs": 100_000,
    "patience": 100_000,
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "data", tmp_path / "none", tmp_path / "none")


@pytest.fixture
def runner(workspace: Workspace) -> Iterator[Runner]:
    runner = Runner(lambda: [workspace])
    runner.start()
    yield runner
    runner.close(patience=1)


def submit(workspace: Workspace, folder: Path, **settings: Any) -> Job:
    path = folder / "pairs.tsv"
    pairs = zip(*tiny_pairs(100), strict=True)
    path.write_text("".join(f"{one}\t{other}\n" for one, other in pairs), encoding="utf-8")
    corpus = CorpusInfo("tiny", "tiny", (path,), source_lang="en", target_lang="fr").reading()
    config = Config.create(**{**TINY, **settings})
    details = {"corpus": corpus, "settings": config.chosen(), "devices": 2}
    return workspace.jobs.submit("train", "tiny", details)


def wait(condition: Callable[[], bool], seconds: float = 200) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_job_on_two_devices_is_paused_goes_on_and_keeps_its_best(
    workspace: Workspace, runner: Runner, tmp_path: Path
) -> None:
    queue = workspace.jobs
    job = submit(workspace, tmp_path)

    def events(kind: str) -> list[dict[str, Any]]:
        return [event for event in queue.events(job.id)[0] if event["kind"] == kind]

    runner.wake()
    wait(lambda: bool(events("epoch_end")) or not queue.get(job.id).active)
    queue.ask(job.id, "pause")
    wait(lambda: not queue.get(job.id).active)
    assert queue.get(job.id).state == "paused", queue.get(job.id).message
    paused = len(events("epoch_end"))
    queue.resume(job.id)
    runner.wake()
    wait(lambda: len(events("epoch_end")) > paused or not queue.get(job.id).active)
    queue.ask(job.id, "stop")
    wait(lambda: not queue.get(job.id).active)
    stopped = queue.get(job.id)
    assert (stopped.state, stopped.message) == ("stopped", "")
    assert stopped.models == {"plain": "tiny"}
    assert [event["epochs_done"] for event in events("started")] == [0, paused]
    epochs = [event["epoch"] for event in events("epoch_end")]
    assert epochs == list(range(1, len(epochs) + 1))  # none is trained twice
    told = "2 devices: 32 pairs a step on all of them, learning rate 0.002"
    assert summarise(queue.events(job.id)[0]).notices == [told]
