"""Plain text, translated line by line."""

from __future__ import annotations

import re

from seq2seq_keras.documents.document import Slot

# The same breaks at which a pasted text falls into lines.
_LINE_BREAK = re.compile("(\r\n|\r|\n)")


def plain_parts(text: str) -> list[str | Slot]:
    """Finds the lines of a text; blank lines, indentation and line breaks are kept.

    Args:
        text: The whole text.

    Returns:
        What is kept, and a slot for each line that is not blank.
    """
    parts: list[str | Slot] = []
    for line in _LINE_BREAK.split(text):
        core = line.strip()
        if not core:
            parts.append(line)
            continue
        before, after = line.split(core, 1)
        parts += [before, Slot(core, in_one_line), after]
    return parts


def in_one_line(translation: str) -> str:
    """Returns a translation without line breaks, where one would begin another entry."""
    return _LINE_BREAK.sub(" ", translation)
