"""Breaking a subtitle into at most two lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from seq2seq_keras.text.scripts import is_spaceless_character

# What television takes for the longest line that is still read at a glance.
_USUAL_WIDTH = 42


def width_of(text: str) -> int:
    """Returns how many columns a text takes on the screen: a Chinese character takes two.

    Example:
        >>> width_of("abc"), width_of("你好")
        (3, 4)
    """
    return sum(
        0 if unicodedata.combining(character) else 1 + (_breadth(character) in "WF")
        for character in text
    )


def wrap(text: str, widths: Sequence[int]) -> list[str]:
    """Breaks a text into one or two lines, about as wide as the original's.

    Two lines are as even as the words allow. What was one line stays one up to a usual width.

    Args:
        text: The text; spaces and line breaks in it are all the same.
        widths: How wide the lines of the original are.

    Returns:
        The lines; none for an empty text.

    Example:
        >>> wrap("A man is riding a brown horse.", [17, 14])
        ['A man is riding', 'a brown horse.']
    """
    text = " ".join(text.split())
    limit = max(widths)
    if len(widths) == 1:
        limit = max(limit, _USUAL_WIDTH)
    if width_of(text) <= limit:
        return [text] if text else []
    halves = [
        (text[:place].rstrip(), text[place:].lstrip())
        for place in range(1, len(text))
        if _may_break(text[place - 1], text[place])
    ]
    if not halves:
        return [text]
    return list(min(halves, key=lambda lines: max(map(width_of, lines))))


def _may_break(left: str, right: str) -> bool:
    if right == " ":
        return True
    # Between characters of Chinese or Japanese, but never before a full stop or after a bracket.
    together = is_spaceless_character(left) and is_spaceless_character(right)
    return together and _is_letter(right) and unicodedata.category(left) not in ("Ps", "Pi")


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character) in ("Ps", "Pi")


def _breadth(character: str) -> str:
    return unicodedata.east_asian_width(character)
