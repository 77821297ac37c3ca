"""Translators of every cell, score, placement and tokenizer; a stand-in for the Hub."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.architectures import ARCHITECTURES
from helpers.stand_in_hub import StandIn
from helpers.tiny_models import save_untrained
from seq2seq_keras.translator import Translator


@pytest.fixture(scope="session")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    folder = tmp_path_factory.mktemp("translators")
    return {
        name: save_untrained(folder / name, beam_size=2, **settings)
        for name, settings in ARCHITECTURES.items()
    }


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandIn]:
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")  # the Hub's other way to take binary files
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def model(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model") / "en-fr"
    shutil.copytree(repository / "saved_models" / "sample-en-fr-attention", folder)
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "run.json").write_text("{}")
    (folder / "private notes.txt").write_text("not for others")
    return folder
