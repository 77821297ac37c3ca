"""The encoder: reads the source into states h_1..h_T and makes the decoder's first state."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from seq2seq_keras.config import Config
from seq2seq_keras.network.attention import attention_keys
from seq2seq_keras.network.cells import named, recurrent_layer, state_names
from seq2seq_keras.network.embedding import embedding
from seq2seq_keras.network.fused import fused


class Encoder:
    """The layers that read a source sentence; call it on a symbolic source.

    h_t = f(h_{t-1}, x_t), optionally in both directions (h_i is then the concatenation of
    the two, each `units`/2 wide) and stacked. The fixed-length vector c is h_T, or both
    directions' final states. Each decoder layer starts from its own tanh(W c + b), an LSTM's
    cell state likewise from the encoder's final cell state(s).

    Args:
        config: The configuration.
        vocab_size: Entries in the source vocabulary.
        dtype: Keras dtype policy.

    Example:
        >>> memory, states = Encoder(config, 4000, "float32")(keras.Input((None,), dtype="int32"))
    """

    def __init__(self, config: Config, vocab_size: int, dtype: str) -> None:
        self.config = config
        self.embedding = embedding(
            vocab_size, config.embedding_dim, name="source_embedding", dtype=dtype
        )
        self.dropout = keras.layers.Dropout(config.dropout, name="source_dropout", dtype=dtype)
        self.layers = []
        self.between = []
        for number in range(1, config.encoder_layers + 1):
            self.layers.append(self._layer(f"encoder_{number}", dtype))
            self.between.append(
                keras.layers.Dropout(config.dropout, name=f"encoder_{number}_dropout", dtype=dtype)
            )
        self.keys = None
        if config.attention != "none":
            self.keys = attention_keys(config.attention, config.units, dtype)
        self.join = [
            keras.layers.Concatenate(name=f"final_{state}", dtype=dtype)
            for state in state_names(config.cell)
        ]
        self.initial = [
            [
                keras.layers.Dense(
                    config.units,
                    activation="tanh",
                    name=f"decoder_{number}_initial_{state}",
                    dtype=dtype,
                )
                for state in state_names(config.cell)
            ]
            for number in range(1, config.decoder_layers + 1)
        ]

    def _layer(self, name: str, dtype: str) -> keras.layers.Layer:
        cell, units = self.config.cell, self.config.units
        if not self.config.bidirectional:
            return recurrent_layer(cell, units, name, dtype)
        one_direction = recurrent_layer(cell, units // 2, name, dtype)
        return keras.layers.Bidirectional(one_direction, name=name, dtype=dtype)

    def __call__(
        self, source: Any, *, fast: bool = False
    ) -> tuple[dict[str, Any], list[list[Any]]]:
        """Encodes a batch.

        Args:
            source: Token ids, each sentence with its end token, padding 0,
                `(batch, source_time)`.
            fast: Whether to compute the same with fused loops (see `fused`).

        Returns:
            The memory, which stays the same at every decoder step: without attention
            `context` `(batch, units)`; with attention `encoder_states` and
            `attention_keys` `(batch, source_time, units)` and `source_mask`
            `(batch, source_time)`. And the initial states of every decoder layer.
        """
        mask = named(ops.not_equal(source, 0), "source_mask")  # (batch, source_time)
        states = self.dropout(self.embedding(source))  # (batch, source_time, embedding_dim)
        for layer, dropout in zip(self.layers, self.between, strict=True):
            run = fused(layer, self.config.cell) if fast else layer
            states, *final = run(states, mask=mask)  # (batch, source_time, units)
            states = dropout(states)
        # The mask is handed on explicitly; a copy is free of the one that Keras attached.
        states = named(ops.copy(states), "encoder_states")
        # Bidirectional gives the forward direction's states and then the backward one's.
        count = len(state_names(self.config.cell))
        if self.config.bidirectional:
            final = [
                concatenate([final[i], final[i + count]]) for i, concatenate in enumerate(self.join)
            ]
        # c, and of an LSTM the final cell state: (batch, units) each
        initial_states = [
            [dense(summary) for dense, summary in zip(layer, final, strict=True)]
            for layer in self.initial
        ]
        if self.config.attention == "none":
            return {"context": final[0]}, initial_states
        return {
            "encoder_states": states,
            "attention_keys": states if self.keys is None else self.keys(states),
            "source_mask": mask,
        }, initial_states
