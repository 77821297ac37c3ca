"""A page of test sentences as cards, with what differs marked; corpus text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seq2seq_keras.app.comparison_words import swatch
from seq2seq_keras.app.wording import system_name
from seq2seq_keras.localisation import Language

if TYPE_CHECKING:
    from seq2seq_keras.comparison import Report
    from seq2seq_keras.comparison.sentences import Page, Sentence, Sentences

REFERENCE = "reference"
NOTHING = "nothing"


def sentences_html(
    page: Page, sentences: Sentences, report: Report, base: str, language: Language
) -> str:
    """The sentences of a page, and before them how many there are.

    Args:
        page: The page.
        sentences: All sentences, of which the page shows some.
        report: The comparison.
        base: What translations are held against: the reference, nothing, or the place of a system.
        language: The language of the interface.
    """
    if not page.found:
        return f'<p class="sentences-none">{language.say("No sentence is like that.")}</p>'
    count = language.say(
        "{first}–{last} of {count:,} sentences",
        first=page.first,
        last=page.first + len(page.rows) - 1,
        count=page.found,
    )
    legend = "" if base == NOTHING else _legend(base, sentences, language)
    cards = "".join(_card(row, sentences, report, base, language) for row in page.rows)
    return (
        f'<p class="sentences-count" aria-live="polite"><b>{count}</b> {legend}</p>'
        f'<ol class="sentences">{cards}</ol>'
    )


def changes_html(text: str, base: str) -> str:
    """A text with its differences from another: what it adds underlined, what it lacks struck out.

    Example:
        >>> changes_html("a <b>", "a")
        'a <ins>&lt;b&gt;</ins>'
    """
    from seq2seq_keras.comparison.marking import changes

    tags = {"added": "ins", "missing": "del"}
    parts = []
    for stretch, kind in changes(text, base):
        shown = escape(stretch)
        if kind in tags:
            bare = shown.rstrip()  # a space after the last word is not marked
            shown = f"<{tags[kind]}>{bare}</{tags[kind]}>{shown[len(bare) :]}"
        parts.append(shown)
    return "".join(parts)


def _legend(base: str, sentences: Sentences, language: Language) -> str:
    against = (
        language.say("in the reference")
        if base == REFERENCE
        else language.say(
            "in {name}", name=escape(system_name(sentences.systems[int(base)], language))
        )
    )
    return language.say(
        "<ins>Underlined</ins> stands only in the translation, <del>struck out</del> only "
        "{against}.",
        against=against,
    )


def _card(
    row: Sentence, sentences: Sentences, report: Report, base: str, language: Language
) -> str:
    from seq2seq_keras.comparison.wording import UNITS, number

    say = language.say
    source_lang, target_lang = (
        escape((code or "").replace("_", "-")) for code in (report.source_lang, report.target_lang)
    )
    note = [
        say("No. {number:,}", number=row.number) if sentences.complete else "",
        f"{row.length:,} {say(UNITS[sentences.unit])}",
        say("gap {gap}", gap=number(row.gap)),
    ]
    best = max(row.scores)
    sides = [
        f"<dt>{say('Reference')}</dt>"
        f'<dd lang="{target_lang}" dir="auto">{escape(row.reference)}</dd>'
    ]
    for place, name in enumerate(sentences.systems):
        text = row.translations[place]
        if not text.strip():
            shown = f'<span class="sentence-note">{say("(empty)")}</span>'
        elif base == NOTHING or base == str(place):
            shown = escape(text)
        else:
            other = row.reference if base == REFERENCE else row.translations[int(base)]
            shown = changes_html(text, other)
        winner = ' class="winner"' if row.scores[place] == best and row.gap else ""
        sides.append(
            f"<dt>{swatch(report, place)}<bdi>{escape(system_name(name, language))}</bdi>"
            f'<span{winner} title="{say("Sentence BLEU")}">{number(row.scores[place])}</span></dt>'
            f'<dd lang="{target_lang}" dir="auto">{shown}</dd>'
        )
    return (
        f'<li><div class="sentence-note">{" · ".join(part for part in note if part)}</div>'
        f'<div class="sentence-source" lang="{source_lang}" dir="auto">{escape(row.source)}</div>'
        f"<dl>{''.join(sides)}</dl></li>"
    )
