"""Compare: two saved models on one test set, or the report that a training left."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from seq2seq_keras.app.figures import on_page
from seq2seq_keras.app.studio import QUIET, Studio, page_error, readable_errors
from seq2seq_keras.app.wording import duration, moment, system_name
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import Job, ModelInfo, TestSet
from seq2seq_keras.languages import short_code

if TYPE_CHECKING:
    from seq2seq_keras.comparison import Report
    from seq2seq_keras.evaluation import Interval

_LOOK_SECONDS = 0.7

_EMPTY = (
    "**No comparison yet.** Choose two models and a test set above, or open *Train* and start a "
    "training with **Both, and compare them**: its report then appears here."
)

# Without widths Gradio gives a long first column all the room; on a phone the tables scroll.
_SCORE_WIDTHS: list[str | int] = ["180px", "130px", "130px", "125px", "110px", "125px", "110px"]
_SENTENCE_WIDTH = "225px"


def build(studio: Studio) -> Compare:
    """Builds the tab inside the current Blocks."""
    return Compare(studio)


class Compare:
    """The tab's components, and what happens between them."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        with gr.Column(elem_classes="card"):
            gr.Markdown("### Compare two models", elem_classes="card-title")
            with gr.Row():
                self.first = gr.Dropdown(label="First model", filterable=False, min_width=220)
                self.second = gr.Dropdown(label="Second model", filterable=False, min_width=220)
            with gr.Row():
                self.test = gr.Dropdown(
                    label="Test set",
                    info="Parts that were kept out of training, and your uploads",
                    filterable=False,
                    min_width=260,
                    scale=2,
                )
                self.upload = gr.UploadButton(
                    "Upload a test set (one or two files)",
                    file_count="multiple",
                    size="sm",
                    scale=1,
                    min_width=220,
                    elem_classes="level",
                )
            self.go = gr.Button("Compare", variant="primary", elem_id="compare-button")
            self.progress = gr.Markdown(visible=False, elem_classes="notice")
        with gr.Column(elem_classes="card"):
            with gr.Row(elem_classes="actions"):
                self.report = gr.Dropdown(
                    label="Finished comparisons",
                    filterable=False,
                    scale=3,
                    min_width=240,
                    elem_id="report",
                )
                self.html = gr.Button("Report (HTML)", size="sm", min_width=120, visible=False)
                self.json = gr.Button("Report (JSON)", size="sm", min_width=120, visible=False)
            self.empty = gr.Markdown(_EMPTY, elem_classes="empty-state")
            with gr.Column(visible=False) as self.body:
                self.verdict = gr.Textbox(
                    label="In words", interactive=False, lines=1, max_lines=6, elem_id="verdict"
                )
                self.table = gr.Dataframe(
                    label="Scores with 95% bootstrap intervals",
                    interactive=False,
                    wrap=True,
                    buttons=[],
                    column_widths=_SCORE_WIDTHS,
                    elem_id="report-table",
                )
                with gr.Row():
                    self.scores = _chart("Scores")
                    self.lengths = _chart("BLEU by source length")
                with gr.Column() as self.curves_part:
                    self.curves = _chart("Learning curves")
                self.differences = gr.Dataframe(
                    label="The sentences that differ most (sentence BLEU in brackets)",
                    interactive=False,
                    wrap=True,
                    buttons=[],
                    column_widths=[_SENTENCE_WIDTH] * 4,
                    elem_id="differences",
                )
                self.notices = gr.Textbox(
                    label="To bear in mind", interactive=False, lines=1, max_lines=8
                )
        self._connect()

    @property
    def refreshed(self) -> list[Any]:
        return [self.first, self.second, self.test, self.report]

    @property
    def shown(self) -> list[Any]:
        return [
            self.empty,
            self.body,
            self.verdict,
            self.table,
            self.scores,
            self.lengths,
            self.curves_part,
            self.curves,
            self.differences,
            self.notices,
            self.html,
            self.json,
        ]

    def refresh(
        self, first: str | None, second: str | None, test: str | None, report: str | None
    ) -> tuple[Any, ...]:
        """Brings the lists up to date and fills what is not chosen yet."""
        models = self._studio.workspace.models()
        choices = [(info.label, info.id) for info in models]
        ids = [info.id for info in models]
        if first not in ids:
            first = next(iter([info.id for info in models if partners(info, models)] + ids), None)
        chosen = next((info for info in models if info.id == first), None)
        if second not in ids or second == first:
            others = [model_id for model_id in ids if model_id != first]
            second = next(iter(partners(chosen, models) + others), None) if chosen else None
        tests = self._studio.workspace.test_sets()
        test_ids = [item.id for item in tests]
        if test not in test_ids:
            test = next(iter(fitting(tests, chosen) + test_ids), None)
        reports = self._reports()
        report_ids = [job.id for job in reports]
        return (
            gr.update(choices=choices, value=first),
            gr.update(choices=choices, value=second),
            gr.update(choices=[(item.name, item.id) for item in tests], value=test),
            gr.update(
                choices=[(f"{job.name}  ·  {moment(job.created)}", job.id) for job in reports],
                value=report if report in report_ids else next(iter(report_ids), None),
            ),
        )

    @readable_errors
    def show(self, job_id: str | None) -> tuple[Any, ...]:
        """The whole report of a finished comparison."""
        from seq2seq_keras.comparison import Report, charts

        if job_id is None:
            return gr.update(visible=True), gr.update(visible=False), *[gr.skip()] * 10
        job = self._studio.workspace.jobs.get(job_id)
        report = Report.load(job.out)
        has_curves = any(system.history for system in report.systems)
        notices = "\n".join(report.notices)
        return (
            gr.update(visible=False),
            gr.update(visible=True),
            report.verdict(),
            _table(report),
            on_page(charts.scores(report)),
            on_page(charts.bleu_by_length(report)),
            gr.update(visible=has_curves),
            on_page(charts.learning_curves(report)) if has_curves else None,
            _differences(report),
            gr.update(value=notices, visible=bool(notices)),
            gr.update(link=f"download/reports/{job.id}/report.html", visible=True),
            gr.update(link=f"download/reports/{job.id}/report.json", visible=True),
        )

    def _reports(self) -> list[Job]:
        jobs = self._studio.workspace.jobs.all()
        return [job for job in reversed(jobs) if job.has_report]

    def _connect(self) -> None:
        self.report.input(
            self.show, inputs=self.report, outputs=self.shown, api_visibility="private"
        )
        # Another first model asks for another partner and test set.
        self.first.input(
            lambda first, report: self.refresh(first, None, None, report),
            inputs=[self.first, self.report],
            outputs=self.refreshed,
            **QUIET,
        )
        self.upload.upload(self._take, inputs=self.upload, outputs=self.test, **QUIET)
        self.go.click(
            self._run,
            inputs=[self.first, self.second, self.test],
            outputs=[self.progress, self.go, self.report],
            api_visibility="private",
            show_progress="hidden",
            concurrency_limit=None,
        ).success(self.show, inputs=self.report, outputs=self.shown, api_visibility="private")

    @readable_errors
    def _take(self, paths: list[str]) -> Any:
        files = [Path(path) for path in paths]
        try:
            info = self._studio.workspace.add_corpus(files)
        finally:
            for path in files:
                path.unlink(missing_ok=True)
        tests = self._studio.workspace.test_sets()
        return gr.update(choices=[(item.name, item.id) for item in tests], value=info.id)

    def _run(
        self, first: str | None, second: str | None, test_id: str | None
    ) -> Iterator[tuple[Any, ...]]:
        """Submits the scoring and waits for it; leaving the page does not end it."""
        try:
            job = self._submit(first, second, test_id)
        except InputError as error:
            raise page_error(error) from None
        self._studio.runner.wake()
        queue = self._studio.workspace.jobs
        begin = time.monotonic()
        while (job := queue.get(job.id)).active:
            yield (
                gr.update(
                    value=f"{self._stage(job)} ({duration(time.monotonic() - begin)})",
                    visible=True,
                ),
                gr.update(interactive=False),
                gr.skip(),
            )
            time.sleep(_LOOK_SECONDS)
        reports = self._reports()
        finished = job.state == "finished"
        yield (
            gr.update(visible=False),
            gr.update(interactive=True),
            gr.update(
                choices=[(f"{item.name}  ·  {moment(item.created)}", item.id) for item in reports],
                value=job.id,
            )
            if finished
            else gr.skip(),
        )
        if not finished and job.state != "cancelled":
            raise page_error(WorkError(job.message or "The comparison ended without a report."))

    def _stage(self, job: Job) -> str:
        if job.state == "queued":
            return "Waiting for another comparison to end"
        events, _ = self._studio.workspace.jobs.events(job.id)
        stages = [event["text"] for event in events if event["kind"] == "stage"]
        return stages[-1] if stages else "Starting: loading TensorFlow"

    def _submit(self, first: str | None, second: str | None, test_id: str | None) -> Job:
        if not first or not second:
            raise InputError("Choose two models. With fewer than two, train one in the Train tab.")
        if first == second:
            raise InputError("Choose two different models.")
        if not test_id:
            raise InputError("Choose a test set, or upload one.")
        models = [self._studio.workspace.model(model_id) for model_id in (first, second)]
        codes = [info.config.target_lang for info in models]
        if len({short_code(code) for code in codes if code}) > 1:
            raise InputError("These models translate into different languages: nothing to compare.")
        test = self._studio.workspace.test_set(test_id)
        reading = test.reading()
        for side in ("source_lang", "target_lang"):  # else they would be guessed
            reading[side] = reading[side] or getattr(models[0].config, side)
        names = _names([info.name for info in models])
        return self._studio.workspace.jobs.submit(
            "score",
            " and ".join(names),
            {
                "models": {
                    name: str(info.folder) for name, info in zip(names, models, strict=True)
                },
                "test": reading,
            },
        )


