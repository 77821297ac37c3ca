"""What is doubtful in a corpus, in words, with a button each to leave it out."""

from __future__ import annotations

import html
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from seq2seq_keras.app.corpus_reading import OpenCorpus
from seq2seq_keras.localisation import Language, later

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Finding, Preview

_EXAMPLES = 5

# How many there are, by the name of the check that found them.
_FOUND: dict[str, Callable[[Language, int], str]] = {
    "repeated": lambda language, count: language.say_many(
        "{count:,} pair occurs twice", "{count:,} pairs occur twice", count
    ),
    "untranslated": lambda language, count: language.say_many(
        "{count:,} target is its source", "{count:,} targets are their source", count
    ),
    "unequal": lambda language, count: language.say_many(
        "{count:,} pair is far longer on one side than usual",
        "{count:,} pairs are far longer on one side than usual",
        count,
    ),
    "long": lambda language, count: language.say_many(
        "{count:,} pair is longer than 400 characters",
        "{count:,} pairs are longer than 400 characters",
        count,
    ),
    "script": lambda language, count: language.say_many(
        "{count:,} pair is written in another script",
        "{count:,} pairs are written in another script",
        count,
    ),
    "markup": lambda language, count: language.say_many(
        "{count:,} pair holds markup such as <b> or &amp;",
        "{count:,} pairs hold markup such as <b> or &amp;",
        count,
    ),
    "encoding": lambda language, count: language.say_many(
        "{count:,} pair has broken characters, such as Ã© for é",
        "{count:,} pairs have broken characters, such as Ã© for é",
        count,
    ),
    "address": lambda language, count: language.say_many(
        "{count:,} pair holds a web or mail address or a licence",
        "{count:,} pairs hold web or mail addresses or licences",
        count,
    ),
    "inconsistent": lambda language, count: language.say_many(
        "{count:,} pair repeats a source that has more than three translations",
        "{count:,} pairs repeat a source that has more than three translations",
        count,
    ),
}

_WHY = {
    "repeated": later("They count double in training and say nothing new."),
    "untranslated": later("From them the network learns to copy instead of to translate."),
    "unequal": later("They are often misaligned or cut off."),
    "long": later("They take much time and memory, and mostly are no single sentences."),
    "script": later("They are likely in another language."),
    "markup": later("It is learnt as if it were words."),
    "encoding": later("The file was decoded wrongly before it came here."),
    "address": later("They are often attribution, not sentences."),
    "inconsistent": later("No network can know which translation is meant."),
}

_KINDS = {
    "number": later("looks like numbers"),
    "attribution": later("looks like attribution"),
    "language": later("looks like a language code"),
    "empty": later("looks empty"),
}


def finding_words(check: str, count: int, language: Language) -> str:
    """Says what a check found.

    Example:
        >>> finding_words("repeated", 1204, ENGLISH)
        '1,204 pairs occur twice'
    """
    return _FOUND[check](language, count)


def column_kind(kind: str, language: Language) -> str:
    """Says what a column looks like; nothing for text."""
    return language.say(_KINDS[kind]) if kind in _KINDS else ""


def warnings_html(corpus: OpenCorpus, cleaning: Collection[str], language: Language) -> str:
    """Lists all that is doubtful, with examples and with a button each to leave it out.

    What stands in the corpus is escaped.

    Args:
        corpus: The corpus.
        cleaning: The checks whose pairs are left out already.
        language: The language of the page.
    """
    say = language.say
    findings = corpus.findings
    columns = _column_warnings(corpus.seen, language)
    if not findings and not columns:
        return f'<p class="warnings-none">✓ {say("Nothing doubtful was found in these pairs.")}</p>'
    items = [*columns, *(_item(corpus, found, cleaning, language) for found in findings)]
    every = {found.check for found in findings}
    fixed = len(every & set(cleaning))
    head = [_count_words(len(items) - fixed, language)] if fixed < len(items) else []
    if fixed:
        head.append(f'<span class="state">✓ {say("{count} fixed", count=fixed)}</span>')
    buttons = ""
    if len(every) > 1 and not every <= set(cleaning):
        buttons += _button("all", "", "all", say("Fix all"))
    if len(every) > 1 and every & set(cleaning):
        buttons += _button("none", "", "none", say("Undo all"))
    return (
        f'<section class="warnings" aria-label="{say("Warnings")}">'
        f'<div class="warnings-head"><h4>{" · ".join(head)}</h4>'
        f'<div class="acts">{buttons}</div></div>'
        f"<ul>{''.join(items)}</ul></section>"
    )


def _count_words(count: int, language: Language) -> str:
    return language.say_many("{count} warning", "{count} warnings", count)


def _item(corpus: OpenCorpus, found: Finding, cleaning: Collection[str], language: Language) -> str:
    say = language.say
    out = found.check in cleaning
    words = html.escape(finding_words(found.check, len(found), language))
    button = (
        _button("back", found.check, found.check, say("Undo"))
        if out
        else _button("out", found.check, found.check, say("Leave these out"))
    )
    state = f'<span class="state">✓ {say("left out")}</span> ' if out else ""
    return (
        f'<li class="warning{" fixed" if out else ""}"><div class="warning-words">'
        f"<b>{words}</b> {state}<p>{say(_WHY[found.check])}</p>"
        f"{_examples(corpus, found, language)}</div>{button}</li>"
    )


def _examples(corpus: OpenCorpus, found: Finding, language: Language) -> str:
    rows = "".join(
        f'<tr><th scope="row">{index + 1:,}</th>'
        f'<td dir="auto">{html.escape(_shortened(corpus.pairs.sources[index]))}</td>'
        f'<td dir="auto">{html.escape(_shortened(corpus.pairs.targets[index]))}</td></tr>'
        for index in found.indices[:_EXAMPLES]
    )
    label = language.say_many("{count} example", "{count} examples", min(len(found), _EXAMPLES))
    see = (
        _button("among", found.check, "among", language.say("See all of them"), "select")
        if len(found) > _EXAMPLES
        else ""
    )
    return (
        f'<details data-key="{found.check}"><summary>{label}</summary>'
        f'<table class="pairs"><tbody>{rows}</tbody></table>{see}</details>'
    )


def _shortened(sentence: str, length: int = 160) -> str:
    return sentence if len(sentence) <= length else f"{sentence[:length].rstrip()}…"


def _column_warnings(seen: Preview, language: Language) -> list[str]:
    """Tells of columns that are read as a side but look like none, and offers a better one."""
    say = language.say
    kinds = dict(zip(seen.columns, seen.kinds, strict=True))
    sides = {"source": seen.source_column, "target": seen.target_column}
    spare = [name for name, kind in kinds.items() if kind == "text" and name not in sides.values()]
    items = []
    for side, column in sides.items():
        if kinds[column] == "text":
            continue
        words = say(
            "Column {name} {looks}", name=column, looks=column_kind(kinds[column], language)
        )
        why = say("It is read as a side of the corpus all the same.")
        button = ""
        if spare:
            label = say("Read column {name} instead", name=spare[0])
            button = _button(side, spare[0], f"column-{side}", label)
        items.append(
            f'<li class="warning"><div class="warning-words"><b>{html.escape(words)}</b>'
            f"<p>{why}</p></div>{button}</li>"
        )
    return items


def _button(act: str, value: str, key: str, label: str, event: str = "click") -> str:
    return (
        f'<button type="button" class="act act-{act}" data-act="{act}" data-event="{event}" '
        f'data-value="{html.escape(value)}" data-key="{html.escape(key)}">'
        f"{html.escape(label)}</button>"
    )
