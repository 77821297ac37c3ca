"""Derivatives by hand: from the output of a step back through every layer to the source words.

What Keras's automatic differentiation does, written out over the records of an encoding and a
translation. An *adjoint* is the gradient of some numbers with respect to a vector: a row for each
of the numbers, `(rows, width)`. So one walk from the last step to the first serves all numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from seq2seq_keras.explain.attention import additive_terms
from seq2seq_keras.explain.cells import CellRecord
from seq2seq_keras.explain.encoder import Encoding
from seq2seq_keras.explain.weights import GATES, AttentionWeights, CellWeights, Weights
from seq2seq_keras.explain.writing import Writing


class CellAdjoints(NamedTuple):
    """Adjoints of what entered a step of a cell.

    Attributes:
        x: Of its input, `(rows, inputs)`.
        before: Of its states before, each `(rows, units)`.
        inputs: Of x W + b of all gates, `(rows, gates * units)`.
        recurrent: Of h U (+ b') of all gates, of the same shape.
    """

    x: np.ndarray
    before: tuple[np.ndarray, ...]
    inputs: np.ndarray
    recurrent: np.ndarray


def cell_backward(
    cell: CellWeights, record: CellRecord, adjoints: Sequence[np.ndarray]
) -> CellAdjoints:
    """Goes one step of a cell back.

    Args:
        cell: The cell's weights.
        record: What it did in that step.
        adjoints: Of the states after it, h_t and of an LSTM C_t, each `(rows, units)`.
    """
    v, d_h = record.values, adjoints[0]
    d_inputs: dict[str, np.ndarray] = {}
    kept: list[Any]  # what of the states' adjoints goes past the gates
    if cell.kind == "lstm":
        squashed = np.tanh(v["C"])
        d_cell = adjoints[1] + d_h * v["o"] * (1 - squashed**2)
        d_inputs["o"] = d_h * squashed * v["o"] * (1 - v["o"])
        d_inputs["f"] = d_cell * record.before[1] * v["f"] * (1 - v["f"])
        d_inputs["i"] = d_cell * v["C~"] * v["i"] * (1 - v["i"])
        d_inputs["C~"] = d_cell * v["i"] * (1 - v["C~"] ** 2)
        d_recurrent, kept = d_inputs, [0.0, d_cell * v["f"]]
    elif cell.kind == "gru":
        z, r, candidate = v["z"], v["r"], v["h~"]
        d_inputs["z"] = d_h * (record.before[0] - candidate) * z * (1 - z)
        d_inputs["h~"] = d_h * (1 - z) * (1 - candidate**2)
        d_inputs["r"] = d_inputs["h~"] * record.recurrent["h~"] * r * (1 - r)
        d_recurrent, kept = {**d_inputs, "h~": d_inputs["h~"] * r}, [d_h * z]
    else:
        d_inputs["h"] = d_h * (1 - v["h"] ** 2)
        d_recurrent, kept = d_inputs, [0.0]
    gates = GATES[cell.kind]
    inputs = np.concatenate([d_inputs[gate] for gate in gates], axis=-1)
    recurrent = np.concatenate([d_recurrent[gate] for gate in gates], axis=-1)
    before = (kept[0] + recurrent @ cell.recurrent_kernel.T, *kept[1:])
    return CellAdjoints(inputs @ cell.kernel.T, before, inputs, recurrent)


class MemoryAdjoints:
    """Adjoints of what the decoder reads of the encoder, summed up over the steps.

    Attributes:
        states: Of h_i, `(rows, T, units)`.
        keys: Of the keys k_i, of the same shape.
        context: Of c, `(rows, units)`.
        cell_context: Of an LSTM's last cell state, `(rows, units)`.
    """

    def __init__(self, rows: int, encoding: Encoding) -> None:
        self.states = np.zeros((rows, *encoding.states.shape), encoding.states.dtype)
        self.keys = np.zeros_like(self.states)
        self.context = np.zeros((rows, encoding.states.shape[1]), encoding.states.dtype)
        self.cell_context = np.zeros_like(self.context)


def decoder_backward(
    weights: Weights, encoding: Encoding, writing: Writing, d_logits: np.ndarray
) -> MemoryAdjoints:
    """Goes from the logits of every step back to what the decoder reads of the encoder.

    The words written are taken as given: there is no derivative through the choice of a word.

    Args:
        weights, encoding, writing: The network and what it computed.
        d_logits: For each step t the gradient of one number, which is of step t, with respect
            to that step's logits, `(T', target_vocab_size)`.

    Returns:
        Adjoints with a row for each step's number.
    """
    rows, units = len(d_logits), weights.config.units
    dim = weights.config.embedding_dim
    memory = MemoryAdjoints(rows, encoding)
    zero = np.zeros((rows, units), encoding.states.dtype)
    states = [[zero] * len(record.states) for record in writing.layers]
    d_hidden = (d_logits @ weights.vocabulary.kernel.T) * (1 - writing.hidden**2)
    d_features = d_hidden @ weights.deep_output.kernel.T  # of [y; s_t; c_t]
    for t in reversed(range(rows)):
        # The number of step t is a function of s_t and c_t; those of later steps through s_t.
        here = np.arange(rows)[:, None] == t
        d_top = np.where(here, d_features[:, dim : dim + units], 0)
        d_context = np.where(here, d_features[:, dim + units :], 0)
        if weights.attends_after:
            query = writing.layers[-1].values["h"][t]
            d_top = d_top + _attention_backward(
                weights, encoding, writing, t, query, d_context, memory
            )
        below = d_top
        for number in reversed(range(len(weights.decoder))):
            d_h, *d_rest = states[number]
            adjoints = cell_backward(
                weights.decoder[number], writing.layers[number].at(t), [d_h + below, *d_rest]
            )
            states[number], below = list(adjoints.before), adjoints.x
        if not weights.attends_after:
            d_context = d_context + below[:, dim:]
        if weights.attends_before:
            query = writing.layers[0].before[0][t]
            states[0][0] = states[0][0] + _attention_backward(
                weights, encoding, writing, t, query, d_context, memory
            )
        elif weights.attention is None:
            memory.context += d_context
    summaries = memory.context, memory.cell_context
    for layer, affines, start in zip(states, weights.start, encoding.start, strict=True):
        for d_state, affine, state, total in zip(layer, affines, start, summaries, strict=False):
            total += (d_state * (1 - state**2)) @ affine.kernel.T
    return memory


def encoder_backward(weights: Weights, encoding: Encoding, memory: MemoryAdjoints) -> np.ndarray:
    """Goes from what the decoder reads back to the source word vectors x_i.

    Returns:
        Adjoints of the vectors, `(rows, T, embedding_dim)`.
    """
    d_states = memory.states
    if weights.attention is not None:
        kernel = weights.attention.keys
        d_states = d_states + (memory.keys if kernel is None else memory.keys @ kernel.T)
    final: list[np.ndarray] = [memory.context, memory.cell_context]
    for cells, records in zip(reversed(weights.encoder), reversed(encoding.layers), strict=True):
        d_below: np.ndarray | float = 0.0
        width = cells[0].units
        for direction, (cell, record) in enumerate(zip(cells, records, strict=True)):
            part = slice(direction * width, (direction + 1) * width)
            count = len(record.before)
            d_below = d_below + _run_backward(
                cell,
                record,
                d_states[..., part],
                [adjoint[:, part] for adjoint in final[:count]],
                backward=direction == 1,
            )
        d_states = np.asarray(d_below)
        # Only the last layer's final states are read.
        final = [np.zeros_like(memory.context)] * 2
    return d_states


def _run_backward(
    cell: CellWeights,
    record: CellRecord,
    d_states: np.ndarray,
    final: list[np.ndarray],
    backward: bool,
) -> np.ndarray:
    """Goes against the direction in which a cell ran over the sentence."""
    positions = range(len(record.x))
    d_x = np.zeros((len(d_states), *record.x.shape), record.x.dtype)
    carried = final
    for position in positions if backward else reversed(positions):
        d_h, *d_rest = carried
        adjoints = cell_backward(cell, record.at(position), [d_h + d_states[:, position], *d_rest])
        carried, d_x[:, position] = list(adjoints.before), adjoints.x
    return d_x


def _attention_backward(
    weights: Weights,
    encoding: Encoding,
    writing: Writing,
    t: int,
    query: np.ndarray,
    d_context: np.ndarray,
    memory: MemoryAdjoints,
) -> np.ndarray:
    """Adds to the memory's adjoints; returns that of the state that asked, `(rows, units)`."""
    assert weights.attention is not None and writing.weights is not None
    assert encoding.keys is not None
    a = writing.weights[t]
    memory.states += a[:, None] * d_context[:, None, :]
    d_a = d_context @ encoding.states.T  # (rows, T)
    d_e = a * (d_a - (d_a @ a)[:, None])
    d_query, d_keys = _score_backward(weights.attention, query, encoding.keys, d_e)
    memory.keys += d_keys
    return d_query


def _score_backward(
    attention: AttentionWeights, query: np.ndarray, keys: np.ndarray, d_e: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    if attention.query is not None:
        terms = additive_terms(attention, query, keys)  # (T, units)
        d_sum = d_e[..., None] * ((1 - terms**2) * attention.vector)  # (rows, T, units)
        return d_sum.sum(axis=1) @ attention.query.T, d_sum
    if attention.score == "scaled_dot":
        d_e = d_e / np.sqrt(keys.dtype.type(keys.shape[-1]))
    return d_e @ keys, d_e[..., None] * query
