"""The pairs of a corpus, a page at a time: searched, sorted and cut on the server."""

from __future__ import annotations

import html
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from seq2seq_keras.app.corpus_reading import ShownCorpus
from seq2seq_keras.localisation import Language, later
from seq2seq_keras.text.normalisation import normalise

PAGE_ROWS = 100

ORDERS = {
    "as-read": later("As in the file"),
    "source-longest": later("Longest source first"),
    "source-shortest": later("Shortest source first"),
    "target-longest": later("Longest target first"),
    "target-shortest": later("Shortest target first"),
    "ratio-highest": later("Target longest beside its source"),
    "ratio-lowest": later("Source longest beside its target"),
}
"""The orders in which pairs can be shown, with what they are called."""

ALL, KEPT, OUT = "all", "kept", "out"
"""Which pairs are shown; beside these, the names of the rules that found some."""

_RANKS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "source": lambda source, target: source,
    "target": lambda source, target: target,
    "ratio": lambda source, target: target / np.maximum(source, 1),
}


@dataclass(frozen=True)
class Page:
    """Some pairs of many.

    Attributes:
        indices: Which pairs of the corpus.
        number: The page's number, from 1.
        total: How many pairs were found in all.
    """

    indices: list[int]
    number: int
    total: int

    @property
    def first(self) -> int:
        """The place of its first row among all that were found, from 1."""
        return (self.number - 1) * PAGE_ROWS + 1

    @property
    def last(self) -> int:
        """The place of its last row."""
        return self.first + len(self.indices) - 1

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_ROWS))


def find_page(
    corpus: ShownCorpus,
    query: str = "",
    order: str = "as-read",
    among: str = ALL,
    cleaning: Collection[str] = (),
    number: int = 1,
) -> Page:
    """Finds pairs, and cuts one page of them.

    Args:
        corpus: The corpus.
        query: What either side has to hold, case aside; empty for any.
        order: One of `ORDERS`. Pairs that are equal in it stay as in the file.
        among: `ALL`, `KEPT`, `OUT`, or the name of a rule that found some.
        cleaning: The rules by which pairs are left out.
        number: The page, from 1; one that does not exist becomes the nearest one.
    """
    indices = _among(corpus, among, cleaning)
    wanted = normalise(query).casefold()
    if wanted:
        indices = indices[corpus.holding(wanted)[indices]]
    measure, _, direction = order.partition("-")
    if measure in _RANKS:
        ranks = _RANKS[measure](*corpus.lengths)[indices]
        descending = direction in ("longest", "highest")
        indices = indices[np.argsort(-ranks if descending else ranks, kind="stable")]
    pages = max(1, -(-len(indices) // PAGE_ROWS))
    number = min(max(1, number), pages)
    start = (number - 1) * PAGE_ROWS
    return Page(indices[start : start + PAGE_ROWS].tolist(), number, len(indices))


def page_html(
    corpus: ShownCorpus,
    page: Page,
    cleaning: Collection[str],
    languages: tuple[str | None, str | None],
    language: Language,
) -> str:
    """Draws a page of pairs as a table, with buttons for the other pages.

    What stands in the corpus is escaped.

    Args:
        corpus: The corpus.
        page: Which pairs.
        cleaning: The rules by which pairs are left out: those are marked.
        languages: The codes of source and target, from which browsers choose fonts.
        language: The language of the page.
    """
    say = language.say
    if not page.total:
        return f'<p class="pairs-none" role="status">{say("No pair holds this.")}</p>'
    out = set(corpus.left_out(cleaning).tolist())
    source_lang, target_lang = (_attribute(code) for code in languages)
    begin = '<tr><th scope="row">{number:,}'
    begin_out = f'<tr class="out"><th scope="row">{{number:,}} <span>{say("left out")}</span>'
    rows = "".join(
        f"{(begin_out if index in out else begin).format(number=index + 1)}</th>"
        f'<td dir="auto"{source_lang}>{html.escape(corpus.pairs.sources[index])}</td>'
        f'<td dir="auto"{target_lang}>{html.escape(corpus.pairs.targets[index])}</td></tr>'
        for index in page.indices
    )
    return (
        f'<div class="pairs-box" role="region" tabindex="0" aria-label="{say("Sentence pairs")}">'
        f'<table class="pairs"><thead><tr><th scope="col">{say("No.")}</th>'
        f'<th scope="col">{say("Source")}</th><th scope="col">{say("Target")}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{_pager(page, language)}"
    )


def _among(corpus: ShownCorpus, among: str, cleaning: Collection[str]) -> np.ndarray:
    everything = np.arange(len(corpus.pairs))
    if among in (KEPT, OUT):
        out = np.zeros(len(everything), bool)
        out[corpus.left_out(cleaning)] = True
        return everything[out if among == OUT else ~out]
    return corpus.findings[among].indices if among in corpus.findings else everything


def _pager(page: Page, language: Language) -> str:
    say = language.say
    words = say(
        "Rows {first:,}–{last:,} of {total:,}", first=page.first, last=page.last, total=page.total
    )
    here = f'<span role="status">{words}</span>'
    if page.pages == 1:
        return f'<nav class="pager">{here}</nav>'

    def button(key: str, sign: str, label: str, number: int) -> str:
        disabled = "" if 1 <= number <= page.pages and number != page.number else " disabled"
        return (
            f'<button type="button" data-act="page" data-value="{number}" data-key="{key}" '
            f'aria-label="{label}" title="{label}"{disabled}>{sign}</button>'
        )

    return (
        f'<nav class="pager" aria-label="{say("Pages")}">'
        f"{button('first', '«', say('First page'), 1)}"
        f"{button('previous', '‹', say('Page before'), page.number - 1)}{here}"
        f"{button('next', '›', say('Next page'), page.number + 1)}"
        f"{button('last', '»', say('Last page'), page.pages)}</nav>"
    )


def _attribute(code: str | None) -> str:
    return f' lang="{html.escape(code)}"' if code else ""
