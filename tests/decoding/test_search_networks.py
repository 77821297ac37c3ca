"""The fast search of every kind of network against search in plain Python over NumPy's network."""

import numpy as np
import pytest

from helpers.networks import random_network, reference_of, small
from helpers.plain_search import beam_search
from helpers.slow import slow_but
from seq2seq_keras.decoding import padded, search
from seq2seq_keras.decoding.search import word_part
from seq2seq_keras.network import build_network

# More than one group of words, once with the last group filled up and once without.
PRIME, ROUND = 67, 72
AFTER = {"attention_placement": "after"}
NETWORKS = {
    "bahdanau": {},
    "lstm": {"cell": "lstm", "decoder_layers": 2},
    "rnn": {"cell": "rnn", "encoder_layers": 2},
    "dot": {"attention": "dot", "tie_embeddings": True},
    "scaled dot, lstm": {"attention": "scaled_dot", "cell": "lstm", "bidirectional": False},
    "general, rnn": {"attention": "general", "cell": "rnn", "tie_embeddings": True},
    "luong": {"attention": "general", **AFTER, "tie_embeddings": True},
    "additive after, lstm": {"attention": "additive", **AFTER, "cell": "lstm"},
    "scaled dot after": {"attention": "scaled_dot", **AFTER, "decoder_layers": 2},
    "dot after, rnn": {"attention": "dot", **AFTER, "cell": "rnn", "encoder_layers": 2},
    "plain": {"attention": "none", "tie_embeddings": True},
    "plain lstm": {"attention": "none", "cell": "lstm", "decoder_layers": 2},
    "plain rnn": {"attention": "none", "cell": "rnn", "bidirectional": False},
}
QUICK = {"bahdanau", "scaled dot, lstm", "dot after, rnn", "plain"}
SOURCES = [[5, 4, 9, 7, 2], [8, 2], [6, 3, 10, 2]]
LIMIT = 8


def network_of(name, target_vocab):
    config = small(**{"attention": "additive", **NETWORKS[name]})
    return random_network(config, seed=6, target_vocab=target_vocab)


def assert_plain_search_agrees(network, result, beam_size, n_best):
    reference = reference_of(network)
    for row, source in enumerate(SOURCES):
        expected = beam_search(reference, source, beam_size, LIMIT, alpha=0.6)[:n_best]
        lengths = result.lengths[row]
        tokens = [result.tokens[row, k, : lengths[k]].tolist() for k in range(len(expected))]
        assert tokens == [tokens for tokens, _ in expected]
        np.testing.assert_allclose(
            result.scores[row, : len(expected)], [score for _, score in expected], rtol=1e-4
        )


@pytest.mark.parametrize("name", slow_but(QUICK, NETWORKS))
def test_search_is_that_of_plain_python(name):
    network = network_of(name, PRIME)
    result = search(network, padded(SOURCES), beam_size=4, n_best=2, max_length=LIMIT)
    assert_plain_search_agrees(network, result, 4, 2)
    assert len(set(result.scores[:, 0])) > 1  # they do read their source


@pytest.mark.parametrize("name", ["bahdanau", "luong", "plain lstm"])
def test_greedy_search_is_that_of_plain_python(name):
    network = network_of(name, ROUND)
    result = search(network, padded(SOURCES), beam_size=1, max_length=LIMIT)
    assert_plain_search_agrees(network, result, 1, 1)


@pytest.mark.parametrize("name", ["bahdanau", "scaled dot after", "plain"])
def test_looking_the_words_part_up_changes_nothing(name):
    network = network_of(name, ROUND)
    words = word_part(network)
    result = search(network, padded(SOURCES), beam_size=4, max_length=LIMIT, words=words)
    assert_plain_search_agrees(network, result, 4, 1)


@pytest.mark.parametrize("name", ["luong", "plain"])
def test_few_hypotheses_are_searched_like_many(name):
    """Of few the output matrix of tied embeddings is not transposed."""
    network = network_of(name, PRIME)
    together = search(network, padded(SOURCES), beam_size=4, max_length=LIMIT)
    for row, source in enumerate(SOURCES):
        alone = search(network, padded([source]), beam_size=4, max_length=LIMIT)
        length = alone.lengths[0, 0]
        assert together.lengths[row, 0] == length
        assert (together.tokens[row, 0, :length] == alone.tokens[0, 0]).all()
        np.testing.assert_allclose(together.scores[row], alone.scores[0], rtol=1e-4)


@pytest.mark.parametrize("name", ["bahdanau"])
def test_half_precision_finds_translations_of_like_probability(name):
    config = small(**{"attention": "additive", **NETWORKS[name]})
    exact = random_network(config, seed=6, target_vocab=ROUND)
    half = build_network(config, exact.source_vocab_size, ROUND, "mixed_bfloat16")
    half.training.set_weights(exact.training.get_weights())
    expected, found = (
        search(network, padded(SOURCES), beam_size=3, max_length=LIMIT) for network in (exact, half)
    )
    assert half.training.get_layer("deep_output").compute_dtype == "bfloat16"
    np.testing.assert_allclose(found.scores, expected.scores, rtol=0.05)
