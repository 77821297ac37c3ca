"""Figures out of the results of `benchmarks.speed`: medians, ratios, shares of the limit."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

Results = Mapping[str, Any]


def training_rates(results: Results, name: str) -> list[float]:
    """Returns the target tokens a second of an entry, a number a round; empty if it did not run."""
    rounds = results["training"].get(name, {}).get("rounds", [])
    return [answer["tokens"] / answer["seconds"] for answer in rounds]


def decoding_rates(results: Results, name: str, task: str) -> list[float]:
    """Returns the sentences a second of an entry, a number a round; `task` is greedy or beam."""
    rounds = results["decoding"].get(name, {}).get(task, [])
    return [answer["sentences"] / answer["seconds"] for answer in rounds]


def latencies(results: Results, name: str) -> list[float]:
    """Returns the seconds of a short sentence of an entry, a number a round."""
    return [a["seconds"] for a in results["decoding"].get(name, {}).get("latency", [])]


def output_tokens(results: Results, name: str, task: str) -> float | None:
    """Returns the mean tokens of a translation; None if the entry did not run."""
    rounds = results["decoding"].get(name, {}).get(task, [])
    if not rounds:
        return None
    return sum(a["tokens"] for a in rounds) / sum(a["sentences"] for a in rounds)


def training_share(results: Results, name: str) -> float | None:
    """Returns an entry's share of the arithmetic limit; None where that is not known."""
    rates, result = training_rates(results, name), results["training"].get(name, {})
    products = results.get("matrix_product")
    if not rates or not products or "operations_per_token" not in result:
        return None
    limit = statistics.median(products) / result["operations_per_token"]
    return statistics.median(rates) / limit


def decoding_share(results: Results, name: str, task: str) -> float | None:
    """Returns an entry's share of the arithmetic limit; None where that is not known."""
    rounds = results["decoding"].get(name, {}).get(task, [])
    products = results.get("matrix_product_decoding")
    if not rounds or not products or "operations" not in rounds[0]:
        return None
    rate = statistics.median(answer["operations"] / answer["seconds"] for answer in rounds)
    return rate / statistics.median(products)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float] | None:
    """Returns the ratio of two medians, and the smallest and largest ratio within a round."""
    if not ours or not theirs:
        return None
    single = [mine / other for mine, other in zip(ours, theirs, strict=False)]
    return statistics.median(ours) / statistics.median(theirs), min(single), max(single)
