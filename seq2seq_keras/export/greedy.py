"""Greedy search as one pure function of token ids, which the converters trace as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from keras import ops

from seq2seq_keras.decoding.search import most_tokens
from seq2seq_keras.network import Network
from seq2seq_keras.text import END, PADDING, START, UNKNOWN


def translate_greedily(network: Network, source: Any) -> Any:
    """Translates a batch as `decoding.search` does with beam size 1.

    It is written in operations that every format has. `argmax`, for one, is not among them, so
    the likeliest token is the first of `top_k`; and the encoder is the plain one, because ONNX
    mixes up what a loop that runs backwards writes. Where the shape of `source` is known in
    tracing, so are all others.

    Args:
        network: The network, on TensorFlow; its weights are captured.
        source: Token ids, each sentence with its end token, padding 0, `(batch, source_time)`.

    Returns:
        Token ids without start and end, padded with 0, `(batch, most_tokens(source_time))`.

    Example:
        >>> function = tf.function(lambda source: translate_greedily(network, source))
    """
    batch, source_time = ops.shape(source)
    lengths = ops.sum(ops.cast(ops.not_equal(source, PADDING), "int32"), axis=1)  # (batch,)
    last_steps = most_tokens(lengths, network.config.tokenizer) - 1  # (batch,)
    places = ops.arange(most_tokens(source_time, network.config.tokenizer))  # (target_time,)
    # Added to logits: padding, start and unknown are never written, and at the limit only the end.
    anywhere = np.zeros(network.target_vocab_size, "float32")
    anywhere[[PADDING, START, UNKNOWN]] = -np.inf
    at_limit = np.full(network.target_vocab_size, -np.inf, "float32")
    at_limit[END] = 0
    encoded = network.encoder(source, training=False)

    def unfinished(step: Any, token: Any, ended: Any, tokens: Any, states: Any) -> Any:
        return ops.logical_not(ops.all(ended))

    def write_token(step: Any, token: Any, ended: Any, tokens: Any, states: Any) -> tuple:
        outputs = network.step(
            {"token": token, "memory": encoded["memory"], "states": states}, training=False
        )
        last = ops.greater_equal(step, last_steps)[:, None]  # (batch, 1)
        logits = outputs["logits"] + ops.where(last, at_limit, anywhere)  # (batch, vocab_size)
        _, likeliest = ops.top_k(logits, 1)  # (batch, 1)
        token = ops.cast(likeliest[:, 0], "int32")
        ended = ops.logical_or(ended, ops.equal(token, END))  # (batch,)
        here = ops.logical_and(ops.equal(places, step), ops.logical_not(ended)[:, None])
        tokens = ops.where(here, token[:, None], tokens)  # (batch, target_time)
        return step + 1, token, ended, tokens, outputs["states"]

    token = ops.full((batch,), START, "int32")
    ended = ops.equal(token, END)
    tokens = ops.full((batch, ops.shape(places)[0]), PADDING, "int32")
    *_, tokens, _ = ops.while_loop(
        unfinished, write_token, (0, token, ended, tokens, encoded["states"])
    )
    return tokens


@contextmanager
def without_cudnn(network: Network) -> Iterator[None]:
    """Keeps cuDNN's operations out of what is traced meanwhile on a machine with a GPU.

    Keras's LSTM and GRU layers take them where there is one; no other runtime knows them.

    Args:
        network: The network of which something is traced.

    Example:
        >>> with without_cudnn(network):
        ...     function.get_concrete_function()
    """
    directions = ("forward_layer", "backward_layer")
    layers = [
        each
        for layer in network.training.layers
        for each in (layer, *(getattr(layer, name, None) for name in directions))
        if hasattr(each, "use_cudnn")
    ]
    before = [layer.use_cudnn for layer in layers]
    try:
        for layer in layers:
            layer.use_cudnn = False
        yield
    finally:
        for layer, use in zip(layers, before, strict=True):
            layer.use_cudnn = use
