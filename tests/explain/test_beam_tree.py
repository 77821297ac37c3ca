"""The tree against the compiled search's own hypotheses and scores."""

import keras
import numpy as np
import pytest

from helpers.networks import random_network, reference_of, small
from helpers.plain_search import penalty
from seq2seq_keras.decoding import padded, search
from seq2seq_keras.explain.beam_tree import beam_tree
from seq2seq_keras.explain.encoder import encode
from seq2seq_keras.explain.weights import read_weights
from seq2seq_keras.text import END, PADDING, START, UNKNOWN


def grown(weights, encoding, **settings):
    return beam_tree(weights, encoding, **{"limit": 9, "beam_size": 3, **settings})


def assert_same(tree, found, n_best):
    for k in range(n_best):
        if not np.isfinite(found.scores[0, k]):
            assert len(tree.leaves) == k
            break
        leaf = tree.nodes[tree.leaves[k]]
        assert tree.branch(leaf.number)[:-1] == found.tokens[0, k, : found.lengths[0, k]].tolist()
        assert leaf.token == END
        assert leaf.score == pytest.approx(found.scores[0, k], rel=1e-5, abs=1e-5)


def test_it_finds_what_search_finds(network, weights, encoding, sentence):
    """Hypotheses, scores, and how many steps were computed for them."""
    tree = grown(weights, encoding, n_best=2)
    found = search(network, padded([sentence[0]]), beam_size=3, n_best=2, max_length=9)
    assert_same(tree, found, 2)
    # A node that was kept is a step that was computed; on JAX every place is, kept or not.
    kept = sum(node.fate == "kept" for node in tree.nodes)
    if keras.backend.backend() == "tensorflow":
        assert kept == found.rows_computed


@pytest.mark.parametrize(("beam_size", "n_best", "alpha"), [(1, 1, 0.6), (4, 4, 0.0), (12, 1, 1.5)])
def test_it_searches_as_it_is_told(sentence, beam_size, n_best, alpha):
    network = random_network(small(attention="general", tie_embeddings=True))
    weights = read_weights(network)
    settings = {"beam_size": beam_size, "n_best": n_best, "length_penalty": alpha}
    tree = grown(weights, encode(weights, sentence[0]), **settings)
    assert_same(tree, search(network, padded([sentence[0]]), max_length=9, **settings), n_best)


def test_every_number_along_a_branch(network, weights, encoding, sentence):
    tree = grown(weights, encoding)
    reference, source = reference_of(network), sentence[0]
    for node in tree.nodes[1:]:
        parent = tree.nodes[node.parent]
        assert parent.number < node.number and parent.fate == "kept"
        assert node.step == parent.step + 1
        assert node.token not in (PADDING, START, UNKNOWN)
        assert node.total == pytest.approx(parent.total + node.log_probability)
        assert node.score == pytest.approx(node.total / penalty(node.step + 1, 0.6))
        branch = tree.branch(node.number)
        assert len(branch) == node.step + 1
        expected = reference.log_probability(source, branch)
        assert node.total == pytest.approx(expected, abs=1e-4)


def test_fates(weights, encoding):
    tree = grown(weights, encoding, beam_size=2)
    for step in range(max(node.step for node in tree.nodes) + 1):
        nodes = [node for node in tree.nodes if node.step == step]
        totals = [node.total for node in nodes]
        assert totals == sorted(totals, reverse=True)
        assert [node.fate == "pruned" for node in nodes] == [i >= 2 for i in range(len(nodes))]
        assert len(nodes) <= 4
        assert all((node.token == END) == (node.fate == "finished") for node in nodes[:2])
    best = tree.nodes[tree.leaves[0]]
    for node in tree.nodes:
        if node.fate == "given_up":
            assert node.total / penalty(9, 0.6) <= best.score
    finished = [node for node in tree.nodes if node.fate == "finished"]
    assert tree.leaves == [n.number for n in sorted(finished, key=lambda n: -n.score)]
    on_path = [node for node in tree.nodes if node.on_path]
    assert [node.token for node in on_path] == [START, *tree.best]
    assert [node.step for node in on_path] == list(range(-1, len(tree.best)))


def test_pruned_branches_change_nothing_but_the_picture(weights, encoding):
    few, many = (grown(weights, encoding, num_pruned=number) for number in (0, 99))
    assert not any(node.fate == "pruned" for node in few.nodes)

    def others(tree):
        return [(n.step, n.token, n.total, n.fate) for n in tree.nodes if n.fate != "pruned"]

    assert others(few) == others(many)
    assert len(few.nodes) <= len(many.nodes)


def test_the_limit_leaves_only_the_end_token(weights, encoding):
    tree = grown(weights, encoding, limit=1)
    assert [node.token for node in tree.nodes] == [START, END]
    assert tree.best == [END]
