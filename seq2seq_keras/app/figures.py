"""Figures of the page, in Plotly; the library loads with the first of them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from seq2seq_keras.localisation import Language

if TYPE_CHECKING:
    import plotly.graph_objects as go

# As in the report: Okabe and Ito's palette, told apart with any colour vision.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#A6568C", "#8A7A00", "#7A7A7A")
SYSTEM_COLOURS = {"attention": COLOURS[0], "plain": COLOURS[1]}

# Readable on white and on near-black; the page's style sheet sharpens it in each mode.
_TEXT = "#64748b"
_GRID = "rgba(100, 116, 139, 0.22)"

# From nothing to the theme's indigo, so that the map sits well on light and dark.
_WEIGHTS = [[0.0, "rgba(99, 102, 241, 0.04)"], [0.5, "rgba(99, 102, 241, 0.5)"], [1.0, "#5b5bf0"]]

# Weights spread evenly over a long sentence are small, and shall look so.
_FAINTEST = 0.3

# Up to so many source tokens a map fits the narrowest page; a longer one scrolls sideways.
_WIDEST_FLUID_MAP = 14


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


def attention_map(
    tokens: Sequence[str],
    source_tokens: Sequence[str],
    weights: Sequence[Sequence[float]],
    language: Language,
) -> go.Figure:
    """Draws a translation's attention weights a_ti, source across and translation down.

    Args:
        tokens: the translation's tokens, y_1 to y_T'.
        source_tokens: the source's tokens, x_1 to x_T.
        weights: a row for each of `tokens`, a column for each of `source_tokens`.
        language: the language of the page.

    Returns:
        A figure that grows with the sentence: cells stay large enough for their labels.
    """
    import plotly.graph_objects as go

    # Plotly reads tags in labels, so tokens are escaped; equal tokens need numbers as positions.
    across = [html.escape(token) for token in source_tokens]
    down = [html.escape(token) for token in tokens]
    figure = go.Figure(
        go.Heatmap(
            z=weights,
            x=list(range(len(across))),
            y=list(range(len(down))),
            customdata=[[[target, source] for source in across] for target in down],
            hovertemplate="%{customdata[0]} ← %{customdata[1]}<br>"
            f"{language.say('weight')} %{{z:.3f}}<extra></extra>",
            colorscale=_WEIGHTS,
            zmin=0,
            zmax=max(_FAINTEST, *(max(row) for row in weights)),
            xgap=1,
            ygap=1,
            colorbar={
                "title": {"text": language.say("weight"), "side": "right", "font": {"size": 13}},
                "thickness": 10,
                "outlinewidth": 0,
                "tickformat": ".2~f",
                "nticks": 4,
                # In pixels: a share of a plot that is not laid out yet may be less than nothing.
                "lenmode": "pixels",
                "len": min(160, max(3, len(down)) * 30),
                "y": 1,
                "yanchor": "top",
                "ypad": 0,
            },
        )
    )
    wide = len(across) > _WIDEST_FLUID_MAP
    longest_down = max((len(token) for token in tokens), default=1)
    longest_across = max((len(token) for token in source_tokens), default=1)
    cell = 30 if len(down) <= 20 else 22
    column = max(20, min(36, 900 // len(across)))
    margin = {
        "l": 56 + 9 * min(longest_down, 16),
        "t": 44 + (8 if len(across) > 8 else 5) * min(longest_across, 16),
        "r": 30,
        "b": 16,
    }
    on_page(figure)
    figure.update_layout(height=margin["t"] + margin["b"] + max(3, len(down)) * cell, margin=margin)
    if wide:
        # Both sides fixed: Gradio then leaves the size alone, and the page scrolls sideways.
        figure.update_layout(width=margin["l"] + margin["r"] + 60 + len(across) * column)
    common: dict[str, Any] = {
        "showgrid": False,
        "ticks": "",
        "tickfont": {"size": 13 if not wide else 12},
    }
    figure.update_xaxes(
        **common,
        side="top",
        tickvals=list(range(len(across))),
        ticktext=across,
        tickangle=-50 if len(across) > 6 else 0,
        title={"text": language.say("source"), "standoff": 6, "font": {"size": 13}},
        range=[-0.5, len(across) - 0.5],
    )
    figure.update_yaxes(
        **common,
        tickvals=list(range(len(down))),
        ticktext=down,
        title={"text": language.say("translation"), "standoff": 6, "font": {"size": 13}},
        range=[len(down) - 0.5, -0.5],
    )
    return figure
