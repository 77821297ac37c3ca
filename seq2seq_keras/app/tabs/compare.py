"""Compare: two saved models on one test set, or the report that a training left."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from seq2seq_keras.app.figures import on_page
from seq2seq_keras.app.studio import QUIET, Studio, page_error, readable_errors
from seq2seq_keras.app.wording import (
    duration,
    model_label,
    model_languages,
    moment,
    system_name,
)
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import Job, ModelInfo, TestSet
from seq2seq_keras.languages import short_code
from seq2seq_keras.localisation import ENGLISH, Language, later

if TYPE_CHECKING:
    from seq2seq_keras.comparison import Report
    from seq2seq_keras.evaluation import Interval

_LOOK_SECONDS = 0.7

_EMPTY = later(
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
        say = studio.language.say
        with gr.Column(elem_classes="card"):
            gr.Markdown(f"### {say('Compare two models')}", elem_classes="card-title")
            with gr.Row():
                self.first = gr.Dropdown(label=say("First model"), filterable=False, min_width=220)
                self.second = gr.Dropdown(
                    label=say("Second model"), filterable=False, min_width=220
                )
            with gr.Row():
                self.test = gr.Dropdown(
                    label=say("Test set"),
                    info=say("Parts that were kept out of training, and your uploads"),
                    filterable=False,
                    min_width=260,
                    scale=2,
                )
                self.upload = gr.UploadButton(
                    say("Upload a test set (one or two files)"),
                    file_count="multiple",
                    size="sm",
                    scale=1,
                    min_width=220,
                    elem_classes="level",
                )
            self.go = gr.Button(say("Compare"), variant="primary", elem_id="compare-button")
            self.progress = gr.Markdown(visible=False, elem_classes="notice")
        with gr.Column(elem_classes="card"):
            with gr.Row(elem_classes="actions"):
                self.report = gr.Dropdown(
                    label=say("Finished comparisons"),
                    filterable=False,
                    scale=3,
                    min_width=240,
                    elem_id="report",
                )
                self.html = gr.Button(say("Report (HTML)"), size="sm", min_width=120, visible=False)
                self.json = gr.Button(say("Report (JSON)"), size="sm", min_width=120, visible=False)
            self.empty = gr.Markdown(say(_EMPTY), elem_classes="empty-state")
            with gr.Column(visible=False) as self.body:
                self.verdict = gr.Textbox(
                    label=say("In words"),
                    interactive=False,
                    lines=1,
                    max_lines=6,
                    elem_id="verdict",
                )
                self.table = gr.Dataframe(
                    label=say("Scores with 95% bootstrap intervals"),
                    interactive=False,
                    wrap=True,
                    buttons=[],
                    column_widths=_SCORE_WIDTHS,
                    elem_id="report-table",
                )
                with gr.Row():
                    self.scores = _chart(say("Scores"))
                    self.lengths = _chart(say("BLEU by source length"))
                with gr.Column() as self.curves_part:
                    self.curves = _chart(say("Learning curves"))
                self.differences = gr.Dataframe(
                    label=say("The sentences that differ most (sentence BLEU in brackets)"),
                    interactive=False,
                    wrap=True,
                    buttons=[],
                    column_widths=[_SENTENCE_WIDTH] * 4,
                    elem_id="differences",
                )
                self.notices = gr.Textbox(
                    label=say("To bear in mind"), interactive=False, lines=1, max_lines=8
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
        language = self._studio.language
        choices = [(model_label(info, language), info.id) for info in models]
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
            gr.update(choices=self._named(tests), value=test),
            gr.update(
                choices=_choices(reports),
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
        language = self._studio.language
        notices = "\n".join(map(language.error, report.notices))
        # The page lies in a folder of its own language, the downloads beside it.
        link = f"../download/reports/{job.id}"
        chosen = "" if language == ENGLISH else f"?language={language.code}"
        return (
            gr.update(visible=False),
            gr.update(visible=True),
            report.verdict(language),
            _table(report, language),
            on_page(charts.scores(report, language)),
            on_page(charts.bleu_by_length(report, language)),
            gr.update(visible=has_curves),
            on_page(charts.learning_curves(report, language)) if has_curves else None,
            _differences(report, language),
            gr.update(value=notices, visible=bool(notices)),
            gr.update(link=f"{link}/report.html{chosen}", visible=True),
            gr.update(link=f"{link}/report.json", visible=True),
        )

    def _reports(self) -> list[Job]:
        jobs = self._studio.workspace.jobs.all()
        return [job for job in reversed(jobs) if job.has_report]

    def _named(self, tests: Sequence[TestSet]) -> list[tuple[str, str]]:
        return [(self._studio.language.error(item.name), item.id) for item in tests]

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
        return gr.update(choices=self._named(tests), value=info.id)

    def _run(
        self, first: str | None, second: str | None, test_id: str | None
    ) -> Iterator[tuple[Any, ...]]:
        """Submits the scoring and waits for it; leaving the page does not end it."""
        language = self._studio.language
        try:
            job = self._submit(first, second, test_id)
        except InputError as error:
            raise page_error(error, language) from None
        self._studio.runner.wake()
        queue = self._studio.workspace.jobs
        begin = time.monotonic()
        while (job := queue.get(job.id)).active:
            yield (
                gr.update(
                    value=language.say(
                        "{stage} ({time})",
                        stage=self._stage(job),
                        time=duration(time.monotonic() - begin, language),
                    ),
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
                choices=_choices(reports),
                value=job.id,
            )
            if finished
            else gr.skip(),
        )
        if not finished and job.state != "cancelled":
            message = job.message or "The comparison ended without a report."
            raise page_error(WorkError(message), language)

    def _stage(self, job: Job) -> str:
        if job.state == "queued":
            return self._studio.language.say("Waiting for another comparison to end")
        events, _ = self._studio.workspace.jobs.events(job.id)
        stages = [event["text"] for event in events if event["kind"] == "stage"]
        if stages:
            return self._studio.language.error(stages[-1])
        return self._studio.language.say("Starting: loading TensorFlow")

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
            self._studio.language.say("{first} and {second}", first=names[0], second=names[1]),
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

    alike = [other for other in models if other.id != info.id and _pair(other) == _pair(info)]
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


def _pair(info: ModelInfo) -> str:
    return model_languages(info, ENGLISH)


def _choices(jobs: Sequence[Job]) -> list[tuple[str, str]]:
    return [(f"{job.name}  ·  {moment(job.created)}", job.id) for job in jobs]


def _names(names: list[str]) -> list[str]:
    """Two names that differ: a model of ours and one of the user's may share a name."""
    return names if names[0] != names[1] else [names[0], f"{names[1]} (2)"]


