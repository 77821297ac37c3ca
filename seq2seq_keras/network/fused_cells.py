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
        gates = ops.sigmoid(x[:, : 2 * units] + u[:, : 2 * units])
        z, r = gates[:, :units], gates[:, units:]
        u_candidate = u[:, 2 * units :]
        candidate = ops.tanh(x[:, 2 * units :] + r * u_candidate)
        return [candidate + z * (h - candidate)], [z, r, candidate, u_candidate]

    def backward(
        self, d_new: list[Any], states: list[Any], saved: list[Any]
    ) -> tuple[Any, Any, list[Any]]:
        (dh,), (h,) = d_new, states
        z, r, candidate, u_candidate = saved
        d_kept = dh * z
        d_candidate = (dh - d_kept) * (1 - ops.square(candidate))
        dz = d_kept * (h - candidate) * (1 - z)
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
        gates = x + u
        input_and_forget = ops.sigmoid(gates[:, : 2 * units])
        i, f = input_and_forget[:, :units], input_and_forget[:, units:]
        candidate = ops.tanh(gates[:, 2 * units : 3 * units])
        o = ops.sigmoid(gates[:, 3 * units :])
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
