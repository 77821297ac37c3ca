"""Small networks of every kind, and one sentence for them."""

from __future__ import annotations

import pytest

from helpers.networks import random_network, small
from seq2seq_keras.explain.encoder import encode
from seq2seq_keras.explain.weights import read_weights

KINDS = {
    "plain gru": {"attention": "none"},
    "plain lstm, one way, deep, tied": {
        "attention": "none",
        "cell": "lstm",
        "bidirectional": False,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "tie_embeddings": True,
    },
    "plain rnn": {"attention": "none", "cell": "rnn", "encoder_layers": 2},
    "additive before, lstm, deep": {
        "attention": "additive",
        "cell": "lstm",
        "encoder_layers": 2,
        "decoder_layers": 2,
    },
    "general before, gru, tied": {"attention": "general", "tie_embeddings": True},
    "dot before, rnn, one way": {"attention": "dot", "cell": "rnn", "bidirectional": False},
    "scaled before, gru, deep": {"attention": "scaled_dot", "decoder_layers": 3},
    "additive after, gru": {"attention": "additive", "attention_placement": "after"},
    "general after, rnn, deep": {
        "attention": "general",
        "attention_placement": "after",
        "cell": "rnn",
        "decoder_layers": 2,
    },
    "dot after, lstm": {"attention": "dot", "attention_placement": "after", "cell": "lstm"},
    "scaled after, lstm, one way": {
        "attention": "scaled_dot",
        "attention_placement": "after",
        "cell": "lstm",
        "bidirectional": False,
    },
}
SOURCE = [5, 4, 9, 7, 10, 2]
TARGET = [4, 8, 5, 4, 7, 2]


@pytest.fixture(scope="session", params=KINDS)
def network(request):
    """A network with random weights; each test that asks for it runs with every kind."""
    return random_network(small(**KINDS[request.param]))


@pytest.fixture(scope="session")
def weights(network):
    """Its weights as arrays."""
    return read_weights(network)


@pytest.fixture(scope="session")
def encoding(weights):
    """What it makes of the sentence."""
    return encode(weights, SOURCE)


@pytest.fixture(scope="session")
def sentence():
    """Source and target as token ids, end tokens last."""
    return SOURCE, TARGET
