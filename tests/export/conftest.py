"""Small translators that together have every cell, score, placement and tokenizer."""

from __future__ import annotations

import pytest

from helpers.architectures import ARCHITECTURES
from helpers.tiny_models import save_untrained
from seq2seq_keras.translator import Translator


@pytest.fixture(scope="session")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    folder = tmp_path_factory.mktemp("translators")
    return {
        name: save_untrained(folder / name, beam_size=2, **settings)
        for name, settings in ARCHITECTURES.items()
    }
