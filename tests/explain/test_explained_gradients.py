"""Gradients against finite differences in float64, and against automatic differentiation."""

from dataclasses import replace

import numpy as np
import pytest

from seq2seq_keras.decoding import padded
from seq2seq_keras.explain.cells import step
from seq2seq_keras.explain.decoder import forced, write
from seq2seq_keras.explain.distance import mean_by_distance, source_gradients
from seq2seq_keras.explain.encoder import encode
from seq2seq_keras.explain.fresh_cells import fresh_cell, fresh_gradients
from seq2seq_keras.explain.writing import writing
from seq2seq_keras.text import START

SMALL = 1e-5


@pytest.fixture
def followed(network, as_model, sentence):
    """Follows the target; returns weights, encoding and writing."""

    def follow(dtype="float32"):
        model, (source, target) = as_model(network, dtype), sentence
        encoding = encode(model.weights, source)
        steps = write(model.weights, encoding, forced(target), len(target))
        return model.weights, encoding, writing(model, source, *steps)

    return follow


def with_vector(weights, position, component, change):
    """Gives the token at a position a row of its own in the embedding, and changes that."""
    embedding = np.concatenate([weights.source_embedding, weights.source_embedding[[position]]])
    embedding[-1, component] += change
    return replace(weights, source_embedding=embedding)


@pytest.mark.parametrize("of", ["logit", "log_probability"])
def test_they_are_finite_differences(network, followed, sentence, of):
    weights, *computed = followed("float64")
    source, target = sentence
    own = len(weights.source_embedding)

    def outputs(position, component, change):
        changed = with_vector(weights, source[position], component, change)
        tokens = [own if i == position else token for i, token in enumerate(source)]
        _, steps = write(changed, encode(changed, tokens), forced(target), len(target))
        name = {"logit": "logits", "log_probability": "log_probabilities"}[of]
        return np.array([getattr(s, name)[y] for s, y in zip(steps, target, strict=True)])

    found = source_gradients(weights, *computed, of)
    expected = np.zeros_like(found.norms)
    for position in range(len(source)):
        slopes = [
            (outputs(position, k, SMALL) - outputs(position, k, -SMALL)) / (2 * SMALL)
            for k in range(network.config.embedding_dim)
        ]
        expected[:, position] = np.linalg.norm(slopes, axis=0)
    assert expected.min() > 0
    np.testing.assert_allclose(found.norms, expected, rtol=1e-5, atol=1e-9)


@pytest.mark.tensorflow
def test_they_are_those_of_automatic_differentiation(network, followed, sentence):
    """TensorFlow's tape, over the trained network itself."""
    import tensorflow as tf

    source, target = sentence
    embedding = network.training.get_layer("source_embedding").embeddings
    found = source_gradients(*followed()).norms
    target_input = padded([[START, *target[:-1]]])
    # A row for each token of the sentence: these are all different.
    assert len(set(source)) == len(source)
    with tf.GradientTape(persistent=True) as tape:
        logits = network.training([padded([source]), target_input], training=False)
        outputs = [logits[0, t, token] for t, token in enumerate(target)]
    for t, output in enumerate(outputs):
        slices = tape.gradient(output, embedding.value)
        expected = dict(zip(slices.indices.numpy(), slices.values.numpy(), strict=True))
        norms = [np.linalg.norm(expected[i]) for i in source]
        np.testing.assert_allclose(found[t], norms, rtol=1e-3, atol=1e-5)


