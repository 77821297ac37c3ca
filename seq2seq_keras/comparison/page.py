"""The report as one HTML file: its data, its charts and their library all inside."""

from __future__ import annotations

from importlib import resources

import jinja2
import plotly.graph_objects as go
import plotly.io
import plotly.offline
from markupsafe import Markup

from seq2seq_keras.comparison import charts, wording
from seq2seq_keras.comparison.marking import marked
from seq2seq_keras.comparison.report import PairReport, Report
from seq2seq_keras.comparison.verdict import is_shown, surely_best
from seq2seq_keras.evaluation import METRIC_NAMES
from seq2seq_keras.languages import language_of

_CHART_SETTINGS = {
    "responsive": True,
    "displaylogo": False,
    "displayModeBar": False,
    "scrollZoom": False,
}


def render(report: Report) -> str:
    """Draws a report as a page that opens offline, in any size, light or dark.

    Corpus text and names are escaped everywhere, and the page's content security policy allows
    no request to anywhere.

    Args:
        report: The comparison.

    Returns:
        The whole page.
    """
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        count=wording.count,
        duration=wording.duration,
        rate=wording.rate,
        number=wording.number,
        signed=wording.signed,
        p_value=wording.p_value,
    )
    template = resources.files("seq2seq_keras.comparison").joinpath("page.html")
    figures = {
        "scores": charts.scores(report) if report.systems else None,
        "lengths": charts.bleu_by_length(report)
        if any(system.bleu_by_length for system in report.systems)
        else None,
        "learning": charts.learning_curves(report)
        if any(system.history for system in report.systems)
        else None,
    }
    return environment.from_string(template.read_text(encoding="utf-8")).render(
        report=report,
        verdict=report.verdict(),
        figures={name: figure and _embedded(name, figure) for name, figure in figures.items()},
        plotly=Markup(plotly.offline.get_plotlyjs()),
        marked=marked,
        is_shown=is_shown,
        best={name: surely_best(report, name) for name in METRIC_NAMES},
        pairs=_by_interest(report),
        source_lang=_html_language(report.source_lang, [row.source for row in report.differences]),
        target_lang=_html_language(
            report.target_lang, [row.reference for row in report.differences]
        ),
    )


def _embedded(name: str, figure: go.Figure) -> Markup:
    """A figure as HTML; Plotly itself escapes what could end the script."""
    return Markup(
        plotly.io.to_html(
            figure,
            full_html=False,
            include_plotlyjs=False,
            config=_CHART_SETTINGS,
            div_id=f"chart-{name}",
        )
    )


def _by_interest(report: Report) -> dict[str, list[PairReport]]:
    """Pairs to show at once, those of plain and attention in one cell, and the rest."""
    cells = {system.name: system.cell for system in report.systems}
    first = [pair for pair in report.pairs if cells[pair.baseline] == cells[pair.system]]
    if not first or len(report.pairs) <= 3:
        first = report.pairs
    return {"first": first, "rest": [pair for pair in report.pairs if pair not in first]}


def _html_language(code: str | None, sentences: list[str]) -> str:
    """The `lang` attribute, by which browsers pick the glyphs of Chinese and Japanese."""
    return (code or language_of(None, sentences) or "").replace("_", "-")
