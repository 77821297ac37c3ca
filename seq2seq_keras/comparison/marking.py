"""Which words of a translation do not stand in the reference."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

# A word, a character of a script without spaces, or a punctuation mark, with the space after it.
_UNIT = re.compile(
    r"(?:[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
    r"|[^\w\s])\s*"
)


def marked(translation: str, reference: str) -> list[tuple[str, bool]]:
    """Cuts a translation into stretches that agree with the reference and that do not.

    Words are matched in order (the longest common runs first), case counts, and scripts without
    spaces are matched by character.

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
    words, right = _UNIT.findall(translation), _UNIT.findall(reference)
    if "".join(words) != translation:  # something that is neither: keep the text as it is
        return [(translation, False)]
    matcher = SequenceMatcher(
        None, [word.strip() for word in words], [word.strip() for word in right], autojunk=False
    )
    stretches = []
    for kind, start, end, _, _ in matcher.get_opcodes():
        stretch = "".join(words[start:end])
        if kind == "equal" or not stretch.endswith(" "):
            stretches.append((stretch, kind != "equal"))
        else:  # the space after the last word is nothing that could be wrong
            stretches += [(stretch.rstrip(" "), True), (" ", False)]
    return [(stretch, departs) for stretch, departs in stretches if stretch]