def test_distance_counts_recurrent_steps(network, followed, sentence):
    gradients = source_gradients(*followed())
    words, bidirectional = len(sentence[0]), network.config.bidirectional
    for t in range(len(sentence[1])):
        for i in range(words):
            # h is stepped at word i and each one after it, then s at each step up to t
            forward = len(range(i, words)) + len(range(t + 1))
            backward = len(range(i + 1)) + len(range(t + 1))
            nearest = min(forward, backward) if bidirectional else forward
            assert gradients.distances[t, i] == nearest
    rows = gradients.by_distance()
    assert sum(count for *_, count in rows) == gradients.norms.size
    distance, mean, count = rows[0]
    nearest = [
        gradients.norms[t, i]
        for t, i in np.ndindex(*gradients.norms.shape)
        if gradients.distances[t, i] == distance
    ]
    assert (mean, count) == (pytest.approx(np.mean(nearest), rel=1e-5), len(nearest))
    twice = mean_by_distance([gradients, gradients])
    assert [(d, 2 * n) for d, _, n in rows] == [(d, n) for d, _, n in twice]


def run_to_the_end(cell, inputs, states):
    for x in inputs:
        states = step(cell, x, states).states
    return states[0]


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_fresh_jacobian_and_weight_gradient_are_finite_differences(kind):
    """The same draws again, then every number nudged."""
    settings = {"steps": 4, "units": 3, "input_scale": 0.7, "seed": 5}
    found = fresh_gradients(kind, 1.2, **settings)
    random = np.random.default_rng(5)
    cell = fresh_cell(kind, 3, 1.2, random)
    inputs = random.normal(0, 0.7, (4, 3))
    error = random.normal(size=3)
    error /= np.linalg.norm(error)
    states = [np.zeros(3)] * (2 if kind == "lstm" else 1)
    number = len(states)

    # k steps back: nudge each component of the state there
    for k in (1, 2, 4):
        there = states
        for x in inputs[: 4 - k]:
            there = step(cell, x, there).states
        squares = 0.0
        for state in range(number):
            for j in range(3):
                ends = []
                for change in (SMALL, -SMALL):
                    moved = [s.copy() for s in there]
                    moved[state][j] += change
                    ends.append(run_to_the_end(cell, inputs[4 - k :], moved))
                squares += float((((ends[0] - ends[1]) / (2 * SMALL)) ** 2).sum())
        assert found.jacobians[k] == pytest.approx(np.sqrt(squares / 3), rel=1e-6)

    # all the way back: nudge each weight
    squares = 0.0
    for name in ("kernel", "recurrent_kernel", "bias", "recurrent_bias"):
        array = getattr(cell, name)
        if array is None:
            continue
        for index in np.ndindex(*array.shape):
            ends = []
            for change in (SMALL, -SMALL):
                moved = array.copy()
                moved[index] += change
                changed = replace(cell, **{name: moved})
                ends.append(run_to_the_end(changed, inputs, states) @ error)
            squares += ((ends[0] - ends[1]) / (2 * SMALL)) ** 2
    assert found.gradients[-1] == pytest.approx(np.sqrt(squares), rel=1e-6)


def test_gradients_vanish_and_explode():
    vanishing, kept, exploding = (fresh_gradients("rnn", radius) for radius in (0.5, 1, 1.5))
    assert vanishing.jacobians[0] == kept.jacobians[0] == exploding.jacobians[0] == 1
    assert vanishing.jacobians[-1] < 1e-12
    assert 1e-3 < kept.jacobians[-1] <= 1
    assert exploding.jacobians[-1] > 10
    lstm, gru = (fresh_gradients(kind, 0.5).jacobians[-1] for kind in ("lstm", "gru"))
    assert lstm > 1e6 * vanishing.jacobians[-1] and gru > 1e3 * vanishing.jacobians[-1]


def test_clipping_to_a_global_norm():
    result = fresh_gradients("rnn", 1.5, clip=2.0)
    assert result.gradients.max() > 20
    assert result.clipped.max() == 2
    below = result.gradients < 2
    np.testing.assert_array_equal(result.clipped[below], result.gradients[below])


def test_spectral_radius_is_what_was_asked_for():
    cell = fresh_cell("gru", 16, 1.5, np.random.default_rng(0))
    for matrix in cell.split(cell.recurrent_kernel).values():
        assert np.abs(np.linalg.eigvals(matrix)).max() == pytest.approx(1.5)
