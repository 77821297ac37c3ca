"""The three cells, as single steps and as layers over time."""

import numpy as np
import pytest

from helpers.networks import to_numpy
from helpers.reference import CELLS, NUM_STATES
from seq2seq_keras.network.cells import recurrent_cell, recurrent_layer, state_names

UNITS, WIDTH = 4, 3


def with_random_weights(layer, seed=0):
    random = np.random.default_rng(seed)
    layer.set_weights([random.normal(0, 0.8, value.shape) for value in layer.get_weights()])
    return layer


@pytest.fixture(scope="module")
def inputs():
    return np.random.default_rng(5).normal(0, 1, (2, 6, WIDTH)).astype("float32")


def over_time(cell, vectors, weights):
    states = [np.zeros(UNITS)] * NUM_STATES[cell]
    outputs = []
    for x in vectors:
        states = CELLS[cell](x, states, *weights)
        outputs.append(states[0])
    return np.array(outputs), states


@pytest.mark.parametrize("cell", CELLS)
def test_a_step_is_the_formula(cell, inputs):
    step = recurrent_cell(cell, UNITS, "step", "float32")
    step.build((None, WIDTH))
    with_random_weights(step)
    random = np.random.default_rng(7)
    states = [random.normal(0, 1, (2, UNITS)).astype("float32") for _ in state_names(cell)]
    output, new_states = to_numpy(step(inputs[:, 0], states))
    assert len(new_states) == NUM_STATES[cell]
    for row in range(2):
        expected = CELLS[cell](inputs[row, 0], [s[row] for s in states], *step.get_weights())
        np.testing.assert_allclose(output[row], expected[0], rtol=1e-4, atol=1e-6)
        for new, value in zip(new_states, expected, strict=True):
            np.testing.assert_allclose(new[row], value, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_a_layer_is_the_step_over_time_and_passes_over_padding(cell, inputs):
    layer = recurrent_layer(cell, UNITS, "layer", "float32")
    layer(inputs)
    with_random_weights(layer)
    lengths = [6, 2]
    mask = np.arange(6)[None] < np.array(lengths)[:, None]
    states, *final = to_numpy(layer(inputs, mask=mask))
    assert len(final) == NUM_STATES[cell]
    for row, length in enumerate(lengths):
        outputs, last = over_time(cell, inputs[row, :length], layer.get_weights())
        np.testing.assert_allclose(states[row, :length], outputs, rtol=1e-4, atol=1e-6)
        for one, expected in zip(final, last, strict=True):
            np.testing.assert_allclose(one[row], expected, rtol=1e-4, atol=1e-6)


def test_an_lstm_begins_with_its_forget_gate_open():
    layer = recurrent_layer("lstm", UNITS, "layer", "float32")
    layer.build((None, None, WIDTH))
    bias = np.split(layer.get_weights()[2], 4)
    assert [float(gate.mean()) for gate in bias] == [0, 1, 0, 0]
