"""`keras`: the training network as Keras saves it, to be loaded by `keras.saving.load_model`."""

from __future__ import annotations

from pathlib import Path

import keras

from seq2seq_keras.export.templates import pinned, write_program
from seq2seq_keras.translator import Translator

QUANTIZED: tuple[str, ...] = ()


def packages(translator: Translator) -> list[str]:
    """What has to be installed to translate with the export, as pip takes it."""
    tokenizer = ["sentencepiece"] if translator.config.tokenizer == "subword" else []
    if translator.config.attention == "none":
        return pinned("keras", keras.backend.backend(), *tokenizer)
    return pinned("seq2seq-keras")


def write(translator: Translator, folder: Path, quantize: str | None) -> None:
    """Writes `model.keras`, the tokenizers and `translate.py`.

    Args:
        translator: The translator.
        folder: Where to.
        quantize: None: there is no choice.
    """
    translator.network.save(folder / "model.keras")
    write_program(translator, folder, "keras")
