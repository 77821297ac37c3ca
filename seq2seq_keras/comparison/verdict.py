"""The outcome of a comparison in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seq2seq_keras.comparison import wording
from seq2seq_keras.evaluation import Difference, MetricName
from seq2seq_keras.localisation import ENGLISH, Language

if TYPE_CHECKING:
    from seq2seq_keras.comparison.report import PairReport, Report, SystemReport


def of(report: Report, language: Language = ENGLISH) -> str:
    """One sentence: which system is better, by how much, how surely, and where most.

    Two systems count as different only if p is under 0.05 and the 95% interval of the difference
    leaves out zero; otherwise the sentence says that no difference is shown. Of three systems and
    more every two are tested, so p is then Holm's.

    Args:
        report: The comparison.
        language: The language of the sentence.

    Returns:
        The sentence.
    """
    if not report.systems:
        return language.say("No network was trained far enough to be scored.")
    if len(report.systems) == 1:
        system = report.systems[0]
        return language.say(
            "Only {name} was scored, BLEU {bleu} (95% interval {interval}), so there is nothing to "
            "compare it with.",
            name=wording.system(system.name, language),
            bleu=wording.number(system.bleu.value),
            interval=_interval(system.bleu.low, system.bleu.high, language),
        )
    if len(report.systems) == 2:
        return _of_two(report, report.pairs[0], language)
    return _of_many(report, language)


def is_shown(difference: Difference) -> bool:
    """Whether a difference is one that chance does not explain."""
    return difference.is_significant and (difference.low > 0 or difference.high < 0)


def surely_best(report: Report, metric: MetricName) -> str | None:
    """The system that is better than every other beyond chance, if there is one."""
    better = -1 if metric == "ter" else 1  # TER counts errors
    wins: Counter[str] = Counter()
    for pair in report.corrected:
        difference: Difference = getattr(pair, metric)
        if is_shown(difference):
            wins[pair.system if better * difference.value > 0 else pair.baseline] += 1
    return next((name for name, won in wins.items() if won == len(report.systems) - 1), None)


def widest_gap(
    better: SystemReport, worse: SystemReport, language: Language = ENGLISH
) -> str | None:
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
    unit = language.say(wording.UNITS[bucket.unit])
    if bucket == better.bleu_by_length[-1]:
        return language.say("above {number} {unit}", number=bucket.low - 1, unit=unit)
    if bucket == better.bleu_by_length[0]:
        return language.say("up to {number} {unit}", number=bucket.high, unit=unit)
    if bucket.low == bucket.high:
        return language.say("at {number} {unit}", number=bucket.low, unit=unit)
    return language.say("from {low} to {high} {unit}", low=bucket.low, high=bucket.high, unit=unit)


def _of_two(report: Report, pair: PairReport, language: Language) -> str:
    named = {system.name: system for system in report.systems}
    difference = pair.bleu
    better, worse = pair.system, pair.baseline
    low, high = difference.low, difference.high
    if difference.value < 0:
        better, worse, low, high = worse, better, -high, -low
    size = wording.number(abs(difference.value))
    evidence = language.say(
        "95% interval of the difference {interval}, {p_value}",
        interval=_interval(low, high, language),
        p_value=wording.p_value(difference.p_value),
    )
    both = {
        "better": wording.system(better, language),
        "worse": wording.system(worse, language),
        "evidence": evidence,
    }
    if not is_shown(difference):
        if size == "0.0":
            return language.say(
                "No difference is shown: {better} and {worse} score alike ({evidence}).", **both
            )
        return language.say(
            "No difference is shown: {better} scores {size} BLEU above {worse} ({evidence}).",
            size=size,
            **both,
        )
    known = {"better": _first(better, language), "size": size, "evidence": evidence}
    gap = widest_gap(named[better], named[worse], language)
    if not gap:
        return language.say("{better} is better by {size} BLEU ({evidence}).", **known)
    return language.say(
        "{better} is better by {size} BLEU ({evidence}); the gap is largest {where}.",
        where=gap,
        **known,
    )


def _of_many(report: Report, language: Language) -> str:
    best, *others = sorted(report.systems, key=lambda system: -system.bleu.value)
    pairs = report.corrected
    unproven = [
        wording.system(system.name, language)
        for system in others
        if not any(
            {pair.baseline, pair.system} == {best.name, system.name} and is_shown(pair.bleu)
            for pair in pairs
        )
    ]
    if len(unproven) == len(others):
        proof = language.say("but is not shown to differ from any other")
    elif unproven:
        proof = language.say(
            "but is not shown to differ from {others}", others=wording.listed(unproven, language)
        )
    else:
        proof = language.say("better than every other")
    return language.say(
        "{best} scores highest, BLEU {bleu} (95% interval {interval}), {proof}{gains}.",
        best=_first(best.name, language),
        bleu=wording.number(best.bleu.value),
        interval=_interval(best.bleu.low, best.bleu.high, language),
        proof=proof,
        gains=_per_cell(report, language),
    )


def _per_cell(report: Report, language: Language) -> str:
    """What attention did in each cell, where cells were crossed with architectures."""
    gains = [
        _gain(report, pair, language)
        for pair in report.corrected
        if pair.baseline.removesuffix("-plain") in ("lstm", "gru", "rnn")
        and pair.system == pair.baseline.removesuffix("plain") + "attention"
    ]
    if not gains:
        return ""
    return language.say(
        "; attention changes BLEU by {gains}", gains=wording.listed(gains, language)
    )


def _gain(report: Report, pair: PairReport, language: Language) -> str:
    cell = next(system.cell for system in report.systems if system.name == pair.system)
    name = language.say("simple RNN") if cell == "rnn" else cell.upper()
    if is_shown(pair.bleu):
        return language.say("{gain} ({cell})", gain=wording.signed(pair.bleu.value), cell=name)
    return language.say(
        "{gain} ({cell}, not shown to differ from 0)",
        gain=wording.signed(pair.bleu.value),
        cell=name,
    )


def _interval(low: float, high: float, language: Language) -> str:
    return language.say("{low} to {high}", low=wording.number(low), high=wording.number(high))


def _first(name: str, language: Language) -> str:
    """A name at the head of a sentence: ours take a capital; a user's stays as it is."""
    known = wording.system(name, language)
    if name in ("plain", "attention"):
        return known.capitalize()
    # Chinese sets a name that is not its own apart from the words.
    return known if language == ENGLISH or known != name else f"{name} "
