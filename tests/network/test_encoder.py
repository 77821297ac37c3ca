"""The encoder: states in both directions and layers, and where the decoder starts."""

import keras
import numpy as np
import pytest

from helpers.networks import random_network, reference_of, run, small

ENCODERS = [
    {"bidirectional": bidirectional, "encoder_layers": layers, "cell": cell}
    for cell in ("lstm", "gru", "rnn")
    for bidirectional, layers in ((False, 1), (True, 2))
]


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("settings", ENCODERS, ids=str)
def test_states_are_those_of_the_formulas(settings, sentences, batch):
    network = random_network(small(attention="dot", decoder_layers=2, **settings))
    encoded = run(network.encoder, batch[0])
    reference = reference_of(network)
    for row, source in enumerate(sentences[0]):
        expected = reference.encode(source)
        memory = encoded["memory"]
        close(memory["encoder_states"][row, : len(source)], expected.encoder_states)
        assert memory["source_mask"][row].tolist() == [1] * len(source) + [0] * (5 - len(source))
        assert len(encoded["states"]) == 2
        for layer, expected_layer in zip(encoded["states"], expected.decoder_states, strict=True):
            for state, expected_state in zip(layer, expected_layer, strict=True):
                close(state[row], expected_state)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_plain_encoder_gives_its_final_states_in_both_directions(cell, sentences, batch):
    network = random_network(small(attention="none", cell=cell, encoder_layers=2))
    memory = run(network.encoder, batch[0])["memory"]
    assert list(memory) == ["context"]
    for row, source in enumerate(sentences[0]):
        close(memory["context"][row], reference_of(network).encode(source).context)


@pytest.mark.parametrize("settings", ENCODERS, ids=str)
def test_more_padding_changes_nothing(settings, batch, wider_batch):
    network = random_network(small(attention="dot", decoder_layers=2, **settings))
    narrow, wide = (run(network.encoder, tokens[0]) for tokens in (batch, wider_batch))
    close(
        np.concatenate(keras.tree.flatten(narrow["states"])),
        np.concatenate(keras.tree.flatten(wide["states"])),
    )
    mask = batch[0] != 0
    close(
        wide["memory"]["encoder_states"][:, :5][mask],
        narrow["memory"]["encoder_states"][mask],
    )


def test_keys_are_made_of_encoder_states_by_general_and_additive_alone(batch):
    for score, made in (("dot", 0), ("scaled_dot", 0), ("general", 1), ("additive", 1)):
        network = random_network(small(attention=score, attention_placement="after"))
        memory = run(network.encoder, batch[0])["memory"]
        names = [w.path for w in network.encoder.weights if "attention_keys" in w.path]
        assert len(names) == made, score
        kernel = np.eye(6) if not made else reference_of(network).score_weights["keys"]
        close(memory["attention_keys"], memory["encoder_states"] @ kernel)
