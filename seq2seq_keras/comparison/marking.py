"""Which words of a translation differ from those of another, or of the reference."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "missing"]

# A word, a character of a script without spaces, or a punctuation mark, with the space after it.
_UNIT = re.compile(
    r"(?:[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
    r"|[^\w\s])\s*"
)


def changes(text: str, base: str) -> list[tuple[str, Kind]]:
    """Tells how a text differs from another, as one that was corrected by hand would look.

    Words are matched in order (the longest common runs first), case counts, and scripts without
    spaces are matched by character.

    Args:
        text: A system's translation.
        base: What it is held against: the reference, or another system's translation.

    Returns:
        Stretches in order, each with what it is: in both, in `text` alone, or in `base` alone.
        Those that are not "missing" join to the whole `text`.

    Example:
        >>> changes("He reads a book.", "He reads the book.")
        [('He reads ', 'same'), ('the ', 'missing'), ('a', 'added'), (' ', 'same'), ('book.', 'same')]
    """  # noqa: E501
    words, others = _UNIT.findall(text), _UNIT.findall(base)
    if "".join(words) != text:  # something that is neither: keep the text as it is
        return [(text, "same")]
    matcher = SequenceMatcher(
        None, [word.strip() for word in words], [word.strip() for word in others], autojunk=False
    )
    stretches: list[tuple[str, Kind]] = []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        stretch = "".join(words[start:end])
        if kind == "equal":
            stretches.append((stretch, "same"))
            continue
        stretches.append(("".join(others[other_start:other_end]), "missing"))
        # The space after the last word is nothing that could be wrong.
        bare = stretch.rstrip(" ")
        stretches += [(bare, "added"), (stretch[len(bare) :], "same")]
    return [(stretch, kind) for stretch, kind in stretches if stretch]


def marked(translation: str, reference: str) -> list[tuple[str, bool]]:
    """Cuts a translation into stretches that agree with the reference and that do not.

    Args:
        translation: A system's translation.
        reference: The right one.

    Returns:
        Stretches of the translation in order, which join to the whole, each with whether it
        departs from the reference.

    Example:
        >>> marked("He reads a book.", "He reads the book.")
        [('He reads ', False), ('a', True), (' ', False), ('book.', False)]
    """
    return [
        (stretch, kind == "added")
        for stretch, kind in changes(translation, reference)
        if kind != "missing"
    ]
