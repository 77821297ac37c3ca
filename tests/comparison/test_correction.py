from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.comparison.correction import holm


def closed(p_values):
    """Holm's method by its reason: a test stands if every set of tests around it does.

    A set of k tests stands by Bonferroni: k times its smallest p-value.
    """
    places = range(len(p_values))
    return [
        max(
            min(1.0, len(chosen) * min(p_values[each] for each in chosen))
            for size in range(1, len(p_values) + 1)
            for chosen in combinations(places, size)
            if place in chosen
        )
        for place in places
    ]


def test_by_hand():
    # 0.005 x 4, 0.01 x 3, 0.03 x 2; 0.04 x 1 would be less than the one before it
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.6]) == [1.0, 1.0]
    assert holm([0.04]) == [0.04]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=6))
def test_it_is_the_closed_test(p_values):
    assert holm(p_values) == pytest.approx(closed(p_values))
