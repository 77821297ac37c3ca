"""Markdown pages with parts that a program writes, between `<!-- name: begin -->` and `end`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def put_into(page: Path, name: str, text: str) -> None:
    """Replaces what stands between the markers of a part.

    Args:
        page: The page, such as README.md.
        name: The part's name in its markers.
        text: What is to stand there.

    Raises:
        SystemExit: If the page lacks a marker.

    Example:
        >>> put_into(Path("README.md"), "benchmark", "It took 3 s.")     # doctest: +SKIP
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    old = page.read_text(encoding="utf-8")
    before, found, rest = old.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"{page}: put {begin} and {end} where the part {name} is to stand")
    page.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Returns rows as a Markdown table: the first are the headings, the first column words."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "| --- |" + " ---: |" * (len(rows[0]) - 1))
    return "\n".join(lines)
