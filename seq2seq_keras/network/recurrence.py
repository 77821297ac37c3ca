"""The decoder recurrence that attends before each step."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from seq2seq_keras.network.attention import Attention


@keras.saving.register_keras_serializable(package="seq2seq_keras")
class AttentiveRecurrence(keras.layers.Layer):
    """A cell whose every step first attends: c_t from s_{t-1}, then s_t = f(s_{t-1}, [y; c_t]).

    This is the decoder of Bahdanau, Cho and Bengio (2015), placement `before`. It has to run
    step by step, because the weights of a step depend on the state of the step before.

    Args:
        cell: A Keras cell such as `keras.layers.GRUCell(units)`.
        attention: An `Attention` layer.

    Call arguments:
        inputs: Vectors of the previous target tokens y_{t-1}, `(batch, target_time, dim)`.
        keys, encoder_states, source_mask: As of `Attention`.
        initial_state: The cell's states at the start, each `(batch, units)`.

    Returns:
        Decoder states `(batch, target_time, units)`, contexts of the same time and
        attention weights `(batch, target_time, source_time)`.

    Example:
        >>> decoder = AttentiveRecurrence(keras.layers.GRUCell(8), Attention("additive"))
        >>> states, contexts, weights = decoder(vectors, keys, h, mask, initial_state=[s_0])
    """

    def __init__(self, cell: keras.layers.Layer, attention: Attention, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = cell
        self.attention = attention

    def build(
        self,
        inputs_shape: tuple,
        keys_shape: tuple,
        encoder_states_shape: tuple,
        source_mask_shape: tuple | None = None,
        initial_state_shape: Any = None,
    ) -> None:
        batch = inputs_shape[0]
        query_shape = (batch, 1, self.cell.units)
        if not self.attention.built:
            self.attention.build(query_shape, keys_shape, encoder_states_shape)
        if not self.cell.built:
            self.cell.build((batch, inputs_shape[-1] + encoder_states_shape[-1]))

    def step(
        self, vector: Any, states: list, keys: Any, encoder_states: Any, source_mask: Any
    ) -> tuple[Any, list, Any, Any]:
        """Attends and steps once.

        Args:
            vector: y_{t-1}, `(batch, dim)`.
            states: The cell's states, each `(batch, units)`.
            keys, encoder_states, source_mask: As of `Attention`.

        Returns:
            s_t `(batch, units)`, the new states, c_t `(batch, units)` and the weights
            a_t `(batch, source_time)`.
        """
        query = ops.expand_dims(states[0], 1)  # (batch, 1, units)
        context, weights = self.attention(query, keys, encoder_states, source_mask)
        context, weights = ops.squeeze(context, 1), ops.squeeze(weights, 1)
        output, states = self.cell(ops.concatenate([vector, context], axis=-1), states)
        return output, states, context, weights

    def call(
        self, inputs: Any, keys: Any, encoder_states: Any, source_mask: Any, initial_state: list
    ) -> tuple:
        # keras.ops.scan wants outputs of the same structure as what it carries, so the
        # last context and weights are carried too, though no step reads them.
        carried = (
            list(initial_state),
            ops.zeros_like(encoder_states[:, 0]),  # (batch, units)
            ops.zeros_like(keys[:, :, 0]),  # (batch, source_time)
        )

        def attend_and_step(carried: tuple, vector: Any) -> tuple:
            _, states, context, weights = self.step(
                vector, carried[0], keys, encoder_states, source_mask
            )
            carried = (list(states), context, weights)
            return carried, carried

        vectors = ops.transpose(inputs, (1, 0, 2))  # (target_time, batch, dim)
        _, (states, contexts, weights) = ops.scan(attend_and_step, carried, vectors)
        return (
            ops.transpose(states[0], (1, 0, 2)),
            ops.transpose(contexts, (1, 0, 2)),
            ops.transpose(weights, (1, 0, 2)),
        )

    def compute_output_spec(
        self, inputs: Any, keys: Any, encoder_states: Any, source_mask: Any, initial_state: list
    ) -> tuple:
        time = inputs.shape[:2]
        widths = (self.cell.units, encoder_states.shape[-1], keys.shape[1])
        return tuple(keras.KerasTensor((*time, width), self.compute_dtype) for width in widths)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "cell": keras.saving.serialize_keras_object(self.cell),
            "attention": keras.saving.serialize_keras_object(self.attention),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> AttentiveRecurrence:
        for part in ("cell", "attention"):
            config[part] = keras.saving.deserialize_keras_object(config[part])
        return cls(**config)
