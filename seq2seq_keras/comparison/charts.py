"""The report's figures, in Plotly; the page and the app show the same ones.

Backgrounds are transparent, and lines differ in marker and dash as well as in colour, so that a
figure reads on light and dark pages, in grey, and with any colour vision (Okabe and Ito's hues).
"""

from __future__ import annotations

import html
import math
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from seq2seq_keras.comparison import wording
from seq2seq_keras.comparison.report import Report, SystemReport
from seq2seq_keras.localisation import ENGLISH, Language

# Each has a contrast of 3 to 1 and more against both white and near-black.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#A6568C", "#8A7A00", "#7A7A7A")
_MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "cross")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_TEXT = "#6b7480"
_GRID = "rgba(120, 130, 140, 0.25)"


def scores(report: Report, language: Language = ENGLISH) -> go.Figure:
    """BLEU, chrF and TER of each system with their 95% bootstrap intervals."""
    figure = go.Figure()
    for place, system in enumerate(report.systems):
        intervals = (system.bleu, system.chrf, system.ter)
        style = _style(report, place)
        figure.add_bar(
            name=_label(system, language),
            x=["BLEU", "chrF", language.say("TER (lower is better)")],
            y=[interval.value for interval in intervals],
            marker={"color": style["color"], "pattern": {"shape": style["pattern"], "size": 6}},
            error_y=_error(
                [interval.value for interval in intervals],
                [interval.low for interval in intervals],
                [interval.high for interval in intervals],
            ),
            customdata=[[interval.low, interval.high] for interval in intervals],
            hovertemplate="%{x} %{y:.1f}<br>"
            + language.say(
                "95% interval {low} to {high}",
                low="%{customdata[0]:.1f}",
                high="%{customdata[1]:.1f}",
            )
            + "<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(barmode="group", bargap=0.3, bargroupgap=0.06)
    figure.update_yaxes(title=language.say("score (0–100; TER in %)"), rangemode="tozero")
    return _finished(figure, height=340)


def learning_curves(report: Report, language: Language = ENGLISH) -> go.Figure:
    """Validation BLEU and perplexity while the networks learnt.

    Against minutes where minutes were the budget, as a faster network then gets more epochs;
    otherwise against epochs.
    """
    by_minutes = report.budget is not None and report.budget.time_limit is not None
    figure = make_subplots(rows=2, shared_xaxes=True, vertical_spacing=0.09)
    for place, system in enumerate(report.systems):
        rows = system.history
        if not rows:
            continue
        style = _style(report, place)
        minutes = [row["elapsed_seconds"] / 60 for row in rows]
        epochs = [row["epoch"] for row in rows]
        common: dict[str, Any] = {
            "x": minutes if by_minutes else epochs,
            "mode": "lines+markers",
            "line": {"color": style["color"], "dash": style["dash"], "width": 2},
            "customdata": list(zip(epochs, minutes, strict=True)),
            "legendgroup": system.name,
        }
        where = language.say(
            "epoch {epoch}, {minutes} min", epoch="%{customdata[0]}", minutes="%{customdata[1]:.1f}"
        )
        where = f"<br>{where}<extra>%{{fullData.name}}</extra>"
        figure.add_scatter(
            y=[row["valid_bleu"] for row in rows],
            name=_label(system, language),
            marker={"symbol": style["symbol"], "size": 7, "color": style["color"]},
            hovertemplate="BLEU %{y:.1f}" + where,
            row=1,
            col=1,
            **common,
        )
        figure.add_scatter(
            y=[row["valid_perplexity"] for row in rows],
            name=_label(system, language),
            marker={"symbol": style["symbol"], "size": 7, "color": style["color"]},
            hovertemplate=f"{language.say('perplexity')} %{{y:.2f}}{where}",
            showlegend=False,
            row=2,
            col=1,
            **common,
        )
    figure.update_yaxes(title=language.say("validation BLEU"), rangemode="tozero", row=1, col=1)
    figure.update_yaxes(
        title=language.say("validation perplexity"), row=2, col=1, **_log_axis(report)
    )
    most = max((len(system.history) for system in report.systems), default=0)
    figure.update_xaxes(
        title=language.say("minutes of training") if by_minutes else language.say("epoch"),
        dtick=1 if not by_minutes and most <= 12 else None,
        rangemode="tozero" if by_minutes else "normal",
        row=2,
        col=1,
    )
    return _finished(figure, height=520)


def bleu_by_length(report: Report, language: Language = ENGLISH) -> go.Figure:
    """BLEU of short and long source sentences, with 95% intervals, for every system."""
    figure = go.Figure()
    labels: list[str] = []
    for place, system in enumerate(report.systems):
        buckets = system.bleu_by_length
        if not buckets:
            continue
        style = _style(report, place)
        labels = [wording.length_range(bucket, buckets, language) for bucket in buckets]
        figure.add_scatter(
            name=_label(system, language),
            # Numbers beneath the labels, each system a little aside, keep intervals apart.
            x=[position + 0.07 * _aside(report, place) for position in range(len(buckets))],
            y=[bucket.bleu for bucket in buckets],
            mode="lines+markers",
            line={"color": style["color"], "dash": style["dash"], "width": 2},
            marker={"symbol": style["symbol"], "size": 9, "color": style["color"]},
            error_y=_error(
                [bucket.bleu for bucket in buckets],
                [bucket.bleu_low for bucket in buckets],
                [bucket.bleu_high for bucket in buckets],
            ),
            customdata=[
                [
                    label,
                    language.say(wording.UNITS[bucket.unit]),
                    bucket.sentences,
                    bucket.bleu_low,
                    bucket.bleu_high,
                ]
                for label, bucket in zip(labels, buckets, strict=True)
            ],
            hovertemplate=language.say(
                "{range} {unit}, {count} sentences<br>BLEU {bleu}, 95% interval {low} to {high}",
                range="%{customdata[0]}",
                unit="%{customdata[1]}",
                count="%{customdata[2]}",
                bleu="%{y:.1f}",
                low="%{customdata[3]:.1f}",
                high="%{customdata[4]:.1f}",
            )
            + "<extra>%{fullData.name}</extra>",
        )
    first = next((system.bleu_by_length for system in report.systems if system.bleu_by_length), [])
    figure.update_xaxes(
        title=language.say(
            "source length in {unit} (n sentences each)",
            unit=language.say(wording.UNITS[first[0].unit if first else "words"]),
        ),
        tickvals=list(range(len(labels))),
        ticktext=[
            f"{label}<br>n = {bucket.sentences:,}"
            for label, bucket in zip(labels, first, strict=False)
        ],
        range=[-0.5, max(0.5, len(labels) - 0.5)],
        tickangle=0,
    )
    figure.update_yaxes(title="BLEU", rangemode="tozero")
    return _finished(figure, height=400)


def _style(report: Report, place: int) -> dict[str, str]:
    """Colour, marker, dash and fill of a system.

    Attention is blue and plain is orange; where cells are crossed with architectures the colour
    tells the cell, and plain is the dashed, hollow one.
    """
    names = [system.name for system in report.systems]
    cell, _, architecture = names[place].rpartition("-")
    if architecture in ("plain", "attention") and cell:
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


def _log_axis(report: Report) -> dict[str, Any]:
    """A logarithmic axis with ticks at 1, 2, 5 and their powers of ten, from one to another."""
    values = [row["valid_perplexity"] for system in report.systems for row in system.history]
    known = [value for value in values if value]
    if not known:
        return {"type": "log"}
    ticks = [digit * 10**power for power in range(16) for digit in (1, 2, 5)]
    first = max(place for place, tick in enumerate(ticks) if tick <= max(1, min(known)))
    last = next((place for place, tick in enumerate(ticks) if tick >= max(known)), len(ticks) - 1)
    shown = ticks[first : max(last, first + 1) + 1]
    return {
        "type": "log",
        "tickvals": shown[:: 1 + len(shown) // 8],
        "range": [math.log10(shown[0] / 1.05), math.log10(shown[-1] * 1.05)],
    }


def _aside(report: Report, place: int) -> float:
    return place - (len(report.systems) - 1) / 2


def _error(values: list[float], lows: list[float], highs: list[float]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, high - value) for value, high in zip(values, highs, strict=True)],
        "arrayminus": [max(0.0, value - low) for value, low in zip(values, lows, strict=True)],
        "thickness": 1.5,
        "width": 4,
        "color": _TEXT,
    }


def _label(system: SystemReport, language: Language) -> str:
    # Plotly reads tags in a name.
    return html.escape(wording.system(system.name, language), quote=False)


def _finished(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 56, "r": 12, "t": 44, "b": 40},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "size": 13, "color": _TEXT},
        legend={"orientation": "h", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"},
        hoverlabel={"font": {"family": "system-ui, sans-serif"}},
        showlegend=True,
    )
    axis: dict[str, Any] = {
        "gridcolor": _GRID,
        "zerolinecolor": _GRID,
        "linecolor": _GRID,
        "automargin": True,
    }
    axis["title_font"] = {"size": 13}
    figure.update_xaxes(**axis, showgrid=False)
    figure.update_yaxes(**axis, title_standoff=8)
    return figure
