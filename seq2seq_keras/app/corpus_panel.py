"""The corpus, before anything is trained: choose or upload, correct, mend, look at it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from seq2seq_keras.app.corpus_explorer import CorpusExplorer
from seq2seq_keras.app.corpus_fetch import CorpusFetch
from seq2seq_keras.app.corpus_looks import (
    ON_LOAD,
    column_choices,
    encoding_choices,
    samples_html,
    split_html,
    summary_words,
    trouble_html,
)
from seq2seq_keras.app.corpus_reading import (
    moved,
    open_corpus,
    read_corpus,
    split_corpus,
    with_guessed_columns,
)
from seq2seq_keras.app.corpus_warnings import warnings_html
from seq2seq_keras.app.studio import QUIET, Studio, page_error, readable_errors
from seq2seq_keras.app.uploads import taken
from seq2seq_keras.app.wording import corpus_name, name_of_language
from seq2seq_keras.errors import EncodingError, InputError
from seq2seq_keras.jobs import CorpusInfo
from seq2seq_keras.languages import LANGUAGE_NAMES
from seq2seq_keras.localisation import Language

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Finding

# Of every format that is read; the package that reads them would load with the page.
FILE_TYPES = [
    *".tsv .csv .txt .json .jsonl .ndjson .parquet .arrow .feather".split(),
    *".xlsx .xlsm .xlsb .xls .ods .tmx .xlf .xliff .sdlxliff .mqxliff .ts .xml".split(),
    *".po .pot .mo .gmo .zip .tar .tgz .gz .bz2 .xz .zst".split(),
    *(f".{code}" for code in LANGUAGE_NAMES),
]


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
                self.samples = gr.HTML(
                    samples_html(studio.workspace.samples(), studio.language),
                    js_on_load=ON_LOAD,
                    elem_id="corpus-samples",
                )
                self.summary = gr.Markdown(
                    say(
                        "*Choose a sample or upload your own sentence pairs: you then see them "
                        "here, and can correct how they are read.*"
                    ),
                    elem_classes="hint",
                    elem_id="corpus-summary",
                )
                self.split = gr.HTML(js_on_load=None, elem_id="corpus-split")
            with gr.Column(scale=2, min_width=300):
                self.upload = gr.File(
                    label=say("Upload"),
                    file_count="multiple",
                    file_types=FILE_TYPES,
                    height=150,
                    elem_id="corpus-upload",
                )
                gr.Markdown(
                    say(
                        "One file with both languages (TSV, CSV, Excel, TMX, JSON and more), or "
                        "two files with a sentence a line; packed ones too."
                    ),
                    elem_classes="hint",
                )
        # A public server must not fetch whatever a stranger names.
        self.web = CorpusFetch(studio) if studio.limits is None else None
        with gr.Row(visible=False, elem_id="corpus-form") as self.form:
            with gr.Column(min_width=260):
                self.source_column = _column(say("Source text"), say("Its column, or its file"))
                self.source_lang = _language(say("Source language"), studio.language)
            self.swap = gr.Button(
                f"⇄ {say('Swap sides')}",
                size="sm",
                min_width=120,
                scale=0,
                elem_id="corpus-swap",
            )
            with gr.Column(min_width=260):
                self.target_column = _column(say("Target text"), say("Its column, or its file"))
                self.target_lang = _language(say("Target language"), studio.language)
        self.encoding = gr.Dropdown(
            label=say("Encoding"),
            info=say("Guessed; correct it if characters look wrong"),
            visible=False,
            min_width=130,
            elem_id="corpus-encoding",
        )
        # Kept by the browser, not in a session of the server, which may be started anew.
        self.cleaning = gr.JSON([], visible=False)
        self.guess = gr.JSON({}, visible=False)
        with gr.Column(visible=False) as self.body:
            self.warnings = gr.HTML(js_on_load=ON_LOAD, elem_id="corpus-warnings")
            self.explorer = CorpusExplorer(studio, self.reading)
        self.described: list[Any] = []
        self.explorer.connect(self.inputs, self.warnings)
        self._connect()

    @property
    def inputs(self) -> list[Any]:
        """The components from which `reading` tells the corpus."""
        return [self.corpus, *self._sides, self.cleaning, self.encoding]

    @property
    def _sides(self) -> list[Any]:
        return [self.source_column, self.target_column, self.source_lang, self.target_lang]

    def reading(
        self,
        corpus_id: str | None,
        source_column: str | None,
        target_column: str | None,
        source_lang: str | None,
        target_lang: str | None,
        cleaning: list[str] | None = None,
        encoding: str | None = None,
    ) -> CorpusInfo:
        """The chosen corpus with the corrections of the form, and the rules that clean it.

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
            cleaning=tuple(cleaning or ()),
            encoding=encoding or None,
        )

    @property
    def reopened(self) -> list[Any]:
        """The components that `reopen` fills."""
        chosen = [self.corpus, *self._sides, self.guess, self.cleaning, self.encoding]
        return [self.samples, self.form, *chosen, *self.explorer.controls]

    def reopen(self, reading: dict[str, Any]) -> tuple[Any, ...]:
        """Updates of `reopened` that show a corpus as an earlier training read it.

        Args:
            reading: As of `CorpusInfo.reading`.

        Raises:
            InputError: The corpus was deleted since.
        """
        for info in self._studio.workspace.corpora():
            if [str(path) for path in info.files] == reading["files"]:
                break
        else:
            raise InputError(
                "The corpus of this training is no longer here. Choose or upload another one."
            )
        samples, form, source, target, _, _, guess, _, encoding, *controls = self._open(
            info.id, reading.get("encoding")
        )
        # What it does not say was guessed by the training, as it is here.
        read = {name: reading.get(name) or guess[name] for name in guess if name != "corpus"}
        columns = (
            {**column, "value": read[name]}
            for column, name in ((source, "source_column"), (target, "target_column"))
        )
        languages = read["source_lang"], read["target_lang"]
        chosen = (info.id, *columns, *languages, {**guess, **read})
        return samples, form, *chosen, list(reading.get("cleaning", ())), encoding, *controls

    def choices(self) -> Any:
        """The dropdown's update when the tab is opened again."""
        return gr.update(choices=self._names())

    def _names(self) -> list[tuple[str, str]]:
        corpora = self._studio.workspace.corpora()
        return [(corpus_name(info, self._studio.language), info.id) for info in corpora]

    def _connect(self) -> None:
        busy: dict[str, Any] = {
            "api_visibility": "private",
            "show_progress": "minimal",
            "show_progress_on": [self.summary],
        }
        form = [*self._sides, self.guess, self.cleaning]
        opened = [self.samples, self.form, *form, self.encoding, *self.explorer.controls]
        uploaded = self.upload.upload(
            self._take, inputs=self.upload, outputs=[self.corpus, self.upload], **busy
        )
        uploaded.failure(lambda: None, outputs=self.upload, **QUIET)
        picked = self.samples.click(_picked, outputs=self.corpus, **QUIET)
        events: list[Any] = [uploaded.success, picked.success, self.corpus.input]
        if self.web is not None:
            events.append(self.web.connect(self.corpus, self._chosen).success)
        for event in events:
            self.show_after(event(self._open, inputs=self.corpus, outputs=opened, **busy))
        self.show_after(
            self.encoding.input(
                self._open, inputs=[self.corpus, self.encoding], outputs=opened, **busy
            )
        )
        for component in (self.source_column, self.target_column):
            self.show_after(
                component.input(
                    self._choose_columns,
                    inputs=[*self.inputs, self.guess],
                    outputs=[*self._sides, self.guess],
                    **busy,
                )
            )
        self.show_after(
            self.swap.click(
                self._swap,
                inputs=[*self._sides, self.guess],
                outputs=[*self._sides, self.guess],
                **QUIET,
            )
        )
        for component in (self.source_lang, self.target_lang):
            self.show_after(component.input)
        self.show_after(
            self.warnings.click(
                self._mend,
                inputs=[*self.inputs, self.guess],
                outputs=form,
                **busy,
            )
        )

    def show_after(self, event: Any) -> None:
        """Shows the corpus after an event; one that fails leaves the form as it was."""
        if hasattr(event, "failure"):
            shown = [*self.inputs[:3], self.encoding]
            event.failure(_restored, inputs=self.guess, outputs=shown, **QUIET)
            event = event.success
        shown = event(
            self._show,
            inputs=self.inputs,
            outputs=[
                *(self.summary, self.body, self.split, self.warnings),
                *(self.explorer.among, self.explorer.page),
            ],
            api_visibility="private",
            show_progress="minimal",
            show_progress_on=[self.summary],
            concurrency_limit=None,
        )
        self.described.append(shown)
        self.explorer.show_after(shown, self.inputs)

    @readable_errors
    def _take(self, paths: list[str] | None) -> tuple[Any, Any]:
        """Reads what was uploaded to its end; only what can be read enters the workspace.

        So does a text in another encoding than it seems to be in: the form asks for that one.
        """
        with taken(paths or []) as files:
            if 1 <= len(files) <= 3:  # Tatoeba's own are three
                uploaded = CorpusInfo("", "", tuple(files))
                with suppress(EncodingError):
                    uploaded = with_guessed_columns(uploaded)
                    open_corpus(uploaded)
            info = self._studio.workspace.add_corpus(files)
            if len({path.name for path in files}) == len(files):
                moved(uploaded, replace(uploaded, files=info.files))
        return gr.update(choices=self._names(), value=info.id), None

    def _chosen(self, corpus_id: str) -> Any:
        """The dropdown's update with a new corpus."""
        return gr.update(choices=self._names(), value=corpus_id)

    @readable_errors
    def _open(self, corpus_id: str | None, encoding: str | None = None) -> tuple[Any, ...]:
        """Guesses columns and languages of a corpus that was not shown before, or read so."""
        from seq2seq_keras.corpus import Cleaning

        info = self._studio.workspace.corpus(corpus_id)
        try:
            info = with_guessed_columns(replace(info, encoding=encoding or None))
            opened = open_corpus(info)
        except EncodingError:
            if encoding:  # of another one it was read, and is still shown
                raise
            return self._without_encoding(info)
        languages = (
            info.source_lang or opened.pairs.source_lang,
            info.target_lang or opened.pairs.target_lang,
        )
        columns = info.source_column, info.target_column
        choices = column_choices(opened.seen, self._studio.language)
        return (
            gr.update(visible=False),
            gr.update(visible=True),
            *(gr.update(choices=choices, value=column) for column in columns),
            *languages,
            _guess(corpus_id, *columns, *languages, encoding),
            list(Cleaning().names),
            gr.update(
                choices=encoding_choices(opened.seen.encodings, encoding, self._studio.language),
                value=encoding or "",
                visible=bool(opened.seen.encodings),  # else the format names its own
            ),
            *self.explorer.anew,
        )

    def _without_encoding(self, info: CorpusInfo) -> tuple[Any, ...]:
        """What `_open` returns for a text that can be read only after its encoding is chosen."""
        columns = [gr.update(choices=[], value=None)] * 2
        choices = encoding_choices((), None, self._studio.language)
        return (
            *[gr.update(visible=False)] * 2,
            *columns,
            *[None] * 2,
            _guess(info.id, None, None, None, None, None),
            [],
            gr.update(choices=choices, value="", visible=True),
            *[gr.skip()] * len(self.explorer.controls),
        )

    @readable_errors
    def _choose_columns(self, *values: Any) -> tuple[Any, ...]:
        """Guesses the languages of other columns, where they were not corrected before.

        Who chooses for one side the column of the other one exchanges them.
        """
        *form, guess = values
        corpus_id, source, target, *languages, _, encoding = form
        if source == target:
            if source == guess.get("target_column"):
                target = guess.get("source_column")
            else:
                source = guess.get("target_column")
        if (target, source) == (guess.get("source_column"), guess.get("target_column")):
            return self._swap(target, source, *languages, guess)
        opened = open_corpus(self.reading(corpus_id, source, target, None, None, None, encoding))
        guessed = opened.pairs.source_lang, opened.pairs.target_lang
        before = [guess.get("source_lang"), guess.get("target_lang")]
        chosen = [
            new if not own or own == old else own
            for own, old, new in zip(languages, before, guessed, strict=True)
        ]
        return source, target, *chosen, _guess(corpus_id, source, target, *guessed, encoding)

    def _swap(self, *values: Any) -> tuple[Any, ...]:
        """Exchanges source and target, with their languages."""
        source, target, source_lang, target_lang, guess = values
        guessed = guess.get("target_lang"), guess.get("source_lang")
        return (
            *(target, source, target_lang, source_lang),
            _guess(guess.get("corpus"), target, source, *guessed, guess.get("encoding")),
        )

    @readable_errors
    def _mend(self, event: gr.EventData, *values: Any) -> tuple[Any, ...]:
        """Does what a button of the warnings offers."""
        *form, guess = values
        act, value = event.act, event.value
        if act in ("source", "target"):
            form[1 if act == "source" else 2] = value
            return *self._choose_columns(*form, guess), gr.skip()
        info = self.reading(*form)
        form[5] = _switched(act, value, info.cleaning, open_corpus(info).shown(info).findings)
        read_corpus(self.reading(*form))  # something has to be left
        return *[gr.skip()] * 5, form[5]

    def _show(self, *form: Any) -> Iterator[tuple[Any, ...]]:
        """Reads the whole corpus and tells what is in it, step by step."""
        language = self._studio.language
        say = language.say
        rest = (gr.skip(),) * 5
        try:
            info = self.reading(*form)
            opened = open_corpus(info)
            count, new = len(opened.pairs), not opened.is_inspected(info)
            if new:
                # The pairs can be read while they are looked through.
                words = say("{count:,} pairs. Looking for doubtful ones …", count=count)
                page = self.explorer.beginning(opened, info)
                yield words, gr.update(visible=True), "", "", gr.skip(), page
            shown = opened.shown(info)
            warnings = warnings_html(shown, opened.seen, info.cleaning, language)
            among = self.explorer.among_choices(shown, info.cleaning)
            if new:
                yield say("{count:,} pairs. Dividing them …", count=count), *rest
            try:
                summary = summary_words(opened, read_corpus(info), language)
                split = split_html(split_corpus(info), language)
            except InputError as error:
                summary = summary_words(opened, opened.with_languages(info), language)
                split = trouble_html(language.error(str(error)))
        except EncodingError as error:
            words = say("This text is not in the encoding that was expected. Choose another below.")
            trouble = trouble_html(language.error(str(error)))
            yield words, gr.update(visible=False), trouble, "", gr.skip(), gr.skip()
            raise page_error(error, language) from None  # nothing follows that reads the corpus
        except InputError as error:
            raise page_error(error, language) from None
        yield summary, gr.update(visible=True), split, warnings, among, gr.skip()


