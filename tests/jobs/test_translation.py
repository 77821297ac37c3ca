"""The translation process, a real one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.tiny_models import save_untrained
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import TranslationService
from seq2seq_keras.jobs.translation import MOST_CHARACTERS
from seq2seq_keras.jobs.translation_connection import Connection
from seq2seq_keras.jobs.translation_process import Desk, Models
from seq2seq_keras.jobs.translation_requests import Lost, Request, shared_out
from seq2seq_keras.translator import Translator

pytestmark = pytest.mark.tensorflow

LONG = "\n".join(f"The cat reads {number}." for number in range(400))
TEXT = "A dog runs. The cat sleeps.\nWe read <b>a</b> book."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    return folder, save_untrained(folder)


@pytest.fixture(scope="module")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "other"
    save_untrained(folder, units=12, cell="lstm")
    return folder


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TranslationService]:
    service = TranslationService(tmp_path_factory.mktemp("log") / "translation.log")
    yield service
    service.close()


def test_a_text_as_long_as_a_book_is_no_text_to_translate_at_once(tmp_path: Path) -> None:
    asleep = TranslationService(tmp_path / "log")
    with pytest.raises(InputError, match=r"100,001 characters; at most 100,000 .* whole file"):
        asleep.submit(tmp_path, "a" * (MOST_CHARACTERS + 1))
    asleep.close()


def test_it_translates_as_the_translator_itself_does(
    service: TranslationService, model: tuple[Path, Any]
) -> None:
    folder, translator = model
    service.warm(folder).join(timeout=120)
    assert service.ready.is_set()
    answer = service.translate(folder, TEXT, beam_size=3, n_best=3)
    expected = translator.translate_text(TEXT, beam_size=3, n_best=3)
    assert answer["text"] == expected.text
    assert [each["source"] for each in answer["sentences"]] == expected.originals
    for got, wanted in zip(answer["sentences"], expected.sentences, strict=True):
        assert got["tokens"] == wanted.tokens
        assert got["score"] == pytest.approx(wanted.score, abs=1e-4)
        np.testing.assert_allclose(got["attention"], wanted.attention, atol=2e-4)
        assert [other["text"] for other in got["alternatives"]] == [
            other.text for other in wanted.alternatives
        ]


def test_its_summary_is_that_of_keras(service: TranslationService, model: tuple[Path, Any]) -> None:
    folder, translator = model
    summary = service.summary(folder)
    assert summary["parameters"] == translator.parameters
    for name in ("training", "encoder", "step"):
        for layer in getattr(translator.network, name).layers:
            assert layer.name[:20] in summary[name]


def test_what_is_wrong_is_told(service: TranslationService, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no longer exists"):
        service.translate(tmp_path / "nothing", "A dog.")


def test_a_changed_model_is_loaded_again(
    service: TranslationService, model: tuple[Path, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "changing"
    shutil.copytree(model[0], folder)
    assert service.translate(folder, "A dog.")["sentences"][0]["attention"] is not None
    save_untrained(folder, attention="none")
    assert service.translate(folder, "A dog.")["sentences"][0]["attention"] is None


def test_many_who_ask_at_once_are_answered_as_one_by_one(
    service: TranslationService, model: tuple[Path, Any], other_model: Path
) -> None:
    """Texts of all lengths, with several models and settings, each as if it were alone."""
    words = ["dog", "cat", "book", "water", "we", "she", "runs", "reads"]
    texts = [
        "\n".join(
            " ".join(words[(number * step) % 8] for step in range(1 + (number + line) % 5)) + "."
            for line in range(1 + number % 7)
        )
        for number in range(20)
    ]
    texts[3] = ""
    texts[7] = "\n".join(texts) * 3
    asked = [
        ((model[0], other_model)[number % 2], text, (3, 2)[number % 3 == 0], 1 + number % 2)
        for number, text in enumerate(texts)
    ]
    alone = [service.translate(*request) for request in asked]
    waiting = [service.submit(*request) for request in asked]
    for one, future in zip(alone, waiting, strict=True):
        together = future.result(timeout=180)
        assert without_numbers(together) == without_numbers(one)
        for got, wanted in zip(together["sentences"], one["sentences"], strict=True):
            assert got["score"] == pytest.approx(wanted["score"], abs=1e-4)
            np.testing.assert_allclose(got["attention"], wanted["attention"], atol=2e-4)


def without_numbers(answer: dict[str, Any]) -> dict[str, Any]:
    """What must be equal to the letter; numbers may differ in their last digits."""
    sentences = [
        {
            **{name: sentence[name] for name in ("source", "text", "tokens", "source_tokens")},
            "alternatives": [other["text"] for other in sentence["alternatives"]],
        }
        for sentence in answer["sentences"]
    ]
    return {"text": answer["text"], "notices": answer["notices"], "sentences": sentences}


def test_what_waits_is_searched_together(
    service: TranslationService, model: tuple[Path, Any]
) -> None:
    """Those of one search are told the same time; few searches serve many who wait."""
    texts = ["A dog runs.", "The cat sleeps.", "We read. She drinks."] * 4
    service.translate(model[0], "A dog.", 3)
    long = service.submit(model[0], LONG, 3)
    waiting = [service.submit(model[0], text, 3) for text in texts]
    seconds = {future.result(timeout=180)["seconds"] for future in waiting}
    assert len(seconds) <= 4  # the first may be served before the last has come
    long.result(timeout=120)


def test_nobody_waits_for_the_end_of_a_long_text(
    service: TranslationService, model: tuple[Path, Any]
) -> None:
    long = service.submit(model[0], LONG)
    assert service.translate(model[0], "A dog.")["sentences"]
    assert service.summary(model[0])["parameters"]
    assert not long.done()
    assert len(long.result(timeout=120)["sentences"]) == LONG.count("\n") + 1


def test_who_gives_up_is_told_so_and_holds_up_nobody(
    service: TranslationService, model: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    service.translate(model[0], "A dog.")
    with monkeypatch.context() as impatient:
        impatient.setattr(service, "_patience", 0.05)
        with pytest.raises(WorkError, match=r"within 0\.05 seconds"):
            service.translate(model[0], LONG)
    cancelled = service.submit(model[0], LONG)
    assert cancelled.cancel()
    assert service.translate(model[0], "A dog.")["sentences"]
    assert service._connection is not None and not service._connection._waiting


def test_a_fault_is_told_to_whose_it_is_alone(
    service: TranslationService, model: tuple[Path, Any], tmp_path: Path
) -> None:
    right = service.submit(model[0], "A dog.")
    wrong = service.submit(model[0], "A dog.", beam_size=1000)
    missing = service.submit(tmp_path / "nothing", "A dog.")
    also_right = service.submit(model[0], "A cat.")
    with pytest.raises(InputError, match="beam_size"):
        wrong.result(timeout=180)
    with pytest.raises(InputError, match="no longer exists"):
        missing.result(timeout=180)
    assert right.result(timeout=180)["text"] and also_right.result(timeout=180)["text"]


def test_a_death_is_told_to_whose_text_was_at_work_and_the_others_are_answered(
    service: TranslationService, model: tuple[Path, Any], other_model: Path
) -> None:
    before = service.translate(model[0], TEXT)
    process = process_of(service)
    assert service._connection is not None
    culprit = service.submit(model[0], LONG)  # too long for anything beside it
    wait_for(lambda: bool(at_work(service)))
    freeze(process)
    others = [service.submit(folder, TEXT) for folder in (model[0], other_model, model[0])]
    kill(process)
    with pytest.raises(WorkError, match=r"ended unexpectedly .*starts again with your next"):
        culprit.result(timeout=180)
    texts = [future.result(timeout=120)["text"] for future in others]
    assert texts[0] == texts[2] == before["text"] != texts[1]
    assert process_of(service) is not process
    assert service.ready.is_set() and service.state == "ready"


@pytest.mark.slow
def test_of_several_at_work_as_it_hung_each_is_asked_again_alone(
    service: TranslationService, model: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two visitors' texts in one batch: which of them is why, only a second try tells."""
    before = service.translate(model[0], TEXT)["text"]
    process, connection = process_of(service), service._connection
    assert connection is not None
    freeze(process)
    both = [service.submit(model[0], "\n".join([TEXT] * 20)) for _ in range(2)]
    connection._at_work = list(connection._waiting)
    monkeypatch.setattr(connection, "_patience", 1.0)
    for future in both:
        assert future.result(timeout=120)["text"].count(before) == 20
    assert process.poll() is not None and process_of(service) is not process


