"""Attention by itself: the four scores, the mask and the context vectors."""

import keras
import numpy as np
import pytest

from helpers.networks import to_numpy
from helpers.reference import attend
from seq2seq_keras.network.attention import Attention, attention_keys

SCORES = ["dot", "scaled_dot", "general", "additive"]
UNITS = 4
LENGTHS = [5, 1, 3]


@pytest.fixture(scope="module")
def states():
    """Decoder states s `(batch, target_time, units)` and encoder states h."""
    random = np.random.default_rng(0)
    return random.normal(0, 2, (3, 2, UNITS)), random.normal(0, 2, (3, 5, UNITS))


@pytest.fixture(scope="module")
def mask():
    return np.arange(5)[None] < np.array(LENGTHS)[:, None]


def attended(score, states, mask, dtype="float32"):
    """Returns contexts, weights, and what the formulas need to give the same."""
    query, encoder_states = (keras.ops.convert_to_tensor(s, "float32") for s in states)
    random = np.random.default_rng(1)
    keys_layer = attention_keys(score, UNITS, dtype)
    keys, formula = encoder_states, {}
    if keys_layer is not None:
        keys = keys_layer(encoder_states)
        formula["keys"] = random.normal(0, 1, (UNITS, UNITS))
        keys_layer.set_weights([formula["keys"]])
        keys = keys_layer(encoder_states)
    layer = Attention(score, dtype=dtype)
    layer(query, keys, encoder_states, mask)
    if score == "additive":
        formula["query"] = random.normal(0, 1, (UNITS, UNITS))
        formula["vector"] = random.normal(0, 1, UNITS)
        layer.set_weights([formula["query"], formula["vector"][:, None]])
    assert len(layer.weights) == (2 if score == "additive" else 0)
    return *to_numpy(layer(query, keys, encoder_states, mask)), formula


@pytest.mark.parametrize("score", SCORES)
def test_weights_and_contexts_are_those_of_the_formula(score, states, mask):
    contexts, weights, formula = attended(score, states, mask)
    for sentence, length in enumerate(LENGTHS):
        for t in range(2):
            s, h = states[0][sentence, t], states[1][sentence, :length]
            expected_weights, expected_context = attend(score, s, h, formula)
            np.testing.assert_allclose(
                weights[sentence, t, :length], expected_weights, rtol=1e-4, atol=1e-6
            )
            np.testing.assert_allclose(
                contexts[sentence, t], expected_context, rtol=1e-4, atol=1e-5
            )


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("score", SCORES)
def test_padding_weighs_exactly_nothing(score, dtype, states, mask):
    contexts, weights, _ = attended(score, states, mask, dtype)
    assert (weights[~np.broadcast_to(mask[:, None], weights.shape)] == 0.0).all()
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-6 if dtype == "float32" else 1e-2)
    garbage = states[1].copy()
    garbage[~mask] = 1e4
    np.testing.assert_array_equal(attended(score, (states[0], garbage), mask, dtype)[0], contexts)


@pytest.mark.parametrize("score", SCORES)
def test_weights_hold_up_against_large_scores(score, states, mask):
    contexts, weights, _ = attended(score, (states[0] * 300, states[1] * 300), mask)
    assert np.isfinite(contexts).all()
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)


def test_an_even_score_weighs_evenly(states, mask):
    query = np.zeros_like(states[0])
    _, weights, _ = attended("dot", (query, states[1]), mask)
    for sentence, length in enumerate(LENGTHS):
        np.testing.assert_allclose(weights[sentence, :, :length], 1 / length, rtol=1e-6)


@pytest.mark.parametrize("score", ["dot", "scaled_dot", "general"])
def test_product_scores_need_equal_widths(score):
    query, keys = keras.ops.ones((1, 2, 3)), keras.ops.ones((1, 5, 4))
    with pytest.raises(ValueError, match=rf"{score} .*same width. Received: 3 and 4"):
        Attention(score)(query, keys, keys, np.ones((1, 5), "bool"))


def test_an_unknown_score_is_refused():
    with pytest.raises(ValueError, match=r"`score` must be dot.*Received: score='cosine'"):
        Attention("cosine")


@pytest.mark.parametrize("score", SCORES)
def test_a_layer_made_from_its_configuration_is_the_same(score):
    layer = Attention(score, name="a")
    config = keras.saving.serialize_keras_object(layer)
    assert config["registered_name"] == "seq2seq_keras>Attention"
    twin = keras.saving.deserialize_keras_object(config)
    assert isinstance(twin, Attention)
    assert twin.get_config() == layer.get_config()


def test_shapes_are_known_before_any_number():
    query, states = keras.KerasTensor((2, 7, 4)), keras.KerasTensor((2, None, 4))
    mask = keras.KerasTensor((2, None), "bool")
    contexts, weights = Attention("additive")(query, states, states, mask)
    assert contexts.shape == (2, 7, 4)
    assert weights.shape == (2, 7, None)
