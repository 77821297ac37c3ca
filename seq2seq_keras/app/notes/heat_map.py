"""A matrix as a picture: an SVG of coloured squares with its labels as text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from xml.sax.saxutils import escape

import numpy as np

_TEXT = 12
_WIDE, _NARROW = 12.0, 7.0  # a character's width, in pixels
_MOST = (91, 91, 240)  # indigo
_LEAST = (213, 94, 0)  # Okabe and Ito's vermilion, for what is negative


def heat_map(
    values: np.ndarray,
    rows: Sequence[str] | None,
    columns: Sequence[str],
    *,
    title: str,
    cell: tuple[int, int] = (22, 22),
    most: float = 1.0,
) -> str:
    """Draws a matrix, 0 in white, `most` in indigo and `-most` in vermilion.

    Args:
        values: `(rows, columns)`.
        rows: A label a row; None for none.
        columns: A label a column, written upwards.
        title: What it shows, for those who cannot see it.
        cell: Width and height of a square, in pixels.
        most: The largest magnitude; what is larger looks like it.

    Returns:
        The SVG. Labels are text that another program can edit.

    Example:
        >>> heat_map(np.eye(2), ["a", "b"], ["c", "d"], title="Two words").startswith("<svg")
        True
    """
    width, height = cell
    left = 8 + max((_width(row) for row in rows or ()), default=0.0)
    top = 8 + max((_width(column) for column in columns), default=0.0)
    squares = [
        f'<rect x="{left + x * width:g}" y="{top + y * height:g}" width="{width}" '
        f'height="{height}" fill="{_colour(float(values[y, x]) / most)}"/>'
        for y in range(values.shape[0])
        for x in range(values.shape[1])
    ]
    heads = [
        f'<text transform="translate({left + (x + 0.5) * width + 4:g} {top - 5:g}) rotate(-90)">'
        f"{escape(column)}</text>"
        for x, column in enumerate(columns)
    ]
    sides = [
        f'<text x="{left - 5:g}" y="{top + (y + 0.5) * height + 4:g}" text-anchor="end">'
        f"{escape(row)}</text>"
        for y, row in enumerate(rows or ())
    ]
    size = left + values.shape[1] * width + 8, top + values.shape[0] * height + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:g} {size[1]:g}" '
        f'width="{size[0]:g}" height="{size[1]:g}" font-size="{_TEXT}" '
        "font-family=\"system-ui, 'Noto Sans CJK SC', sans-serif\">"
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="white"/>'
        f'<g id="values" stroke="#e2e8f0" stroke-width="0.5">{"".join(squares)}</g>'
        f'<g id="labels" fill="#1f2937">{"".join(heads)}{"".join(sides)}</g></svg>'
    )


def _width(text: str) -> float:
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return wide * _WIDE + (len(text) - wide) * _NARROW


def _colour(share: float) -> str:
    share = max(-1.0, min(1.0, share))
    end = _MOST if share >= 0 else _LEAST
    red, green, blue = (round(255 + abs(share) * (part - 255)) for part in end)
    return f"#{red:02x}{green:02x}{blue:02x}"
