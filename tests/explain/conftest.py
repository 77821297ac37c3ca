"""Small networks of every kind, and one sentence for them."""

from __future__ import annotations

import pytest

from helpers.networks import random_network, small
from helpers.slow import slow_but
from seq2seq_keras.explain.encoder import encode
from seq2seq_keras.explain.model import Model
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
QUICK = {
    "plain lstm, one way, deep, tied",
    "additive before, lstm, deep",
    "general before, gru, tied",
    "general after, rnn, deep",
    "scaled after, lstm, one way",
}
SOURCE = [5, 4, 9, 7, 10, 2]
TARGET = [4, 8, 5, 4, 7, 2]


class Numbers:
    """A tokenizer whose words are the ids themselves."""

    def __init__(self, vocab_size):
        self.vocab_size = vocab_size

    def encode(self, text):
        return [int(word) for word in text.split()]

    def decode(self, ids):
        return " ".join(map(str, ids))

    def pieces(self, ids):
        return [str(token) for token in ids]


@pytest.fixture(scope="session")
def as_model():
    """Makes a network a model that reads and writes numbers."""

    def make(network, dtype="float32"):
        return Model(
            network.config,
            read_weights(network, dtype),
            Numbers(network.source_vocab_size),
            Numbers(network.target_vocab_size),
        )

    return make


@pytest.fixture(scope="session")
def network_of():
    """Returns one network by its name in `KINDS`."""
    return lambda kind: random_network(small(**KINDS[kind]))


@pytest.fixture(scope="session", params=slow_but(QUICK, KINDS))
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
