"""A whole file, translated as a job: chosen, started, watched, taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.job_list import Described, JobList, JobSort
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors, words
from seq2seq_keras.app.submissions import submit_file
from seq2seq_keras.app.uploads import taken
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, ModelInfo
from seq2seq_keras.jobs.files import told_as
from seq2seq_keras.jobs.memories import memories
from seq2seq_keras.jobs.translation_files import keep_upload
from seq2seq_keras.localisation import Language, later

# As `documents.SUFFIXES`, which is imported only when a file comes.
_SUFFIXES = [
    *[".txt", ".csv", ".tsv", ".srt", ".vtt"],
    *[".xlf", ".xliff", ".sdlxliff", ".po", ".pot", ".tmx", ".ts"],
]
_HOW = later(
    "A text (.txt) is translated line by line, a table (.csv, .tsv) gets one more column, "
    "subtitles (.srt, .vtt) keep their numbers and times. In translation files (XLIFF, gettext "
    ".po, .tmx, Qt .ts) empty translations are filled and marked, the rest stays. It goes on when "
    "this page is closed."
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
            self.memory = gr.Dropdown(
                label=say("Translation memory"),
                info=say("A corpus whose exact matches are taken before the network's words."),
                visible=False,
                filterable=False,
                interactive=True,
                elem_id="file-memory",
            )
            self.go = gr.Button(
                say("Translate the file"),
                variant="primary",
                interactive=False,
                elem_id="file-translate",
            )
        self._jobs = JobList(studio, drawer, FILES, "file-jobs")
        self._file = gr.State()
        self._connect(model, beam_size)

    @property
    def _form(self) -> list[Any]:
        return [self._file, self.summary, self.column, self.memory, self.go]

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
            inputs=[self._file, self.column, self.memory, model, beam_size],
            outputs=[self.upload, *self._form, *self._jobs.outputs],
            api_visibility="private",
            show_progress_on=[self.go],
        )

    @readable_errors
    def _take_in(self, upload: str | None, model_id: str | None) -> tuple[Any, ...]:
        if upload is None:
            return self._forget()
        from seq2seq_keras.documents import read_columns, read_document

        language, info = self._studio.language, self._studio.workspace.model(model_id)
        with taken([upload]):
            path = keep_upload(self._studio.workspace, Path(upload))
        with told_as({path: Path(upload).name}):
            columns, chosen = read_columns(path, info.config.source_lang)
            document = read_document(path, None, info.config.source_lang, info.config.target_lang)
        summary = language.say_many(
            "{count:,} text to translate", "{count:,} texts to translate", len(document.segments)
        )
        if document.left:
            summary += language.say_many(
                "; {count:,} unit stays as it is",
                "; {count:,} units stay as they are",
                document.left,
            )
        return (
            {"path": str(path), "name": Path(upload).name},
            gr.update(value=summary, visible=True),
            gr.update(
                choices=[(name, number) for number, name in enumerate(columns)],
                value=chosen if columns else None,
                visible=len(columns) > 1,
            ),
            gr.update(choices=self._memories(info), value="", visible=True),
            gr.update(interactive=True),
        )

    def _forget(self) -> tuple[Any, ...]:
        return (
            None,
            gr.update(visible=False),
            gr.update(value=None, visible=False),
            gr.update(value=None, visible=False),
            gr.update(interactive=False),
        )

    def _memories(self, model: ModelInfo) -> list[tuple[str, str]]:
        """What the memory may be; nothing to begin with."""
        language = self._studio.language
        choices = [(language.say("None"), "")]
        for memory in memories(self._studio.workspace, model):
            name = language.say(memory.name)
            if memory.trained:
                name = language.say("{name}, which the model was trained on", name=name)
            choices.append((name, memory.id))
        return choices

    @readable_errors
    def _submit(
        self,
        file: dict[str, str] | None,
        column: int | None,
        memory_id: str | None,
        model_id: str | None,
        beam_size: float,
    ) -> tuple[Any, ...]:
        if file is None:
            raise InputError("Choose a file first.")
        path, name = Path(file["path"]), file["name"]
        submit_file(self._studio, model_id, path, name, column, int(beam_size), memory_id)
        return (None, *self._forget(), *self._jobs.watched())


def _described(job: Job, language: Language) -> Described:
    details, path = job.details, job.translated_file
    return Described(
        [
            Path(details["model"]).name,
            language.say("beam size {size}", size=details["beam_size"] or "–"),
        ],
        # What went wrong is told with the name that the owner knows the file by.
        language.error(job.message.replace(str(details["file"]), str(details["name"]))),
        (path.name, f"/download/translations/{job.id}") if path else None,
    )


FILES = JobSort("translate", later("Your files"), _described)
"""Translations of files, as a list shows them."""
