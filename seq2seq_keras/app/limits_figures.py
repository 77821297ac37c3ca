"""Charts of the two limits: what one vector holds, and how far gradients reach."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from seq2seq_keras.app.figures import COLOURS, on_page
from seq2seq_keras.config import CellName
from seq2seq_keras.localisation import Language, later

if TYPE_CHECKING:
    import plotly.graph_objects as go

_PROBES = {
    "context": (later("from c alone"), COLOURS[1], "circle"),
    "states": (later("from the state h at the word"), COLOURS[0], "square"),
    "majority": (later("always the commonest token"), COLOURS[5], "x-thin-open"),
}
CELLS: dict[CellName, tuple[str, int]] = {
    "rnn": (later("simple RNN"), 1),
    "lstm": ("LSTM", 0),
    "gru": ("GRU", 2),
}
_HEIGHT = 340
_SURE = 1.96  # standard errors on either side: 95%


def probe_by_position(measured: Mapping[str, Any], language: Language) -> go.Figure:
    """Shares of source tokens that a probe names, by where they stand in the sentence.

    Args:
        measured: `bottleneck` of `jobs.limits.measure_limits`.
        language: The language of the page.
    """
    rows = measured["by_position"]
    places = [row["first"] + 1 for row in rows]
    return _probes(rows, places, language.say("position in the sentence"), language)


def probe_by_length(measured: Mapping[str, Any], language: Language) -> go.Figure:
    """The same by the number of tokens in the sentence."""
    rows = measured["by_length"]
    places = [f"{row['first']}–{row['last']}" for row in rows]
    return _probes(rows, places, language.say("tokens in the sentence"), language)


def gradients_by_distance(
    measured: Mapping[str, Sequence[tuple[int, float, int]]], language: Language
) -> go.Figure:
    """Mean norm of an output's gradient with respect to a source word, against distance.

    Args:
        measured: By the name of a model its (distance, mean norm, pairs), as of `measure_limits`.
        language: The language of the page.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for number, (name, rows) in enumerate(measured.items()):
        figure.add_scatter(
            x=[row[0] for row in rows],
            y=[row[1] for row in rows],
            customdata=[row[2] for row in rows],
            name=html.escape(name),
            mode="lines",
            line={"color": COLOURS[number], "dash": "solid" if number == 0 else "dash"},
            hovertemplate="%{x}: %{y:.3g}, n = %{customdata}<extra></extra>",
        )
    distance = language.say("recurrent steps between source word and output")
    return _finished(figure, distance, language.say("mean gradient norm"), log=True)


def fresh_jacobians(radius: float, language: Language) -> go.Figure:
    """How much of a state is left in the state k steps later, for fresh cells.

    Args:
        radius: Spectral radius of their recurrent matrices.
        language: The language of the page.
    """
    figure = _fresh(radius, language, lambda fresh: list(fresh.jacobians))
    title = language.say("norm of the Jacobian, divided by √units")
    return _finished(figure, language.say("steps back, k"), title, log=True)


def fresh_gradients_clipped(radius: float, language: Language) -> go.Figure:
    """Gradient norms of fresh cells before and after clipping to 1."""
    figure = _fresh(radius, language, lambda fresh: [None, *fresh.gradients])
    clipped = _fresh(radius, language, lambda fresh: [None, *fresh.clipped])
    for trace in clipped.data:
        name = language.say("{cell}, clipped", cell=trace.name)
        trace.update(name=name, line={"dash": "dot", "width": 3})
        figure.add_trace(trace)
    title = language.say("gradient norm of all weights")
    return _finished(figure, language.say("steps followed back, k"), title, log=True)


def _fresh(radius: float, language: Language, values: Any) -> go.Figure:
    import plotly.graph_objects as go

    from seq2seq_keras.explain.fresh_cells import fresh_gradients

    figure = go.Figure()
    for kind, (name, colour) in CELLS.items():
        y = values(fresh_gradients(kind, radius))
        figure.add_scatter(
            x=list(range(len(y))),
            y=y,
            name=language.say(name),
            mode="lines",
            line={"color": COLOURS[colour]},
            hovertemplate="k = %{x}: %{y:.3g}<extra></extra>",
        )
    return figure


def _probes(
    rows: Sequence[Mapping[str, Any]], places: Sequence[Any], across: str, language: Language
) -> go.Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    for key, (name, colour, marker) in _PROBES.items():
        shares = [row[key] for row in rows]
        errors = [
            _SURE * (share * (1 - share) / row["cases"]) ** 0.5
            for share, row in zip(shares, rows, strict=True)
        ]
        figure.add_scatter(
            x=list(places),
            y=shares,
            customdata=[row["cases"] for row in rows],
            error_y={"array": errors, "thickness": 1, "width": 2} if key != "majority" else None,
            name=language.say(name),
            mode="lines+markers",
            line={"color": colour, "dash": "dot" if key == "majority" else "solid"},
            marker={"symbol": marker, "size": 7, "line": {"width": 2, "color": colour}},
            hovertemplate="%{x}: %{y:.0%}, n = %{customdata}<extra></extra>",
        )
    figure = _finished(figure, across, language.say("tokens named rightly"))
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return figure


def _finished(figure: go.Figure, across: str, up: str, log: bool = False) -> go.Figure:
    on_page(figure)
    figure.update_layout(
        height=_HEIGHT,
        margin={"l": 60, "r": 16, "t": 12, "b": 48},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(title={"text": across, "font": {"size": 13}}, automargin=True)
    figure.update_yaxes(title={"text": up, "font": {"size": 13}}, automargin=True)
    if log:
        figure.update_yaxes(type="log", exponentformat="power")
        heights = [height for line in figure.data for height in line.y if height]
        if heights and max(heights) < 1000 * min(heights):
            # Nine lines to a power of ten would be a crowd, and a 5 below 1 would want its 0.
            powers = range(math.floor(math.log10(min(heights))), 4)
            ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
            figure.update_yaxes(tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks])
        else:
            figure.update_yaxes(nticks=7)
    return figure
