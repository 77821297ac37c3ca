"""A finished comparison on the page: verdict, charts, downloads, sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from seq2seq_keras.app.comparison_words import summary_html
from seq2seq_keras.app.figures import on_page
from seq2seq_keras.app.sentence_browser import SentenceBrowser
from seq2seq_keras.app.studio import Studio, readable_errors
from seq2seq_keras.localisation import ENGLISH

if TYPE_CHECKING:
    from seq2seq_keras.comparison import Report


class ComparisonReport:
    """All that is told of one comparison.

    Args:
        studio: What every tab works with.
        report: The component that holds the id of the comparison.
    """

    def __init__(self, studio: Studio, report: gr.Dropdown) -> None:
        self._studio = studio
        self._report = report
        say = studio.language.say
        self._seen = gr.State()
        with gr.Column(visible=False) as self.body:
            with gr.Column(elem_classes="card"):
                self.summary = gr.HTML(
                    js_on_load=None, apply_default_css=False, elem_id="comparison-summary"
                )
                with gr.Row(elem_classes="compare-downloads"):
                    self.html = _download(say("Report (HTML)"))
                    self.json = _download(say("Report (JSON)"))
                    self.csv = _download(say("All translations (CSV)"))
            with gr.Row(equal_height=True):
                _, self.lengths = _chart(
                    say("BLEU by source length"),
                    "chart-lengths",
                    say("Bars are 95% bootstrap intervals; few sentences make them wide."),
                )
                _, self.scores = _chart(say("Scores"), "chart-scores")
            with gr.Row(equal_height=True):
                self.curves_part, self.curves = _chart(
                    say("Learning curves"),
                    "chart-curves",
                    say(
                        "Validation BLEU is of greedy translations, so it may lie below the test "
                        "scores."
                    ),
                )
                _, self.costs = _chart(say("Speed and size"), "chart-costs")
            self.sentences = SentenceBrowser(studio, report)
        # The words come first: Plotly, which is slow to load, is not waited for.
        self._seen.change(
            self._draw,
            inputs=self._seen,
            outputs=[self.lengths, self.scores, self.curves, self.costs],
            api_visibility="private",
            show_progress="hidden",
        )

    @property
    def looked_at(self) -> list[Any]:
        """The inputs of `show`."""
        return [self._report, self._seen, self.sentences.per_page]

    @property
    def shown(self) -> list[Any]:
        """The outputs of `show`."""
        return [
            self._seen,
            self.body,
            self.summary,
            self.html,
            self.json,
            self.csv,
            self.curves_part,
            *self.sentences.opened,
        ]

    @readable_errors
    def show(self, job_id: str | None, seen: str | None, per_page: int) -> tuple[Any, ...]:
        """The words of a comparison, after which its charts are drawn; nothing if it is shown."""
        from seq2seq_keras.comparison import Report
        from seq2seq_keras.comparison.translations import TRANSLATIONS

        rest = len(self.shown) - 2
        if job_id is None:
            return None, gr.update(visible=False), *[gr.skip()] * rest
        if job_id == seen:
            return (gr.skip(),) * len(self.shown)
        job, language = self._studio.workspace.jobs.get(job_id), self._studio.language
        report = Report.load(job.out)
        # The page lies in a folder of its own language, the downloads beside it.
        link = f"../download/reports/{job.id}"
        chosen = "" if language == ENGLISH else f"?language={language.code}"
        return (
            job_id,
            gr.update(visible=True),
            summary_html(report, language),
            gr.update(link=f"{link}/report.html{chosen}"),
            gr.update(link=f"{link}/report.json"),
            gr.update(link=f"{link}/{TRANSLATIONS}", visible=(job.out / TRANSLATIONS).is_file()),
            gr.update(visible=_has_curves(report)),
            *self.sentences.open(job_id, per_page),
        )

    @readable_errors
    def _draw(self, job_id: str | None) -> tuple[Any, ...]:
        from seq2seq_keras.comparison import Report, charts

        if job_id is None:
            return (gr.skip(),) * 4
        report = Report.load(self._studio.workspace.jobs.get(job_id).out)
        language = self._studio.language
        return (
            on_page(charts.bleu_by_length(report, language)),
            on_page(charts.scores(report, language)),
            on_page(charts.learning_curves(report, language)) if _has_curves(report) else None,
            on_page(charts.costs(report, language)),
        )


def _has_curves(report: Report) -> bool:
    return any(system.history for system in report.systems)


def _chart(title: str, elem_id: str, note: str = "") -> tuple[gr.Column, gr.Plot]:
    with gr.Column(min_width=320, elem_classes="card") as card:
        gr.Markdown(f"### {title}", elem_classes="card-title")
        plot = gr.Plot(show_label=False, container=False, elem_classes="chart", elem_id=elem_id)
        if note:
            gr.Markdown(note, elem_classes="hint")
    return card, plot


def _download(label: str) -> gr.Button:
    return gr.Button(label, size="sm", min_width=150, scale=0)
