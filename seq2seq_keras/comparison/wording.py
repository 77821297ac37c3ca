"""Numbers as people read them, the same in the terminal, the page and the app."""

from __future__ import annotations

from collections.abc import Sequence

import rich.markup

from seq2seq_keras.evaluation import LengthBucket
from seq2seq_keras.localisation import ENGLISH, Language, later

UNKNOWN = "–"


def count(number: int) -> str:
    """A large count in short: 912, 4.1 k, 12.3 M.

    Example:
        >>> count(12_345_678)
        '12.3 M'
    """
    if number < 1_000:
        return str(number)
    return f"{number / 1e3:.1f} k" if number < 999_950 else f"{number / 1e6:.1f} M"


def duration(seconds: float | None, language: Language = ENGLISH) -> str:
    """A time in short: 42 s, 2 min 5 s, 12 min, 2 h 3 min.

    Example:
        >>> duration(125), duration(725)
        ('2 min 5 s', '12 min')
    """
    if seconds is None:
        return UNKNOWN
    if seconds < 9.95:
        return language.say("{seconds} s", seconds=f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return language.say("{seconds} s", seconds=rest)
    if minutes < 10:
        return language.say("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    if minutes < 60:
        return language.say("{minutes} min", minutes=minutes)
    return language.say("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def rate(value: float | None) -> str:
    """A speed with as many digits as it deserves: 3.2, 410, 11,520.

    Example:
        >>> rate(11523.4), rate(3.21), rate(None)
        ('11,520', '3.2', '–')
    """
    if value is None:
        return UNKNOWN
    return f"{float(f'{value:.4g}'):,.0f}" if value >= 100 else f"{value:.1f}"


def p_value(value: float) -> str:
    """A p-value with an equals sign or, where it rounds to nothing, a less-than sign.

    Example:
        >>> p_value(1 / 1001), p_value(0.2), p_value(0.0001)
        ('p = 0.001', 'p = 0.20', 'p < 0.001')
    """
    if value < 0.0005:
        return "p < 0.001"
    return f"p = {value:.3f}" if value < 0.1 else f"p = {value:.2f}"


def signed(value: float) -> str:
    """A difference with its sign, a true minus: +6.1, −0.4, 0.0."""
    text = f"{value:+.1f}".replace("-", "−")
    return "0.0" if text in ("+0.0", "−0.0") else text


def number(value: float) -> str:
    """One decimal and a true minus."""
    return f"{value:.1f}".replace("-", "−").replace("−0.0", "0.0")


def length_range(
    bucket: LengthBucket, buckets: list[LengthBucket], language: Language = ENGLISH
) -> str:
    """A bucket's range among its neighbours: up to 5, 6–10, over 20."""
    if len(buckets) == 1:
        return f"{bucket.low}–{bucket.high}"
    if bucket == buckets[-1]:
        return language.say("over {number}", number=bucket.low - 1)
    if bucket == buckets[0]:
        return language.say("up to {number}", number=bucket.high)
    return f"{bucket.low}–{bucket.high}" if bucket.low < bucket.high else str(bucket.low)


UNITS = {"words": later("words"), "characters": later("characters")}
"""What a length counts."""

_ENDINGS = (later("epochs"), later("time limit"), later("early stop"), later("stopped"))
_ARCHITECTURES = {"plain": later("plain"), "attention": later("attention")}


def system(name: str, language: Language = ENGLISH) -> str:
    """A system's name: `lstm-plain` in English, and in other words elsewhere; a user's as it is.

    Example:
        >>> system("lstm-plain"), system("lstm-plain", CHINESE), system("mine", CHINESE)
        ('lstm-plain', 'LSTM 无注意力', 'mine')
    """
    cell, _, architecture = name.rpartition("-")
    ours = architecture in _ARCHITECTURES and cell in ("", "lstm", "gru", "rnn")
    if language == ENGLISH or not ours:
        return name
    return f"{cell.upper()} {language.say(_ARCHITECTURES[architecture])}".strip()


def ending(reason: str, language: Language = ENGLISH) -> str:
    """Why a training ended: epochs, time limit, early stop, or stopped."""
    return language.say(reason) if reason in _ENDINGS else reason


def listed(words: Sequence[str], language: Language = ENGLISH) -> str:
    """Words in a row: a; a and b; a, b and c.

    Example:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    *before, last = words
    if not before:
        return last
    return language.say("{first} and {second}", first=language.say(", ").join(before), second=last)


def escaped_markup(text: str) -> str:
    """Text that rich prints as it stands."""
    return rich.markup.escape(text)
