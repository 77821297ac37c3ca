"""The corpus, before anything is trained: choose or upload, correct, look at it."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.app.wording import corpus_name, name_of_language
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import CorpusInfo
from seq2seq_keras.languages import LANGUAGE_NAMES
from seq2seq_keras.localisation import Language

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus

FILE_TYPES = [".tsv", ".csv", ".txt", ".gz", ".zip", *(f".{code}" for code in LANGUAGE_NAMES)]
_PREVIEW_ROWS = 50


class CorpusPanel:
    """Components that end in one readable corpus; `inputs` carry it to whoever uses it.

    Attributes:
        described: The events after which another corpus, or another reading of it, is shown.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        say = studio.language.say
        with gr.Row():
            with gr.Column(scale=3, min_width=300):
                self.corpus = gr.Dropdown(
                    choices=self._names(),
                    value=None,
                    label=say("Corpus"),
                    info=say("A sample, or one that you uploaded before"),
                    filterable=False,
                    elem_id="corpus",
                )
                self.upload = gr.File(
                    label=say("Upload"),
                    file_count="multiple",
                    file_types=FILE_TYPES,
                    height=150,
                    elem_id="corpus-upload",
                )
                gr.Markdown(
                    say(
                        "One file with both languages (TSV, CSV), or two files with a sentence a "
                        "line; plain, .gz or .zip, UTF-8."
                    ),
                    elem_classes="hint",
                )
            with gr.Column(scale=2, min_width=300):
                with gr.Row():
                    self.source_column = _column(
                        say("Source column"), say("Where the source text is")
                    )
                    self.target_column = _column(
                        say("Target column"), say("Where its translation is")
                    )
                with gr.Row():
                    self.source_lang = _language(say("Source language"), studio.language)
                    self.target_lang = _language(say("Target language"), studio.language)
        self.summary = gr.Markdown(
            say(
                "*Choose a sample or upload your own sentence pairs: you then see them here, and "
                "can correct how they are read.*"
            ),
            elem_classes="hint",
            elem_id="corpus-summary",
        )
        with gr.Row():
            self.preview = gr.Dataframe(
                label=say("First rows"),
                visible=False,
                interactive=False,
                wrap=True,
                max_height=320,
                max_chars=200,
                buttons=[],
                elem_id="corpus-preview",
                scale=3,
                min_width=320,
            )
            self.statistics = gr.Dataframe(
                label=say("Statistics"),
                visible=False,
                interactive=False,
                wrap=True,
                max_height=320,
                buttons=[],
                elem_id="corpus-statistics",
                scale=2,
                min_width=320,
            )
        self.described: list[Any] = []
        self._connect()

    @property
    def inputs(self) -> list[Any]:
        """The components from which `reading` tells the corpus."""
        return [
            self.corpus,
            self.source_column,
            self.target_column,
            self.source_lang,
            self.target_lang,
        ]

    def reading(
        self,
        corpus_id: str | None,
        source_column: str | None,
        target_column: str | None,
        source_lang: str | None,
        target_lang: str | None,
    ) -> CorpusInfo:
        """The chosen corpus with the corrections of the form.

        Raises:
            InputError: none is chosen.
        """
        if not corpus_id:
            raise InputError("Choose a corpus first: a sample, or a file of yours.")
        return replace(
            self._studio.workspace.corpus(corpus_id),
            source_column=source_column,
            target_column=target_column,
            source_lang=source_lang or None,
            target_lang=target_lang or None,
        )

    def choices(self) -> Any:
        """The dropdown's update when the tab is opened again."""
        return gr.update(choices=self._names())

    def _names(self) -> list[tuple[str, str]]:
        corpora = self._studio.workspace.corpora()
        return [(corpus_name(info, self._studio.language), info.id) for info in corpora]

    def _connect(self) -> None:
        form = [*self.inputs[1:], self.preview]
        shown = [self.summary, self.statistics]
        described = {"api_visibility": "private", "show_progress_on": [self.summary]}
        uploaded = self.upload.upload(
            self._take, inputs=self.upload, outputs=[self.corpus, self.upload], **QUIET
        )
        for event in (uploaded.success, self.corpus.input):
            inspected = event(
                self._inspect, inputs=self.corpus, outputs=form, api_visibility="private"
            )
            self.described.append(
                inspected.success(self._describe, inputs=self.inputs, outputs=shown, **described)
            )
        for component in self.inputs[1:]:
            self.described.append(
                component.input(self._describe, inputs=self.inputs, outputs=shown, **described)
            )

    @readable_errors
    def _take(self, paths: list[str] | None) -> tuple[Any, Any]:
        files = [Path(path) for path in paths or []]
        try:
            info = self._studio.workspace.add_corpus(files)
        finally:
            # The workspace has its copy; nothing of a user's stays in Gradio's own folder.
            for path in files:
                path.unlink(missing_ok=True)
        return gr.update(choices=self._names(), value=info.id), None

    @readable_errors
    def _inspect(self, corpus_id: str | None) -> tuple[Any, ...]:
        """Guesses columns and languages, and shows the first rows as they stand in the file."""
        from seq2seq_keras.corpus import preview

        info = self._studio.workspace.corpus(corpus_id)
        seen = preview(*info.files)
        source = target = None
        hidden = gr.update(choices=[], value=None, visible=False)
        columns = hidden, hidden
        if len(info.files) == 1:
            source, target = seen.source_column, seen.target_column
            columns = (
                gr.update(choices=seen.columns, value=source, visible=True),
                gr.update(choices=seen.columns, value=target, visible=True),
            )
        corpus = read_corpus(replace(info, source_column=source, target_column=target))
        return (
            *columns,
            corpus.source_lang,
            corpus.target_lang,
            gr.update(value=seen.rows.head(_PREVIEW_ROWS), visible=True),
        )

    @readable_errors
    def _describe(self, *form: Any) -> tuple[Any, ...]:
        """Reads the whole corpus and tells what is in it."""
        corpus = read_corpus(self.reading(*form))
        language = self._studio.language
        say = language.say
        summary = say("**{count:,} sentence pairs** are ready.", count=len(corpus))
        if corpus.dropped:
            reasons = [f"{n:,} {language.error(why)}" for why, n in corpus.dropped.items()]
            summary += say(" Left out: {reasons}.", reasons=say(", ").join(reasons))
        if not (corpus.source_lang and corpus.target_lang):
            summary += say(" Please set both languages: scores and spacing depend on the target's.")
        table = corpus.statistics().table().reset_index(names="")
        table[""] = [say(measure) for measure in table[""]]
        table.columns = ["", say("source"), say("target")]
        return summary, gr.update(value=table, visible=True)


def read_corpus(info: CorpusInfo) -> Corpus:
    """Reads a corpus; the last ones read are kept, for the form asks again and again."""
    versions = tuple(path.stat().st_mtime_ns for path in info.files)
    corpus = _read(info.files, info.source_column, info.target_column, versions)
    return replace(
        corpus,
        source_lang=info.source_lang or corpus.source_lang,
        target_lang=info.target_lang or corpus.target_lang,
    )


@functools.lru_cache(maxsize=2)
def _read(
    files: tuple[Path, ...],
    source_column: str | int | None,
    target_column: str | int | None,
    versions: tuple[int, ...],
) -> Corpus:
    from seq2seq_keras.corpus import load_corpus

    return load_corpus(*files, source_column=source_column, target_column=target_column)


def _column(label: str, info: str) -> gr.Dropdown:
    return gr.Dropdown(label=label, info=info, filterable=False, visible=False, min_width=130)


def _language(label: str, language: Language) -> gr.Dropdown:
    return gr.Dropdown(
        choices=[(f"{name_of_language(code, language)} ({code})", code) for code in LANGUAGE_NAMES],
        value=None,
        label=label,
        info=language.say("Guessed; correct it if wrong"),
        allow_custom_value=True,
        min_width=130,
    )
