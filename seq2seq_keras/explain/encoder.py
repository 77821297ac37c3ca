"""The encoder over one sentence, with everything that it computes on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seq2seq_keras.explain import attention
from seq2seq_keras.explain.cells import CellRecord, stacked, step
from seq2seq_keras.explain.changes import Change, DirectionName, alteration
from seq2seq_keras.explain.weights import CellWeights, Weights

DIRECTIONS: tuple[DirectionName, ...] = ("forward", "backward")


@dataclass(frozen=True)
class Encoding:
    """What the encoder made of a sentence of T tokens, the end token among them.

    Attributes:
        ids: The tokens, `(T,)`.
        vectors: Their word vectors x_i, `(T, embedding_dim)`.
        layers: For each layer a record of each direction, forward and, if there is one,
            backward. Row i belongs to token i in both; the backward cell went from the last
            row to the first. Arrays are `(T, units)`, or units/2 wide in a bidirectional encoder.
        states: h_i of the last layer, both directions side by side, `(T, units)`.
        context: c, `(units,)`: the last state of the last layer; of a bidirectional one the
            last state of each direction, side by side.
        cell_context: The same of an LSTM's cell states C, `(units,)`, else None.
        keys: What attention compares the decoder's state with, `(T, units)`; None without.
        start: For each decoder layer its first states: s_0 and of an LSTM C_0, each `(units,)`.
    """

    ids: np.ndarray
    vectors: np.ndarray
    layers: tuple[tuple[CellRecord, ...], ...]
    states: np.ndarray
    context: np.ndarray
    cell_context: np.ndarray | None
    keys: np.ndarray | None
    start: tuple[tuple[np.ndarray, ...], ...]


def encode(
    weights: Weights, ids: Sequence[int] | np.ndarray, changes: Sequence[Change] = ()
) -> Encoding:
    """Reads a sentence.

    Args:
        weights: The network's weights.
        ids: The source tokens, end token last, `(T,)`. A second axis, `(T, batch)`, reads
            sentences of the same length together; arrays then have it behind time.
        changes: Clamps of the encoder's gates; others are left alone.

    Example:
        >>> encode(weights, [5, 9, 2]).states.shape
        (3, 192)
    """
    tokens = np.asarray(ids, dtype="int64")
    vectors = weights.source_embedding[tokens]  # (T, embedding_dim)
    states, layers = vectors, []
    for number, cells in enumerate(weights.encoder, 1):
        records = tuple(
            _run(cell, states, changes, number, direction)
            for cell, direction in zip(cells, DIRECTIONS, strict=False)
        )
        layers.append(records)
        states = _side_by_side([record.values["h"] for record in records])  # (T, units)
    # The forward direction ends at the last token, the backward one at the first.
    ends = zip(layers[-1], (-1, 0), strict=False)
    last = [record.at(position).states for record, position in ends]
    final = [_side_by_side(both) for both in zip(*last, strict=True)]  # (units,) each
    return Encoding(
        ids=tokens,
        vectors=vectors,
        layers=tuple(layers),
        states=states,
        context=final[0],
        cell_context=final[1] if len(final) > 1 else None,
        keys=None if weights.attention is None else attention.keys(weights.attention, states),
        start=tuple(
            tuple(np.tanh(affine(summary)) for affine, summary in zip(layer, final, strict=True))
            for layer in weights.start
        ),
    )


def _run(
    cell: CellWeights,
    inputs: np.ndarray,
    changes: Sequence[Change],
    layer: int,
    direction: DirectionName,
) -> CellRecord:
    """Runs a cell over a sentence from its own end; the record is in the order of the tokens."""
    positions = range(len(inputs))
    zero = np.zeros((*inputs.shape[1:-1], cell.units), inputs.dtype)
    states: Sequence[np.ndarray] = [zero, zero] if cell.kind == "lstm" else [zero]
    records = []
    for position in positions if direction == "forward" else reversed(positions):
        alter = alteration(changes, "encoder", layer, position, direction)
        record = step(cell, inputs[position], states, alter)
        states = record.states
        records.append(record)
    return stacked(records if direction == "forward" else records[::-1])


def _side_by_side(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(arrays, axis=-1)
