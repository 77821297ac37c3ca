"""The translation process, a real one."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.tiny_models import save_untrained
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import TranslationService

pytestmark = pytest.mark.tensorflow

TEXT = "A dog runs. The cat sleeps.\nWe read <b>a</b> book."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    return folder, save_untrained(folder)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TranslationService]:
    service = TranslationService(tmp_path_factory.mktemp("log") / "translation.log")
    yield service
    service.close()


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


def test_a_process_that_dies_is_replaced(
    service: TranslationService, model: tuple[Path, Any]
) -> None:
    before = service.translate(model[0], TEXT)
    process = service._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait()
    assert service.translate(model[0], TEXT)["text"] == before["text"]
    assert service._process is not process


def test_after_the_end_nothing_is_started_again(model: tuple[Path, Any]) -> None:
    service = TranslationService()
    service.close()
    with pytest.raises(WorkError, match="shutting down"):
        service.translate(model[0], "A dog.")