def test_a_process_that_hangs_is_ended_and_one_that_is_busy_is_not(tmp_path: Path) -> None:
    lost: list[Lost] = []
    connection = Connection(tmp_path / "log", threading.Event(), lost.append, patience=60)
    # It says that it lives, and never answers: as where a thread of it works for long.
    begun, kept = connection._last_word, Request({"do": "ping"})
    connection.send(kept)
    wait_for(lambda: connection._last_word > begun + 0.1)
    connection._answered, connection._patience = True, 3.0
    time.sleep(5)
    assert connection.alive and not lost

    freeze(connection.process)
    wait_for(lambda: bool(lost))
    assert not connection.alive
    assert (lost[0].at_work, lost[0].waiting) == ([], [kept])
    assert "no progress for 3 seconds and was ended" in str(lost[0].why)
    late = Request({"do": "hello"})
    connection.send(late)  # is lost at once
    assert lost[1].waiting == [late]


def at_work(service: TranslationService) -> set[int]:
    """Numbers of requests that the process has said that it is at work on."""
    connection = service._connection
    assert connection is not None
    return set(connection._at_work) & set(connection._waiting)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def freeze(process: subprocess.Popen[bytes]) -> None:
    if not hasattr(signal, "SIGSTOP"):
        pytest.skip("this system cannot stop a process")
    os.kill(process.pid, signal.SIGSTOP)


