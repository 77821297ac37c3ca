"""The decoder in NumPy against the network's training and step models."""

import numpy as np

from helpers.networks import reference_of, run
from seq2seq_keras.decoding import attention_weights, padded
from seq2seq_keras.explain.decoder import decoder_step, forced, greedy, write
from seq2seq_keras.text import END, START

CLOSE = {"rtol": 0, "atol": 1e-5}


def test_forced_decoding_is_the_training_network(network, weights, encoding, sentence):
    source, target = sentence
    tokens, steps = write(weights, encoding, forced(target), len(target))
    assert tokens == target
    target_input = [START, *target[:-1]]
    logits = run(network.training, [padded([source]), padded([target_input])])[0]
    np.testing.assert_allclose(np.stack([step.logits for step in steps]), logits, **CLOSE)
    total = sum(step.log_probabilities[token] for step, token in zip(steps, target, strict=True))
    expected = reference_of(network).log_probability(source, target)
    np.testing.assert_allclose(total, expected, rtol=1e-5)
    if network.config.attention == "none":
        assert all(step.weights is None and step.scores is None for step in steps)
        assert all(np.array_equal(step.context, encoding.context) for step in steps)
        return
    found = np.stack([step.weights for step in steps])
    expected = attention_weights(network, padded([source]), padded([target_input]))[0]
    np.testing.assert_allclose(found, expected, **CLOSE)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    powers = np.exp(np.stack([step.scores for step in steps]))
    np.testing.assert_allclose(powers / powers.sum(axis=1, keepdims=True), found, **CLOSE)
    contexts = [sum(a * h for a, h in zip(row, encoding.states, strict=True)) for row in found]
    np.testing.assert_allclose([step.context for step in steps], contexts, **CLOSE)


def test_a_step_is_the_step_network(network, weights, encoding, sentence):
    """Also of several hypotheses at once, from states that are not the first."""
    source = padded([sentence[0]] * 3)
    encoded = run(network.encoder, source)
    random = np.random.default_rng(1)
    states = [
        [random.normal(size=state.shape).astype("float32") for state in layer]
        for layer in encoded["states"]
    ]
    tokens = np.array([4, 7, 1], dtype="int32")
    inputs = {"token": tokens, "memory": encoded["memory"], "states": states}
    expected = run(network.step, inputs)
    step = decoder_step(weights, encoding, tokens, states)
    np.testing.assert_allclose(step.logits, expected["logits"], **CLOSE)
    for found, wanted in zip(step.states, expected["states"], strict=True):
        for state, wanted_state in zip(found, wanted, strict=True):
            np.testing.assert_allclose(state, wanted_state, **CLOSE)
    if step.weights is not None:
        np.testing.assert_allclose(step.weights, expected["attention_weights"], **CLOSE)
        query = states[0][0] if weights.attends_before else step.states[-1][0]
        np.testing.assert_array_equal(step.query, query)


def test_greedy_takes_the_likeliest_word_and_ends_at_the_limit(weights, encoding):
    tokens, steps = write(weights, encoding, greedy(4), 4)
    assert tokens[-1] == END
    assert len(tokens) == len(steps) <= 4
    for number, (token, step) in enumerate(zip(tokens, steps, strict=True)):
        if number < 3:
            assert token == max((2, *range(4, 9)), key=lambda word: step.logits[word])
