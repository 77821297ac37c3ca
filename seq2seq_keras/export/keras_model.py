"""`keras`: the training network as Keras saves it, to be loaded by `keras.saving.load_model`."""

from __future__ import annotations

from pathlib import Path

import keras

from seq2seq_keras.export.templates import length_limit, pinned, program_packages, write_program
from seq2seq_keras.translator import Translator

QUANTIZED: tuple[str, ...] = ()


def packages(translator: Translator) -> list[str]:
    """What has to be installed to translate with the export, as pip takes it."""
    if translator.config.attention == "none":
        return program_packages(translator, "keras", keras.backend.backend())
    return pinned("seq2seq-keras")


def write(translator: Translator, folder: Path, quantize: str | None) -> None:
    """Writes `model.keras`, the tokenizers and `translate.py`.

    Args:
        translator: The translator.
        folder: Where to.
        quantize: None: there is no choice.
    """
    translator.network.save(folder / "model.keras")
    write_program(translator, folder, "keras", limit=length_limit(translator))
