"""What the page says of a corpus at a glance: samples to choose, columns, counts, the split."""

from __future__ import annotations

import functools
import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq_keras.app.corpus_reading import OpenCorpus
from seq2seq_keras.app.corpus_warnings import column_kind
from seq2seq_keras.app.wording import name_of_language
from seq2seq_keras.jobs import CorpusInfo
from seq2seq_keras.localisation import Language

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus, Preview, Splits, Statistics

ENCODINGS = (
    *("UTF-8", "UTF-16LE", "UTF-16BE", "GB18030", "Big5", "Big5-HKSCS"),
    *("Shift_JIS", "EUC-JP", "EUC-KR"),
    *("Windows-1252", "ISO-8859-15", "Mac Roman", "Windows-1250", "ISO-8859-2", "Windows-1251"),
    *("KOI8-R", "KOI8-U", "Windows-1253", "Windows-1254", "Windows-1255", "Windows-1256"),
    *("Windows-1257", "Windows-1258", "Windows-874"),
)
"""The encodings of text to choose from, those in wide use first."""

_LATIN = "Windows-1252"
_CELL = 30  # characters of a column's sample

# Tells the server which button was pressed. What one presses is drawn anew by the answer: the
# keyboard's focus goes to the button's successor, and examples that were open stay open.
ON_LOAD = """
const open = new Set();
let pressed = null;
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-act]');
  if (!button) return;
  pressed = button.dataset.key;
  trigger(button.dataset.event || 'click', {act: button.dataset.act, value: button.dataset.value});
});
element.addEventListener('toggle', (event) => {
  const key = event.target.dataset.key;
  if (key) open[event.target.open ? 'add' : 'delete'](key);
}, true);
watch('value', () => {
  for (const details of element.querySelectorAll('details[data-key]'))
    details.open = open.has(details.dataset.key);
  if (pressed === null || document.activeElement !== document.body) return;
  const next = element.querySelector(`button[data-key="${CSS.escape(pressed)}"]`);
  (next && !next.disabled ? next : element.querySelector('[tabindex]'))?.focus();
  pressed = null;
});
"""


def samples_html(samples: Sequence[CorpusInfo], language: Language) -> str:
    """Offers the corpora that come with the project, each as a large button."""
    say = language.say
    cards = "".join(
        f'<button type="button" class="sample" data-act="open" data-value="{html.escape(info.id)}" '
        f'data-key="{html.escape(info.id)}"><b>{name_of_language(info.source_lang, language)} → '
        f"{name_of_language(info.target_lang, language)}</b><span>"
        f"{say('{count:,} everyday sentences', count=_lines(info.files[0]))}</span></button>"
        for info in samples
    )
    return f'<div class="samples"><p>{say("Begin with a sample:")}</p>{cards}</div>'


def column_choices(seen: Preview, language: Language) -> list[tuple[str, str]]:
    """The columns of a file, or two files, as choices: with a cell of each, and what it is."""
    choices = []
    for name, kind in zip(seen.columns, seen.kinds, strict=True):
        cells = (" ".join(str(cell).split()) for cell in seen.rows[name])
        cell = next(filter(None, cells), "")
        label = f"{name} · {cell[:_CELL]}{'…' if len(cell) > _CELL else ''}" if cell else name
        looks = column_kind(kind, language)
        choices.append((f"{label} ({looks})" if looks else label, name))
    return choices


def encoding_choices(
    found: Sequence[str], chosen: str | None, language: Language
) -> list[tuple[str, str]]:
    """The encodings that a text may be in, first the one that it seems to be in.

    Args:
        found: The encodings in which the files were read; none where they could not be.
        chosen: The encoding that they were read in because it was chosen; none if it was found.
        language: The language of the page.
    """
    say = language.say
    as_found = say("As found")
    if found and not chosen:
        as_found = say("{encoding} (found)", encoding=" / ".join(found))
    others = [(f"{name} (Latin-1)" if name == _LATIN else name, name) for name in ENCODINGS]
    return [(as_found, ""), *others]


def summary_words(opened: OpenCorpus, corpus: Corpus, language: Language) -> str:
    """Says how many pairs there are to train with, in Markdown.

    Args:
        opened: All that was read.
        corpus: What stays of it.
        language: The language of the page.
    """
    say = language.say
    before, after = len(opened.pairs), len(corpus)
    dropped = opened.pairs.dropped
    words = (
        say("**{count:,} sentence pairs** are ready.", count=before)
        if before == after
        else say(
            "**{before:,} sentence pairs → {after:,} after your fixes.**",
            before=before,
            after=after,
        )
    )
    words += say(" Read as {layout}.", layout=language.error(opened.seen.layout))
    if dropped:
        reasons = [f"{count:,} {language.error(why)}" for why, count in dropped.items()]
        words += say(" Left out in reading: {reasons}.", reasons=say(", ").join(reasons))
    if not (corpus.source_lang and corpus.target_lang):
        words += say(" Please set both languages: scores and spacing depend on the target's.")
    return words


def split_html(splits: Splits, language: Language) -> str:
    """Shows the three parts of a corpus as a bar, and says their sizes."""
    sizes = [len(part) for part in (splits.train, splits.valid, splits.test)]
    words = language.say(
        "{train:,} to train on, {valid:,} to validate, {test:,} to test; no sentence stands in "
        "two of them.",
        train=sizes[0],
        valid=sizes[1],
        test=sizes[2],
    )
    parts = "".join(
        f'<i class="{name}" style="flex-grow:{size}"></i>'
        for name, size in zip(("train", "valid", "test"), sizes, strict=True)
    )
    return f'<div class="split"><div class="split-bar" aria-hidden="true">{parts}</div>' + (
        f"<p>{words}</p></div>"
    )


def trouble_html(message: str) -> str:
    """Says, in the place of the split, why there is none; `message` may quote a file."""
    return f'<p class="split-trouble" role="alert">{html.escape(message)}</p>'


def statistics_html(statistics: Statistics, language: Language) -> str:
    """A table of the counts of both sides."""
    say = language.say
    rows = "".join(
        f'<tr><th scope="row">{say(str(measure))}</th>'
        f"<td>{_number(row['source'])}</td><td>{_number(row['target'])}</td></tr>"
        for measure, row in statistics.table().iterrows()
    )
    return (
        f'<table class="numbers"><thead><tr><td></td><th scope="col">{say("source")}</th>'
        f'<th scope="col">{say("target")}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


@functools.lru_cache(maxsize=8)
def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
