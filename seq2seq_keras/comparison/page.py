"""The report as one HTML file: its data, its charts and their library all inside."""

from __future__ import annotations

from functools import partial
from importlib import resources

import jinja2
import plotly.graph_objects as go
import plotly.io
import plotly.offline
from markupsafe import Markup

from seq2seq_keras.comparison import charts, wording
from seq2seq_keras.comparison.marking import marked
from seq2seq_keras.comparison.ranking import ranking
from seq2seq_keras.comparison.report import Budget, PairReport, Report
from seq2seq_keras.comparison.verdict import is_shown, surely_best
from seq2seq_keras.evaluation import METRIC_NAMES
from seq2seq_keras.languages import language_of
from seq2seq_keras.localisation import ENGLISH, Language

_CHART_SETTINGS = {
    "responsive": True,
    "displaylogo": False,
    "displayModeBar": False,
    "scrollZoom": False,
}


def render(report: Report, language: Language = ENGLISH) -> str:
    """Draws a report as a page that opens offline, in any size, light or dark.

    Corpus text and names are escaped everywhere, and the page's content security policy allows
    no request to anywhere.

    Args:
        report: The comparison.
        language: The language of the page.

    Returns:
        The whole page.
    """
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        count=wording.count,
        duration=partial(wording.duration, language=language),
        rate=wording.rate,
        number=wording.number,
        signed=wording.signed,
        p_value=wording.p_value,
        message=language.error,
        system=partial(wording.system, language=language),
        ending=partial(wording.ending, language=language),
    )
    template = resources.files("seq2seq_keras.comparison").joinpath("page.html")
    figures = {
        "scores": charts.scores(report, language) if report.systems else None,
        "lengths": charts.bleu_by_length(report, language)
        if any(system.bleu_by_length for system in report.systems)
        else None,
        "costs": charts.costs(report, language) if report.systems else None,
        "learning": charts.learning_curves(report, language)
        if any(system.history for system in report.systems)
        else None,
    }
    return environment.from_string(template.read_text(encoding="utf-8")).render(
        report=report,
        language=language.tag,
        say=partial(_say, language),
        say_many=partial(_say_many, language),
        verdict=report.verdict(language),
        figures={name: figure and _embedded(name, figure) for name, figure in figures.items()},
        plotly=Markup(plotly.offline.get_plotlyjs()),
        marked=marked,
        is_shown=is_shown,
        budget=_budget(report.budget, language),
        best={name: surely_best(report, name) for name in METRIC_NAMES},
        pairs=_by_interest(report),
        ranking=ranking(report),
        source_lang=_html_language(report.source_lang, [row.source for row in report.differences]),
        target_lang=_html_language(
            report.target_lang, [row.reference for row in report.differences]
        ),
    )


def _say(language: Language, text: str, **values: object) -> Markup:
    """Says a text of ours, which may hold tags; what is filled in is escaped."""
    known = Markup(language.say(text))
    return known.format(**values) if values else known


def _say_many(language: Language, singular: str, plural: str, count: int) -> str:
    return language.say_many(singular, plural, count)


def _budget(budget: Budget | None, language: Language) -> str:
    """What each network was allowed, in words."""
    if budget is None:
        return ""
    epochs = language.say_many("{count} epoch", "{count} epochs", budget.epochs)
    if not budget.time_limit:
        return language.say("at most {epochs} each", epochs=epochs)
    minutes = f"{budget.time_limit:g}"
    if minutes == "1":
        return language.say("1 minute each, and at most {epochs}", epochs=epochs)
    return language.say(
        "{minutes} minutes each, and at most {epochs}", minutes=minutes, epochs=epochs
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
    pairs = report.corrected
    first = [pair for pair in pairs if cells[pair.baseline] == cells[pair.system]]
    if not first or len(pairs) <= 3:
        first = pairs
    return {"first": first, "rest": [pair for pair in pairs if pair not in first]}


def _html_language(code: str | None, sentences: list[str]) -> str:
    """The `lang` attribute, by which browsers pick the glyphs of Chinese and Japanese."""
    return (code or language_of(None, sentences) or "").replace("_", "-")