def test_blame_falls_on_what_was_at_work() -> None:
    one, two, three = (Request({"do": "translate"}) for _ in range(3))
    why = WorkError("it ended")
    assert shared_out(Lost([one], [two], why)) == ([one], [], [two])
    assert shared_out(Lost([one, two], [three], why)) == ([], [one, two], [three])
    one.suspect = True  # it was at work when a process ended before
    assert shared_out(Lost([one, two], [three], why)) == ([one], [], [two, three])
    assert shared_out(Lost([], [one], why)) == ([], [], [one])


def test_a_process_that_cannot_even_start_is_told_of_and_given_up(
    model: tuple[Path, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    seen: list[tuple[str, str]] = []
    service = TranslationService(
        tmp_path / "log", observe=lambda what, outcome, seconds: seen.append((what, outcome))
    )
    assert service.state == "idle"
    with pytest.raises(WorkError, match="ended unexpectedly"):
        service.translate(model[0], TEXT)
    assert service.state == "failing"
    assert seen == [("translate", "failed")]
    service.close()


def process_of(service: TranslationService) -> subprocess.Popen[bytes]:
    assert service._connection is not None
    return service._connection.process


def kill(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


@pytest.mark.slow
def test_a_process_that_died_idle_is_replaced_unnoticed(
    service: TranslationService, model: tuple[Path, Any]
) -> None:
    before = service.translate(model[0], TEXT)
    process = process_of(service)
    kill(process)
    process.wait()
    assert service.translate(model[0], TEXT)["text"] == before["text"]


def test_who_waits_at_the_end_is_told(model: tuple[Path, Any], tmp_path: Path) -> None:
    service = TranslationService(tmp_path / "log")
    waiting = [service.submit(model[0], LONG) for _ in range(3)]
    service.close()
    for future in waiting:
        with pytest.raises(WorkError, match="shutting down"):
            future.result(timeout=180)


@pytest.fixture
def desk() -> tuple[Desk, list[dict[str, Any]]]:
    """What answers in the process, here in ours, and its answers."""
    answers: list[dict[str, Any]] = []
    return Desk(Models(), answers.append), answers


def request(number: int, model: Path, text: str, **settings: Any) -> dict[str, Any]:
    asked = {"number": number, "do": "translate", "model": str(model), "text": text}
    return {**asked, "beam_size": 3, "n_best": 2, **settings}


def test_what_is_forgotten_is_translated_no_further(
    desk: tuple[Desk, list[dict[str, Any]]], model: tuple[Path, Any]
) -> None:
    at_desk, answers = desk
    at_desk.take(request(1, model[0], LONG))
    at_desk.work()
    at_desk.take(request(2, model[0], LONG))
    for number in (1, 2, 3):
        at_desk.take({"number": number, "do": "forget"})
    assert not at_desk.busy
    assert answers == []


@pytest.mark.parametrize(
    ("error", "told", "is_broken"),
    [
        (MemoryError(), "Memory ran out. Try again with a shorter text or a smaller beam", False),
        (RuntimeError("CUDA_ERROR_ILLEGAL_ADDRESS"), "The graphics processor failed", True),
        (RuntimeError("something else"), "The translation failed: something else", False),
    ],
)
def test_what_fails_in_the_machine_is_told_and_a_lost_gpu_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception, told: str, is_broken: bool
) -> None:
    def fail(models: Models, folder: Path) -> None:
        raise error

    monkeypatch.setattr(Models, "get", fail)
    answers: list[dict[str, Any]] = []
    at_desk = Desk(Models(), answers.append)
    at_desk.take(request(1, tmp_path, "A dog."))
    at_desk.work()
    assert answers[0]["error"].startswith(told) and answers[0]["at_fault"] == "work"
    assert at_desk.is_broken is is_broken


def test_a_long_text_at_fault_is_told_once(
    desk: tuple[Desk, list[dict[str, Any]]], model: tuple[Path, Any]
) -> None:
    at_desk, answers = desk
    at_desk.take(request(1, model[0], LONG, beam_size=1000))
    while at_desk.busy:
        at_desk.work()
    assert [answer["at_fault"] for answer in answers] == ["input"]


def test_models_are_loaded_one_between_two_batches(
    desk: tuple[Desk, list[dict[str, Any]]], model: tuple[Path, Any], other_model: Path
) -> None:
    at_desk, answers = desk
    at_desk.take(request(1, model[0], "A dog."))
    at_desk.take(request(2, other_model, "A dog."))
    at_desk.take(request(3, model[0], "A cat."))
    at_desk.work()
    assert [answer["number"] for answer in answers] == [1, 3]
    assert not at_desk._models.has(other_model)
    at_desk.work()
    assert [answer["number"] for answer in answers] == [1, 3, 2]


@pytest.mark.slow
def test_the_search_is_compiled_before_it_is_needed(
    desk: tuple[Desk, list[dict[str, Any]]], model: tuple[Path, Any]
) -> None:
    """In all its forms, for requests of any length; what their amounts are is told in `search`."""
    at_desk, answers = desk
    Translator.load(model[0]).network.compiled.clear()  # in tests, equal networks share it
    for number, count in enumerate((1, 1, 2, 3, 5, 8, 13, 20, 64)):
        at_desk.take(request(number, model[0], "\n".join(["The cat sleeps."] * count)))
        while at_desk.busy:
            at_desk.work()
        while at_desk.rehearses:
            assert number == 0
            at_desk.rehearse()
    ((_, translator),) = at_desk._models._loaded.values()
    forms = {name for name in translator.network.compiled if name.startswith("search")}
    assert forms == {f"search {amount}, beam 3, best 2" for amount in ("few", "some", "many")}
    for name in forms:
        assert translator.network.compiled[name].experimental_get_tracing_count() == 1
    assert [answer["number"] for answer in answers] == list(range(9))


@pytest.mark.slow
def test_a_process_that_has_loaded_many_models_makes_way(
    model: tuple[Path, Any], other_model: Path
) -> None:
    code = (
        "from seq2seq_keras.jobs import translation_process\n"
        "translation_process.MOST_LOADS = 2\n"
        "translation_process.main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        folders = [model[0], model[0], other_model]
        for number, folder in enumerate(folders):
            question = {"number": number, "do": "translate", "model": str(folder), "text": "A dog."}
            assert process.poll() is None
            print(json.dumps({**question, "beam_size": 1, "n_best": 1}), file=process.stdin)
            process.stdin.flush()
            answer = {}
            while answer.get("number") != number:
                answer = json.loads(process.stdout.readline())
            assert answer["result"]["sentences"][0]["source"] == "A dog."
            if number == 1:  # one model twice: it stays
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(3)
        assert process.wait(60) == 0  # though the server's end of the pipe is open


def test_after_the_end_nothing_is_started_again(model: tuple[Path, Any]) -> None:
    service = TranslationService()
    service.close()
    with pytest.raises(WorkError, match="shutting down"):
        service.translate(model[0], "A dog.")
