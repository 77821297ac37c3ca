"""The decoder: predicts the next target token, for a whole sentence or one step at a time."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from seq2seq_keras.config import Config
from seq2seq_keras.network.attention import Attention
from seq2seq_keras.network.cells import named, recurrent_cell, recurrent_layer
from seq2seq_keras.network.embedding import embedding
from seq2seq_keras.network.fused import fused
from seq2seq_keras.network.recurrence import AttentiveRecurrence


class Decoder:
    """The layers that write a target sentence; `sentence` and `step` share their weights.

    - Without attention: s_t = f(s_{t-1}, [y_{t-1}; c]).
    - Attention before (Bahdanau): c_t from s_{t-1}, then s_t = f(s_{t-1}, [y_{t-1}; c_t]).
    - Attention after (Luong): s_t = f(s_{t-1}, y_{t-1}), then c_t from the top layer's s_t.

    In every case the output is softmax(V tanh(W_o [y_{t-1}; s_t; c_t])), of which this class
    returns the logits. The inner vector tanh(W_o ...) is `embedding_dim` wide.

    Args:
        config: The configuration.
        vocab_size: Entries in the target vocabulary.
        dtype: Keras dtype policy.
    """

    def __init__(self, config: Config, vocab_size: int, dtype: str) -> None:
        self.config = config
        self.placement = "none" if config.attention == "none" else config.attention_placement
        self.embedding = embedding(
            vocab_size,
            config.embedding_dim,
            tied=config.tie_embeddings,
            name="target_embedding",
            dtype=dtype,
        )
        self.dropout = keras.layers.Dropout(config.dropout, name="target_dropout", dtype=dtype)
        if self.placement != "none":
            self.attention = Attention(config.attention, name="attention", dtype=dtype)
        self.decoder_input = keras.layers.Concatenate(name="decoder_input", dtype=dtype)
        self.output_features = keras.layers.Concatenate(name="output_features", dtype=dtype)
        self.layers = []
        self.between = []
        for number in range(1, config.decoder_layers + 1):
            name = f"decoder_{number}"
            if number == 1 and self.placement == "before":
                cell = recurrent_cell(config.cell, config.units, "cell", dtype)
                layer = AttentiveRecurrence(cell, self.attention, name=name, dtype=dtype)
            else:
                layer = recurrent_layer(config.cell, config.units, name, dtype)
            self.layers.append(layer)
            if number > 1:
                self.between.append(
                    keras.layers.Dropout(config.dropout, name=f"{name}_dropout", dtype=dtype)
                )
        self.deep_output = keras.layers.Dense(
            config.embedding_dim, activation="tanh", name="deep_output", dtype=dtype
        )
        self.output_dropout = keras.layers.Dropout(
            config.dropout, name="output_dropout", dtype=dtype
        )
        self.vocabulary = None
        if not config.tie_embeddings:
            self.vocabulary = keras.layers.Dense(vocab_size, name="vocabulary", dtype=dtype)
        # Half precision ends before the softmax, which needs the range of float32.
        self.logits = keras.layers.Activation("linear", name="logits", dtype="float32")

    def sentence(
        self,
        target_input: Any,
        memory: dict[str, Any],
        initial_states: list[list[Any]],
        *,
        fast: bool = False,
    ) -> tuple[Any, Any]:
        """Reads the true tokens of a sentence, each to predict the next (teacher forcing).

        Args:
            target_input: The target from its start token on, `(batch, target_time)`.
            memory: What the encoder returned.
            initial_states: The states that the decoder layers start from.
            fast: Whether to compute the same with fused loops (see `fused`).

        Returns:
            What `predict` makes logits of, `(batch, target_time, embedding_dim)`, and the
            attention weights `(batch, target_time, source_time)`, which are None without
            attention and where a fused loop keeps them to itself.
        """
        vectors = self.dropout(self.embedding(target_input))  # (batch, target_time, embedding_dim)
        first, *upper = (fused(layer, self.config.cell) if fast else layer for layer in self.layers)
        weights = None
        if self.placement == "before":
            states, contexts, *more = first(
                vectors, *_attended(memory), initial_state=initial_states[0]
            )  # (batch, target_time, units)
            weights = more[0] if more else None
        elif self.placement == "after":
            states, *_ = first(vectors, initial_state=initial_states[0])
        else:
            steps = named(vectors[:, :, :1], "target_steps")
            ones = named(ops.ones_like(steps), "ones")  # (batch, target_time, 1)
            context = named(ops.expand_dims(memory["context"], 1), "context")  # (batch, 1, units)
            contexts = named(ones * context, "context_at_every_step")
            if fast:
                states, *_ = first(
                    vectors, initial_state=initial_states[0], context=memory["context"]
                )
            else:
                inputs = self.decoder_input([vectors, contexts])
                states, *_ = first(inputs, initial_state=initial_states[0])
        for layer, dropout, initial in zip(upper, self.between, initial_states[1:], strict=True):
            states, *_ = layer(dropout(states), initial_state=initial)
        if self.placement == "after":
            contexts, weights = self.attention(states, *_attended(memory))
        return self._hidden(vectors, states, contexts), weights

    def step(
        self, token: Any, memory: dict[str, Any], states: list[list[Any]]
    ) -> tuple[Any, list[list[Any]], Any]:
        """Predicts one token.

        Args:
            token: The previous target token y_{t-1}, `(batch,)`.
            memory: What the encoder returned.
            states: The states of every decoder layer after the step before.

        Returns:
            Logits `(batch, vocab_size)`, the new states, and the attention weights
            `(batch, source_time)` or None without attention.
        """
        vector = self.dropout(self.embedding(token))  # (batch, embedding_dim)
        first, *upper = self.layers
        weights = None
        if self.placement == "before":
            output, new_states, context, weights = first.step(vector, states[0], *_attended(memory))
        elif self.placement == "after":
            output, new_states = first.cell(vector, states[0])
        else:
            context = memory["context"]
            output, new_states = first.cell(self.decoder_input([vector, context]), states[0])
        all_states = [list(new_states)]
        for layer, dropout, state in zip(upper, self.between, states[1:], strict=True):
            output, new_states = layer.cell(dropout(output), state)
            all_states.append(list(new_states))
        if self.placement == "after":
            contexts, weights = self.attention(ops.expand_dims(output, 1), *_attended(memory))
            context, weights = ops.squeeze(contexts, 1), ops.squeeze(weights, 1)
        hidden = self._hidden(vector, output, context)
        return self.predict(hidden), all_states, weights

    def predict(self, hidden: Any) -> Any:
        """Returns the logits V tanh(W_o ...), float32, of what comes before V."""
        if self.vocabulary is None:
            return self.logits(self.embedding(hidden, reverse=True))
        return self.logits(self.vocabulary(hidden))

    def _hidden(self, vectors: Any, states: Any, contexts: Any) -> Any:
        # (batch, [target_time,] embedding_dim + units + units)
        features = self.output_features([vectors, states, contexts])
        return self.output_dropout(self.deep_output(features))


def _attended(memory: dict[str, Any]) -> tuple[Any, Any, Any]:
    return memory["attention_keys"], memory["encoder_states"], memory["source_mask"]
