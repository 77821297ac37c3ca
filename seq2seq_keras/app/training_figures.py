"""Curves of a training over its epochs, with other trainings beside it."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seq2seq_keras.app.figures import COLOURS, SYSTEM_COLOURS, on_page
from seq2seq_keras.app.wording import system_name
from seq2seq_keras.jobs import Job, JobProgress, SystemProgress
from seq2seq_keras.localisation import Language

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_BESIDE = 3
"""So many other trainings can be told apart by colour, of two networks each with a dash."""

_HEIGHT = 320
_LEGEND_ROW = 19


@dataclass(frozen=True)
class Run:
    """One network's training as charts show it.

    Attributes:
        system: Its training so far.
        name: What the legend calls it.
        colour: The colour of its lines.
        beside: Whether it belongs to another training than the one that is looked at.
        marker: The shape of its points.
    """

    system: SystemProgress
    name: str
    colour: str
    beside: bool = False
    marker: str = "circle"

    @property
    def epochs(self) -> int:
        return len(self.system.history)


def runs_of(
    progress: JobProgress, beside: Sequence[tuple[Job, JobProgress]], language: Language
) -> list[Run]:
    """The networks of a training that have gone through an epoch, then those of others.

    Args:
        progress: The training that is looked at.
        beside: Other trainings.
        language: The language of the page.
    """
    runs = [
        Run(
            system,
            system_name(system.name, language),
            SYSTEM_COLOURS.get(system.name, COLOURS[number % len(COLOURS)]),
        )
        for number, system in enumerate(_trained(progress))
    ]
    for number, (job, other) in enumerate(beside):
        colour = COLOURS[len(SYSTEM_COLOURS) + number % (len(COLOURS) - len(SYSTEM_COLOURS))]
        for system in _trained(other):
            network = system_name(system.name, language)
            name = language.say("{training}: {network}", training=job.name, network=network)
            marker = "diamond" if system.name == "plain" else "square"
            runs.append(Run(system, html.escape(name), colour, True, marker))
    return runs


def bleu_curves(runs: Sequence[Run], language: Language, revision: str = "") -> go.Figure:
    """Validation BLEU by epoch.

    Args:
        runs: The networks.
        language: The language of the page.
        revision: What a reader zoomed into stays in sight for as long as this is the same.
    """
    return _curves(runs, [("valid_bleu", "", None)], "BLEU", ".1f", language, revision)


def loss_curves(runs: Sequence[Run], language: Language, revision: str = "") -> go.Figure:
    """Training and validation loss by epoch."""
    lines = _both_parts("loss", "valid_loss", language)
    title = language.say("loss a token (nats)")
    return _curves(runs, lines, title, ".3f", language, revision)


def perplexity_curves(runs: Sequence[Run], language: Language, revision: str = "") -> go.Figure:
    """Training and validation perplexity by epoch, on a logarithmic axis."""
    lines = _both_parts("perplexity", "valid_perplexity", language)
    title = language.say("perplexity")
    figure = _curves(runs, lines, title, ",.2f", language, revision)
    figure.update_yaxes(type="log", rangemode="normal", **_decades(figure))
    return figure


def rate_curves(runs: Sequence[Run], language: Language, revision: str = "") -> go.Figure:
    """Learning rate at the end of each epoch."""
    title = language.say("learning rate")
    figure = _curves(runs, [("learning_rate", "", None)], title, ".2~g", language, revision)
    figure.update_yaxes(tickformat=".1~e", exponentformat="e")
    figure.update_layout(margin_l=76)  # its numbers are wide
    return figure


def norm_curves(runs: Sequence[Run], language: Language, revision: str = "") -> go.Figure:
    """Norm of the gradient before and after clipping, mean over each epoch."""
    lines = [
        ("gradient_norm", language.say("before clipping"), None),
        ("clipped_norm", language.say("after clipping"), "dot"),
    ]
    title = language.say("gradient norm")
    return _curves(runs, lines, title, ".3f", language, revision)


def _both_parts(
    training: str, validation: str, language: Language
) -> list[tuple[str, str, str | None]]:
    return [
        (validation, language.say("validation"), None),
        (training, language.say("training"), "dot"),
    ]


def _curves(
    runs: Sequence[Run],
    lines: Sequence[tuple[str, str, str | None]],
    title: str,
    number: str,
    language: Language,
    revision: str,
) -> go.Figure:
    """Draws some numbers of each epoch: a colour a training, a dash a number.

    Of a training that stands beside, only the first number is drawn.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    epoch = language.say("epoch")
    for run in runs:
        for field, label, dash in lines[:1] if run.beside else lines:
            name = (
                language.say("{network}, {part}", network=run.name, part=label)
                if label
                else run.name
            )
            rows = [row for row in run.system.history if field in row]
            figure.add_scatter(
                x=[row["epoch"] for row in rows],
                y=[row[field] for row in rows],
                name=name,
                mode="lines+markers",
                line={"color": run.colour, "dash": "dash" if run.beside else dash, "width": 2},
                marker={"size": 6, "symbol": run.marker},
                hovertemplate=f"{epoch} %{{x}}<br>{title} %{{y:{number}}}<extra>{name}</extra>",
            )
    on_page(figure)
    # Two short names, or one long one, stand in a row of the legend.
    rows_of_legend = sum(0.5 if len(trace.name) < 24 else 1 for trace in figure.data)
    below = 64 + _LEGEND_ROW * max(1, math.ceil(rows_of_legend))
    figure.update_layout(
        height=_HEIGHT - 64 - _LEGEND_ROW + below,
        margin={"l": 60, "r": 16, "t": 12, "b": below},
        legend={
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "x": 0,
            "font": {"size": 12},
        },
        showlegend=True,
        hovermode="closest",
        uirevision=revision,
    )
    small: dict[str, Any] = {"size": 13}
    most = max((run.epochs for run in runs), default=0)
    figure.update_xaxes(
        title={"text": epoch, "font": small},
        dtick=1 if most <= 12 else None,
        tickformat="d",
    )
    figure.update_yaxes(title={"text": title, "font": small}, rangemode="tozero")
    return figure


def _decades(figure: go.Figure) -> dict[str, Any]:
    """Ticks of a logarithmic axis that reads well over a few or many powers of ten."""
    values = [y for trace in figure.data for y in trace.y if y > 0]
    if not values:
        return {}
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    steps = (1, 2, 5) if high - low <= 2 else (1,)
    ticks = [step * 10**power for power in range(low, high + 1) for step in steps]
    return {"tickvals": ticks, "ticktext": [f"{tick:,g}" for tick in ticks]}


def _trained(progress: JobProgress) -> list[SystemProgress]:
    return [system for system in progress.systems.values() if system.history]
