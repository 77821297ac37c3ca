"""Charts of a corpus: lengths, source beside target, and what a vocabulary covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from seq2seq_keras.app.figures import COLOURS, on_page
from seq2seq_keras.localisation import Language

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from seq2seq_keras.corpus import WordTally

_HEIGHT = 320
_CELLS = 50  # at most, on each side of the density
_POINTS = 120  # of a curve
_TAIL = 99.5  # the percentile at which the axes end: a few giants would flatten all the rest

# Light to dark: as the attention map, from nothing to the theme's indigo.
_DENSITY = [[0.0, "rgba(99, 102, 241, 0.10)"], [0.5, "rgba(99, 102, 241, 0.6)"], [1.0, "#4338ca"]]


def length_chart(sides: tuple[WordTally, WordTally], language: Language) -> go.Figure:
    """How many sentences of each side have how many words.

    Args:
        sides: The words of source and target.
        language: The language of the page.
    """
    import plotly.graph_objects as go

    end = max(_end(side.lengths) for side in sides)
    step = max(1, -(-end // 60))
    figure = go.Figure()
    for side, name, colour in zip(sides, _names(language), COLOURS, strict=False):
        edges = np.arange(0, end + step + 1, step)
        counts, _ = np.histogram(np.minimum(side.lengths, edges[-1] - 1), bins=edges)
        figure.add_scatter(
            x=edges[:-1],
            y=counts,
            name=name,
            line={"color": colour, "width": 2, "shape": "hvh"},
            fill="tozeroy",
            fillcolor=_faint(colour),
            mode="lines",
            customdata=_ranges(edges, step),
            hovertemplate=f"%{{customdata}} {language.say('words')}<br>"
            f"%{{y:,}} {language.say('sentences')}<extra>{name}</extra>",
        )
    _lay_out(figure, language.say("words a sentence"), language.say("sentences"))
    figure.update_xaxes(range=[0, end + step])
    figure.update_yaxes(rangemode="tozero", tickformat=",d")
    return figure


def density_chart(sides: tuple[WordTally, WordTally], language: Language) -> go.Figure:
    """How long sources and their targets are: where pairs are aligned, along one line.

    Args:
        sides: The words of source and target.
        language: The language of the page.
    """
    import plotly.graph_objects as go

    say = language.say
    edges = [_edges(_end(side.lengths)) for side in sides]
    lengths = [
        np.minimum(side.lengths, own[-1] - 1) for side, own in zip(sides, edges, strict=True)
    ]
    counts, _, _ = np.histogram2d(lengths[0], lengths[1], bins=edges)
    most = max(1.0, counts.max())
    ticks = [10**power for power in range(int(np.log10(most)) + 1)]
    filled = counts.T
    figure = go.Figure(
        go.Heatmap(
            x=edges[0][:-1] + np.diff(edges[0]) / 2 - 0.5,
            y=edges[1][:-1] + np.diff(edges[1]) / 2 - 0.5,
            z=np.where(filled > 0, np.log10(np.maximum(filled, 1)), np.nan),
            customdata=filled,
            zmin=0,
            zmax=max(np.log10(most), 0.3),
            colorscale=_DENSITY,
            hoverongaps=False,
            hovertemplate=f"{say('source')} %{{x:.0f}} {say('words')}<br>"
            f"{say('target')} %{{y:.0f}} {say('words')}<br>"
            f"%{{customdata:,d}} {say('pairs')}<extra></extra>",
            colorbar={
                "title": {"text": say("pairs"), "side": "right", "font": {"size": 13}},
                "thickness": 10,
                "outlinewidth": 0,
                "tickvals": [float(np.log10(tick)) for tick in ticks],
                "ticktext": [f"{tick:,}" for tick in ticks],
            },
        )
    )
    return _lay_out(figure, say("source, words"), say("target, words"))


def coverage_chart(sides: tuple[WordTally, WordTally], language: Language) -> go.Figure:
    """Which share of the running words the k most frequent words are.

    Args:
        sides: The words of source and target.
        language: The language of the page.
    """
    import plotly.graph_objects as go

    across, up = language.say("vocabulary, words"), language.say("share of the running words")
    figure = go.Figure()
    for side, name, colour in zip(sides, _names(language), COLOURS, strict=False):
        known = len(side.counts)
        if not known:
            continue
        sizes = np.unique(np.geomspace(1, known, _POINTS).round().astype(int))
        figure.add_scatter(
            x=sizes,
            y=side.coverage[sizes - 1],
            name=name,
            mode="lines",
            line={"color": colour, "width": 2},
            hovertemplate=f"{across} %{{x:,}}<br>{up} %{{y:.1%}}<extra>{name}</extra>",
        )
    _lay_out(figure, across, up)
    figure.update_xaxes(type="log", dtick=1, tickformat=",d")
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return figure


def coverage_words(sides: tuple[WordTally, WordTally], language: Language) -> str:
    """Says how large a vocabulary of whole words would have to be."""
    source, target = (side.words_for(0.95) for side in sides)
    return language.say(
        "For 95% of the running words it takes the {source:,} most frequent words of the source "
        "and {target:,} of the target. Where that is many, subwords do better.",
        source=source,
        target=target,
    )


def _names(language: Language) -> tuple[str, str]:
    return language.say("source"), language.say("target")


def _end(lengths: list[int]) -> int:
    return max(1, int(np.percentile(lengths, _TAIL, method="higher"))) if lengths else 1


def _edges(end: int) -> np.ndarray:
    step = max(1, -(-(end + 1) // _CELLS))
    return np.arange(0, end + step + 1, step)


def _ranges(edges: np.ndarray, step: int) -> list[str]:
    last = len(edges) - 2
    words = [str(edge) if step == 1 else f"{edge}–{edge + step - 1}" for edge in edges[:-1]]
    words[last] = f"≥ {edges[last]}"
    return words


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.15)"


def _lay_out(figure: go.Figure, across: str, up: str) -> Any:
    on_page(figure)
    small = {"size": 13}
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 64, "r": 16, "t": 12, "b": 80},
        legend={"orientation": "h", "y": -0.24, "x": 0},
        hovermode="closest",
    )
    figure.update_xaxes(title={"text": across, "font": small})
    figure.update_yaxes(title={"text": up, "font": small})
    return figure
