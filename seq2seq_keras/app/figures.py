"""Figures of the page, in Plotly; the library loads with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

# As in the report: Okabe and Ito's palette, told apart with any colour vision.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#A6568C", "#8A7A00", "#7A7A7A")
SYSTEM_COLOURS = {"attention": COLOURS[0], "plain": COLOURS[1]}

# Readable on white and on near-black; the page's style sheet sharpens it in each mode.
_TEXT = "#64748b"
_GRID = "rgba(100, 116, 139, 0.22)"


def on_page(figure: go.Figure) -> go.Figure:
    """Fits a figure to the page: transparent, in the page's font, light or dark around it."""
    figure.update_layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "size": 13, "color": _TEXT},
        hoverlabel={"font": {"family": "system-ui, sans-serif"}},
    )
    figure.update_xaxes(gridcolor=_GRID, zeroline=False, linecolor=_GRID)
    figure.update_yaxes(gridcolor=_GRID, zeroline=False, linecolor=_GRID)
    return figure
