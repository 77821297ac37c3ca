"""The recurrence that attends before each step, as a layer by itself."""

import keras
import numpy as np
import pytest

from helpers.networks import to_numpy
from helpers.reference import CELLS, NUM_STATES, attend
from seq2seq_keras.network import Attention, AttentiveRecurrence
from seq2seq_keras.network.cells import recurrent_cell

UNITS, WIDTH = 4, 3


@pytest.fixture(scope="module")
def inputs():
    random = np.random.default_rng(2)
    return {
        "inputs": random.normal(0, 1, (2, 6, WIDTH)).astype("float32"),
        "encoder_states": random.normal(0, 1, (2, 5, UNITS)).astype("float32"),
        "source_mask": np.arange(5)[None] < np.array([[5], [2]]),
    }


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("score", ["scaled_dot", "additive"])
def test_states_contexts_and_weights_are_those_of_the_formulas(score, cell, inputs):
    random = np.random.default_rng(3)
    layer = AttentiveRecurrence(
        recurrent_cell(cell, UNITS, "cell", "float32"), Attention(score, name="attention")
    )
    start = [random.normal(0, 1, (2, UNITS)).astype("float32") for _ in range(NUM_STATES[cell])]
    tensors = {name: keras.ops.convert_to_tensor(value) for name, value in inputs.items()}
    call = {"keys": tensors["encoder_states"], "initial_state": start, **tensors}
    layer(**call)
    layer.set_weights([random.normal(0, 1, value.shape) for value in layer.get_weights()])
    states, contexts, weights = to_numpy(layer(**call))
    of = {w.name: keras.ops.convert_to_numpy(w.value) for w in layer.weights}
    formula = {"keys": np.eye(UNITS)}
    if score == "additive":
        formula["query"] = of["query_kernel"]
        formula["vector"] = of["score_vector"][:, 0]
    cell_weights = [of[name] for name in ("kernel", "recurrent_kernel", "bias")]
    for row, length in enumerate([5, 2]):
        state = [s[row] for s in start]
        for t in range(6):
            a, context = attend(score, state[0], inputs["encoder_states"][row, :length], formula)
            x = np.concatenate([inputs["inputs"][row, t], context])
            state = CELLS[cell](x, state, *cell_weights)
            np.testing.assert_allclose(weights[row, t, :length], a, rtol=1e-3, atol=1e-5)
            np.testing.assert_allclose(contexts[row, t], context, rtol=1e-3, atol=1e-5)
            np.testing.assert_allclose(states[row, t], state[0], rtol=1e-3, atol=1e-5)
        assert (weights[row, :, length:] == 0.0).all()


def test_a_layer_made_from_its_configuration_is_the_same():
    layer = AttentiveRecurrence(keras.layers.LSTMCell(8), Attention("general"), name="decoder_1")
    config = keras.saving.serialize_keras_object(layer)
    assert config["registered_name"] == "seq2seq_keras>AttentiveRecurrence"
    twin = keras.saving.deserialize_keras_object(config)
    assert isinstance(twin, AttentiveRecurrence)
    assert isinstance(twin.cell, keras.layers.LSTMCell) and twin.cell.units == 8
    assert isinstance(twin.attention, Attention) and twin.attention.score == "general"
    assert twin.get_config() == layer.get_config()
