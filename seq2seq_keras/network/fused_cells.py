"""The equations of the three cells and their derivatives, for loops that do nothing else.

A cell reads its input only through x = W x_t + b, and its own state in products only through
u = U h_{t-1} + b'. Both products are left to the caller, who can make those of all steps at
once where steps do not depend on each other: all of the x, and the gradients of W and U.

Every function works on `(batch, ...)` tensors of one step; gates stand side by side in Keras's
order. `d` before a name is the derivative of the loss with respect to it.
"""

from __future__ import annotations

from typing import Any, Protocol

from keras import ops

from seq2seq_keras.config import CellName


class CellEquations(Protocol):
    """One cell: its step, and the step's derivatives."""

    num_states: int

    def forward(self, x: Any, u: Any, states: list[Any]) -> tuple[list[Any], list[Any]]:
        """Steps once.

        Args:
            x: W x_t + b, `(batch, gates * units)`.
            u: U h_{t-1} + b', likewise.
            states: h_{t-1}, and of an LSTM C_{t-1}, each `(batch, units)`.

        Returns:
            The new states, and what `backward` wants to know of this step.
        """

    def backward(
        self, d_new: list[Any], states: list[Any], saved: list[Any]
    ) -> tuple[Any, Any, list[Any]]:
        """Goes one step back.

        Args:
            d_new: Derivatives with respect to the new states.
            states: The states before the step.
            saved: What `forward` gave.

        Returns:
            dx, du, and the derivatives with respect to the states before, without the part
            that reaches h_{t-1} through u.
        """


class GRUEquations:
    """z, r = sigmoid(x + u); h~ = tanh(x + r * u); h = z * h_{t-1} + (1 - z) * h~."""

    num_states = 1

    def forward(self, x: Any, u: Any, states: list[Any]) -> tuple[list[Any], list[Any]]:
        (h,) = states
        units = h.shape[-1]
        x_gates, x_candidate = ops.split(x, [2 * units], axis=-1)
        u_gates, u_candidate = ops.split(u, [2 * units], axis=-1)
        z, r = ops.split(ops.sigmoid(x_gates + u_gates), 2, axis=-1)
        candidate = ops.tanh(x_candidate + r * u_candidate)
        change = h - candidate
        return [candidate + z * change], [z, r, candidate, u_candidate, change]

    def backward(
        self, d_new: list[Any], states: list[Any], saved: list[Any]
    ) -> tuple[Any, Any, list[Any]]:
        (dh,) = d_new
        z, r, candidate, u_candidate, change = saved
        d_kept = dh * z
        d_renewed = dh - d_kept  # dh * (1 - z)
        dz = d_renewed * z * change
        d_candidate = d_renewed * (1 - ops.square(candidate))
        d_reset = d_candidate * r
        dr = d_reset * u_candidate * (1 - r)
        return (
            ops.concatenate([dz, dr, d_candidate], axis=-1),
            ops.concatenate([dz, dr, d_reset], axis=-1),
            [d_kept],
        )


class LSTMEquations:
    """i, f, o = sigmoid(x + u); C~ = tanh(x + u); C = f * C_{t-1} + i * C~; h = o * tanh(C)."""

    num_states = 2

    def forward(self, x: Any, u: Any, states: list[Any]) -> tuple[list[Any], list[Any]]:
        _, cell = states
        units = cell.shape[-1]
        input_and_forget, candidate, output = ops.split(x + u, [2 * units, 3 * units], axis=-1)
        i, f = ops.split(ops.sigmoid(input_and_forget), 2, axis=-1)
        candidate, o = ops.tanh(candidate), ops.sigmoid(output)
        new_cell = f * cell + i * candidate
        squashed = ops.tanh(new_cell)
        return [o * squashed, new_cell], [i, f, candidate, o, squashed]

    def backward(
        self, d_new: list[Any], states: list[Any], saved: list[Any]
    ) -> tuple[Any, Any, list[Any]]:
        (dh, d_cell), (_, cell) = d_new, states
        i, f, candidate, o, squashed = saved
        d_output = dh * o
        d_cell = d_cell + d_output * (1 - ops.square(squashed))
        di = d_cell * candidate * i * (1 - i)
        d_kept = d_cell * f
        df = d_kept * cell * (1 - f)
        d_candidate = d_cell * i * (1 - ops.square(candidate))
        do = d_output * squashed * (1 - o)
        d_gates = ops.concatenate([di, df, d_candidate, do], axis=-1)
        return d_gates, d_gates, [ops.zeros_like(dh), d_kept]


class RNNEquations:
    """h = tanh(x + u)."""

    num_states = 1

    def forward(self, x: Any, u: Any, states: list[Any]) -> tuple[list[Any], list[Any]]:
        h = ops.tanh(x + u)
        return [h], [h]

    def backward(
        self, d_new: list[Any], states: list[Any], saved: list[Any]
    ) -> tuple[Any, Any, list[Any]]:
        d_gates = d_new[0] * (1 - ops.square(saved[0]))
        return d_gates, d_gates, [ops.zeros_like(d_gates)]


EQUATIONS: dict[CellName, CellEquations] = {
    "lstm": LSTMEquations(),
    "gru": GRUEquations(),
    "rnn": RNNEquations(),
}
