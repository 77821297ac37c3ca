"""How figures tell systems apart: colour, marker, dash and fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seq2seq_keras.comparison.report import Report

# Each has a contrast of 3 to 1 and more against both white and near-black.
COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#A6568C", "#8A7A00", "#7A7A7A", "#6A5ACD", "#A0522D",
)  # fmt: skip
_MARKERS = (
    "circle", "square", "diamond", "triangle-up", "x", "cross", "star", "triangle-down",
)  # fmt: skip
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_CELLS = ("lstm", "gru", "rnn")


def style_of(report: Report, place: int) -> dict[str, str]:
    """Colour, marker, dash and fill of a system.

    Attention is blue and plain is orange; where cells are crossed with architectures the colour
    tells the cell, and plain is the dashed, hollow one.

    Args:
        report: The comparison.
        place: Which of its systems.

    Returns:
        `color`, `symbol`, `dash` and `pattern`, as Plotly calls them.
    """
    names = [system.name for system in report.systems]
    cell, _, architecture = names[place].rpartition("-")
    if architecture in ("plain", "attention") and cell in _CELLS:
        cells = list(dict.fromkeys(name.rpartition("-")[0] for name in names))
        place = cells.index(cell)
        hollow = architecture == "plain"
        dash = "dash" if hollow else "solid"
    else:
        if set(names) <= {"attention", "plain"}:
            place = ("attention", "plain").index(names[place])
        hollow = False
        dash = _DASHES[place % len(_DASHES)]
    return {
        "color": COLOURS[place % len(COLOURS)],
        "symbol": _MARKERS[place % len(_MARKERS)] + ("-open" if hollow else ""),
        "dash": dash,
        "pattern": "/" if hollow else "",
    }
