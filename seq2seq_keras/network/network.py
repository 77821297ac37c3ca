"""The functional models of one translator: training network, encoder, decoder step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
from keras import ops

from seq2seq_keras.config import Config
from seq2seq_keras.network.cells import state_names
from seq2seq_keras.network.decoder import Decoder
from seq2seq_keras.network.encoder import Encoder
from seq2seq_keras.weights_file import check_weights_file


class Network:
    """One network seen as several Keras functional models that share their weights.

    Attributes:
        config: The configuration it was built from.
        source_vocab_size, target_vocab_size: Entries in the vocabularies.
        training: Teacher forcing: `[source, target_input]` to logits
            `(batch, target_time, target_vocab_size)`. Holds all weights.
        encoder: `source` to `{"memory": ..., "states": ...}`: what every decoder step reads,
            and the initial states of each decoder layer.
        step: `{"token", "memory", "states"}` to `{"logits", "states"}`, and with attention
            `"attention_weights"`: one decoder step.
        attention_weights: `[source, target_input]` to weights
            `(batch, target_time, source_time)`; None without attention.
        fast: `[source, target_input]` to what the vocabulary is predicted from, `(batch,
            target_time, embedding_dim)`: `training` up to its last product, from the same
            weights, in fused loops. Training runs on it; it is never saved.
        fast_encoder: What `encoder` computes, in fused loops. Search runs on it.
        vocabulary: The layer of that last product: the tied embedding or a Dense layer.
        compiled: Functions that other parts compiled over this network; they live and die
            with it.
    """

    def __init__(
        self,
        config: Config,
        source_vocab_size: int,
        target_vocab_size: int,
        training: keras.Model,
        encoder: keras.Model,
        step: keras.Model,
        attention_weights: keras.Model | None,
        fast: keras.Model,
        fast_encoder: keras.Model,
        vocabulary: keras.layers.Layer,
    ) -> None:
        self.config = config
        self.source_vocab_size = source_vocab_size
        self.target_vocab_size = target_vocab_size
        self.training = training
        self.encoder = encoder
        self.step = step
        self.attention_weights = attention_weights
        self.fast = fast
        self.fast_encoder = fast_encoder
        self.vocabulary = vocabulary
        self.compiled: dict[str, Any] = {}

    def projection(self) -> tuple[Any, Any | None]:
        """Returns the matrix `(target_vocab_size, embedding_dim)` and bias of the logits."""
        if isinstance(self.vocabulary, keras.layers.Embedding):
            return ops.convert_to_tensor(self.vocabulary.embeddings), None
        return ops.transpose(self.vocabulary.kernel), ops.convert_to_tensor(self.vocabulary.bias)

    def save(self, path: str | Path) -> None:
        """Writes `model.save` of the training network, uncompiled, to a `.keras` file."""
        self.training.save(path)

    def load_weights(self, path: str | Path) -> None:
        """Reads weights, and nothing else, from a `.keras` or `.weights.h5` file.

        Raises:
            ValueError: The file is not as `save` writes it; `BadZipFile` and `OSError` likewise.
        """
        check_weights_file(Path(path), (weight.shape for weight in self.training.weights))
        self.training.load_weights(path)


def build_network(
    config: Config,
    source_vocab_size: int,
    target_vocab_size: int,
    dtype_policy: str = "float32",
) -> Network:
    """Builds the network that `config` describes, with fresh weights from `config.seed`.

    Keras's global random seed is set, so that the same configuration gives the same weights.

    Args:
        config: The configuration.
        source_vocab_size: Entries in the source vocabulary, special tokens included.
        target_vocab_size: Entries in the target vocabulary, special tokens included.
        dtype_policy: Keras dtype policy, such as `float32` or `mixed_bfloat16`.

    Returns:
        The network.

    Example:
        >>> network = build_network(Config(cell="lstm"), 4000, 4000)
        >>> network.training.summary()
    """
    keras.utils.set_random_seed(config.seed)
    encode = Encoder(config, source_vocab_size, dtype_policy)
    decoder = Decoder(config, target_vocab_size, dtype_policy)

    source = keras.Input((None,), dtype="int32", name="source")
    target_input = keras.Input((None,), dtype="int32", name="target_input")
    memory, initial_states = encode(source)
    # The step is built first because `summary` shows the shapes of a layer's latest call.
    step = _step_model(config, decoder, memory)
    hidden, weights = decoder.sentence(target_input, memory, initial_states)
    training = keras.Model([source, target_input], decoder.predict(hidden), name="training")
    encoder = keras.Model(source, {"memory": memory, "states": initial_states}, name="encoder")
    memory, initial_states = encode(source, fast=True)
    hidden, _ = decoder.sentence(target_input, memory, initial_states, fast=True)
    fast = keras.Model([source, target_input], hidden, name="fast")
    fast_encoder = keras.Model(
        source, {"memory": memory, "states": initial_states}, name="fast_encoder"
    )
    attention_weights = None
    if weights is not None:
        attention_weights = keras.Model([source, target_input], weights, name="attention_weights")
    return Network(
        config,
        source_vocab_size,
        target_vocab_size,
        training,
        encoder,
        step,
        attention_weights,
        fast,
        fast_encoder,
        decoder.embedding if decoder.vocabulary is None else decoder.vocabulary,
    )


def _step_model(config: Config, decoder: Decoder, memory: dict[str, Any]) -> keras.Model:
    token = keras.Input((), dtype="int32", name="token")
    remembered = {
        name: keras.Input(tensor.shape[1:], dtype=tensor.dtype, name=name)
        for name, tensor in memory.items()
    }
    states = [
        [
            keras.Input(
                (config.units,), dtype=decoder.embedding.compute_dtype, name=f"decoder_{n}_{state}"
            )
            for state in state_names(config.cell)
        ]
        for n in range(1, config.decoder_layers + 1)
    ]
    logits, new_states, weights = decoder.step(token, remembered, states)
    outputs = {"logits": logits, "states": new_states}
    if weights is not None:
        outputs["attention_weights"] = weights
    return keras.Model(
        {"token": token, "memory": remembered, "states": states}, outputs, name="step"
    )
