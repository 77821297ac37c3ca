"""`litert`: the whole greedy search as one LiteRT (TensorFlow Lite) model, for small devices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ai_edge_litert  # noqa: F401  the export is tried out with it
import numpy as np
import tensorflow as tf

from seq2seq_keras.decoding.search import most_tokens
from seq2seq_keras.errors import InputError
from seq2seq_keras.export.greedy import translate_greedily, without_cudnn
from seq2seq_keras.export.templates import program_packages, write_program
from seq2seq_keras.text.scripts import is_spaceless
from seq2seq_keras.translator import Translator

QUANTIZED = ("float16", "int8")
SOURCE_LENGTH = 64
_SHORTEST = 32  # a character alone always fits in it


def packages(translator: Translator) -> list[str]:
    """What has to be installed to translate with the export, as pip takes it."""
    return program_packages(translator, "ai-edge-litert", "numpy")


def write(
    translator: Translator,
    folder: Path,
    quantize: str | None,
    source_length: int = SOURCE_LENGTH,
) -> dict[str, Any]:
    """Writes `translate.tflite`, the tokenizers and `translate.py`.

    Args:
        translator: The translator.
        folder: Where to.
        quantize: `float16` or `int8` for weights in so many bits, or None.
        source_length: How many tokens the model reads, the end token included: shapes are
            fixed in LiteRT, and longer ones take more time for every sentence.

    Returns:
        What the README tells of the model: how many tokens it reads and writes.

    Raises:
        InputError: if `source_length` is too small.
    """
    if source_length < _SHORTEST:
        raise InputError(
            f"source_length: expected at least {_SHORTEST} tokens, received {source_length}"
        )
    network = translator.network
    signature = [tf.TensorSpec((1, source_length), "int32", "source")]
    function = tf.function(
        lambda source: {"tokens": translate_greedily(network, source)},
        input_signature=signature,
        autograph=False,
    )
    module = tf.Module()  # the converter finds the variables in it
    module.variables_read = [variable.value for variable in network.training.variables]
    with without_cudnn(network):
        converter = tf.lite.TFLiteConverter.from_concrete_functions(
            [function.get_concrete_function()], module
        )
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        if quantize is not None:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if quantize == "float16":
            converter.target_spec.supported_types = [tf.float16]
        (folder / "translate.tflite").write_bytes(converter.convert())
    target_lang = translator.config.target_lang
    examples = "".join(each["reference"] for each in translator.record.get("examples") or [])
    write_program(
        translator,
        folder,
        "litert",
        source_length=source_length,
        joint="" if is_spaceless(target_lang, examples) else " ",
    )
    target_length = int(most_tokens(np.array(source_length), translator.config.tokenizer))
    return {"source_length": source_length, "target_length": target_length}
