"""What is to be reached on two cores, as ratios within one run."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.entries import DECODING, JOEY, KERAS, LOOP, OURS, TORCH
from benchmarks.figures import (
    Results,
    decoding_rates,
    decoding_share,
    latencies,
    ratio,
    training_rates,
    training_share,
)

_JOEY = f"{JOEY}, input feeding"
_DECODERS = tuple(entry.name for entry in DECODING if entry.program == OURS)


@dataclass(frozen=True)
class Check:
    """One target beside what was measured.

    Attributes:
        what: The target in words.
        wanted: The bound in words.
        measured: The figure in words; empty if the run has none.
        passed: Whether it holds; None without a figure.
    """

    what: str
    wanted: str
    measured: str
    passed: bool | None


def checks(results: Results) -> list[Check]:
    """Returns all targets with what a run measured.

    Decoding is measured with both placements of attention, and the slower one counts.
    """

    def training(placement: str, program: str, other: str, wanted: float) -> Check:
        what = f"training, attention {placement}, to {program}"
        if placement == "none":
            what = f"training without attention, to {program}"
        mine = training_rates(results, f"{OURS}, {placement}")
        theirs = training_rates(results, f"{program}, {other}")
        return _at_least(what, wanted, ratio(mine, theirs))

    def decoding(task: str, words: str, other: str, wanted: float) -> Check:
        theirs = decoding_rates(results, other, "greedy" if other.startswith(LOOP) else task)
        ratios = [ratio(decoding_rates(results, name, task), theirs) for name in _DECODERS]
        found = [each for each in ratios if each is not None]
        what = f"decoding a test set, {words}, to {other.split(',')[0]}"
        return _at_least(what, wanted, min(found, default=None))

    share = training_share(results, f"{OURS}, after")
    return [
        training("after", TORCH, "after", 1.6),
        training("after", KERAS, "after", 1.4),
        training("after", JOEY, "input feeding", 4.5),
        _share("training, attention after, of the arithmetic limit", share),
        training("before", JOEY, "input feeding", 3.2),
        training("none", TORCH, "none", 1.2),
        decoding("greedy", "greedy", _JOEY, 4.0),
        decoding("greedy", "greedy", f"{LOOP}, before", 50.0),
        decoding("beam", "beam 5", _JOEY, 3.5),
        _share(
            "decoding a test set, beam 5, of the arithmetic limit",
            _least(decoding_share(results, name, "beam") for name in _DECODERS),
        ),
        _latency(results),
        _compilation(results),
        _memory(results),
    ]


def _at_least(what: str, wanted: float, found: tuple[float, float, float] | None) -> Check:
    if found is None:
        return Check(what, f"≥ {wanted:g} ×", "", None)
    value, low, high = found
    measured = f"{value:.2f} × ({low:.2f} to {high:.2f})"
    return Check(what, f"≥ {wanted:g} ×", measured, value >= wanted)


def _share(what: str, share: float | None, wanted: float = 0.6) -> Check:
    if share is None:
        return Check(what, f"≥ {wanted:.0%}", "", None)
    return Check(what, f"≥ {wanted:.0%}", f"{share:.0%}", share >= wanted)


def _latency(results: Results) -> Check:
    what, wanted = f"latency of a short sentence, beam 5, to {JOEY}", "< 0.33 ×"
    theirs = latencies(results, _JOEY)
    found = [ratio(latencies(results, name), theirs) for name in _DECODERS]
    ratios = [each for each in found if each is not None]
    if not ratios:
        return Check(what, wanted, "", None)
    value, low, high = max(ratios)
    return Check(what, wanted, f"{value:.2f} × ({low:.2f} to {high:.2f})", value < 1 / 3)


def _compilation(results: Results) -> Check:
    """A training compiles its step and, to validate, greedy search."""
    seconds = []
    for result in _ours(results):
        decoding = results["decoding"].get(f"{OURS}, {result['placement']}", {})
        search = 0.0
        if decoding.get("greedy"):
            later = statistics.median(answer["seconds"] for answer in decoding["greedy"])
            search = max(0.0, decoding["first_seconds"]["greedy"] - later)
        seconds.append(result["compile_seconds"] + search)
    what = "compilation of training step and greedy search, the longest of the three"
    return _below(what, "60 s", 60.0, seconds, lambda value: f"{value:.1f} s")


def _memory(results: Results) -> Check:
    theirs = results["training"].get(_JOEY, {}).get("peak_memory")
    return _below(
        f"peak memory in training, the largest of the three, to {JOEY}",
        "1 ×",
        1.0,
        [result["peak_memory"] / theirs for result in _ours(results) if theirs],
        lambda times: f"{times:.2f} ×",
    )


def _ours(results: Results) -> list[dict]:
    return [r for r in results["training"].values() if r["program"] == OURS and r["rounds"]]


def _below(
    what: str, words: str, bound: float, values: list[float], tell: Callable[[float], str]
) -> Check:
    if not values:
        return Check(what, f"< {words}", "", None)
    return Check(what, f"< {words}", tell(max(values)), max(values) < bound)


def _least(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
