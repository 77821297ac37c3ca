import keras
import numpy as np
import pytest

from seq2seq_keras.training.gradients import clip_by_global_norm
from seq2seq_keras.training.loss import masked_loss

TARGET = np.array([[4, 9, 2, 0, 0], [5, 2, 0, 0, 0], [1, 3, 7, 8, 2]], "int32")
RANDOM = np.random.default_rng(0)
HIDDEN = RANDOM.normal(0, 3, (3, 5, 4)).astype("float32")
MATRIX = RANDOM.normal(0, 1, (11, 4)).astype("float32")
BIAS = RANDOM.normal(0, 1, 11).astype("float32")
LOGITS = HIDDEN.astype("float64") @ MATRIX.T + BIAS


def by_hand(smoothing):
    """Cross-entropy against the smoothed one-hot target, term by term in float64."""
    total, tokens = 0.0, 0
    for row in range(3):
        for time in range(5):
            word = TARGET[row, time]
            if word == 0:
                continue
            scores = LOGITS[row, time].astype("float64")
            log_p = scores - np.log(np.sum(np.exp(scores)))
            q = np.full(11, smoothing / 11)
            q[word] += 1 - smoothing
            total -= np.sum(q * log_p)
            tokens += 1
    return total, tokens


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_sums_equal_the_one_hot_definition(smoothing):
    sums = [float(value) for value in masked_loss(HIDDEN, MATRIX, BIAS, TARGET, smoothing)]
    assert sums[0] == pytest.approx(by_hand(smoothing)[0], rel=1e-5)
    assert sums[1] == pytest.approx(by_hand(0.0)[0], rel=1e-5)
    assert sums[2] == by_hand(0.0)[1] == 10


def test_large_scores_do_not_overflow():
    sums = masked_loss(HIDDEN * 1e4, MATRIX, BIAS, TARGET, 0.1)
    assert all(np.isfinite(float(value)) for value in sums)


@pytest.mark.parametrize("limit", [0.5, 100.0])
def test_clipping_scales_all_by_one_factor(limit):
    random = np.random.default_rng(1)
    gradients = [random.normal(size=shape).astype("float32") for shape in [(3, 4), (5,), (2, 2, 2)]]
    norm = np.linalg.norm(np.concatenate([gradient.ravel() for gradient in gradients]))
    tensors = [keras.ops.convert_to_tensor(gradient) for gradient in gradients]
    clipped, reported = clip_by_global_norm(tensors, limit)
    assert float(reported) == pytest.approx(norm, rel=1e-6)
    for tensor, gradient in zip(clipped, gradients, strict=True):
        expected = gradient * min(1.0, limit / norm)
        np.testing.assert_allclose(keras.ops.convert_to_numpy(tensor), expected, rtol=1e-5)


def test_a_zero_gradient_stays_zero():
    clipped, norm = clip_by_global_norm([keras.ops.zeros((2, 2))], 1.0)
    assert float(norm) == 0.0
    assert float(keras.ops.sum(clipped[0])) == 0.0
