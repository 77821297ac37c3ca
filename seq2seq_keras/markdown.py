"""Text from outside within Markdown of ours."""

from __future__ import annotations

import re


def inert(text: str) -> str:
    """Keeps a sentence of the corpus from acting as Markdown or HTML.

    Example:
        >>> print(inert("*not* bold"))
        \\*not\\* bold
    """
    text = re.sub(r"([\\`*_\[\]<>#&~])", r"\\\1", text)
    # At the start of a list item these would begin another list, or draw a line.
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", text)
