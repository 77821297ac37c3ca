"""The loop over time against one written out in NumPy."""

import keras
import numpy as np
import pytest
from keras import ops

from seq2seq_keras.network.scan import scan

NUMBERS = np.arange(12, dtype="float32").reshape(4, 3)


def step(carried, items):
    total = 0.5 * carried[0] + items[0]
    return [total], [total * 2, ops.sum(total, axis=-1)]


def by_hand(reverse):
    total, doubled, sums = np.ones(3), np.zeros((4, 3)), np.zeros(4)
    for time in reversed(range(4)) if reverse else range(4):
        total = 0.5 * total + NUMBERS[time]
        doubled[time], sums[time] = total * 2, total.sum()
    return total, doubled, sums


@pytest.mark.parametrize("reverse", [False, True])
def test_outputs_may_be_of_other_shapes_than_what_is_carried(reverse):
    carried, outputs = scan(step, [ops.ones((3,))], [ops.array(NUMBERS)], reverse=reverse)
    for result, expected in zip([*carried, *outputs], by_hand(reverse), strict=True):
        np.testing.assert_allclose(keras.ops.convert_to_numpy(result), expected)


def test_unstacked_outputs_can_be_read_by_another_loop():
    _, (doubled, *sums) = scan(step, [ops.ones((3,))], [ops.array(NUMBERS)], num_stacked=1)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(doubled), by_hand(False)[1])
    (last,), (running,) = scan(
        lambda carried, items: ([carried[0] + items[0]], [carried[0] + items[0]]),
        [ops.zeros(())],
        sums,
        reverse=True,
    )
    expected = np.cumsum(by_hand(False)[2][::-1])[::-1]
    assert float(last) == pytest.approx(expected[0])
    np.testing.assert_allclose(keras.ops.convert_to_numpy(running), expected)
