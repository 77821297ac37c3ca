"""Vanishing and exploding gradients, seen on fresh cells before any training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seq2seq_keras.config import CellName
from seq2seq_keras.explain.backward import cell_backward
from seq2seq_keras.explain.cells import CellRecord, step
from seq2seq_keras.explain.weights import GATES, CellWeights


@dataclass(frozen=True)
class FreshGradients:
    """How a gradient fares on its way back through a fresh cell; index k is k steps back.

    Attributes:
        kind: The cell.
        spectral_radius: Of the recurrent matrix of every gate.
        jacobians: The norm of the derivative of h_T with respect to the state k steps before,
            h_{T-k}, and of an LSTM C_{T-k} with it, `(steps + 1,)`. It is the Frobenius norm
            divided by sqrt(units): 1 for k = 0, and what a random gradient is multiplied by.
        gradients: The norm of the gradient of an error of norm 1 at h_T with respect to all
            weights of the cell, when it is followed k steps back and no further,
            `(steps,)` from k = 1 on.
        clipped: The same after clipping to a global norm, min(norm, clip), `(steps,)`.
        clip: That global norm.
    """

    kind: CellName
    spectral_radius: float
    jacobians: np.ndarray
    gradients: np.ndarray
    clipped: np.ndarray
    clip: float


def fresh_gradients(
    kind: CellName,
    spectral_radius: float,
    *,
    steps: int = 50,
    units: int = 64,
    input_scale: float = 0.1,
    forget_bias: float = 1.0,
    clip: float = 1.0,
    seed: int = 1,
) -> FreshGradients:
    """Runs a fresh cell over random inputs, from state 0, and goes all the way back.

    Args:
        kind: Which cell.
        spectral_radius: The largest magnitude of an eigenvalue of each gate's recurrent matrix.
        steps: How far to go back.
        units: Width of the state and of the inputs.
        input_scale: Standard deviation of the inputs. Large ones saturate tanh and the gates,
            whose derivatives then make even an exploding cell's gradients small.
        forget_bias: The bias of an LSTM's forget gate; Keras starts at 1.
        clip: The global norm to clip gradients to.
        seed: Of weights, inputs and the error.

    Example:
        >>> [fresh_gradients("rnn", radius).jacobians[-1] for radius in (0.5, 1.0, 1.5)]
    """
    random = np.random.default_rng(seed)
    cell = fresh_cell(kind, units, spectral_radius, random, forget_bias)
    inputs = random.normal(0, input_scale, (steps, units))
    states = [np.zeros(units)] * (2 if kind == "lstm" else 1)
    records: list[CellRecord] = []
    for x in inputs:
        records.append(step(cell, x, states))
        states = list(records[-1].states)

    error = random.normal(size=units)
    # A row for each component of h_T, and one for the error.
    d_h = np.concatenate([np.eye(units), error[None] / np.linalg.norm(error)])
    adjoints = [d_h, np.zeros_like(d_h)][: len(states)]
    jacobians, gradients = [1.0], []
    d_kernel: np.ndarray | float = 0.0
    d_recurrent: np.ndarray | float = 0.0
    d_biases: list[np.ndarray | float] = [0.0, 0.0]
    for record in reversed(records):
        back = cell_backward(cell, record, adjoints)
        adjoints = list(back.before)
        squares = sum(float((adjoint[:units] ** 2).sum()) for adjoint in adjoints)
        jacobians.append(float(np.sqrt(squares / units)))
        d_inputs, d_state_sums = back.inputs[-1], back.recurrent[-1]
        d_kernel = d_kernel + np.outer(record.x, d_inputs)
        d_recurrent = d_recurrent + np.outer(record.before[0], d_state_sums)
        d_biases = [d_biases[0] + d_inputs, d_biases[1] + d_state_sums]
        parts = [d_kernel, d_recurrent, *d_biases[: 2 if kind == "gru" else 1]]
        total = float(np.sqrt(sum(float((np.asarray(part) ** 2).sum()) for part in parts)))
        gradients.append(total)
    return FreshGradients(
        kind,
        spectral_radius,
        np.array(jacobians),
        np.array(gradients),
        np.minimum(gradients, clip),
        clip,
    )


def fresh_cell(
    kind: CellName,
    units: int,
    spectral_radius: float,
    random: np.random.Generator,
    forget_bias: float = 1.0,
) -> CellWeights:
    """Returns a cell with random weights, in float64, as wide as its inputs.

    Kernels are drawn as Keras draws them (Glorot uniform). Each gate's recurrent matrix is an
    orthogonal one times the spectral radius, which is then the magnitude of all its eigenvalues,
    and what one step of U alone multiplies the length of any vector by. Biases are 0 but the
    forget gate's.
    """
    gates = GATES[kind]
    most = np.sqrt(6 / (units + units * len(gates)))
    recurrent = [
        spectral_radius * np.linalg.qr(random.normal(size=(units, units)))[0] for _ in gates
    ]
    biases = [np.full(units, forget_bias if gate == "f" else 0.0) for gate in gates]
    return CellWeights(
        kind,
        random.uniform(-most, most, (units, units * len(gates))),
        np.concatenate(recurrent, axis=1),
        np.concatenate(biases),
        np.zeros(units * len(gates)) if kind == "gru" else None,
        (("x", units),),
    )
