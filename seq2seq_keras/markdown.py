"""Text from outside within Markdown of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def inert(text: str) -> str:
    """Keeps a sentence of the corpus from acting as Markdown or HTML.

    Example:
        >>> print(inert("*not* bold"))
        \\*not\\* bold
    """
    text = re.sub(r"([\\`*_\[\]<>#&~])", r"\\\1", text)
    # At the start of a list item these would begin another list, or draw a line.
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", text)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Returns the lines of a table; cells are Markdown already, but for their bars.

    Example:
        >>> table(["", "BLEU"], [["mine", "30.1"]])
        ['|  | BLEU |', '| --- | --- |', '| mine | 30.1 |']
    """
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [columns, ["---"] * len(columns), *cells]
    return [f"| {' | '.join(line)} |" for line in lines]
