"""p-values of several tests at once: Holm's correction."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Corrects p-values so that several tests together are as careful as one (Holm 1979).

    Of m p-values in ascending order the k-th is multiplied by m - k + 1, and is then at least as
    large as the one before it. Calling those under 0.05 shown claims anything falsely in at most
    5 of 100 test sets, however the tests hang together; no test is asked for more than that needs.

    Args:
        p_values: What each test gave, in any order.

    Returns:
        The corrected p-values, in the same order, none above 1.

    Example:
        >>> holm([0.04, 0.01, 0.03])
        [0.06, 0.03, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for before, place in enumerate(order):
        largest = max(largest, min(1.0, p_values[place] * (len(order) - before)))
        corrected[place] = largest
    return corrected
