"""The tree against the compiled search's own hypotheses and scores."""

import numpy as np
import pytest

from helpers.networks import reference_of
from helpers.plain_search import penalty
from seq2seq_keras.decoding import padded, search
from seq2seq_keras.explain.beam_tree import beam_tree
from seq2seq_keras.text import END, PADDING, START, UNKNOWN


def grown(weights, encoding, **settings):
    return beam_tree(weights, encoding, **{"limit": 9, "beam_size": 3, **settings})


@pytest.mark.parametrize(
    ("beam_size", "n_best", "alpha"), [(1, 1, 0.6), (3, 3, 0.6), (4, 2, 0.0), (12, 1, 1.5)]
)
def test_it_finds_what_search_finds(network, weights, encoding, sentence, beam_size, n_best, alpha):
    settings = {"beam_size": beam_size, "n_best": n_best, "length_penalty": alpha}
    tree = grown(weights, encoding, **settings)
    found = search(network, padded([sentence[0]]), max_length=9, **settings)
    for k in range(n_best):
        if not np.isfinite(found.scores[0, k]):
            assert len(tree.leaves) == k
            break
        leaf = tree.nodes[tree.leaves[k]]
        assert tree.branch(leaf.number)[:-1] == found.tokens[0, k, : found.lengths[0, k]].tolist()
        assert leaf.token == END
        assert leaf.score == pytest.approx(found.scores[0, k], abs=1e-5)


def test_it_computed_as_many_steps_as_search(network, weights, encoding, sentence):
    """A node that was kept is a step that was computed; where no row is wasted, none more."""
    tree = grown(weights, encoding)
    rows = search(network, padded([sentence[0]]), beam_size=3, max_length=9).rows_computed
    kept = sum(node.fate == "kept" for node in tree.nodes)
    assert kept == rows or rows % 3 == 0  # with fixed shapes, on JAX, every place is computed


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


def test_the_limit_leaves_only_the_end_token(weights, encoding):
    tree = grown(weights, encoding, limit=1)
    assert [node.token for node in tree.nodes] == [START, END]
    assert tree.best == [END]
