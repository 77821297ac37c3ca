"""Numbers and times as people say them."""

from __future__ import annotations

from datetime import datetime


def duration(seconds: float | None) -> str:
    """A length of time, coarse enough to be true.

    Example:
        >>> duration(75), duration(4000)
        ('1 min 15 s', '1 h 07 min')
    """
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def size(size_bytes: int) -> str:
    """A file size.

    Example:
        >>> size(4_200_000)
        '4.2 MB'
    """
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def moment(when: datetime) -> str:
    """A date and time where the server stands."""
    return f"{when.astimezone():%Y-%m-%d %H:%M}"


def bleu(value: float | None) -> str:
    """A BLEU score, or a dash where none was measured."""
    return "–" if value is None else f"{value:.1f}"


# Names of the two architectures as reports and jobs call them.
SYSTEMS = {"plain": "Without attention", "attention": "With attention"}


def system_name(system: str) -> str:
    """A network's name on the page: `lstm-attention` becomes `LSTM, with attention`."""
    if system in SYSTEMS:
        return SYSTEMS[system]
    cell, _, architecture = system.rpartition("-")
    if cell in ("lstm", "gru", "rnn") and architecture in SYSTEMS:
        return f"{cell.upper()}, {SYSTEMS[architecture].lower()}"
    return system
