"""Real workers in processes of their own."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from filelock import FileLock

from helpers.tiny_models import save_untrained
from seq2seq_keras.config import Config
from seq2seq_keras.jobs import CorpusInfo, Job, JobQueue, JobState, Runner, Workspace, summarise
from seq2seq_keras.jobs.faults import DISK_FULL
from seq2seq_keras.jobs.runner import explain_death
from seq2seq_keras.translator import Translator

pytestmark = pytest.mark.tensorflow

ENDLESS = {"epochs": 100_000, "patience": 100_000}
TINY = {"units": 8, "embedding_dim": 8, "vocab_size": 200, "batch_size": 16, "beam_size": 1}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "data", tmp_path / "none", tmp_path / "none")


@pytest.fixture
def runner(workspace: Workspace) -> Iterator[Runner]:
    runner = Runner(lambda: [workspace])
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


def submit(
    workspace: Workspace, corpus: dict[str, Any], name: str, kind: str = "train", **settings: Any
) -> Job:
    config = Config.create(**{**TINY, **settings})
    details = {"corpus": corpus, "settings": config.model_dump()}
    return workspace.jobs.submit(kind, name, details)  # type: ignore[arg-type]


def wait(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def epochs(queue: JobQueue, job: Job) -> list[int]:
    return [event["epoch"] for event in queue.events(job.id)[0] if event["kind"] == "epoch_end"]


def reaches(queue: JobQueue, job: Job, state: JobState, seconds: float = 180) -> Job:
    wait(lambda: queue.get(job.id).state == state, seconds)
    return queue.get(job.id)


def test_one_training_after_the_other_paused_resumed_and_stopped(
    workspace: Workspace, runner: Runner, corpus: dict[str, Any]
) -> None:
    queue = workspace.jobs
    endless = submit(workspace, corpus, "endless", **ENDLESS)
    broken = submit(workspace, {**corpus, "files": ["/nowhere.tsv"]}, "broken")
    runner.wake()
    wait(lambda: bool(epochs(queue, endless)), 240)
    assert (queue.get(endless.id).state, queue.get(broken.id).state) == ("running", "queued")

    # The next in the queue begins by itself; its fault is told in one line, without TensorFlow.
    queue.ask(endless.id, "pause")
    reaches(queue, endless, "paused")
    failed = reaches(queue, broken, "failed", 180)
    assert "/nowhere.tsv" in failed.message and "\n" not in failed.message
    assert workspace.models() == []
    done = max(epochs(queue, endless))

    queue.resume(endless.id)
    runner.wake()
    wait(lambda: max(epochs(queue, endless)) > done, 180)
    assert len(set(epochs(queue, endless))) == len(epochs(queue, endless))  # none a second time
    queue.ask(endless.id, "stop")
    stopped = reaches(queue, endless, "stopped")
    wait(lambda: [model.id for model in workspace.models()] == ["mine/endless"], 60)
    assert stopped.models == {"attention": "endless"}
    assert (endless.folder / "test.tsv").read_text(encoding="utf-8").count("\t") > 0


@pytest.mark.slow
def test_what_is_cancelled_leaves_nothing(
    workspace: Workspace, runner: Runner, corpus: dict[str, Any]
) -> None:
    job = submit(workspace, corpus, "cancelled", **ENDLESS)
    runner.wake()
    wait(lambda: bool(epochs(workspace.jobs, job)), 240)
    workspace.jobs.ask(job.id, "cancel")
    reaches(workspace.jobs, job, "cancelled")
    assert workspace.models() == []
    assert not job.out.exists()


@pytest.mark.slow
def test_two_workspaces_take_turns(tmp_path: Path, corpus: dict[str, Any]) -> None:
    none = tmp_path / "none"
    ada, bob = (Workspace(tmp_path / name, none, none) for name in ("ada", "bob"))
    runner = Runner(lambda: [bob, ada])
    first = submit(ada, corpus, "same", **ENDLESS)
    second = submit(bob, {**corpus, "files": ["/nowhere.tsv"]}, "same")
    runner.start()
    try:
        wait(lambda: bool(epochs(ada.jobs, first)), 240)
        assert bob.jobs.get(second.id).state == "queued"  # one training at a time, of all
        ada.jobs.ask(first.id, "cancel")
        reaches(ada.jobs, first, "cancelled")
        assert "/nowhere.tsv" in reaches(bob.jobs, second, "failed", 180).message
    finally:
        runner.close(patience=1)


@pytest.mark.slow
def test_a_comparison_goes_on_in_its_second_network(
    workspace: Workspace, runner: Runner, corpus: dict[str, Any]
) -> None:
    queue = workspace.jobs
    job = submit(workspace, corpus, "both", "compare", epochs=20, patience=99)

    def begun(system: str) -> int:
        events = queue.events(job.id)[0]
        return sum(e["kind"] == "epoch_end" and e["system"] == system for e in events)

    runner.wake()
    wait(lambda: begun("attention") >= 1, 180)
    queue.ask(job.id, "pause")
    reaches(queue, job, "paused")
    assert begun("plain") == 20 and 1 <= begun("attention") < 20
    queue.resume(job.id)
    runner.wake()
    finished = reaches(queue, job, "finished", 240)
    assert (begun("plain"), begun("attention")) == (20, 20)
    assert finished.has_report
    written = {path.parent.name for path in job.event_files.glob("*/events.out.tfevents.*")}
    assert written == {"plain", "attention"}
    assert finished.models == {"plain": "both-plain", "attention": "both-attention"}
    wait(lambda: len(workspace.models()) == 2, 60)


@pytest.mark.slow
def test_a_killed_process_is_told_and_makes_room_and_its_job_goes_on(
    workspace: Workspace, runner: Runner, corpus: dict[str, Any]
) -> None:
    queue = workspace.jobs
    job = submit(workspace, corpus, "killed", **ENDLESS)
    runner.wake()
    wait(lambda: len(epochs(queue, job)) >= 2, 240)
    process = runner._processes[job.folder].process
    os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    died = reaches(queue, job, "died", 180)
    wait(lambda: "memory" in queue.get(job.id).message, 180)
    assert "batch size of 8" in queue.get(job.id).message
    assert died.resumable
    done = max(epochs(queue, job))
    queue.resume(job.id)
    runner.wake()
    wait(lambda: max(epochs(queue, job)) > done, 180)
    started = [event for event in queue.events(job.id)[0] if event["kind"] == "started"]
    assert [row["epoch"] for row in started[-1]["history"]] == list(
        range(1, started[-1]["epochs_done"] + 1)
    )
    assert started[-1]["epochs_done"] >= done - 1  # at most the epoch that was just validated


@pytest.mark.slow
def test_when_the_server_goes_its_jobs_wait_for_the_next(
    workspace: Workspace, runner: Runner, corpus: dict[str, Any]
) -> None:
    queue = workspace.jobs
    job = submit(workspace, corpus, "left", **ENDLESS)
    waiting = submit(workspace, corpus, "waiting")
    runner.wake()
    wait(lambda: bool(epochs(queue, job)), 240)
    process = runner._processes[job.folder].process
    runner.close()
    assert process.poll() is not None
    assert [each.id for each in queue.waiting()] == [job.id, waiting.id]
    done = max(epochs(queue, job))

    following = Runner(lambda: [workspace])
    following.start()
    try:
        wait(lambda: max(epochs(queue, job)) > done, 180)
    finally:
        following.close(patience=0)  # not even time for a checkpoint
    assert [each.id for each in queue.waiting()] == [job.id, waiting.id]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_untrained(folder)
    return folder


def translations(queue: JobQueue, job: Job) -> list[int]:
    return [event["done"] for event in queue.events(job.id)[0] if event["kind"] == "translated"]


def submit_file(workspace: Workspace, model: Path, path: Path, **details: Any) -> Job:
    given = {"model": str(model), "file": str(path), "name": path.name, "beam_size": 1}
    return workspace.jobs.submit("translate", path.name, {**given, **details})


@pytest.mark.slow
def test_a_file_is_translated_beside_a_training_paused_killed_and_resumed(
    workspace: Workspace,
    runner: Runner,
    corpus: dict[str, Any],
    model: Path,
    tmp_path: Path,
) -> None:
    queue = workspace.jobs
    # Every second sentence stands there twice; all are babbled to the end, which takes long.
    sentences = [
        f"A dog number {number // 2 if number % 4 < 2 else number}." for number in range(9000)
    ]
    path = tmp_path / "dogs.txt"
    path.write_text("\n\n".join(sentences), encoding="utf-8")
    job = submit_file(workspace, model, path)
    second = submit_file(workspace, model, tmp_path / "none.txt")
    runner.wake()
    wait(lambda: bool(translations(queue, job)) and translations(queue, job)[-1] > 0, 240)
    assert queue.get(second.id).state == "queued"  # one at a time in this lane
    queue.ask(job.id, "pause")
    reaches(queue, job, "paused")
    assert "there is no such file" in reaches(queue, second, "failed", 180).message
    assert job.translated_file is None
    rows = job.kept_translations.read_text(encoding="utf-8").splitlines()
    paused_at = translations(queue, job)[-1]
    kept = [json.loads(row)["text"] for row in rows]
    assert len(kept) == len(set(kept))
    assert paused_at == sum(sentence in kept for sentence in sentences) < len(sentences)

    queue.resume(job.id)
    runner.wake()
    wait(lambda: translations(queue, job)[-1] > paused_at, 180)
    process = runner._processes[job.folder].process
    os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    reaches(queue, job, "died", 180)
    wait(lambda: "smaller beam size" in queue.get(job.id).message, 180)
    killed_at = translations(queue, job)[-1]

    queue.resume(job.id)
    runner.wake()
    wait(lambda: translations(queue, job)[-1] > killed_at, 180)
    assert translations(queue, job) == sorted(translations(queue, job))  # never back
    assert summarise(queue.events(job.id)[0]).fraction == translations(queue, job)[-1] / 9000
    queue.ask(job.id, "stop")
    stopped = reaches(queue, job, "stopped")

    assert job.translated_file == job.out / "dogs.zh.txt"
    lines = job.translated_file.read_text(encoding="utf-8").split("\n")
    assert len(lines) == 2 * len(sentences) - 1 and not any(lines[1::2])
    rows = job.kept_translations.read_text(encoding="utf-8").splitlines()
    kept = [json.loads(row)["text"] for row in rows]
    assert len(kept) == len(set(kept))  # nothing was translated a second time
    done = sum(sentence in kept for sentence in sentences)
    assert killed_at < done < len(sentences)
    assert f"Stopped after {done:,} of 9,000 sentences; the rest is empty" in stopped.message
    translator = Translator.load(model)
    for index in [*range(0, 9000, 1500), 8999]:
        expected = translator.translate_text(sentences[index], beam_size=1).text
        assert lines[2 * index] == (expected if sentences[index] in kept else "")


@pytest.mark.slow
def test_a_table_is_translated_to_its_end(
    workspace: Workspace, runner: Runner, model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "upload-17.csv"
    path.write_text("id,en,note\n1,A dog runs.,We like it\n2,A cat. It sleeps.,\n", "utf-8")
    job = submit_file(workspace, model, path, name="My table.csv", column="en", beam_size=2)
    runner.wake()
    finished = reaches(workspace.jobs, job, "finished", 240)
    assert (finished.message, finished.models) == ("", {})
    assert job.translated_file == job.out / "My table.zh.csv"
    with job.translated_file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    translator = Translator.load(model)
    for row in rows:
        assert row["translation"] == translator.translate_text(row["en"], beam_size=2).text
    stages = [e["text"] for e in workspace.jobs.events(job.id)[0] if e["kind"] == "stage"]
    assert stages[-2:] == ["0 of 2 sentences", "2 of 2 sentences"]
    assert summarise(workspace.jobs.events(job.id)[0]).fraction == 1.0


@pytest.mark.slow
def test_a_translation_file_is_filled_from_a_memory_and_by_the_network(
    workspace: Workspace, runner: Runner, model: Path, tmp_path: Path
) -> None:
    path, corpus = tmp_path / "upload-18.pot", tmp_path / "memory.tsv"
    messages = {"A dog runs.": "", "A cat.": "", "Yes": "是", "We read a book.": ""}
    path.write_text(
        "".join(f'msgid "{text}"\nmsgstr "{done}"\n\n' for text, done in messages.items()),
        encoding="utf-8",
    )
    corpus.write_text("A cat.\t猫。\nNo.\t不。\n", encoding="utf-8")
    memory = CorpusInfo("mine/1", "memory", (corpus,), False, "en", "zh").reading()
    job = submit_file(workspace, model, path, name="app.pot", memory=memory)
    runner.wake()
    reaches(workspace.jobs, job, "finished", 240)
    assert job.translated_file == job.out / "app.zh.po"
    entries = list(polib.pofile(str(job.translated_file)))
    translator = Translator.load(model)
    babble = [translator.translate_text(text, beam_size=1).text for text in messages]
    assert [entry.msgstr for entry in entries] == [babble[0], "猫。", "是", babble[3]]
    assert [entry.fuzzy for entry in entries] == [True, False, False, True]
    progress = summarise(workspace.jobs.events(job.id)[0])
    assert progress.fraction == 1.0
    assert "2 filled by the network, 1 from the memory, 1 left as they were." in progress.notices


@pytest.mark.slow
def test_a_model_is_exported_and_tried_out(
    workspace: Workspace, runner: Runner, repository: Path
) -> None:
    model = repository / "saved_models" / "sample-en-fr-plain"
    details = {"model": str(model), "format": "keras", "quantize": None}
    job = workspace.jobs.submit("export", "模型 one", details)
    wrong = workspace.jobs.submit("export", "wrong", {**details, "quantize": "int3"})
    runner.wake()
    finished = reaches(workspace.jobs, job, "finished", 240)
    folder = finished.exported_folder
    assert folder is not None and folder.name == "模型-one-keras"
    expected = "20 of 20 sentences are translated exactly as by the model itself."
    assert finished.message == expected and (folder / "translate.py").is_file()
    stages = [e["text"] for e in workspace.jobs.events(job.id)[0] if e["kind"] == "stage"]
    assert stages == ["Loading the model", "Writing the export", "Trying the export out"]
    failed = reaches(workspace.jobs, wrong, "failed", 180)
    assert "quantize: keras takes nothing" in failed.message and failed.exported_folder is None


def test_what_a_process_killed_at_its_very_end_left_is_moved(
    workspace: Workspace, corpus: dict[str, Any]
) -> None:
    job = submit(workspace, corpus, "late")
    model = job.out / "attention"
    model.mkdir(parents=True)
    Config.create().save(model / "config.yaml")
    (model / "model.keras").write_bytes(b"weights")
    workspace.jobs.claim(job.id)
    names = workspace.names_for(job)
    assert names == {"attention": "late"}
    workspace.jobs.end(workspace.jobs.get(job.id), "finished", models=names)
    again = submit(workspace, corpus, "late")
    (again.out / "attention").mkdir(parents=True)
    for name in ("config.yaml", "model.keras"):
        (again.out / "attention" / name).write_bytes((model / name).read_bytes())
    assert workspace.names_for(again) == {"attention": "late-2"}  # that name is given away

    workspace.adopt_all(workspace.jobs.all())
    assert [info.name for info in workspace.models()] == ["late"]
    workspace.adopt_all(workspace.jobs.all())
    assert [info.name for info in workspace.models()] == ["late"]


def test_a_process_that_comes_too_late_does_nothing(
    workspace: Workspace, corpus: dict[str, Any]
) -> None:
    job = submit(workspace, corpus, "late")
    token = workspace.jobs.claim(job.id)
    with FileLock(job.lock):
        assert workspace.jobs.get(job.id).state == "running"
    workspace.jobs.resume(job.id)  # it had no process, and looked dead
    words = ["-m", "seq2seq_keras.jobs.worker", str(workspace.folder), job.id, str(token)]
    done = subprocess.run([sys.executable, *words], stdin=subprocess.PIPE, timeout=180)
    assert done.returncode == 0
    assert workspace.jobs.get(job.id).state == "queued"
    assert workspace.jobs.events(job.id) == ([], 0)


def test_the_queue_goes_on_after_a_fault_of_the_system(
    workspace: Workspace, corpus: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(lambda: [workspace])
    look, faults = workspace.jobs.dead, []

    def fail_once() -> list[Job]:
        if not faults:
            faults.append("full disk")
            raise OSError(28, "No space left on device")
        return look()

    monkeypatch.setattr(workspace.jobs, "dead", fail_once)
    broken = submit(workspace, {**corpus, "files": ["/nowhere.tsv"]}, "broken")
    runner.start()
    try:
        reaches(workspace.jobs, broken, "failed", 180)
    finally:
        runner.close(patience=1)
    assert faults == ["full disk"]


def test_the_death_of_a_process_is_explained(workspace: Workspace, corpus: dict[str, Any]) -> None:
    job = submit(workspace, corpus, "dead", batch_size=1)
    assert "ValueError: at last" in explain_death(1, job, "ValueError: at last")
    assert explain_death(28, job) == DISK_FULL
    assert "fewer units" in explain_death(-9, job)
    assert "earlier server" in explain_death(None, job)
