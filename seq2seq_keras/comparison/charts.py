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
from seq2seq_keras.comparison.styles import style_of
from seq2seq_keras.localisation import ENGLISH, Language

_TEXT = "#6b7480"
_GRID = "rgba(120, 130, 140, 0.25)"


def scores(report: Report, language: Language = ENGLISH) -> go.Figure:
    """BLEU, chrF and TER of each system with their 95% bootstrap intervals."""
    figure = go.Figure()
    for place, system in enumerate(report.systems):
        intervals = (system.bleu, system.chrf, system.ter)
        style = style_of(report, place)
        figure.add_bar(
            name=_label(system, language),
            x=["BLEU ↑", "chrF ↑", "TER ↓"],
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
        style = style_of(report, place)
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
        style = style_of(report, place)
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
            f"{label}<br>n={bucket.sentences:,}"
            for label, bucket in zip(labels, first, strict=False)
        ],
        tickfont={"size": 12},  # five of them fit a phone
        range=[-0.5, max(0.5, len(labels) - 0.5)],
        tickangle=0,
    )
    figure.update_yaxes(title="BLEU", rangemode="tozero")
    return _finished(figure, height=400)


def costs(report: Report, language: Language = ENGLISH) -> go.Figure:
    """What each system costs: decoding speed, size and, where it is known, training time."""
    say, systems = language.say, report.systems
    panels = [
        (
            say("Decoding speed, sentences a second"),
            [system.sentences_per_second for system in systems],
            [wording.rate(system.sentences_per_second) for system in systems],
        ),
        (
            say("Size, parameters"),
            [float(system.parameters) for system in systems],
            [wording.count(system.parameters) for system in systems],
        ),
    ]
    if any(system.training_seconds for system in systems):
        panels.append(
            (
                say("Training time"),
                [system.training_seconds or 0.0 for system in systems],
                [wording.duration(system.training_seconds, language) for system in systems],
            )
        )
    figure = make_subplots(
        rows=len(panels), cols=1, subplot_titles=[title for title, _, _ in panels]
    )
    figure.update_annotations(x=0, xanchor="left", font={"size": 13, "color": _TEXT})
    for row, (title, values, texts) in enumerate(panels, start=1):
        for place, system in enumerate(systems):
            style = style_of(report, place)
            figure.add_bar(
                name=_label(system, language),
                legendgroup=system.name,
                showlegend=row == 1,
                orientation="h",
                x=[values[place]],
                y=[len(systems) - place],
                marker={"color": style["color"], "pattern": {"shape": style["pattern"], "size": 6}},
                text=[texts[place]],
                textposition="outside",
                cliponaxis=False,
                hovertemplate=f"{title}: %{{text}}<extra>%{{fullData.name}}</extra>",
                row=row,
                col=1,
            )
        figure.update_xaxes(
            range=[0, 1.25 * max(*values, 1e-9)], showticklabels=False, row=row, col=1
        )
    figure.update_layout(barmode="overlay", bargap=0.25)
    room = len(panels) * (46 + 26 * len(systems))
    figure = _finished(figure, height=86 + room)
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(showticklabels=False, showgrid=False, title=None)
    # The legend stands above the first panel's title.
    figure.update_layout(margin={"l": 8, "t": 78, "b": 8}, legend={"y": 1 + 26 / room})
    return figure


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
