"""Attention: how much each encoder state counts for a decoder state."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from seq2seq_keras.config import AttentionName

# Far below any real score, yet finite: exp(MASKED - max) is exactly 0 in every float type.
MASKED = -1e9


@keras.saving.register_keras_serializable(package="seq2seq_keras")
class Attention(keras.layers.Layer):
    """Context vectors c_t = sum_i a_ti h_i with weights a_ti = softmax_i(score(s_t, h_i)).

    The part of a score that depends on the encoder state alone is the *key* k_i. It is
    made once a sentence, outside of this layer (see `attention_keys`):

    - `dot`: score = s . k with k = h (Luong, Pham and Manning 2015)
    - `scaled_dot`: score = s . k / sqrt(d) with k = h (Vaswani et al. 2017)
    - `general`: score = s . k with k = W h (Luong, Pham and Manning 2015)
    - `additive`: score = v . tanh(W s + k) with k = U h (Bahdanau, Cho and Bengio 2015)

    Args:
        score: Name of the score function, one of the above.

    Call arguments:
        query: Decoder states s, `(batch, target_time, units)`.
        keys: Keys k, `(batch, source_time, key_units)`.
        encoder_states: Encoder states h, `(batch, source_time, units)`.
        source_mask: True where the source has a token, `(batch, source_time)`.

    Returns:
        Contexts `(batch, target_time, units)` and weights `(batch, target_time, source_time)`,
        which are exactly 0 at padding and sum to 1.

    Raises:
        ValueError: if queries and keys of a product score differ in width.

    Example:
        >>> attention = Attention("dot")
        >>> contexts, weights = attention(decoder_states, states, states, source_mask)
    """

    def __init__(self, score: AttentionName, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if score not in ("dot", "scaled_dot", "general", "additive"):
            raise ValueError(
                f"`score` must be dot, scaled_dot, general or additive. Received: score={score!r}"
            )
        self.score = score

    def build(
        self,
        query_shape: tuple,
        keys_shape: tuple,
        encoder_states_shape: tuple | None = None,
        source_mask_shape: tuple | None = None,
    ) -> None:
        query_units, key_units = query_shape[-1], keys_shape[-1]
        if self.score == "additive":
            self.query_kernel = self.add_weight(
                (query_units, key_units), initializer="glorot_uniform", name="query_kernel"
            )
            # v is a column of key_units numbers, so glorot_uniform sees (key_units, 1).
            self.score_vector = self.add_weight(
                (key_units, 1), initializer="glorot_uniform", name="score_vector"
            )
        elif query_units != key_units:
            raise ValueError(
                f"The score {self.score} multiplies decoder states and keys, so they must have "
                f"the same width. Received: {query_units} and {key_units}"
            )

    def call(self, query: Any, keys: Any, encoder_states: Any, source_mask: Any) -> tuple:
        weights = ops.softmax(self.scores(query, keys, source_mask), axis=-1)
        weights = ops.cast(weights, self.compute_dtype)  # (batch, target_time, source_time)
        contexts = ops.matmul(weights, encoder_states)  # (batch, target_time, units)
        return contexts, weights

    def scores(self, query: Any, keys: Any, source_mask: Any) -> Any:
        """Returns e_ti in float32, `(batch, target_time, source_time)`; padding scores -1e9."""
        if self.score == "additive":
            projected = ops.matmul(query, self.query_kernel)  # (batch, target_time, key_units)
            # (batch, target_time, source_time, key_units)
            hidden = ops.tanh(ops.expand_dims(projected, 2) + ops.expand_dims(keys, 1))
            scores = ops.squeeze(ops.matmul(hidden, self.score_vector), -1)
        else:
            scores = ops.matmul(query, ops.transpose(keys, (0, 2, 1)))
            if self.score == "scaled_dot":
                scores = scores / (keys.shape[-1] ** 0.5)
        mask = ops.expand_dims(source_mask, 1)  # (batch, 1, source_time)
        return ops.where(mask, ops.cast(scores, "float32"), MASKED)

    def compute_output_shape(
        self,
        query_shape: tuple,
        keys_shape: tuple,
        encoder_states_shape: tuple,
        source_mask_shape: tuple | None = None,
    ) -> tuple:
        contexts_shape = (*query_shape[:-1], encoder_states_shape[-1])
        return contexts_shape, (*query_shape[:-1], keys_shape[1])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "score": self.score}


def attention_keys(score: AttentionName, units: int, dtype: str) -> keras.layers.Layer | None:
    """Returns the layer that makes keys of encoder states, or None where they are the same."""
    if score in ("dot", "scaled_dot"):
        return None
    return keras.layers.Dense(units, use_bias=False, name="attention_keys", dtype=dtype)
