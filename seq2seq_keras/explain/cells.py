"""One step of each recurrent cell, with every quantity that its formulas name.

With x_t the input, h_{t-1} the state before and * the product of components:

- LSTM: f_t = sigmoid(W_f x_t + U_f h_{t-1} + b_f), i_t and o_t likewise,
  C~_t = tanh(W_C x_t + U_C h_{t-1} + b_C), C_t = f_t * C_{t-1} + i_t * C~_t,
  h_t = o_t * tanh(C_t). What course notes write W [h_{t-1}, x_t] is W and U side by side.
- GRU: z_t = sigmoid(W_z x_t + b_z + U_z h_{t-1} + b'_z), r_t likewise,
  h~_t = tanh(W x_t + b + r_t * (U h_{t-1} + b')), h_t = z_t * h_{t-1} + (1 - z_t) * h~_t.
- Simple RNN: h_t = tanh(W x_t + U h_{t-1} + b).

Everything works along the last axis; axes before it, of a batch, are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from seq2seq_keras.config import CellName
from seq2seq_keras.explain.weights import CellWeights

QUANTITIES: dict[CellName, tuple[str, ...]] = {
    "lstm": ("f", "i", "C~", "C", "o", "h"),
    "gru": ("z", "r", "h~", "h"),
    "rnn": ("h",),
}
"""What a step computes, in the order of the formulas."""

Alter = Callable[[str, np.ndarray], np.ndarray]
"""Takes a quantity's name and value as soon as it is computed, and returns what is used."""


@dataclass(frozen=True)
class CellRecord:
    """What a cell did in one step, or with one more axis in front in many.

    Attributes:
        x: The input x_t, `(..., inputs)`.
        before: The states before: h_{t-1}, and of an LSTM C_{t-1}, each `(..., units)`.
        values: The quantities by the names in `QUANTITIES`, each `(..., units)`.
        sums: What each gate's sigmoid or tanh was taken of, `(..., units)`.
        recurrent: Of each gate the part of its sum that comes from h_{t-1}, `(..., units)`:
            U h_{t-1}, and in a GRU U h_{t-1} + b', in h~ before the reset gate multiplies it.
    """

    x: np.ndarray
    before: tuple[np.ndarray, ...]
    values: dict[str, np.ndarray]
    sums: dict[str, np.ndarray]
    recurrent: dict[str, np.ndarray]

    @property
    def states(self) -> tuple[np.ndarray, ...]:
        """What the cell hands to its next step: h_t, and of an LSTM C_t."""
        return tuple(self.values[name] for name in ("h", "C") if name in self.values)

    def at(self, step: int) -> CellRecord:
        """Returns one step of a record of many."""
        return CellRecord(
            self.x[step],
            tuple(state[step] for state in self.before),
            {name: value[step] for name, value in self.values.items()},
            {name: value[step] for name, value in self.sums.items()},
            {name: value[step] for name, value in self.recurrent.items()},
        )


def stacked(records: Sequence[CellRecord]) -> CellRecord:
    """Puts the records of consecutive steps into one, time first."""

    def by_name(parts: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
        return {name: np.stack([part[name] for part in parts]) for name in parts[0]}

    return CellRecord(
        np.stack([record.x for record in records]),
        tuple(np.stack(states) for states in zip(*(r.before for r in records), strict=True)),
        by_name([record.values for record in records]),
        by_name([record.sums for record in records]),
        by_name([record.recurrent for record in records]),
    )


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), in a form that cannot overflow."""
    return 0.5 * (1 + np.tanh(0.5 * x))


def step(
    cell: CellWeights,
    x: np.ndarray,
    states: Sequence[np.ndarray],
    alter: Alter | None = None,
) -> CellRecord:
    """Takes a cell one step further.

    Args:
        cell: The cell's weights.
        x: The input x_t, `(..., inputs)`.
        states: h_{t-1}, and of an LSTM C_{t-1}, each `(..., units)`.
        alter: May replace each quantity once it is computed; what follows uses what it returns.

    Example:
        >>> record = step(weights.decoder[0], x, [h])
        >>> record.values["z"], record.sums["z"]
    """
    inputs = cell.split(x @ cell.kernel + cell.bias)
    recurrent_sum = states[0] @ cell.recurrent_kernel
    if cell.recurrent_bias is not None:
        recurrent_sum = recurrent_sum + cell.recurrent_bias
    recurrent = cell.split(recurrent_sum)
    sums = {gate: inputs[gate] + recurrent[gate] for gate in inputs}
    values: dict[str, np.ndarray] = {}

    def put(name: str, value: np.ndarray) -> np.ndarray:
        values[name] = value if alter is None else alter(name, value)
        return values[name]

    if cell.kind == "lstm":
        f = put("f", sigmoid(sums["f"]))
        i = put("i", sigmoid(sums["i"]))
        candidate = put("C~", np.tanh(sums["C~"]))
        cell_state = put("C", f * states[1] + i * candidate)
        o = put("o", sigmoid(sums["o"]))
        put("h", o * np.tanh(cell_state))
    elif cell.kind == "gru":
        z = put("z", sigmoid(sums["z"]))
        r = put("r", sigmoid(sums["r"]))
        sums["h~"] = inputs["h~"] + r * recurrent["h~"]
        candidate = put("h~", np.tanh(sums["h~"]))
        put("h", z * states[0] + (1 - z) * candidate)
    else:
        put("h", np.tanh(sums["h"]))
    return CellRecord(x, tuple(states), values, sums, recurrent)


def reset_before_product(cell: CellWeights, x: np.ndarray, h: np.ndarray) -> dict[str, np.ndarray]:
    """Steps a GRU as Cho et al. (2014) write it, with the same weights, to set beside `step`.

    They reset the state *before* it meets the matrix, h~_t = tanh(W x_t + U (r_t * h_{t-1}) + b):
    a gate for each component of h_{t-1}. Keras and cuDNN reset *after* the product,
    r_t * (U h_{t-1} + b'): a gate for each component of h~_t. The biases b + b' are one here, as
    theirs is. The two agree where every r_t is 1. A network trained in one form computes something
    else in the other: these are not values of the network at hand.

    Bahdanau et al. (2015) besides call 1 - z_t what is z_t here.

    Args:
        cell: The weights of a GRU.
        x: The input x_t, `(..., inputs)`.
        h: The state before, `(..., units)`.

    Returns:
        `z`, `r`, `h~` and `h`, each `(..., units)`.
    """
    if cell.kind != "gru" or cell.recurrent_bias is None:
        raise ValueError(f"`cell` must be a GRU. Received: {cell.kind}")
    inputs = cell.split(x @ cell.kernel + cell.bias + cell.recurrent_bias)
    recurrent = cell.split(cell.recurrent_kernel)
    z = sigmoid(inputs["z"] + h @ recurrent["z"])
    r = sigmoid(inputs["r"] + h @ recurrent["r"])
    candidate = np.tanh(inputs["h~"] + (r * h) @ recurrent["h~"])
    return {"z": z, "r": r, "h~": candidate, "h": z * h + (1 - z) * candidate}
