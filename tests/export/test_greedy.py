"""Greedy search as a function to trace: it is that of `decoding`, with its limits."""

from importlib import import_module

import numpy as np
import pytest

from helpers.networks import SOURCE_VOCAB, random_network, randomise, small
from seq2seq_keras.decoding.search import most_tokens, search
from seq2seq_keras.export.greedy import translate_greedily, without_cudnn
from seq2seq_keras.network import Network, build_network
from seq2seq_keras.text import END, PADDING, START, UNKNOWN

pytestmark = pytest.mark.tensorflow

SOURCE = np.array([[5, 9, 4, 10, 7, 2], [8, 2, 0, 0, 0, 0], [6, 6, 5, 2, 0, 0], [2, 0, 0, 0, 0, 0]])


def babbling(**settings) -> Network:
    """A network that would write unknown and start, and the end never."""
    network = build_network(small(tie_embeddings=False, **settings), SOURCE_VOCAB, 8)
    randomise(network)
    bias = network.vocabulary.bias.numpy()
    bias[[PADDING, START, UNKNOWN]], bias[END] = 90, -90
    network.vocabulary.bias.assign(bias)
    return network


@pytest.mark.parametrize(
    ("cell", "attention"),
    [
        ("lstm", "additive"),
        ("gru", "none"),
        *(
            pytest.param(cell, attention, marks=pytest.mark.slow)
            for cell, attention in [
                ("gru", "additive"),
                ("rnn", "additive"),
                ("lstm", "none"),
                ("rnn", "none"),
            ]
        ),
    ],
)
def test_it_is_the_search_of_the_program(cell: str, attention: str) -> None:
    network = random_network(small(cell=cell, attention=attention, encoder_layers=2), seed=1)
    found = translate_greedily(network, SOURCE.astype("int32")).numpy()
    expected = search(network, SOURCE).tokens[:, 0]
    np.testing.assert_array_equal(found[:, : expected.shape[1]], expected)
    assert not found[:, expected.shape[1] :].any()


@pytest.mark.parametrize("tokenizer", ["char", "word"])
def test_every_sentence_has_its_own_limit(tokenizer: str) -> None:
    found = translate_greedily(babbling(tokenizer=tokenizer), SOURCE.astype("int32")).numpy()
    limits = most_tokens(np.count_nonzero(SOURCE, axis=1), tokenizer)
    assert found.shape == (4, limits[0])
    written = np.count_nonzero(found, axis=1)
    np.testing.assert_array_equal(written, limits - 1)  # the end token is the last
    assert not np.isin(found, [START, END, UNKNOWN]).any()


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_without_cudnn_where_there_is_a_gpu(
    cell: str, bidirectional: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    network = random_network(small(cell=cell, bidirectional=bidirectional))

    def operations() -> set[str]:
        function = tf.function(lambda source: translate_greedily(network, source), autograph=False)
        graph = function.get_concrete_function(tf.TensorSpec((None, None), "int32")).graph
        definition = graph.as_graph_def()
        nodes = [*definition.node, *(n for f in definition.library.function for n in f.node_def)]
        return {node.op for node in nodes if "Cudnn" in node.op}

    layers = import_module("keras.src.backend.tensorflow.rnn")
    monkeypatch.setattr(layers, "_is_gpu_available", lambda: True)
    assert operations()
    with without_cudnn(network):
        assert not operations()
    assert operations()
