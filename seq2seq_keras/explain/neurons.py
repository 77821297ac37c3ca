"""Single neurons: the sum behind one gate worked through, and an order in which to show many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seq2seq_keras.explain.cells import CellRecord
from seq2seq_keras.explain.weights import GATES, CellWeights


@dataclass(frozen=True)
class Term:
    """One product of a sum.

    Attributes:
        part: Where the value comes from: `x` (source word vector), `y` (vector of the target
            word before), `c` (context), `below` (layer below) or `h` (the state before).
        index: Which component of that part, from 0.
        value: The component.
        weight: What it is multiplied by; in a GRU's h~, from `h`, by r_t as well.
        product: What it brings to the sum.
    """

    part: str
    index: int
    value: float
    weight: float
    product: float


@dataclass(frozen=True)
class Working:
    """How one neuron's gate came by its value: the terms, the rest and the bias make the sum.

    Attributes:
        gate: Name of the gate.
        neuron: Which neuron.
        terms: The products of largest magnitude, largest first.
        rest: The sum of all other products.
        num_rest: How many those are.
        bias: What is added whatever the input: b, in a GRU b + b', in its h~ b + r_t * b'.
        reset: r_t of this neuron, where a GRU's h~ multiplies what comes from the state; else
            None.
        total: The sum.
        function: `sigmoid` or `tanh`.
        value: The function's value of the sum.
    """

    gate: str
    neuron: int
    terms: list[Term]
    rest: float
    num_rest: int
    bias: float
    reset: float | None
    total: float
    function: str
    value: float


def worked_through(
    cell: CellWeights, record: CellRecord, gate: str, neuron: int, count: int = 8
) -> Working:
    """Works one neuron's gate through at one step.

    Args:
        cell: The cell's weights.
        record: What it did in that step, `records.at(step)`.
        gate: One of `GATES`.
        neuron: Which neuron, from 0.
        count: How many products to list.

    Raises:
        ValueError: if the cell has no such gate or neuron.

    Example:
        >>> working = worked_through(weights.decoder[0], writing.layers[0].at(3), "z", 17)
        >>> sum(term.product for term in working.terms) + working.rest + working.bias
    """
    if gate not in GATES[cell.kind]:
        raise ValueError(f"`gate` must be one of {GATES[cell.kind]}. Received: gate={gate!r}")
    if not 0 <= neuron < cell.units:
        raise ValueError(f"`neuron` must be below {cell.units}. Received: neuron={neuron}")
    inputs = cell.split(cell.kernel)[gate][:, neuron]
    recurrent = cell.split(cell.recurrent_kernel)[gate][:, neuron]
    bias = float(cell.split(cell.bias)[gate][neuron])
    reset = float(record.values["r"][neuron]) if gate == "h~" else None
    factor = 1.0 if reset is None else reset
    if cell.recurrent_bias is not None:
        bias += factor * float(cell.split(cell.recurrent_bias)[gate][neuron])
    values = np.concatenate([record.x, record.before[0]])
    weights = np.concatenate([inputs, recurrent])
    products = values * np.concatenate([inputs, factor * recurrent])
    names = [
        (part, index) for part, width in (*cell.inputs, ("h", cell.units)) for index in range(width)
    ]
    largest = np.argsort(-np.abs(products), kind="stable")[:count]
    total = float(record.sums[gate][neuron])
    squashed = gate in ("C~", "h~", "h")
    return Working(
        gate=gate,
        neuron=neuron,
        terms=[
            Term(part, index, float(values[k]), float(weights[k]), float(products[k]))
            for k, (part, index) in ((k, names[k]) for k in largest.tolist())
        ],
        rest=float(np.delete(products, largest).sum()),
        num_rest=len(products) - len(largest),
        bias=bias,
        reset=reset,
        total=total,
        function="tanh" if squashed else "sigmoid",
        value=float(record.values[gate][neuron]),
    )


def similar_together(courses: np.ndarray) -> np.ndarray:
    """Orders neurons so that those with similar courses over time stand together.

    Each course is standardised, and neurons are taken by their angle in the plane of the first
    two principal components (Friendly 2002). It is an order and nothing more: the network knows
    none, neighbours may differ, and where the circle is cut, at the widest gap, is a choice.

    Args:
        courses: A quantity over time, `(time, units)`.

    Returns:
        The numbers of the neurons in that order, `(units,)`.

    Example:
        >>> h = writing.layers[0].values["h"]
        >>> h[:, similar_together(h)]
    """
    centred = courses.astype("float64") - courses.mean(axis=0)
    spread = centred.std(axis=0)
    standard = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-12)
    _, _, components = np.linalg.svd(standard, full_matrices=False)  # (_, units)
    if len(components) < 2:
        return np.argsort(courses[0], kind="stable")
    # A component's sign is arbitrary: fixed here, so that the same courses give the same order.
    first, second = (row * np.sign(row[np.abs(row).argmax()]) for row in components[:2])
    angles = np.arctan2(second, first)
    order = np.argsort(angles, kind="stable")
    gaps = np.diff(angles[order], append=angles[order[0]] + 2 * np.pi)
    return np.roll(order, -(int(gaps.argmax()) + 1))
