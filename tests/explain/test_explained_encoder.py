"""The encoder in NumPy against Keras's own layers."""

import numpy as np
from keras import ops

from helpers.networks import run, to_numpy
from seq2seq_keras.decoding import padded
from seq2seq_keras.explain.encoder import encode

CLOSE = {"rtol": 0, "atol": 1e-5}


def test_it_is_the_encoder_of_the_network(network, encoding, sentence):
    expected = run(network.encoder, padded([sentence[0]]))
    for found, wanted in zip(encoding.start, expected["states"], strict=True):
        for state, wanted_state in zip(found, wanted, strict=True):
            np.testing.assert_allclose(state, wanted_state[0], **CLOSE)
    memory = expected["memory"]
    if network.config.attention == "none":
        assert encoding.keys is None
        np.testing.assert_allclose(encoding.context, memory["context"][0], **CLOSE)
    else:
        np.testing.assert_allclose(encoding.states, memory["encoder_states"][0], **CLOSE)
        np.testing.assert_allclose(encoding.keys, memory["attention_keys"][0], **CLOSE)


def test_every_layer_is_keras_layer(network, encoding):
    """States of each layer, direction by direction, and final states of an LSTM's cell too."""
    for number, records in enumerate(encoding.layers, 1):
        layer = network.training.get_layer(f"encoder_{number}")
        assert all(np.array_equal(record.x, records[0].x) for record in records)
        states, *final = to_numpy(layer(ops.convert_to_tensor(records[0].x[None])))
        found = np.concatenate([record.values["h"] for record in records], axis=1)
        np.testing.assert_allclose(found, states[0], **CLOSE)
        count = len(records[0].states)
        for record, end, wanted in zip(
            records, (-1, 0), (final[:count], final[count:]), strict=False
        ):
            for state, wanted_state in zip(record.at(end).states, wanted, strict=True):
                np.testing.assert_allclose(state, wanted_state[0], **CLOSE)
    if network.config.cell == "lstm":
        last = [r.values["C"][end] for r, end in zip(encoding.layers[-1], (-1, 0), strict=False)]
        np.testing.assert_array_equal(encoding.cell_context, np.concatenate(last))


def test_states_before_are_the_states_of_the_neighbour(encoding):
    for records in encoding.layers:
        for record, direction in zip(records, (1, -1), strict=False):
            for before, states in zip(record.before, record.states, strict=True):
                before, states = before[::direction], states[::direction]
                assert not before[0].any()
                np.testing.assert_array_equal(before[1:], states[:-1])


def test_sentences_of_one_length_can_be_read_together(weights, encoding, sentence):
    source = sentence[0]
    together = encode(weights, np.stack([source, source[::-1]], axis=1))
    np.testing.assert_allclose(together.states[:, 0], encoding.states, **CLOSE)
    np.testing.assert_allclose(together.context[1], encode(weights, source[::-1]).context, **CLOSE)