def _chart(title: str) -> gr.Plot:
    with gr.Column(min_width=320, elem_classes="card"):
        gr.Markdown(f"### {title}", elem_classes="card-title")
        return gr.Plot(show_label=False, container=False, elem_classes="chart")


def _table(report: Report, language: Language) -> dict[str, Any]:
    def interval(score: Interval) -> str:
        return f"{score.value:.1f}  ({score.low:.1f}–{score.high:.1f})"

    say = language.say
    return {
        "headers": [
            say("Model"),
            "BLEU ↑",
            "chrF ↑",
            "TER ↓",
            say("Parameters"),
            say("Training time"),
            say("Sentences a second"),
        ],
        "data": [
            [
                system_name(system.name, language),
                interval(system.bleu),
                interval(system.chrf),
                interval(system.ter),
                f"{system.parameters:,}",
                duration(system.training_seconds, language),
                f"{system.sentences_per_second:,.1f}",
            ]
            for system in report.systems
        ],
    }


def _differences(report: Report, language: Language) -> dict[str, Any]:
    names = [system.name for system in report.systems]
    return {
        "headers": [
            language.say("Source"),
            language.say("Reference"),
            *(system_name(name, language) for name in names),
        ],
        "data": [
            [
                row.source,
                row.reference,
                *(f"{row.translations[name]}  [{row.scores[name]:.0f}]" for name in names),
            ]
            for row in report.differences
        ],
    }
