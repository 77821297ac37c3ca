"""Each gate against its formula, neuron by neuron in Python's own numbers."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from helpers.networks import to_numpy
from seq2seq_keras.explain.cells import QUANTITIES, reset_before_product, step
from seq2seq_keras.explain.neurons import similar_together, worked_through
from seq2seq_keras.explain.weights import GATES, CellWeights

UNITS, INPUTS = 4, 3


def make_cell(kind, scale=0.8):
    random = np.random.default_rng(7)
    width = UNITS * len(GATES[kind])

    def draw(*shape):
        return random.normal(0, scale, shape).astype("float32")

    return CellWeights(
        kind,
        draw(INPUTS, width),
        draw(UNITS, width),
        draw(width),
        draw(width) if kind == "gru" else None,
        (("x", INPUTS),),
    )


def example():
    random = np.random.default_rng(8)
    x, h, cell_state = (random.normal(size=n).astype("float32") for n in (INPUTS, UNITS, UNITS))
    return x, h, cell_state


def states_of(kind):
    _, h, cell_state = example()
    return [h, cell_state] if kind == "lstm" else [h]


def keras_cell(cell):
    layer = {
        "lstm": keras.layers.LSTMCell,
        "gru": keras.layers.GRUCell,
        "rnn": keras.layers.SimpleRNNCell,
    }[cell.kind](UNITS)
    layer.build((None, INPUTS))
    bias = cell.bias if cell.recurrent_bias is None else np.stack([cell.bias, cell.recurrent_bias])
    layer.set_weights([cell.kernel, cell.recurrent_kernel, bias])
    return layer


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def by_hand(cell, j):
    """The quantities of neuron j, from the formulas, a number at a time."""
    x, h, cell_state = (values.tolist() for values in example())

    def parts(gate):
        column = GATES[cell.kind].index(gate) * UNITS + j
        inputs = sum(x[k] * float(cell.kernel[k, column]) for k in range(INPUTS))
        state = sum(h[k] * float(cell.recurrent_kernel[k, column]) for k in range(UNITS))
        if cell.recurrent_bias is not None:
            state += float(cell.recurrent_bias[column])
        return inputs + float(cell.bias[column]), state

    if cell.kind == "lstm":
        f, i, o = (sigmoid(sum(parts(gate))) for gate in "fio")
        candidate = math.tanh(sum(parts("C~")))
        new = f * cell_state[j] + i * candidate
        return {"f": f, "i": i, "C~": candidate, "C": new, "o": o, "h": o * math.tanh(new)}
    if cell.kind == "gru":
        z, r = (sigmoid(sum(parts(gate))) for gate in "zr")
        inputs, state = parts("h~")
        candidate = math.tanh(inputs + r * state)
        return {"z": z, "r": r, "h~": candidate, "h": z * h[j] + (1 - z) * candidate}
    return {"h": math.tanh(sum(parts("h")))}


@pytest.mark.parametrize("kind", GATES)
def test_every_quantity_is_its_formula(kind):
    cell = make_cell(kind)
    record = step(cell, example()[0], states_of(kind))
    assert set(record.values) == set(QUANTITIES[kind])
    for j in range(UNITS):
        for name, value in by_hand(cell, j).items():
            assert record.values[name][j] == pytest.approx(value, abs=1e-6), name


@pytest.mark.parametrize("kind", GATES)
def test_states_are_those_of_keras_cell(kind):
    cell = make_cell(kind)
    record = step(cell, example()[0], states_of(kind))
    tensors = [ops.convert_to_tensor(state[None]) for state in states_of(kind)]
    _, expected = to_numpy(keras_cell(cell)(ops.convert_to_tensor(example()[0][None]), tensors))
    for found, wanted in zip(record.states, expected, strict=True):
        np.testing.assert_allclose(found, wanted[0], rtol=0, atol=1e-6)


def test_large_sums_do_not_overflow():
    cell = make_cell("lstm", scale=500.0)
    with np.errstate(all="raise"):
        record = step(cell, example()[0], states_of("lstm"))
    assert all(np.isfinite(value).all() for value in record.values.values())


def test_reset_before_the_product_is_keras_other_form():
    """Keras has both forms of the GRU: `reset_after=False` is the one of Cho et al."""
    cell = make_cell("gru")
    x, h, _ = example()
    layer = keras.layers.GRUCell(UNITS, reset_after=False)
    layer.build((None, INPUTS))
    layer.set_weights([cell.kernel, cell.recurrent_kernel, cell.bias + cell.recurrent_bias])
    expected, _ = to_numpy(layer(ops.convert_to_tensor(x[None]), [ops.convert_to_tensor(h[None])]))
    found = reset_before_product(cell, x, h)
    np.testing.assert_allclose(found["h"], expected[0], rtol=0, atol=1e-6)
    assert np.abs(found["h"] - step(cell, x, [h]).values["h"]).max() > 0.01
    with pytest.raises(ValueError, match="must be a GRU"):
        reset_before_product(make_cell("rnn"), x, h)


@pytest.mark.parametrize(("kind", "gate"), [(k, gate) for k in GATES for gate in GATES[k]])
def test_a_neuron_worked_through_gives_its_value(kind, gate):
    cell = make_cell(kind)
    record = step(cell, example()[0], states_of(kind))
    for neuron in range(UNITS):
        working = worked_through(cell, record, gate, neuron, count=3)
        sizes = [abs(term.product) for term in working.terms]
        assert sizes == sorted(sizes, reverse=True)
        assert working.num_rest == INPUTS + UNITS - 3
        total = sum(term.product for term in working.terms) + working.rest + working.bias
        assert total == pytest.approx(working.total, abs=1e-5)
        function = {"tanh": math.tanh, "sigmoid": sigmoid}[working.function]
        assert function(total) == pytest.approx(by_hand(cell, neuron)[gate], abs=1e-5)
        column = GATES[kind].index(gate) * UNITS + neuron
        for term in working.terms:
            source, kernel = {
                "x": (example()[0], cell.kernel),
                "h": (example()[1], cell.recurrent_kernel),
            }[term.part]
            assert term.value == source[term.index]
            assert term.weight == kernel[term.index, column]
            factor = working.reset if working.reset is not None and term.part == "h" else 1
            assert term.product == pytest.approx(term.value * term.weight * factor, abs=1e-6)
        everything = worked_through(cell, record, gate, neuron, count=99)
        assert max(sizes) == max(abs(term.product) for term in everything.terms)
        assert everything.num_rest == 0 == everything.rest


def test_a_gate_that_is_not_there_is_named():
    record = step(make_cell("gru"), example()[0], states_of("gru"))
    with pytest.raises(ValueError, match="gate='f'"):
        worked_through(make_cell("gru"), record, "f", 0)
    with pytest.raises(ValueError, match="neuron=4"):
        worked_through(make_cell("gru"), record, "z", UNITS)


def test_neurons_with_like_courses_stand_together():
    """Three bundles of courses, shuffled: in the order found each bundle is in one piece."""
    random = np.random.default_rng(0)
    time = np.linspace(0, 6, 15)
    shapes = np.stack([np.sin(time), np.cos(time), -np.sin(time) - np.cos(time)])
    bundle = random.permutation(np.repeat([0, 1, 2], 5))
    courses = shapes[bundle].T * random.uniform(0.5, 2, 15) + random.normal(0, 0.02, (15, 15))
    order = similar_together(courses)
    assert sorted(order) == list(range(15))
    in_order = bundle[order]
    assert np.count_nonzero(in_order != np.roll(in_order, 1)) <= 3
    assert np.count_nonzero(bundle != np.roll(bundle, 1)) > 3


@pytest.mark.parametrize("courses", [np.zeros((4, 3)), np.ones((1, 3)), np.ones((5, 1))])
def test_any_courses_have_an_order(courses):
    assert sorted(similar_together(courses)) == list(range(courses.shape[1]))
