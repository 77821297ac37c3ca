"""The benchmark's network out of Keras's own layers, as its documentation builds networks.

The formulas are those of `seq2seq_keras.network`, and a test holds both to the same logits; but
that may compute them in ways of its own, and this model does not.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

_STANDARD_DEVIATION = 0.2  # of the first word vectors, as in the other networks


class BahdanauDecoder(layers.Layer):
    """A GRU cell that attends before each step, straightforwardly in a scan over time.

    Args:
        units: Width of the cell and of the scores' hidden layer.
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = layers.GRUCell(units, name="cell")
        self.query = layers.Dense(units, use_bias=False, name="query")
        self.score = layers.Dense(1, use_bias=False, name="score")

    def build(self, inputs_shape: tuple, *shapes: tuple) -> None:
        units = self.cell.units
        self.cell.build((None, inputs_shape[-1] + units))
        self.query.build((None, units))
        self.score.build((None, None, units))

    def call(self, inputs: Any, keys: Any, encoded: Any, mask: Any, state: Any) -> tuple:
        def step(carried: tuple, vector: Any) -> tuple:
            state, _ = carried
            hidden = ops.tanh(ops.expand_dims(self.query(state), 1) + keys)
            scores = ops.squeeze(self.score(hidden), -1)  # (batch, source_time)
            weights = ops.softmax(ops.where(mask, scores, -1e9), axis=-1)
            context = ops.squeeze(ops.matmul(ops.expand_dims(weights, 1), encoded), 1)
            state, _ = self.cell(ops.concatenate([vector, context], axis=-1), [state])
            return (state, context), (state, context)

        vectors = ops.transpose(inputs, (1, 0, 2))  # (target_time, batch, dim)
        start = (state, ops.zeros_like(encoded[:, 0]))
        _, (states, contexts) = ops.scan(step, start, vectors)
        return ops.transpose(states, (1, 0, 2)), ops.transpose(contexts, (1, 0, 2))

    def compute_output_shape(self, inputs_shape: tuple, *shapes: tuple) -> tuple:
        shape = (*inputs_shape[:-1], self.cell.units)
        return shape, shape


def build_model(
    placement: str,
    source_vocab_size: int,
    target_vocab_size: int,
    *,
    embedding_dim: int,
    units: int,
    dropout: float,
) -> keras.Model:
    """Returns `[source, target_input]` to logits `(batch, target_time, target_vocab_size)`.

    Args:
        placement: `before`, `after` or `none`.
        source_vocab_size, target_vocab_size: Entries of the vocabularies.
        embedding_dim, units, dropout: As in `benchmarks.settings`.
    """
    initializer = keras.initializers.RandomNormal(stddev=_STANDARD_DEVIATION)
    source = keras.Input((None,), dtype="int32", name="source")
    target_input = keras.Input((None,), dtype="int32", name="target_input")

    embedded = layers.Embedding(
        source_vocab_size,
        embedding_dim,
        embeddings_initializer=initializer,
        mask_zero=True,
        name="source_embedding",
    )(source)
    encoded, forward, backward = layers.Bidirectional(
        layers.GRU(units // 2, return_sequences=True, return_state=True), name="encoder"
    )(layers.Dropout(dropout)(embedded))
    summary = layers.Concatenate()([forward, backward])  # (batch, units)
    initial_state = layers.Dense(units, activation="tanh", name="initial")(summary)
    encoded = layers.Dropout(dropout)(encoded)  # (batch, source_time, units)

    table = layers.ReversibleEmbedding(
        target_vocab_size,
        embedding_dim,
        embeddings_initializer=initializer,
        name="target_embedding",
    )
    vectors = layers.Dropout(dropout)(table(target_input))  # (batch, target_time, embedding_dim)
    if placement == "before":
        keys = layers.Dense(units, use_bias=False, name="keys")(encoded)
        mask = ops.not_equal(source, 0)
        decoder = BahdanauDecoder(units, name="decoder")
        states, contexts = decoder(vectors, keys, encoded, mask, initial_state)
    else:
        decoder = layers.GRU(units, return_sequences=True, name="decoder")
        if placement == "after":
            keys = layers.Dense(units, use_bias=False, name="keys")(encoded)
            states = decoder(vectors, initial_state=initial_state)
            contexts = layers.Attention(name="attention")([states, encoded, keys])
        else:
            steps = ops.ones_like(vectors[:, :, :1])  # (batch, target_time, 1)
            contexts = steps * ops.expand_dims(summary, 1)
            inputs = layers.Concatenate()([vectors, contexts])
            states = decoder(inputs, initial_state=initial_state)
    features = layers.Concatenate()([vectors, states, contexts])
    hidden = layers.Dense(embedding_dim, activation="tanh", name="deep_output")(features)
    logits = table(layers.Dropout(dropout)(hidden), reverse=True)
    return keras.Model([source, target_input], logits)
