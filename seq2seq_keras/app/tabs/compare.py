"""Compare: saved models on one test set, or the report that a training left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from seq2seq_keras.app.comparison_choices import fitting, partners, suggested
from seq2seq_keras.app.comparison_report import ComparisonReport
from seq2seq_keras.app.comparison_words import status_html
from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors, words
from seq2seq_keras.app.submissions import MOST_MODELS, submit_comparison
from seq2seq_keras.app.uploads import taken
from seq2seq_keras.app.wording import model_label, model_languages, moment
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, TestSet

_EMPTY = """
<h3>{title}</h3><p>{text}</p>
"""


def build(studio: Studio, drawer: Drawer) -> Compare:
    """Builds the tab inside the current Blocks."""
    return Compare(studio, drawer)


class Compare:
    """The tab's components, and what happens between them.

    Attributes:
        models, test: What to compare.
        report: The comparison that is shown, by the id of its job.
        to_train: Leads to a training of two models, where there is nothing to compare yet.
    """

    def __init__(self, studio: Studio, drawer: Drawer) -> None:
        self._studio = studio
        self._drawer = drawer
        say = studio.language.say
        with gr.Column(elem_classes="card"):
            gr.Markdown(f"### {say('Compare models')}", elem_classes="card-title")
            self.models = gr.Dropdown(
                label=say("Models"),
                info=say("Two or more that translate between the same languages"),
                multiselect=True,
                max_choices=MOST_MODELS,
                elem_id="compare-models",
            )
            with gr.Row():
                self.test = gr.Dropdown(
                    label=say("Test set"),
                    info=say("Parts that were kept out of training, and your uploads"),
                    filterable=False,
                    min_width=260,
                    scale=2,
                    elem_id="compare-test",
                )
                self.upload = gr.UploadButton(
                    say("Upload a test set (one or two files)"),
                    file_count="multiple",
                    size="sm",
                    scale=1,
                    min_width=220,
                    elem_classes="level",
                    elem_id="compare-upload",
                )
            self.go = gr.Button(say("Compare"), variant="primary", elem_id="compare-button")
            self.status = gr.HTML(visible=False, js_on_load=None, elem_id="compare-status")
            with gr.Row(elem_classes="compare-acts"):
                self.cancel = gr.Button(
                    say("Cancel the comparison"),
                    size="sm",
                    visible=False,
                    scale=0,
                    min_width=180,
                    elem_id="compare-cancel",
                )
                self.again = gr.Button(
                    say("Try again"), size="sm", visible=False, scale=0, min_width=140
                )
        with gr.Column(visible=False, elem_classes="empty-state") as self.empty:
            words(
                _EMPTY.format(
                    title=say("No comparison yet"),
                    text=say(
                        "Does attention help, and by how much? All models translate the same "
                        "sentences, and you see how large the difference is, how sure, and where "
                        "it lies."
                    ),
                ),
                "compare-empty",
            )
            with gr.Row(elem_classes="compare-empty-acts"):
                self.ready = gr.Button(
                    "",  # which sample models, is asked when the tab is opened
                    variant="primary",
                    size="md",
                    scale=0,
                    min_width=380,
                    elem_id="compare-samples",
                )
                self.to_train = gr.Button(
                    say("Train two models of your own"),
                    size="md",
                    scale=0,
                    min_width=280,
                    elem_id="compare-to-train",
                )
        with gr.Column(visible=False, elem_classes="card") as self.finished:
            with gr.Row(elem_classes="actions"):
                self.report = gr.Dropdown(
                    label=say("Finished comparisons"),
                    filterable=False,
                    scale=3,
                    min_width=240,
                    elem_id="report",
                )
                self.delete = gr.Button(
                    say("Delete…"),
                    variant="stop",
                    size="sm",
                    scale=0,
                    min_width=110,
                    elem_id="report-delete",
                )
            with gr.Row(visible=False, elem_classes="confirm") as self.confirm:
                words(
                    say("Delete this comparison? The models stay, and so does the training."),
                    "compare-question",
                )
                self.yes = gr.Button(
                    say("Delete it"),
                    variant="stop",
                    size="sm",
                    scale=0,
                    min_width=120,
                    elem_id="report-delete-yes",
                )
                self.no = gr.Button(say("Keep it"), size="sm", scale=0, min_width=120)
        self.body = ComparisonReport(studio, self.report)
        # Ids of the comparisons that this page saw run, and of the last of them that ended well.
        self._followed = gr.State([])
        self._arrived = gr.State()
        self._connect()

    @property
    def refreshed(self) -> list[Any]:
        return [self.models, self.test, self.report, self.empty, self.ready, self.finished]

    @property
    def chosen(self) -> list[Any]:
        """The inputs of `refresh`."""
        return [self.models, self.test, self.report]

    @property
    def shown(self) -> list[Any]:
        return self.body.shown

    @property
    def looked_at(self) -> list[Any]:
        """The inputs of `show`."""
        return self.body.looked_at

    def show(self, *values: Any) -> tuple[Any, ...]:
        """The whole report of a finished comparison, unless it is shown already."""
        return self.body.show(*values)

    def refresh(
        self, models: Sequence[str] | None, test: str | None, report: str | None
    ) -> tuple[Any, ...]:
        """Brings the lists up to date and fills what is not chosen yet."""
        language = self._studio.language
        known = self._studio.workspace.models()
        ids = [info.id for info in known]
        picked = [model_id for model_id in models or [] if model_id in ids] or suggested(known)
        reports = self._reports()
        report_ids = [job.id for job in reports]
        return (
            gr.update(
                choices=[(model_label(info, language), info.id) for info in known], value=picked
            ),
            self._tests(picked, test),
            gr.update(
                choices=_choices(reports),
                value=report if report in report_ids else next(iter(report_ids), None),
            ),
            gr.update(visible=not reports),
            self._samples(),
            gr.update(visible=bool(reports)),
        )

    def with_partner(self, model_id: str) -> list[str]:
        """A model and the one that it is best compared with, as far as there is one."""
        known = self._studio.workspace.models()
        info = self._studio.workspace.model(model_id)
        return [model_id, *partners(info, known)[:1]]

    def _connect(self) -> None:
        self.report.input(
            self.body.show,
            inputs=self.looked_at,
            outputs=self.shown,
            api_visibility="private",
        )
        self.models.input(self._tests, inputs=[self.models, self.test], outputs=self.test, **QUIET)
        self.upload.upload(
            self._take, inputs=[self.upload, self.models], outputs=self.test, **QUIET
        )
        looking = [self.status, self.cancel, self.again, self._followed, self._arrived]
        followed = [*looking, self._drawer.timer]
        self.go.click(self._compare, inputs=[self.models, self.test], outputs=followed, **QUIET)
        self.ready.click(self._compare_samples, outputs=followed, **QUIET)
        self.cancel.click(self._cancel, outputs=followed, **QUIET)
        self.again.click(self._try_again, outputs=followed, **QUIET)
        # No second clock is needed: the page's one timer tells that there is news. This goes
        # through the queue: else Gradio does not tell the page that a state has changed.
        self._drawer.news.change(
            self._look,
            inputs=self._followed,
            outputs=looking,
            api_visibility="private",
            show_progress="hidden",
        )
        self._arrived.change(
            self.refresh,
            inputs=[self.models, self.test, self._arrived],
            outputs=self.refreshed,
            **QUIET,
        ).success(
            self.body.show,
            inputs=self.looked_at,
            outputs=self.shown,
            api_visibility="private",
        )
        self.delete.click(lambda: gr.update(visible=True), outputs=self.confirm, **QUIET)
        for answer in (self.no.click, self.yes.click, self.report.change):
            answer(lambda: gr.update(visible=False), outputs=self.confirm, **QUIET)
        self.yes.click(
            self._delete,
            inputs=self.chosen,
            outputs=self.refreshed,
            **QUIET,
        ).success(
            self.body.show,
            inputs=self.looked_at,
            outputs=self.shown,
            api_visibility="private",
        )

    # What there is to compare

    def _reports(self) -> list[Job]:
        return [job for job in reversed(self._studio.workspace.jobs.all()) if job.has_report]

    def _tests(self, models: Sequence[str] | None, test: str | None) -> Any:
        """The test sets, those that fit the models first."""
        tests = self._studio.workspace.test_sets()
        chosen = [info for info in self._studio.workspace.models() if info.id in (models or [])]
        fit = fitting(tests, chosen)
        ordered = sorted(tests, key=lambda item: fit.index(item.id) if item.id in fit else len(fit))
        # A choice stays while it may fit; uploads often do not tell their languages.
        known = {item.id: item for item in tests}
        unclear = test in known and not known[test].corpus.source_lang
        if test not in fit and not unclear:
            test = next(iter([*fit, *(item.id for item in ordered)]), None)
        return gr.update(choices=self._named(ordered), value=test)

    def _named(self, tests: Sequence[TestSet]) -> list[tuple[str, str]]:
        return [(self._studio.language.error(item.name), item.id) for item in tests]

    def _sample_pair(self) -> tuple[list[str], str] | None:
        """Two models of ours and a test set that fits them, if they are there."""
        shipped = [info for info in self._studio.workspace.models() if info.shipped]
        pair = suggested(shipped)
        models = [info for info in shipped if info.id in pair]
        fit = fitting(self._studio.workspace.test_sets(), models)
        return (pair, fit[0]) if pair and fit else None

    def _samples(self) -> Any:
        found = self._sample_pair()
        if found is None:
            return gr.update(visible=False)
        language = self._studio.language
        languages = model_languages(self._studio.workspace.model(found[0][0]), language)
        return gr.update(
            value=language.say("Compare the sample models, {languages}", languages=languages),
            visible=True,
        )

    @readable_errors
    def _take(self, paths: list[str], models: list[str]) -> Any:
        with taken(paths) as files:
            info = self._studio.workspace.add_corpus(files)
        return self._tests(models, info.id)

    # A comparison that runs

    @readable_errors
    def _compare(self, models: Sequence[str] | None, test_id: str | None) -> tuple[Any, ...]:
        submit_comparison(self._studio, models or [], test_id)
        return self._begun()

    @readable_errors
    def _compare_samples(self) -> tuple[Any, ...]:
        found = self._sample_pair()
        if found is None:
            raise InputError("The sample models are not here any more.")
        submit_comparison(self._studio, *found)
        return self._begun()

    @readable_errors
    def _cancel(self) -> tuple[Any, ...]:
        """Ends the comparison whose state is shown."""
        job = self._current()
        if job is not None and job.active:
            self._studio.workspace.jobs.ask(job.id, "cancel")
        return self._begun()

    @readable_errors
    def _try_again(self) -> tuple[Any, ...]:
        job = self._current()
        if job is not None and not job.active:
            again = (
                self._studio.workspace.jobs.resume
                if job.state == "paused"
                else self._studio.workspace.jobs.retry
            )
            again(job.id)
        return self._begun()

    def _begun(self) -> tuple[Any, ...]:
        """How it stands after something was done to it; the page's timer looks after it then."""
        self._studio.runner.wake()
        return (*self._look([]), gr.Timer(active=True))

    def _look(self, followed: Sequence[str]) -> tuple[Any, ...]:
        """How the comparisons stand, and whether one that this page saw run is there now."""
        job = self._current()
        active = [each for each in self._scored() if each.active]
        going = {each.id for each in active}
        arrived = [
            each.id for each in self._reports() if each.id in followed and each.id not in going
        ]
        if job is None:
            status = gr.update(visible=False)
        else:
            progress, _ = self._studio.watcher.progress(job)
            others = len(going - {job.id})
            shown = status_html(job, progress, others, self._studio.language)
            status = gr.update(value=shown, visible=True)
        is_active = job is not None and job.active
        is_asked = job is not None and job.wish == "cancel"
        return (
            status,
            gr.update(visible=is_active, interactive=not is_asked),
            gr.update(visible=job is not None and not is_active),
            list(going),
            arrived[0] if arrived else gr.skip(),
        )

    def _scored(self) -> list[Job]:
        return [job for job in self._studio.workspace.jobs.all() if job.kind == "score"]

    def _current(self) -> Job | None:
        """The comparison to tell of: one that runs, one that waits, or the last if it failed."""
        jobs = self._scored()
        running = [job for job in jobs if job.state == "running"]
        waiting = sorted((job for job in jobs if job.active), key=lambda job: job.position)
        failed = [job for job in jobs[-1:] if job.resumable]
        return next(iter([*running, *waiting, *failed]), None)

    # Finished ones

    @readable_errors
    def _delete(
        self, models: Sequence[str], test: str | None, report: str | None
    ) -> tuple[Any, ...]:
        """Forgets a comparison; of a training its report alone."""
        ids = [job.id for job in self._reports()]
        if report in ids:
            job = self._studio.workspace.jobs.get(report)
            if job.kind == "score":
                self._studio.workspace.jobs.delete(job.id)
            else:
                from seq2seq_keras.comparison.translations import TRANSLATIONS

                for name in ("report.json", "report.html", TRANSLATIONS):
                    (job.out / name).unlink(missing_ok=True)
            # The neighbour in the list is shown next.
            place = ids.index(report)
            ids.remove(report)
            report = ids[min(place, len(ids) - 1)] if ids else None
        return self.refresh(models, test, report)


def _choices(jobs: Sequence[Job]) -> list[tuple[str, str]]:
    return [(f"{job.name}  ·  {moment(job.created)}", job.id) for job in jobs]
