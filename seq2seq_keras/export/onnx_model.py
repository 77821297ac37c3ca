"""`onnx`: the encoder, the decoder's step and the whole greedy search, for ONNX Runtime."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import keras
import onnx
import tensorflow as tf
import tf2onnx
from onnxruntime.quantization import quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

from seq2seq_keras.export.greedy import translate_greedily, without_cudnn
from seq2seq_keras.export.onnx_loops import free_invariants
from seq2seq_keras.export.templates import length_limit, program_packages, write_program
from seq2seq_keras.network import Network
from seq2seq_keras.translator import Translator

QUANTIZED = ("int8",)

_OPSET = 18  # of ONNX's operators; ONNX Runtime reads it since 1.14


class Tensor(NamedTuple):
    """An input or output of a model, in words.

    Example:
        >>> Tensor("token", "int32", "(batch)")
    """

    name: str
    type: str
    shape: str


def packages(translator: Translator) -> list[str]:
    """What has to be installed to translate with the export, as pip takes it."""
    return program_packages(translator, "onnxruntime", "numpy")


def write(translator: Translator, folder: Path, quantize: str | None) -> dict[str, Any]:
    """Writes `encoder.onnx`, `step.onnx`, `translate.onnx`, the tokenizers and `translate.py`.

    Args:
        translator: The translator.
        folder: Where to.
        quantize: `int8` for weights and products in 8 bits, or None.

    Returns:
        What the README tells of the models: the inputs and outputs of each, and how long a
        translation gets.
    """
    network, models = translator.network, {}
    source = tf.TensorSpec((None, None), "int32", "source")
    functions = {
        "encoder": (_encoder(network), source),
        "step": (_step(network), _like(network.step.input)),
        "translate": (lambda source: {"tokens": translate_greedily(network, source)}, source),
    }
    for name, (function, signature) in functions.items():
        with without_cudnn(network):
            model = _converted(function, signature)
        models[name] = _interface(model)
        path = folder / f"{name}.onnx"
        onnx.save(model, path)
        if quantize is not None:
            _quantize(path)
    write_program(translator, folder, "onnx")
    a_token, more = length_limit(translator)
    return {"models": models, "target_length": f"{a_token}n + {more}"}


def _encoder(network: Network) -> Callable[[Any], dict[str, Any]]:
    """`network.encoder` with an output by name for each of its tensors."""

    def encode(source: Any) -> dict[str, Any]:
        encoded = network.encoder(source, training=False)
        return {**encoded["memory"], **_states(network, encoded["states"])}

    return encode


def _step(network: Network) -> Callable[[Any], dict[str, Any]]:
    """`network.step` with an output by name for each of its tensors."""

    def step(inputs: Any) -> dict[str, Any]:
        outputs = dict(network.step(inputs, training=False))
        states = _states(network, outputs.pop("states"), "next_")
        return {**outputs, **states}

    return step


def _states(network: Network, states: Any, before: str = "") -> dict[str, Any]:
    """Names states as the inputs of the step that they are for."""
    inputs = keras.tree.flatten(network.step.input["states"])
    pairs = zip(inputs, keras.tree.flatten(states), strict=True)
    return {before + tensor.name: state for tensor, state in pairs}


def _like(inputs: Any) -> Any:
    """The signature of a Keras model's inputs."""
    return keras.tree.map_structure(
        lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype, tensor.name), inputs
    )


def _converted(function: Callable[[Any], dict[str, Any]], signature: Any) -> onnx.ModelProto:
    model, _ = tf2onnx.convert.from_function(
        tf.function(function, autograph=False), [signature], opset=_OPSET
    )
    free_invariants(model.graph)
    for tensor in (*model.graph.input, *model.graph.output):
        times = "target_time" if tensor.name == "tokens" else "source_time"
        for size, name in zip(tensor.type.tensor_type.shape.dim, ("batch", times), strict=False):
            if not size.HasField("dim_value"):
                size.dim_param = name
    onnx.checker.check_model(model)
    return model


def _interface(model: onnx.ModelProto) -> dict[str, list[Tensor]]:
    def described(tensor: onnx.ValueInfoProto) -> Tensor:
        kind = tensor.type.tensor_type
        sizes = (size.dim_param or str(size.dim_value) for size in kind.shape.dim)
        name = onnx.TensorProto.DataType.Name(kind.elem_type).lower()
        return Tensor(tensor.name, name.replace("float", "float32"), f"({', '.join(sizes)})")

    return {
        "inputs": [described(tensor) for tensor in model.graph.input],
        "outputs": [described(tensor) for tensor in model.graph.output],
    }


def _quantize(path: Path) -> None:
    """Has matrices in 8 bits, and what they are multiplied by rounded to 8 bits as it comes.

    Each column of a matrix has a scale of its own. Weights take 7 of the bits: with 8, sums
    overflow on processors without VNNI, and translations would depend on the processor.
    """
    logging.disable(logging.WARNING)  # such as that masks are no numbers
    try:
        with TemporaryDirectory() as folder:
            prepared = Path(folder) / path.name
            # Computes beforehand what is constant, such as the transposed embedding.
            quant_pre_process(path, prepared, skip_symbolic_shape=True)
            quantize_dynamic(
                prepared,
                path,
                per_channel=True,
                reduce_range=True,
                extra_options={"EnableSubgraph": True},  # the bodies of loops too
            )
    finally:
        logging.disable(logging.NOTSET)
