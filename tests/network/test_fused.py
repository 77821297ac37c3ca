"""The fast network against the reference network: the same numbers, the same derivatives."""

import keras
import numpy as np
import pytest
from keras import ops

from helpers.gradients import value_and_gradients
from helpers.slow import slow_but
from seq2seq_keras.config import Config
from seq2seq_keras.network import build_network

VOCABULARY = 13
NETWORKS = {
    "bahdanau": {},
    "lstm": {"cell": "lstm"},
    "rnn": {"cell": "rnn"},
    "deep lstm": {"cell": "lstm", "encoder_layers": 2, "decoder_layers": 2},
    "deep after": {"attention_placement": "after", "encoder_layers": 2, "decoder_layers": 2},
    "dot": {"attention": "dot"},
    "scaled dot, rnn": {"attention": "scaled_dot", "cell": "rnn"},
    "general, untied": {"attention": "general", "tie_embeddings": False},
    "luong": {"attention": "general", "attention_placement": "after", "bidirectional": False},
    "plain": {"attention": "none"},
    "plain lstm": {"attention": "none", "cell": "lstm", "decoder_layers": 2},
    "plain rnn": {"attention": "none", "cell": "rnn", "bidirectional": False},
}
QUICK = {"bahdanau", "scaled dot, rnn", "plain"}


def small_network(dtype_policy="float32", **settings):
    config = Config(**{"units": 6, "embedding_dim": 5, "dropout": 0.0, **settings})
    network = build_network(config, VOCABULARY, VOCABULARY, dtype_policy)
    random = np.random.default_rng(4)
    for weight in network.training.weights:  # biases too, which start at zero
        if "seed" not in weight.path:
            weight.assign(random.normal(0, 0.6, weight.shape))
    return network


def fast_logits(network, batch):
    matrix, bias = network.projection()
    matrix = ops.cast(matrix, network.fast.compute_dtype)
    logits = ops.matmul(network.fast(list(batch)), ops.transpose(matrix))
    return ops.cast(logits if bias is None else logits + bias, "float32")


@pytest.mark.parametrize("name", slow_but(QUICK, NETWORKS))
def test_logits_and_gradients_are_those_of_the_reference_network(name, batch):
    network = small_network(**NETWORKS[name])
    real = (batch[1] != 0)[..., None]
    direction = np.random.default_rng(5).normal(size=(*batch[1].shape, VOCABULARY)) * real
    direction = direction.astype("float32")

    reference = keras.ops.convert_to_numpy(network.training(list(batch)))
    fast = keras.ops.convert_to_numpy(fast_logits(network, batch))
    np.testing.assert_allclose(fast * real, reference * real, rtol=1e-4, atol=1e-5)

    variables = network.training.trainable_variables
    value, gradients = value_and_gradients(
        lambda: ops.sum(fast_logits(network, batch) * direction), variables
    )
    expected_value, expected = value_and_gradients(
        lambda: ops.sum(network.training(list(batch)) * direction), variables
    )
    assert value == pytest.approx(expected_value, rel=1e-4, abs=1e-4)
    for variable, gradient, correct in zip(variables, gradients, expected, strict=True):
        scale = max(1.0, float(np.abs(correct).max()))
        np.testing.assert_allclose(
            gradient / scale, correct / scale, rtol=1e-4, atol=1e-5, err_msg=variable.path
        )
    # Every weight counts for something, so nothing was compared with nothing.
    unmoved = [v.path for v, g in zip(variables, expected, strict=True) if not np.any(g)]
    assert unmoved == []


@pytest.mark.parametrize("name", ["bahdanau", "luong", "plain lstm"])
def test_padding_changes_nothing(name, batch, wider_batch):
    network = small_network(**NETWORKS[name])
    narrow, wide = (
        keras.ops.convert_to_numpy(network.fast(list(tokens))) for tokens in (batch, wider_batch)
    )
    for row, length in enumerate((batch[1] != 0).sum(axis=1)):
        np.testing.assert_allclose(wide[row, :length], narrow[row, :length], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["bahdanau", "luong", "plain"])
def test_half_precision_stays_near(name, batch):
    settings = NETWORKS[name]
    exact = keras.ops.convert_to_numpy(fast_logits(small_network(**settings), batch))
    network = small_network("mixed_bfloat16", **settings)
    real = (batch[1] != 0)[..., None]
    half = keras.ops.convert_to_numpy(fast_logits(network, batch))
    np.testing.assert_allclose(half * real, exact * real, atol=0.05 * np.abs(exact).max())


def test_dropout_is_drawn_anew_and_from_the_same_generators(batch):
    network = small_network(dropout=0.5)
    first, second = (
        keras.ops.convert_to_numpy(network.fast(list(batch), training=True)) for _ in range(2)
    )
    assert not np.allclose(first, second)
    generators = {v.path for v in network.training.non_trainable_variables}
    assert {v.path for v in network.fast.non_trainable_variables} == generators


def test_it_has_no_weights_of_its_own(batch):
    network = small_network(tie_embeddings=False)
    own = {id(weight) for weight in network.training.weights}
    assert {id(weight) for weight in network.fast.weights} < own
