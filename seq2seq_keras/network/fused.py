"""Fast forms of the recurrent layers: the same weights and results, computed by fused loops."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from seq2seq_keras.config import CellName
from seq2seq_keras.network.fused_cells import EQUATIONS
from seq2seq_keras.network.fused_loops import AttentionKernels, attend_and_run_cell, run_cell
from seq2seq_keras.network.recurrence import AttentiveRecurrence


def fused(layer: keras.layers.Layer, cell: CellName) -> keras.layers.Layer:
    """Returns a layer that computes what a recurrent layer of the network does, but faster.

    It shares the weights of `layer`, is called in the same way, and gives the same states.
    Models of such layers are for training and search; what is saved has the plain ones.

    Args:
        layer: A Keras LSTM, GRU or SimpleRNN that returns states and sequences, such a layer in
            `Bidirectional`, or an `AttentiveRecurrence`.
        cell: Name of its cell.

    Example:
        >>> states, final_state = fused(gru_layer, "gru")(vectors, mask=mask)
    """
    if isinstance(layer, AttentiveRecurrence):
        return FusedAttentiveRecurrence(layer, cell)
    if isinstance(layer, keras.layers.Bidirectional):
        return FusedBidirectional(layer, cell)
    return FusedRecurrence(layer, cell)


class FusedRecurrence(keras.layers.Layer):
    """A recurrent layer as one fused loop.

    Args:
        layer: The layer whose weights are used.
        cell: Name of its cell.
        backwards: Whether to read from the last step to the first. States stand where their
            inputs do, also then.
    """

    def __init__(self, layer: keras.layers.RNN, cell: CellName, backwards: bool = False) -> None:
        super().__init__(name=f"{layer.name}_fused", dtype=layer.dtype_policy)
        self.cell = layer.cell
        self.equations = EQUATIONS[cell]
        self.supports_masking = True
        self.backwards = backwards

    def build(self, inputs_shape: tuple, **more_shapes: Any) -> None:
        assert self.cell.built

    def call(
        self,
        inputs: Any,
        mask: Any | None = None,
        initial_state: list | None = None,
        context: Any | None = None,
    ) -> tuple[Any, ...]:
        """Runs over a batch.

        Args:
            inputs: `(batch, time, dim)`.
            mask: True where a step counts, `(batch, time)`.
            initial_state: The states at the start; zeros by default.
            context: What every step reads after its own input, `(batch, context_dim)`: the
                layer is then that of inputs `[inputs; context]`.

        Returns:
            The states `(batch, time, units)`, and the final ones.
        """
        kernel, input_bias, recurrent_kernel, recurrent_bias = _weights(self.cell)
        vectors = ops.transpose(inputs, (1, 0, 2))
        if context is not None:
            kernel, context_kernel = ops.split(kernel, [inputs.shape[-1]])
            input_bias = input_bias + ops.matmul(context, context_kernel)  # once a sentence
        x = ops.matmul(vectors, kernel) + input_bias  # (time, batch, gates * units)
        if mask is not None:
            mask = ops.expand_dims(ops.transpose(mask), -1)  # (time, batch, 1)
        if initial_state is None:
            start = ops.zeros_like(x[0, :, : self.cell.units])
            initial_state = [start] * self.equations.num_states
        states = run_cell(
            self.equations,
            x,
            recurrent_kernel,
            recurrent_bias,
            initial_state,
            mask=mask,
            reverse=self.backwards,
        )
        last = 0 if self.backwards else -1
        return ops.transpose(states[0], (1, 0, 2)), *(state[last] for state in states)

    def compute_mask(self, inputs: Any, mask: Any | None = None) -> list[Any]:
        return [mask] + [None] * self.equations.num_states

    def compute_output_spec(
        self,
        inputs: Any,
        mask: Any | None = None,
        initial_state: list | None = None,
        context: Any | None = None,
    ) -> tuple:
        batch, time, _ = inputs.shape
        units, dtype = self.cell.units, self.compute_dtype
        final = (keras.KerasTensor((batch, units), dtype) for _ in range(self.equations.num_states))
        return keras.KerasTensor((batch, time, units), dtype), *final


class FusedBidirectional(keras.layers.Layer):
    """Both directions of a bidirectional layer as fused loops."""

    def __init__(self, layer: keras.layers.Bidirectional, cell: CellName) -> None:
        super().__init__(name=f"{layer.name}_fused", dtype=layer.dtype_policy)
        self.supports_masking = True
        self.forward = FusedRecurrence(layer.forward_layer, cell)
        self.backward = FusedRecurrence(layer.backward_layer, cell, backwards=True)

    def build(self, inputs_shape: tuple) -> None:
        for direction in (self.forward, self.backward):
            direction.build(inputs_shape)

    def call(self, inputs: Any, mask: Any | None = None) -> tuple[Any, ...]:
        states, *final = self.forward(inputs, mask=mask)
        states_back, *final_back = self.backward(inputs, mask=mask)
        return ops.concatenate([states, states_back], axis=-1), *final, *final_back

    def compute_mask(self, inputs: Any, mask: Any | None = None) -> list[Any]:
        return self.forward.compute_mask(inputs, mask) + [None] * self.backward.equations.num_states

    def compute_output_spec(self, inputs: Any, mask: Any | None = None) -> tuple:
        states, *final = self.forward.compute_output_spec(inputs)
        both = keras.KerasTensor((*states.shape[:-1], 2 * states.shape[-1]), states.dtype)
        _, *final_back = self.backward.compute_output_spec(inputs)
        return both, *final, *final_back


class FusedAttentiveRecurrence(keras.layers.Layer):
    """An `AttentiveRecurrence` as one fused loop; it gives no attention weights."""

    def __init__(self, layer: AttentiveRecurrence, cell: CellName) -> None:
        super().__init__(name=f"{layer.name}_fused", dtype=layer.dtype_policy)
        self.cell = layer.cell
        self.attention = layer.attention
        self.equations = EQUATIONS[cell]
        self.supports_masking = True

    def build(self, *shapes: tuple, **more_shapes: tuple) -> None:
        assert self.cell.built and self.attention.built

    def call(
        self, inputs: Any, keys: Any, encoder_states: Any, source_mask: Any, initial_state: list
    ) -> tuple[Any, Any]:
        """Returns states and contexts, each `(batch, target_time, units)`."""
        kernel, input_bias, recurrent_kernel, recurrent_bias = _weights(self.cell)
        word_kernel, context_kernel = ops.split(kernel, [inputs.shape[-1]])
        vectors = ops.transpose(inputs, (1, 0, 2))
        x = ops.matmul(vectors, word_kernel) + input_bias  # (target_time, batch, gates * units)
        attention = AttentionKernels(self.attention.score)
        if self.attention.score == "additive":
            attention = AttentionKernels(
                self.attention.score,
                ops.copy(self.attention.query_kernel),
                ops.copy(self.attention.score_vector),
            )
        states, contexts = attend_and_run_cell(
            self.equations,
            attention,
            x,
            context_kernel,
            recurrent_kernel,
            recurrent_bias,
            keys,
            encoder_states,
            source_mask,
            initial_state,
        )
        return ops.transpose(states, (1, 0, 2)), ops.transpose(contexts, (1, 0, 2))

    def compute_output_spec(
        self, inputs: Any, keys: Any, encoder_states: Any, source_mask: Any, initial_state: list
    ) -> tuple:
        time = inputs.shape[:2]
        widths = (self.cell.units, encoder_states.shape[-1])
        return tuple(keras.KerasTensor((*time, width), self.compute_dtype) for width in widths)


def _weights(cell: keras.layers.Layer) -> tuple[Any, Any, Any, Any | None]:
    """W, b, U and b' of a cell; only a GRU has b'."""
    # TensorFlow wants no variables in a custom gradient, so these are their values.
    kernel, recurrent_kernel, bias = map(ops.copy, (cell.kernel, cell.recurrent_kernel, cell.bias))
    if len(bias.shape) == 2:
        return kernel, bias[0], recurrent_kernel, bias[1]
    return kernel, bias, recurrent_kernel, None
