"""The three recurrent cells by name, as whole layers and as single steps.

Equations, with x_t the input and h_{t-1} the previous state:

- `lstm`: f_t, i_t, o_t = sigmoid(W [h_{t-1}, x_t] + b) each with its own W and b,
  C~_t = tanh(W_C [h_{t-1}, x_t] + b_C), C_t = f_t * C_{t-1} + i_t * C~_t,
  h_t = o_t * tanh(C_t) (Hochreiter and Schmidhuber 1997, with forget gate).
- `gru`: z_t, r_t = sigmoid(W x_t + U h_{t-1} + b) each with its own W, U and b,
  h~_t = tanh(W x_t + b + r_t * (U h_{t-1} + b')), h_t = z_t * h_{t-1} + (1 - z_t) * h~_t
  (Cho et al. 2014, reset after the product as in Keras and cuDNN).
- `rnn`: h_t = tanh(W x_t + U h_{t-1} + b) (Elman 1990).
"""

from __future__ import annotations

from typing import Any

import keras

from seq2seq_keras.config import CellName

_LAYERS: dict[str, type[keras.layers.RNN]] = {
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
    "rnn": keras.layers.SimpleRNN,
}
_CELLS: dict[str, type[keras.layers.Layer]] = {
    "lstm": keras.layers.LSTMCell,
    "gru": keras.layers.GRUCell,
    "rnn": keras.layers.SimpleRNNCell,
}


def recurrent_layer(cell: CellName, units: int, name: str, dtype: str) -> keras.layers.RNN:
    """Returns a layer that runs `cell` over time and gives all states and the final one(s).

    Example:
        >>> states, final_state = recurrent_layer("gru", 8, "decoder", "float32")(vectors)
    """
    layer = _LAYERS[cell](units, return_sequences=True, return_state=True, name=name, dtype=dtype)
    # The step model uses the cell by itself, and names in a model must differ.
    layer.cell.name = f"{name}_cell"
    return layer


def recurrent_cell(cell: CellName, units: int, name: str, dtype: str) -> keras.layers.Layer:
    """Returns `cell` for one step: `output, new_states = cell(inputs, states)`."""
    return _CELLS[cell](units, name=name, dtype=dtype)


def named(tensor: Any, name: str) -> Any:
    """Names the operation that made a symbolic tensor, so that `model.summary()` reads well."""
    tensor._keras_history.operation.name = name
    return tensor


def state_names(cell: CellName) -> list[str]:
    """Names of the tensors that a cell carries from step to step; the first is its output."""
    return ["hidden_state", "cell_state"] if cell == "lstm" else ["hidden_state"]
