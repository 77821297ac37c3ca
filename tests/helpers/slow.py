"""Cases of one test, of which every change runs some and `make test-all` the others too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def slow_but(quick: Iterable[str], cases: Iterable[str]) -> list[Any]:
    """Returns the cases as parameters, all marked as slow but those that `quick` names."""
    quick, cases = set(quick), list(cases)
    assert quick <= set(cases), quick - set(cases)
    return [case if case in quick else pytest.param(case, marks=pytest.mark.slow) for case in cases]