def partners(info: ModelInfo, models: Sequence[ModelInfo]) -> list[str]:
    """The models to compare one with: its twin from the same comparison, then others alike."""

    def stem(model: ModelInfo) -> str:
        return model.name.replace("-attention", "").replace("-plain", "")

    alike = [other for other in models if other.id != info.id and other.languages == info.languages]
    alike.sort(key=lambda other: (stem(other) != stem(info), other.shipped != info.shipped))
    return [other.id for other in alike]


def fitting(tests: Sequence[TestSet], info: ModelInfo | None) -> list[str]:
    """The test sets of a model's languages, the one kept out of its own training first."""
    if info is None:
        return []
    config = info.config
    languages = (config.source_lang, config.target_lang)
    alike = [
        test
        for test in tests
        if info.id in test.models or (test.corpus.source_lang, test.corpus.target_lang) == languages
    ]
    alike.sort(key=lambda test: info.id not in test.models)
    return [test.id for test in alike]


def _names(names: list[str]) -> list[str]:
    """Two names that differ: a model of ours and one of the user's may share a name."""
    return names if names[0] != names[1] else [names[0], f"{names[1]} (2)"]


def _chart(title: str) -> gr.Plot:
    with gr.Column(min_width=320, elem_classes="card"):
        gr.Markdown(f"### {title}", elem_classes="card-title")
        return gr.Plot(show_label=False, container=False, elem_classes="chart")


def _table(report: Report) -> dict[str, Any]:
    def interval(score: Interval) -> str:
        return f"{score.value:.1f}  ({score.low:.1f}–{score.high:.1f})"

    return {
        "headers": [
            "Model",
            "BLEU ↑",
            "chrF ↑",
            "TER ↓",
            "Parameters",
            "Training time",
            "Sentences a second",
        ],
        "data": [
            [
                system_name(system.name),
                interval(system.bleu),
                interval(system.chrf),
                interval(system.ter),
                f"{system.parameters:,}",
                duration(system.training_seconds),
                f"{system.sentences_per_second:,.1f}",
            ]
            for system in report.systems
        ],
    }


def _differences(report: Report) -> dict[str, Any]:
    names = [system.name for system in report.systems]
    return {
        "headers": ["Source", "Reference", *(system_name(name) for name in names)],
        "data": [
            [
                row.source,
                row.reference,
                *(f"{row.translations[name]}  [{row.scores[name]:.0f}]" for name in names),
            ]
            for row in report.differences
        ],
    }
