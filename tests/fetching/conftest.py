from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.stand_in_web import StandInWeb, running
from seq2seq_keras.fetching.web import Web


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInWeb]:
    """A web of our own; whoever asks the real one instead fails at once."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with running(StandInWeb()) as web:
        yield web


@pytest.fixture
def client() -> Iterator[Web]:
    """A client that does not wait long."""
    with Web(timeout=2.0, first_wait=0.01) as client:
        yield client


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of our own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("SEQ2SEQ_CACHE_DIR", str(folder))
    return folder
