"""A corpus looked at closely: its pairs page by page, its charts, its numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import gradio as gr

from seq2seq_keras.app.corpus_looks import ON_LOAD, statistics_html
from seq2seq_keras.app.corpus_preview import ALL, KEPT, ORDERS, OUT, Page, find_page, page_html
from seq2seq_keras.app.corpus_reading import (
    OpenCorpus,
    ShownCorpus,
    open_corpus,
    read_corpus,
    tally_corpus,
)
from seq2seq_keras.app.corpus_warnings import finding_words
from seq2seq_keras.app.studio import QUIET, Studio, readable_errors
from seq2seq_keras.jobs import CorpusInfo

_SCROLL_HERE = (
    "(...values) => { document.getElementById('corpus-explorer')"
    "?.scrollIntoView({behavior: 'smooth', block: 'start'}); return values; }"
)


class CorpusExplorer:
    """Tabs of their own inside the card of the corpus; what is not looked at is not drawn.

    Args:
        studio: What all pages share.
        reading: Makes a corpus of the form's values.

    Attributes:
        among: Which pairs are shown.
    """

    def __init__(self, studio: Studio, reading: Callable[..., CorpusInfo]) -> None:
        self._studio, self._reading = studio, reading
        say = studio.language.say
        with gr.Tabs(elem_id="corpus-explorer"):
            with gr.Tab(say("Sentence pairs")) as self._pairs_tab:
                with gr.Row():
                    self.search = gr.Textbox(
                        label=say("Search"),
                        placeholder=say("Words of either side"),
                        max_lines=1,
                        min_width=180,
                        elem_id="corpus-search",
                    )
                    self.among = gr.Dropdown(
                        [(say("All pairs"), ALL)],
                        value=ALL,
                        label=say("Which pairs"),
                        filterable=False,
                        min_width=180,
                        elem_id="corpus-among",
                    )
                    self.order = gr.Dropdown(
                        [(say(label), order) for order, label in ORDERS.items()],
                        value="as-read",
                        label=say("Order"),
                        filterable=False,
                        min_width=180,
                        elem_id="corpus-order",
                    )
                self.page = gr.HTML(js_on_load=ON_LOAD, elem_id="corpus-preview")
            with gr.Tab(say("Charts")) as self._charts_tab:
                with gr.Row():
                    self.lengths = _chart(say("Sentence lengths"))
                    self.density = _chart(say("Source length against target length"))
                    self.coverage = _chart(say("What a vocabulary covers"))
                self.coverage_note = gr.Markdown(elem_classes="hint")
            with gr.Tab(say("Numbers")) as self._numbers_tab:
                self.numbers = gr.HTML(js_on_load=None, elem_id="corpus-statistics")
        self._number, self._looking_at = gr.State(1), gr.State("pairs")

    @property
    def controls(self) -> list[Any]:
        """The components that say which page of which pairs is shown."""
        return [self.search, self.among, self.order, self._number]

    @property
    def anew(self) -> tuple[Any, ...]:
        """The values of `controls` for a corpus that was not shown before."""
        return "", ALL, "as-read", 1

    def among_choices(self, corpus: ShownCorpus, cleaning: Collection[str]) -> Any:
        """The update of `among` for what was found in a corpus."""
        language = self._studio.language
        choices = [(language.say("All pairs"), ALL)]
        if cleaning:
            choices += [
                (language.say("Those that stay"), KEPT),
                (language.say("Those left out"), OUT),
            ]
        choices += [
            (finding_words(rule, len(found), language), rule)
            for rule, found in corpus.findings.items()
        ]
        return gr.update(choices=choices)

    def connect(self, form: Sequence[Any], warnings: gr.HTML) -> None:
        """Listens to its own controls, and to the buttons that ask for certain pairs.

        Args:
            form: The components from which the corpus is told.
            warnings: Whose `select` tells which pairs to show.
        """
        asked = [self.search, self.among, self.order, *form]
        shown = {"outputs": [self.page, self._number], **QUIET}
        # `input` of a text box comes too early at times: before its first letters are known.
        for event in (self.search.change, self.among.input, self.order.input):
            event(self._first_page, inputs=asked, **shown)
        self.page.click(self._turn_to, inputs=asked, **shown)
        warnings.select(
            _asked_for,
            outputs=[self.among, self.search],
            **QUIET,
        ).success(self._first_page, inputs=asked, js=_SCROLL_HERE, **shown)
        for name, tab in (
            ("pairs", self._pairs_tab),
            ("charts", self._charts_tab),
            ("numbers", self._numbers_tab),
        ):
            looked = tab.select(lambda name=name: name, outputs=self._looking_at, **QUIET)
            self._draw_after(looked, form)

    def show_after(self, event: Any, form: Sequence[Any]) -> None:
        """Draws what is looked at anew after an event that changed the corpus."""
        event.success(
            self._same_page,
            inputs=[self._number, *self.controls[:3], *form],
            outputs=[self.page, self._number],
            **QUIET,
        )
        self._draw_after(event, form)

    def _draw_after(self, event: Any, form: Sequence[Any]) -> None:
        charts = [self.lengths, self.density, self.coverage, self.coverage_note]
        event.success(
            self._draw,
            inputs=[self._looking_at, *form],
            outputs=[*charts, self.numbers],
            api_visibility="private",
        )

    @readable_errors
    def _same_page(
        self, number: int, query: str, among: str, order: str, *form: Any
    ) -> tuple[Any, ...]:
        if not form[0]:
            return gr.skip(), gr.skip()
        info = self._reading(*form)
        shown = open_corpus(info).shown(info)
        page = find_page(shown, query or "", order, among, info.cleaning, number or 1)
        return self._html(shown, page, info), page.number

    def beginning(self, opened: OpenCorpus, info: CorpusInfo) -> str:
        """Draws the first page of a corpus that was not looked through yet."""
        shown = ShownCorpus(opened.pairs)
        return self._html(shown, find_page(shown), info)

    def _html(self, shown: ShownCorpus, page: Page, info: CorpusInfo) -> str:
        languages = info.source_lang, info.target_lang
        return page_html(shown, page, info.cleaning, languages, self._studio.language)

    def _first_page(self, *asked: Any) -> tuple[Any, ...]:
        return self._same_page(1, *asked)

    def _turn_to(self, event: gr.EventData, *asked: Any) -> tuple[Any, ...]:
        return self._same_page(int(event.value), *asked)

    @readable_errors
    def _draw(self, looking_at: str, *form: Any) -> tuple[Any, ...]:
        """Draws the charts or counts the numbers, whichever is looked at."""
        if looking_at not in ("charts", "numbers") or not form[0]:
            return (gr.skip(),) * 5
        info, language = self._reading(*form), self._studio.language
        if looking_at == "numbers":
            numbers = statistics_html(read_corpus(info).statistics(), language)
            return *(gr.skip(),) * 4, numbers
        from seq2seq_keras.app import corpus_charts as charts

        sides = tally_corpus(info)
        return (
            charts.length_chart(sides, language),
            charts.density_chart(sides, language),
            charts.coverage_chart(sides, language),
            charts.coverage_words(sides, language),
            gr.skip(),
        )


def _asked_for(event: gr.EventData) -> tuple[str, str]:
    """Which pairs a button of the warnings asks for, whatever was searched before."""
    return event.value, ""


def _chart(title: str) -> gr.Plot:
    with gr.Column(min_width=300, elem_classes="corpus-chart"):
        gr.Markdown(f"### {title}", elem_classes="card-title")
        return gr.Plot(show_label=False, container=False, elem_classes="curves")
