"""A whole file, translated as a job: chosen, started, watched, taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.job_actions import ACTIONS, ON_LOAD, buttons
from seq2seq_keras.app.job_words import bar, chip, headline, place, time_left
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors, words
from seq2seq_keras.app.submissions import submit_file
from seq2seq_keras.app.uploads import told_as
from seq2seq_keras.app.wording import moment
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, JobProgress
from seq2seq_keras.jobs.translation_files import keep_upload
from seq2seq_keras.localisation import Language, later

# As `documents.SUFFIXES`, which is imported only when a file comes.
_SUFFIXES = [".txt", ".csv", ".tsv", ".srt", ".vtt"]
_HOW = later(
    "A text (.txt) is translated line by line, a table (.csv, .tsv) gets one more column, "
    "subtitles (.srt, .vtt) keep their numbers and times. It goes on when this page is closed."
)


class FileTranslation:
    """The components, and what happens between them.

    Args:
        studio: What all pages share.
        drawer: The list of all jobs, whose timer is the page's only one.
        model: The component with the chosen model.
        beam_size: The component with the chosen beam size.
    """

    def __init__(self, studio: Studio, drawer: Drawer, model: Any, beam_size: Any) -> None:
        self._studio = studio
        self._drawer = drawer
        say = studio.language.say
        with gr.Column(elem_classes="card"):
            words(say(_HOW), "hint")
            self.upload = gr.File(
                label=say("File to translate"),
                file_types=_SUFFIXES,
                height=140,
                elem_id="file-upload",
            )
            self.summary = words("", "notice", visible=False)
            self.column = gr.Dropdown(
                label=say("Column to translate"),
                visible=False,
                filterable=False,
                interactive=True,
                elem_id="file-column",
            )
            self.go = gr.Button(
                say("Translate the file"),
                variant="primary",
                interactive=False,
                elem_id="file-translate",
            )
        self.list = gr.HTML(elem_id="file-jobs", js_on_load=ON_LOAD, apply_default_css=False)
        self._file = gr.State()
        self._seen = gr.State()
        self._connect(model, beam_size)

    @property
    def _form(self) -> list[Any]:
        return [self._file, self.summary, self.column, self.go]

    @property
    def _listed(self) -> list[Any]:
        return [self._seen, self.list]

    def _connect(self, model: Any, beam_size: Any) -> None:
        self.upload.upload(
            self._take_in,
            inputs=[self.upload, model],
            outputs=self._form,
            api_visibility="private",
            show_progress_on=[self.summary],
        )
        self.upload.clear(self._forget, outputs=self._form, **QUIET)
        self.go.click(
            self._submit,
            inputs=[self._file, self.column, model, beam_size],
            outputs=[self.upload, *self._form, *self._listed, self._drawer.timer],
            api_visibility="private",
            show_progress_on=[self.go],
        )
        self.list.click(self._act, outputs=[*self._listed, self._drawer.timer], **QUIET)
        # The drawer's list changes with every job, as the page's one timer ticks.
        self._drawer.list.change(self._look, inputs=self._seen, outputs=self._listed, **QUIET)

    @readable_errors
    def _take_in(self, upload: str | None, model_id: str | None) -> tuple[Any, ...]:
        if upload is None:
            return self._forget()
        from seq2seq_keras.documents import read_columns, read_document

        language, info = self._studio.language, self._studio.workspace.model(model_id)
        path = keep_upload(self._studio.workspace, Path(upload))
        with told_as({path: Path(upload).name}):
            columns, chosen = read_columns(path, info.config.source_lang)
            document = read_document(path, None, info.config.source_lang)
        summary = language.say_many(
            "{count:,} text to translate", "{count:,} texts to translate", len(document.segments)
        )
        return (
            {"path": str(path), "name": Path(upload).name},
            gr.update(value=summary, visible=True),
            gr.update(
                choices=[(name, number) for number, name in enumerate(columns)],
                value=chosen if columns else None,
                visible=len(columns) > 1,
            ),
            gr.update(interactive=True),
        )

    def _forget(self) -> tuple[Any, ...]:
        return (
            None,
            gr.update(visible=False),
            gr.update(value=None, visible=False),
            gr.update(interactive=False),
        )

    @readable_errors
    def _submit(
        self,
        file: dict[str, str] | None,
        column: int | None,
        model_id: str | None,
        beam_size: float,
    ) -> tuple[Any, ...]:
        if file is None:
            raise InputError("Choose a file first.")
        submit_file(
            self._studio, model_id, Path(file["path"]), file["name"], column, int(beam_size)
        )
        return (None, *self._forget(), *self._look(None), gr.Timer(active=True))

    @readable_errors
    def _act(self, event: gr.EventData) -> tuple[Any, ...]:
        """Does what a button of a job says; the drawer learns of it at the next tick."""
        ACTIONS[event.act].work(self._studio.workspace.jobs, event.job)
        self._studio.runner.wake()
        return (*self._look(None), gr.Timer(active=True))

    def _look(self, seen: list[Any] | None) -> tuple[Any, ...]:
        """What changed since `seen`, and what it is now."""
        jobs = self._studio.workspace.jobs.all()
        watched = {
            job.id: self._studio.watcher.progress(job) for job in jobs if job.kind == "translate"
        }
        now = [
            [job.id, job.state, job.wish, watched[job.id][1]] for job in jobs if job.id in watched
        ]
        if now == seen:
            return gr.skip(), gr.skip()
        progress = {name: each for name, (each, _) in watched.items()}
        return now, file_jobs_html(jobs, progress, self._studio.language)


def file_jobs_html(
    jobs: Sequence[Job], progress: Mapping[str, JobProgress], language: Language
) -> str:
    """Every translation of a file as a card, the newest first.

    Args:
        jobs: All jobs.
        progress: How far each translation of a file is, by its id.
        language: The language of the page.
    """
    cards = [
        _card(job, progress[job.id], place(job, jobs), language)
        for job in reversed(jobs)
        if job.kind == "translate"
    ]
    if not cards:
        return ""
    return f"<h3>{language.say('Your files')}</h3>{''.join(cards)}"


def _card(job: Job, progress: JobProgress, before: int, language: Language) -> str:
    say, details = language.say, job.details
    note = [
        Path(details["model"]).name,
        say("beam size {size}", size=details["beam_size"] or "–"),
        moment(job.created),
    ]
    if left := time_left(job, progress, language):
        note.append(say("{time} left", time=left))
    # What went wrong is told with the name that the owner knows the file by.
    message = job.message.replace(str(details["file"]), str(details["name"]))
    lines = [headline(job, progress, language), language.error(message)]
    lines += map(language.error, progress.notices)
    return (
        f'<article class="job-card job-{job.state}"><div class="job-head">'
        f"<b>{escape(job.name)}</b>{chip(job, language)}</div>"
        f'<p class="job-note">{escape(" · ".join(note))}</p>'
        f"{bar(job, progress, language) if job.active or job.state == 'paused' else ''}"
        + "".join(f'<p class="job-words">{escape(line)}</p>' for line in lines if line)
        + _download(job, language)
        + buttons(job, before, language)
        + "</article>"
    )


def _download(job: Job, language: Language) -> str:
    path = None if job.active else job.translated_file
    if path is None:
        return ""
    words = escape(language.say("Download {name}", name=path.name))
    return (
        f'<a class="file-download" download href="../download/translations/{escape(job.id)}">'
        f"{words}</a>"
    )
