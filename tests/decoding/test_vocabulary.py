"""The best words by groups against sorting the whole vocabulary."""

import numpy as np
import pytest
from keras import ops

from helpers.networks import to_numpy
from seq2seq_keras.decoding.vocabulary import Vocabulary, group_size

END, FIRST_WORD = 2, 4


def plain_best(logits, must_end, count):
    """Log-probabilities and tokens of each row, best first and of equal ones the first."""
    rows = []
    for row, end in zip(logits, must_end, strict=True):
        log_probs = row - np.log(np.exp(row - row.max()).sum()) - row.max()
        allowed = [END] if end else [END, *range(FIRST_WORD, len(row))]
        ranked = sorted(allowed, key=lambda token: (-row[token], token))
        rows.append([(token, log_probs[token]) for token in ranked[:count]])
    return rows


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("size", [7, 30, 67, 120, 331])
def test_the_best_words_are_those_of_the_whole_vocabulary(size, count, tied):
    random = np.random.default_rng(size + count)
    kernel = random.normal(0, 2, (size, 6)).astype("float32")
    bias = None if tied else random.normal(size=size).astype("float32")
    hidden = random.normal(0, 2, (9, 6)).astype("float32")
    must_end = np.arange(9) % 4 == 3
    logits = hidden.astype("float64") @ kernel.T + (0 if bias is None else bias)

    vocabulary = Vocabulary(
        ops.convert_to_tensor(kernel if tied else kernel.T),
        None if bias is None else ops.convert_to_tensor(bias),
        tied,
    )
    found = vocabulary.best(
        vocabulary.logits(ops.convert_to_tensor(hidden)), ops.convert_to_tensor(must_end), count
    )
    scores, tokens = to_numpy(found)
    for row, expected in enumerate(plain_best(logits, must_end, count)):
        assert tokens[row, : len(expected)].tolist() == [token for token, _ in expected]
        np.testing.assert_allclose(
            scores[row, : len(expected)], [score for _, score in expected], rtol=1e-4, atol=1e-4
        )
        assert (scores[row, len(expected) :] == -np.inf).all()


def test_the_best_words_may_all_lie_in_one_group_or_in_as_many_as_there_are():
    size = 240
    together, apart = np.zeros(size), np.zeros(size)
    together[100:105] = [3, 5, 4, 7, 6]
    apart[[50, 90, 130, 170, 210]] = [3, 5, 4, 7, 6]
    vocabulary = Vocabulary(np.zeros((2, size), "float32"), None, tied=False)
    logits = ops.convert_to_tensor(np.stack([together, apart]).astype("float32"))
    _, tokens = to_numpy(vocabulary.best(logits, ops.zeros((2,), "bool"), 5))
    assert tokens.tolist() == [[103, 104, 101, 102, 100], [170, 210, 90, 130, 50]]


def test_of_equal_words_the_first_are_best():
    vocabulary = Vocabulary(np.zeros((2, 240), "float32"), None, tied=False)
    logits = np.zeros((1, 240), "float32")
    logits[0, [80, 160, 239]] = 1.0
    scores, tokens = to_numpy(
        vocabulary.best(ops.convert_to_tensor(logits), ops.zeros((1,), "bool"), 5)
    )
    assert tokens.tolist() == [[80, 160, 239, 2, 4]]
    assert scores[0, 0] == scores[0, 1] == scores[0, 2] > scores[0, 3] == scores[0, 4]


def test_logits_far_from_zero_keep_their_precision():
    logits = np.full((1, 60), -3000.0, "float32")
    logits[0, [2, 10]] = [-2900.0, -2901.0]
    vocabulary = Vocabulary(np.zeros((2, 60), "float32"), None, tied=False)
    scores, tokens = to_numpy(
        vocabulary.best(ops.convert_to_tensor(logits), ops.zeros((1,), "bool"), 2)
    )
    assert tokens.tolist() == [[2, 10]]
    np.testing.assert_allclose(scores[0], [-0.3132617, -1.3132617], rtol=1e-5)


@pytest.mark.parametrize(("size", "group"), [(7896, 24), (8000, 25), (4000, 25), (7919, 24)])
def test_groups_leave_little_to_fill(size, group):
    assert group_size(size) == group
    assert -size % group <= 2