def _switched(
    act: str, value: str, cleaning: Collection[str], findings: Mapping[str, Finding]
) -> list[str]:
    """The rules that are applied after a button of the warnings was pressed."""
    from seq2seq_keras.corpus import EXCLUSIVE, RULES

    chosen = set(cleaning)
    if act == "all":
        chosen |= {name for name in findings if not RULES[name].preference}
    elif act == "none":
        chosen = set()
    else:
        if value in EXCLUSIVE and value not in chosen:
            chosen -= {*EXCLUSIVE}
        chosen ^= {value}
    return [name for name in RULES if name in chosen]


def _picked(event: gr.EventData) -> str:
    return str(event.value)


def _guess(
    corpus_id: str | None,
    source_column: Any,
    target_column: Any,
    source_lang: str | None,
    target_lang: str | None,
    encoding: str | None,
) -> dict[str, Any]:
    """What is shown, to go back to, and the languages as guessed, to tell corrected ones."""
    return {
        "corpus": corpus_id,
        "source_column": source_column,
        "target_column": target_column,
        "source_lang": source_lang,
        "target_lang": target_lang,
        "encoding": encoding or "",
    }


def _restored(guess: dict[str, Any]) -> tuple[Any, ...]:
    """The form as it was before something that failed."""
    names = ("corpus", "source_column", "target_column", "encoding")
    return tuple((guess or {}).get(name) for name in names)


def _column(label: str, info: str) -> gr.Dropdown:
    return gr.Dropdown(label=label, info=info, filterable=False, min_width=130)


def _language(label: str, language: Language) -> gr.Dropdown:
    return gr.Dropdown(
        choices=[(f"{name_of_language(code, language)} ({code})", code) for code in LANGUAGE_NAMES],
        value=None,
        label=label,
        info=language.say("Guessed; correct it if wrong"),
        allow_custom_value=True,
        min_width=130,
    )
