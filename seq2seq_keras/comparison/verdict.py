"""The outcome of a comparison in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seq2seq_keras.comparison import wording
from seq2seq_keras.evaluation import Difference, Interval, MetricName

if TYPE_CHECKING:
    from seq2seq_keras.comparison.report import PairReport, Report, SystemReport


def of(report: Report) -> str:
    """One sentence: which system is better, by how much, how surely, and where most.

    Two systems count as different only if p is under 0.05 and the 95% interval of the difference
    leaves out zero; otherwise the sentence says that no difference is shown.

    Args:
        report: The comparison.

    Returns:
        The sentence.
    """
    if not report.systems:
        return "No network was trained far enough to be scored."
    if len(report.systems) == 1:
        system = report.systems[0]
        return (
            f"Only {system.name} was scored, BLEU {wording.number(system.bleu.value)} "
            f"(95% interval {_interval(system.bleu)}), so there is nothing to compare it with."
        )
    if len(report.systems) == 2:
        return _of_two(report, report.pairs[0])
    return _of_many(report)


def is_shown(difference: Difference) -> bool:
    """Whether a difference is one that chance does not explain."""
    return difference.is_significant and (difference.low > 0 or difference.high < 0)


def surely_best(report: Report, metric: MetricName) -> str | None:
    """The system that is better than every other beyond chance, if there is one."""
    better = -1 if metric == "ter" else 1  # TER counts errors
    wins: Counter[str] = Counter()
    for pair in report.pairs:
        difference: Difference = getattr(pair, metric)
        if is_shown(difference):
            wins[pair.system if better * difference.value > 0 else pair.baseline] += 1
    return next((name for name, won in wins.items() if won == len(report.systems) - 1), None)


def widest_gap(better: SystemReport, worse: SystemReport) -> str | None:
    """The source lengths on which the better system leads most, in words, if any stand out."""
    if len(better.bleu_by_length) < 2 or len(better.bleu_by_length) != len(worse.bleu_by_length):
        return None
    gaps = [
        first.bleu - second.bleu
        for first, second in zip(better.bleu_by_length, worse.bleu_by_length, strict=True)
    ]
    if max(gaps) <= better.bleu.value - worse.bleu.value:
        return None
    bucket = better.bleu_by_length[gaps.index(max(gaps))]
    unit = bucket.unit
    if bucket == better.bleu_by_length[-1]:
        return f"above {bucket.low - 1} {unit}"
    if bucket == better.bleu_by_length[0]:
        return f"up to {bucket.high} {unit}"
    if bucket.low == bucket.high:
        return f"at {bucket.low} {unit}"
    return f"from {bucket.low} to {bucket.high} {unit}"


def _of_two(report: Report, pair: PairReport) -> str:
    named = {system.name: system for system in report.systems}
    difference = pair.bleu
    better, worse = pair.system, pair.baseline
    low, high = difference.low, difference.high
    if difference.value < 0:
        better, worse, low, high = worse, better, -high, -low
    size = wording.number(abs(difference.value))
    evidence = (
        f"95% interval of the difference {wording.number(low)} to {wording.number(high)}, "
        f"{wording.p_value(difference.p_value)}"
    )
    if not is_shown(difference):
        if size == "0.0":
            return f"No difference is shown: {better} and {worse} score alike ({evidence})."
        return f"No difference is shown: {better} scores {size} BLEU above {worse} ({evidence})."
    text = f"{_capital(better)} is better by {size} BLEU ({evidence})"
    gap = widest_gap(named[better], named[worse])
    return f"{text}; the gap is largest {gap}." if gap else f"{text}."


def _of_many(report: Report) -> str:
    best, *others = sorted(report.systems, key=lambda system: -system.bleu.value)
    unproven = [
        system.name
        for system in others
        if not any(
            {pair.baseline, pair.system} == {best.name, system.name} and is_shown(pair.bleu)
            for pair in report.pairs
        )
    ]
    text = (
        f"{_capital(best.name)} scores highest, BLEU {wording.number(best.bleu.value)} "
        f"(95% interval {_interval(best.bleu)})"
    )
    if len(unproven) == len(others):
        text += ", but is not shown to differ from any other"
    elif unproven:
        text += f", but is not shown to differ from {_listed(unproven)}"
    else:
        text += ", better than every other"
    return f"{text}{_per_cell(report)}."


def _per_cell(report: Report) -> str:
    """What attention did in each cell, where cells were crossed with architectures."""
    gains = [
        _gain(report, pair)
        for pair in report.pairs
        if pair.baseline.endswith("-plain")
        and pair.system == pair.baseline.removesuffix("plain") + "attention"
    ]
    return f"; attention changes BLEU by {_listed(gains)}" if gains else ""


def _gain(report: Report, pair: PairReport) -> str:
    cell = next(system.cell for system in report.systems if system.name == pair.system)
    shown = "" if is_shown(pair.bleu) else ", not shown to differ from 0"
    name = {"rnn": "simple RNN"}.get(cell, cell.upper())
    return f"{wording.signed(pair.bleu.value)} ({name}{shown})"


def _interval(interval: Interval) -> str:
    return f"{wording.number(interval.low)} to {wording.number(interval.high)}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _capital(name: str) -> str:
    """Our own names begin the sentence with a capital; a user's name stays as it is."""
    return name.capitalize() if name in ("plain", "attention") else name
