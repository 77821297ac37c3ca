"""Leafing through all sentences of a comparison: sorted, filtered, a page at a time."""

from __future__ import annotations

from typing import Any

import gradio as gr

from seq2seq_keras.app.sentence_cards import NOTHING, REFERENCE, sentences_html
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.app.wording import system_name
from seq2seq_keras.localisation import later

_PARTS = [
    (later("Anywhere"), "anywhere"),
    (later("Source"), "source"),
    (later("Reference"), "reference"),
    (later("Translations"), "translations"),
]
_PER_PAGE = [20, 50]

# A page is turned at its foot; the next one is read from its head.
_TO_THE_TOP = "() => document.getElementById('sentences')?.scrollIntoView({block: 'start'})"


class SentenceBrowser:
    """The controls, and the cards beneath them; filtering and sorting is the server's work.

    Args:
        studio: What every tab works with.
        report: The component that holds the id of the comparison that is shown.
    """

    def __init__(self, studio: Studio, report: gr.Dropdown) -> None:
        self._studio = studio
        self._report = report
        say = studio.language.say
        with gr.Column(elem_classes="card", elem_id="sentences"):
            gr.Markdown(f"### {say('Sentence by sentence')}", elem_classes="card-title")
            with gr.Row():
                self.order = gr.Dropdown(label=say("Sort by"), filterable=False, min_width=140)
                self.base = gr.Dropdown(
                    label=say("Differences from"), filterable=False, min_width=140
                )
                self.word = gr.Textbox(
                    label=say("With the word"),
                    placeholder=say("A word or its beginning"),
                    max_lines=1,
                    max_length=100,
                    min_width=140,
                    elem_id="sentences-word",
                )
                self.part = gr.Dropdown(
                    [(say(label), value) for label, value in _PARTS],
                    value="anywhere",
                    label=say("In"),
                    filterable=False,
                    min_width=140,
                )
            with gr.Row():
                self.shortest = gr.Number(
                    label=say("Length from"), minimum=1, precision=0, min_width=110
                )
                self.longest = gr.Number(label=say("to"), minimum=1, precision=0, min_width=110)
                self.per_page = gr.Radio(
                    _PER_PAGE, value=_PER_PAGE[0], label=say("On a page"), min_width=150
                )
            self.cards = gr.HTML(js_on_load=None, apply_default_css=False)
            with gr.Row(elem_classes="sentences-pager"):
                self.earlier = gr.Button(say("← Back"), size="sm", min_width=90, scale=0)
                self.page = gr.Number(
                    1,
                    label=say("Page"),
                    minimum=1,
                    precision=0,
                    min_width=140,
                    scale=0,
                    elem_id="sentences-page",
                )
                self.later = gr.Button(say("Further →"), size="sm", min_width=90, scale=0)
        self._connect()

    @property
    def inputs(self) -> list[Any]:
        return [self._report, *self._wished, self.per_page]

    @property
    def turned(self) -> list[Any]:
        """What changes with the page."""
        return [self.cards, self.page, self.earlier, self.later]

    @property
    def opened(self) -> list[Any]:
        """What changes with the comparison."""
        return [*self._wished, *self.turned]

    @property
    def _wished(self) -> list[Any]:
        """Order, marks and filters."""
        return [self.order, self.base, self.word, self.part, self.shortest, self.longest]

    def open(self, job_id: str, per_page: int) -> tuple[Any, ...]:
        """Begins anew with a comparison: no filter, the widest gaps first."""
        from seq2seq_keras.comparison import Report

        say = self._studio.language.say
        report = Report.load(self._studio.workspace.jobs.get(job_id).out)
        names = [system_name(system.name, self._studio.language) for system in report.systems]
        orders = [
            (say("Widest gap first"), "gap"),
            *((say("Best for {name}", name=name), str(n)) for n, name in enumerate(names)),
            (say("Longest first"), "longest"),
            (say("Shortest first"), "shortest"),
            (say("Order of the test set"), "file"),
        ]
        bases = [
            (say("The reference"), REFERENCE),
            *((name, str(place)) for place, name in enumerate(names)),
            (say("Nothing"), NOTHING),
        ]
        return (
            gr.update(choices=orders, value="gap"),
            gr.update(choices=bases, value=REFERENCE),
            "",
            "anywhere",
            None,
            None,
            *self._turn(1, job_id, "gap", REFERENCE, "", "anywhere", None, None, per_page),
        )

    def _connect(self) -> None:
        # One event for all: answers to several would overtake each other.
        gr.on(
            [
                self.order.input,
                self.base.input,
                self.word.change,  # Gradio sends no input when a field is emptied
                self.part.input,
                self.shortest.change,
                self.longest.change,
                self.per_page.input,
            ],
            self._first,
            self.inputs,
            self.turned,
            trigger_mode="always_last",
            **QUIET,
        )
        for turned, step in (
            (self.earlier.click, -1),
            (self.later.click, 1),
            (self.page.submit, 0),
            (self.page.blur, 0),
        ):
            done = turned(self._stepping(step), [self.page, *self.inputs], self.turned, **QUIET)
            if step:
                done.success(None, js=_TO_THE_TOP, **QUIET)

    def _first(self, *choice: Any) -> tuple[Any, ...]:
        return self._turn(1, *choice)

    def _stepping(self, step: int) -> Any:
        return lambda page, *choice: self._turn(int(page or 1) + step, *choice)

    @readable_errors
    def _turn(
        self,
        page: int,
        job_id: str | None,
        order: str | None,
        base: str,
        word: str | None,
        part: Any,
        shortest: float | None,
        longest: float | None,
        per_page: int,
    ) -> tuple[Any, ...]:
        """One page of the chosen sentences."""
        from seq2seq_keras.comparison import Report
        from seq2seq_keras.comparison.sentences import Choice, choose, page_of, read_sentences

        if job_id is None or order is None:  # a field tells of itself before there is a list
            return (gr.skip(),) * len(self.turned)
        folder = self._studio.workspace.jobs.get(job_id).out
        report = Report.load(folder)
        sentences = read_sentences(folder, report)
        order_or_place = int(order) if order.isdecimal() else order
        choice = Choice(order_or_place, shortest, longest, word or "", part)
        shown = page_of(choose(sentences.rows, choice), page, per_page)
        language = self._studio.language
        return (
            sentences_html(shown, sentences, report, base, language),
            gr.update(
                value=shown.page,
                maximum=shown.pages,
                label=language.say("Page (of {pages:,})", pages=shown.pages),
            ),
            gr.update(interactive=shown.page > 1),
            gr.update(interactive=shown.page < shown.pages),
        )
