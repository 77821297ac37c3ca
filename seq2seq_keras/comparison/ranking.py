"""Systems in the order of their BLEU, and who is clearly better than whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seq2seq_keras.comparison.verdict import is_shown
from seq2seq_keras.evaluation import Difference

if TYPE_CHECKING:
    from seq2seq_keras.comparison.report import Report, SystemReport


@dataclass(frozen=True)
class Place:
    """A system's place among all.

    Attributes:
        rank: One more than the number of systems that are clearly better; several may share it.
        system: The system.
        behind: By how much BLEU the first system is ahead, with Holm's p-value; None of itself.
        beaten: Those it is clearly better than, the best of them first.
    """

    rank: int
    system: SystemReport
    behind: Difference | None
    beaten: tuple[str, ...]


def ranking(report: Report) -> list[Place]:
    """Ranks systems by BLEU; only a difference that chance does not explain parts two ranks.

    Args:
        report: The comparison.

    Returns:
        A place for each system, the highest BLEU first.

    Example:
        >>> [(place.rank, place.system.name) for place in ranking(report)]    # doctest: +SKIP
        [(1, 'attention'), (1, 'attention-dot'), (3, 'plain')]
    """
    ordered = sorted(report.systems, key=lambda system: -system.bleu.value)
    names = [system.name for system in ordered]
    ahead = _differences(report)
    beaten = {
        one: tuple(
            other
            for other in names
            if other != one and ahead[one, other].value > 0 and is_shown(ahead[one, other])
        )
        for one in names
    }
    return [
        Place(
            rank=1 + sum(system.name in losers for losers in beaten.values()),
            system=system,
            behind=None if system is ordered[0] else ahead[names[0], system.name],
            beaten=beaten[system.name],
        )
        for system in ordered
    ]


def _differences(report: Report) -> dict[tuple[str, str], Difference]:
    """How far one system is ahead of another in BLEU, for every two, either way round."""
    found = {}
    for pair in report.corrected:
        found[pair.system, pair.baseline] = pair.bleu
        found[pair.baseline, pair.system] = Difference(
            value=-pair.bleu.value,
            low=-pair.bleu.high,
            high=-pair.bleu.low,
            p_value=pair.bleu.p_value,
        )
    return found
