"""A comparison in words and numbers; everything that is not ours is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seq2seq_keras.app.job_words import bar, chip, headline
from seq2seq_keras.app.wording import duration, name_of_language, system_name
from seq2seq_keras.jobs import Job, JobProgress
from seq2seq_keras.localisation import Language

if TYPE_CHECKING:
    from seq2seq_keras.comparison import Report
    from seq2seq_keras.comparison.ranking import Place
    from seq2seq_keras.evaluation import Difference, Interval


def status_html(job: Job, progress: JobProgress, others: int, language: Language) -> str:
    """How a comparison stands that runs, waits or failed.

    Args:
        job: The comparison.
        progress: How far it is.
        others: How many more run or wait.
        language: The language of the page.
    """
    words = headline(job, progress, language) if job.active else language.error(job.message)
    lines = [
        f'<div class="job job-{job.state}"><div class="job-head">{chip(job, language)}'
        f"<span>{escape(job.name)}</span></div>",
        bar(job, progress, language) if job.active else "",
        f'<p class="comparison-stage">{escape(words)}</p>',
    ]
    if others:
        more = language.say_many(
            "{count} more comparison waits: see Jobs, at the top.",
            "{count} more comparisons wait: see Jobs, at the top.",
            others,
        )
        lines.append(f'<p class="job-note">{more}</p>')
    return "".join([*lines, "</div>"])


def summary_html(report: Report, language: Language) -> str:
    """Verdict, scores, ranking and notices of a finished comparison."""
    return "".join(
        [
            f'<p id="verdict">{escape(report.verdict(language))}</p>',
            f'<p class="comparison-where">{_where(report, language)}</p>',
            _table(report, language),
            _ranking(report, language),
            _notices(report, language),
        ]
    )


def _where(report: Report, language: Language) -> str:
    parts = [
        escape(language.error(report.test_name)) if report.test_name else "",
        language.say_many("{count:,} sentence", "{count:,} sentences", report.test_sentences),
    ]
    if report.source_lang and report.target_lang:
        source, target = (
            escape(name_of_language(code, language))
            for code in (report.source_lang, report.target_lang)
        )
        parts.append(f"{source} → {target}")
    return " · ".join(part for part in parts if part)


def _table(report: Report, language: Language) -> str:
    from seq2seq_keras.comparison import wording
    from seq2seq_keras.comparison.verdict import surely_best
    from seq2seq_keras.evaluation import METRIC_NAMES

    say = language.say
    heads = [
        say("Model"),
        "BLEU ↑",
        "chrF ↑",
        "TER ↓",
        say("Parameters"),
        say("Training time"),
        say("Sentences a second"),
    ]
    best = {name: surely_best(report, name) for name in METRIC_NAMES}
    rows = []
    for place, system in enumerate(report.systems):
        cells = [_score(getattr(system, name), system.name == best[name]) for name in METRIC_NAMES]
        cells += [
            f"{system.parameters:,}",
            duration(system.training_seconds, language),
            wording.rate(system.sentences_per_second),
        ]
        rows.append(
            f'<tr role="row"><th role="rowheader" scope="row">{swatch(report, place)}'
            f"<bdi>{escape(system_name(system.name, language))}</bdi></th>"
            + "".join(
                f'<td role="cell" data-label="{escape(head)}">{cell}</td>'
                for head, cell in zip(heads[1:], cells, strict=True)
            )
            + "</tr>"
        )
    top = "".join(f'<th role="columnheader" scope="col">{escape(head)}</th>' for head in heads)
    # Roles are said aloud: where the style sheet makes cards of rows, browsers forget them.
    caption = say("Scores with 95% bootstrap intervals")
    return (
        f'<table id="report-table" role="table"><caption>{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{top}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


def _score(interval: Interval, best: bool) -> str:
    from seq2seq_keras.comparison.wording import number

    value = number(interval.value)
    shown = f"<b>{value}</b>" if best else f"<span>{value}</span>"
    return f"{shown} <small>{number(interval.low)}–{number(interval.high)}</small>"


def _ranking(report: Report, language: Language) -> str:
    """Who is clearly better than whom, where there are three or more."""
    from seq2seq_keras.comparison.ranking import ranking

    if len(report.systems) < 3:
        return ""
    places = {system.name: place for place, system in enumerate(report.systems)}
    items = [
        f'<li><span class="rank">{place.rank}</span><div>'
        f"{swatch(report, places[place.system.name])}"
        f"<b><bdi>{escape(system_name(place.system.name, language))}</bdi></b> "
        f"<span>{escape(_standing(place, language))}</span></div></li>"
        for place in ranking(report)
    ]
    title = language.say("Who is clearly better than whom")
    note = language.say("Only a difference that chance does not explain parts two ranks.")
    return (
        f'<h4>{title}</h4><ol class="ranking">{"".join(items)}</ol>'
        f'<p class="comparison-where">{note}</p>'
    )


def _standing(place: Place, language: Language) -> str:
    from seq2seq_keras.comparison import wording

    say = language.say
    names = [system_name(name, language) for name in place.beaten]
    better = (
        say("clearly better than {others}", others=wording.listed(names, language))
        if names
        else say("not shown to be better than any other")
    )
    if place.behind is None:
        return better
    behind = _behind(place.behind, language)
    return say("{behind}; {better}", behind=behind, better=better) if names else behind


def _behind(difference: Difference, language: Language) -> str:
    from seq2seq_keras.comparison import wording
    from seq2seq_keras.comparison.verdict import is_shown

    values = {
        "size": wording.number(difference.value),
        "low": wording.number(difference.low),
        "high": wording.number(difference.high),
        "p_value": wording.p_value(difference.p_value),
    }
    if is_shown(difference):
        return language.say(
            "{size} BLEU behind the first (95% interval {low} to {high}, {p_value})", **values
        )
    return language.say(
        "{size} BLEU behind the first, which chance may explain "
        "(95% interval {low} to {high}, {p_value})",
        **values,
    )


def _notices(report: Report, language: Language) -> str:
    if not report.notices:
        return ""
    said = (language.say("{notice}.", notice=language.error(each)) for each in report.notices)
    items = "".join(f"<li>{escape(notice)}</li>" for notice in said)
    title = language.say("To bear in mind")
    return f'<div class="notices"><h4>{title}</h4><ul>{items}</ul></div>'


def swatch(report: Report, place: int) -> str:
    """The colour by which the charts tell a system, as a small square beside its name."""
    from seq2seq_keras.comparison.styles import style_of

    return f'<i class="swatch" style="background:{style_of(report, place)["color"]}"></i>'
