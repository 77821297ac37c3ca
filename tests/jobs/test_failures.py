"""Whatever fails in one job: it is told in a line, and the others go on."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.servers import worker_of
from seq2seq_keras.app.job_actions import possible
from seq2seq_keras.app.job_words import headline
from seq2seq_keras.config import Config
from seq2seq_keras.jobs import Job, JobProgress, JobQueue, JobState, Runner, Workspace
from seq2seq_keras.jobs.faults import DISK_FULL
from seq2seq_keras.jobs.job import SILENT_SECONDS
from seq2seq_keras.jobs.runner import ENDED_BY_OWNER
from seq2seq_keras.localisation import CHINESE, ENGLISH

pytestmark = pytest.mark.tensorflow

TINY = {"units": 8, "embedding_dim": 8, "vocab_size": 200, "batch_size": 16, "beam_size": 1}

stops = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="nothing stops a process here")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "data", tmp_path / "none", tmp_path / "none")


@pytest.fixture
def corpus(tmp_path: Path, repository: Path) -> dict[str, Any]:
    return corpus_in(tmp_path, repository)


def corpus_in(folder: Path, repository: Path) -> dict[str, Any]:
    lines = (repository / "data" / "english-french.tsv").read_text(encoding="utf-8").splitlines()
    path = folder / "small.tsv"
    path.write_text("\n".join(lines[:120]) + "\n", encoding="utf-8")
    names = {"source_lang": "en", "target_lang": "fr", "source_column": None, "target_column": None}
    return {"name": "small", "files": [str(path)], **names}


def submit(queue: JobQueue, corpus: dict[str, Any], name: str, **settings: Any) -> Job:
    config = Config.create(**{**TINY, **settings})
    return queue.submit("train", name, {"corpus": corpus, "settings": config.model_dump()})


def submit_broken(queue: JobQueue, name: str) -> Job:
    """One that fails within a second, without TensorFlow."""
    details = {"file": "/nowhere.txt", "model": "/nowhere", "name": "x"}
    return queue.submit("translate", name, details)


def wait(condition: Callable[[], object], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def reaches(queue: JobQueue, job: Job, *states: JobState, seconds: float = 180) -> Job:
    wait(lambda: queue.get(job.id).state in states, seconds)
    return queue.get(job.id)


@pytest.fixture
def run() -> Iterator[Callable[..., Runner]]:
    runners: list[Runner] = []

    def started(*workspaces: Workspace, **options: Any) -> Runner:
        runner = Runner(lambda: workspaces, **options)
        runners.append(runner)
        runner.start()
        return runner

    yield started
    for runner in runners:
        runner.close(patience=0)


def frozen(queue: JobQueue, job: Job) -> int:
    """Stops a job's process as it begins: it lives, and does nothing."""
    wait(lambda: worker_of(job.id) is not None, 180)
    process_id = worker_of(job.id)
    assert process_id is not None
    os.kill(process_id, signal.SIGSTOP)
    assert queue.get(job.id).state == "running"
    return process_id


@stops
def test_a_job_without_progress_says_so_and_its_owner_ends_it(
    workspace: Workspace, run: Callable[..., Runner]
) -> None:
    queue = workspace.jobs
    job, following = submit_broken(queue, "stuck"), submit_broken(queue, "following")
    ended: list[Job] = []
    runner = run(workspace, ended=ended.append)
    frozen(queue, job)
    assert "end" not in possible(queue.get(job.id))
    assert headline(queue.get(job.id), JobProgress(), ENGLISH).startswith("Starting")

    long_ago = time.time() - SILENT_SECONDS - 90
    os.utime(job.pulse, (long_ago, long_ago))
    silent = queue.get(job.id)
    assert silent.is_silent and "end" in possible(silent)
    words = headline(silent, JobProgress(), ENGLISH)
    assert words.startswith("No progress for 11 min 3") and "It may hang: end it" in words
    assert "11 分" in headline(silent, JobProgress(), CHINESE)
    queue.ask(job.id, "pause")  # which it does not hear
    assert "end" in possible(queue.get(job.id))

    queue.ask(job.id, "end")
    runner.wake()
    died = reaches(queue, job, "died")
    wait(lambda: queue.get(job.id).message == ENDED_BY_OWNER, 180)
    assert died.resumable
    reaches(queue, following, "failed")  # its lane is free again
    wait(lambda: [each.name for each in ended] == ["stuck", "following"], 180)
    assert [each.state for each in ended] == ["died", "failed"]


@stops
def test_a_process_that_does_nothing_at_all_is_ended(
    workspace: Workspace, run: Callable[..., Runner]
) -> None:
    queue = workspace.jobs
    job, following = submit_broken(queue, "stuck"), submit_broken(queue, "following")
    run(workspace, patience=1.2)
    frozen(queue, job)
    reaches(queue, job, "died", seconds=180)
    wait(lambda: "did nothing at all for 0.02 minutes" in queue.get(job.id).message, 180)
    reaches(queue, following, "failed")


@stops
def test_what_an_earlier_server_left_hanging_is_ended(
    workspace: Workspace, run: Callable[..., Runner]
) -> None:
    queue = workspace.jobs
    job = submit_broken(queue, "stuck")
    before = run(workspace)
    wait(lambda: job.lock.exists(), 180)  # it has begun
    process_id = frozen(queue, job)
    # As after a server that was killed: nobody looks after the process, which holds its lock.
    before._closing = True
    before.wake()
    before._thread.join()
    before._processes.clear()
    after = Workspace(workspace.folder, workspace.folder, workspace.folder)
    assert after.jobs.get(job.id).state == "running"
    after.jobs.ask(job.id, "end")
    run(after)
    reaches(after.jobs, job, "died", seconds=180)
    assert worker_of(job.id) is None or worker_of(job.id) != process_id


def test_trouble_with_one_workspace_leaves_the_others_alone(
    tmp_path: Path, run: Callable[..., Runner]
) -> None:
    none = tmp_path / "none"
    ada, eve, bob = (Workspace(tmp_path / name, none, none) for name in ("ada", "eve", "bob"))
    jobs = [(each, submit_broken(each.jobs, "job")) for each in (ada, eve, bob)]
    (eve.folder / "jobs" / "jobs.sqlite3").write_bytes(b"this is no database" * 1000)
    run(ada, eve, bob)
    for workspace, job in (jobs[0], jobs[2]):
        assert "No such file" in reaches(workspace.jobs, job, "failed", seconds=180).message


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True)
    except OSError:
        pytest.skip("needs the mount command")
    if done.returncode != 0:
        pytest.skip("needs the right to mount a disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    return ballast


def test_a_full_disk_ends_a_job_in_a_line_and_the_queue_goes_on_when_there_is_room(
    small_disk: Path, tmp_path: Path, repository: Path, run: Callable[..., Runner]
) -> None:
    none = tmp_path / "none"
    workspace = Workspace(small_disk / "data", none, none)
    queue = workspace.jobs
    endless = {"epochs": 100_000, "patience": 100_000}
    job = submit(queue, corpus_in(tmp_path, repository), "large", **endless)
    following = submit_broken(queue, "following")
    runner = run(workspace)

    def epochs() -> int:
        return sum(event["kind"] == "epoch_end" for event in queue.events(job.id)[0])

    wait(lambda: epochs() >= 1, 240)
    assert time.time() - job.pulse.stat().st_mtime < 30  # its steps show
    ballast = fill(small_disk)
    wait(lambda: worker_of(job.id) is None, 180)
    assert runner.is_alive
    ballast.unlink()
    over = reaches(queue, job, "failed", "died")
    wait(lambda: queue.get(job.id).message == DISK_FULL, 180)
    assert over.resumable
    reaches(queue, following, "failed")
    assert "\n" not in queue.get(job.id).message
    checkpoints = job.out / "attention" / "checkpoints"
    last = checkpoints / (checkpoints / "latest").read_text(encoding="ascii").strip()
    for name in ("weights.npz", "optimizer.npz"):
        assert np.load(last / name).files  # it can go on from there
    assert not list(checkpoints.glob("*.part"))


def test_a_loss_that_is_no_number_keeps_the_best_model_and_says_what_to_try(
    workspace: Workspace, corpus: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from seq2seq_keras import pipeline
    from seq2seq_keras.jobs import worker
    from seq2seq_keras.training import DivergedError, EpochEnd, History

    fit = pipeline.fit

    def poisoned(network: Any, *arguments: Any, listener: Any, **options: Any) -> Any:
        """Trains, and spoils the weights after an epoch, as a step that is too long does."""

        def listen(event: Any) -> None:
            listener(event)
            if isinstance(event, EpochEnd) and event.epoch == 1:
                variable = network.training.weights[0]
                variable.assign(np.full(variable.shape, np.nan, "float32"))

        return fit(network, *arguments, listener=listen, **options)

    monkeypatch.setattr(pipeline, "fit", poisoned)
    monkeypatch.setattr(worker.Work, "watch_server", lambda work: None)
    monkeypatch.setattr(worker, "be_nice", lambda niceness: None)
    queue = workspace.jobs
    job = submit(queue, corpus, "wild", learning_rate=0.03, epochs=5)
    worker.main(workspace.folder, job.id, str(queue.claim(job.id)))
    stopped = queue.get(job.id)
    assert stopped.state == "stopped"
    assert stopped.message == (
        "In epoch 2 the loss was no longer a number, so the training ended. Try a learning rate of "
        "0.01. The best model until then, of epoch 1, was kept."
    )
    assert [info.id for info in workspace.models()] == ["mine/wild"]
    assert CHINESE.error(stopped.message).startswith("第 2 轮")

    def fails(*_: Any, **__: Any) -> None:
        raise DivergedError("epoch 1: the loss ...", History(), epoch=1, learning_rate=0.01)

    monkeypatch.setattr(pipeline, "train", fails)
    job = submit(queue, corpus, "wild from the start", learning_rate=0.03, epochs=5)
    worker.main(workspace.folder, job.id, str(queue.claim(job.id)))
    failed = queue.get(job.id)
    assert (failed.state, failed.message) == (
        "failed",
        "In epoch 1 the loss was no longer a number, so the training ended. Try a learning rate of "
        "0.01.",
    )
    assert len(workspace.models()) == 1
