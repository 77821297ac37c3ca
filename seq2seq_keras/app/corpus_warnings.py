"""What the rules of cleaning find in a corpus, in words, with a switch for each."""

from __future__ import annotations

import html
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from seq2seq_keras.app.corpus_reading import ShownCorpus
from seq2seq_keras.localisation import Language, later

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Finding, Preview

_EXAMPLES = 5

# How many there are, by the name of the rule that found them.
_FOUND: dict[str, Callable[[Language, int], str]] = {
    "html": lambda language, count: language.say_many(
        "{count:,} sentence holds HTML, such as <b> or &amp;",
        "{count:,} sentences hold HTML, such as <b> or &amp;",
        count,
    ),
    "mojibake": lambda language, count: language.say_many(
        "{count:,} sentence was decoded wrongly, such as Ã© for é",
        "{count:,} sentences were decoded wrongly, such as Ã© for é",
        count,
    ),
    "controls": lambda language, count: language.say_many(
        "{count:,} sentence holds invisible control characters",
        "{count:,} sentences hold invisible control characters",
        count,
    ),
    "fullwidth": lambda language, count: language.say_many(
        "{count:,} sentence holds full-width letters or digits, such as Ａ or ５",
        "{count:,} sentences hold full-width letters or digits, such as Ａ or ５",
        count,
    ),
    "nfkc": lambda language, count: language.say_many(
        "{count:,} sentence holds ligatures, half-width kana and the like",
        "{count:,} sentences hold ligatures, half-width kana and the like",
        count,
    ),
    "simplified": lambda language, count: language.say_many(
        "{count:,} sentence is in traditional Chinese characters",
        "{count:,} sentences are in traditional Chinese characters",
        count,
    ),
    "traditional": lambda language, count: language.say_many(
        "{count:,} sentence is in simplified Chinese characters",
        "{count:,} sentences are in simplified Chinese characters",
        count,
    ),
    "letters": lambda language, count: language.say_many(
        "{count:,} pair has a side of more signs than letters",
        "{count:,} pairs have a side of more signs than letters",
        count,
    ),
    "long_words": lambda language, count: language.say_many(
        "{count:,} pair holds a word of more than 50 letters",
        "{count:,} pairs hold a word of more than 50 letters",
        count,
    ),
    "language": lambda language, count: language.say_many(
        "{count:,} pair has a side in another language",
        "{count:,} pairs have a side in another language",
        count,
    ),
    "numbers": lambda language, count: language.say_many(
        "{count:,} pair has different numbers on both sides",
        "{count:,} pairs have different numbers on both sides",
        count,
    ),
    "quotes": lambda language, count: language.say_many(
        "{count:,} pair has brackets or quotation marks open on one side only",
        "{count:,} pairs have brackets or quotation marks open on one side only",
        count,
    ),
    "near_repeated": lambda language, count: language.say_many(
        "{count:,} pair is as another but for case, punctuation and numbers",
        "{count:,} pairs are as another but for case, punctuation and numbers",
        count,
    ),
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

_TWICE = later("In two scripts, each word has to be learnt twice.")

_WHY = {
    "html": later("Markup is learnt as if it were words."),
    "mojibake": later("Each broken letter is a word apart that no one will ever write."),
    "controls": later("They make equal words different."),
    "fullwidth": later("They make equal words and numbers different."),
    "nfkc": later("They make equal words different."),
    "simplified": _TWICE,
    "traditional": _TWICE,
    "letters": later("There is nothing in them to translate."),
    "long_words": later("It is an address, a code, or words without their spaces."),
    "language": later("From them the network learns to answer in that language."),
    "numbers": later("They are often misaligned, or translated freely."),
    "quotes": later("A part is often missing there."),
    "near_repeated": later("They count double in training and say little new."),
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


def finding_words(rule: str, count: int, language: Language) -> str:
    """Says what a rule found.

    Example:
        >>> finding_words("repeated", 1204, ENGLISH)
        '1,204 pairs occur twice'
    """
    return _FOUND[rule](language, count)


def column_kind(kind: str, language: Language) -> str:
    """Says what a column looks like; nothing for text."""
    return language.say(_KINDS[kind]) if kind in _KINDS else ""


def warnings_html(
    corpus: ShownCorpus, seen: Preview, cleaning: Collection[str], language: Language
) -> str:
    """Lists all that the rules found, with examples, and a button each to apply or undo a rule.

    What stands in the corpus is escaped. Rules that are a matter of taste come last, folded up.

    Args:
        corpus: The corpus, inspected.
        seen: How its files were understood.
        cleaning: The rules that are applied already.
        language: The language of the page.
    """
    from seq2seq_keras.corpus import DEFAULT, RULES

    say = language.say
    findings = corpus.findings
    columns = _column_warnings(seen, language)
    taste = [name for name in findings if RULES[name].preference and name not in cleaning]
    told = [name for name in findings if name not in taste]
    folded = [_item(corpus, findings[name], cleaning, language) for name in taste]
    more = (
        f'<details class="warnings-more" data-key="more"><summary>{say("More that can be done")}'
        f"</summary><ul>{''.join(folded)}</ul></details>"
        if folded
        else ""
    )
    if not told and not columns:
        good = say("Nothing doubtful was found in these pairs.")
        return f'<p class="warnings-none">✓ {good}</p><section class="warnings">{more}</section>'
    items = [*columns, *(_item(corpus, findings[name], cleaning, language) for name in told)]
    fixed = sum(name in cleaning for name in told)
    head = [_count_words(len(items) - fixed, language)] if fixed < len(items) else []
    if fixed:
        head.append(f'<span class="state">✓ {say("{count} fixed", count=fixed)}</span>')
    buttons = ""
    if len(told) > 1 and fixed < len(told):
        buttons += _button("all", "", "all", say("Fix all"))
    if len(told) > 1 and fixed:
        buttons += _button("none", "", "none", say("Undo all"))
    note = say("What surely does harm is fixed from the start. Undo what you want to keep.")
    hint = f"<p>{note}</p>" if any(name in DEFAULT and name in cleaning for name in told) else ""
    return (
        f'<section class="warnings" aria-label="{say("Warnings")}">'
        f'<div class="warnings-head"><h4>{" · ".join(head)}</h4>'
        f'<div class="acts">{buttons}</div></div>{hint}'
        f"<ul>{''.join(items)}</ul>{more}</section>"
    )


def _count_words(count: int, language: Language) -> str:
    return language.say_many("{count} warning", "{count} warnings", count)


def _item(
    corpus: ShownCorpus, found: Finding, cleaning: Collection[str], language: Language
) -> str:
    say, rule = language.say, found.rule
    on = rule in cleaning
    words = html.escape(finding_words(rule, len(found), language))
    mends = bool(found.changes)
    offer, done = (
        (say("Mend these"), say("mended")) if mends else (say("Leave these out"), say("left out"))
    )
    button = _button("back", rule, rule, say("Undo")) if on else _button("out", rule, rule, offer)
    state = f'<span class="state">✓ {done}</span> ' if on else ""
    examples = _changes(found, language) if mends else _examples(corpus, found, language)
    return (
        f'<li class="warning{" fixed" if on else ""}"><div class="warning-words">'
        f"<b>{words}</b> {state}<p>{say(_WHY[rule])}</p>"
        f"{examples}</div>{button}</li>"
    )


def _examples(corpus: ShownCorpus, found: Finding, language: Language) -> str:
    rows = "".join(
        f'<tr><th scope="row">{index + 1:,}</th>'
        f'<td dir="auto">{html.escape(_shortened(corpus.pairs.sources[index]))}</td>'
        f'<td dir="auto">{html.escape(_shortened(corpus.pairs.targets[index]))}</td></tr>'
        for index in found.indices[:_EXAMPLES].tolist()
    )
    return _folded(found, f"<tbody>{rows}</tbody>", min(len(found), _EXAMPLES), language)


def _changes(found: Finding, language: Language) -> str:
    """Some sentences before and after a mend."""
    rows = "".join(
        f'<tr><td dir="auto">{html.escape(_shortened(change.before))}</td>'
        f'<td dir="auto">{html.escape(_shortened(change.after))}</td></tr>'
        for change in found.changes
    )
    head = "".join(
        f'<th scope="col">{label}</th>' for label in (language.say("Before"), language.say("After"))
    )
    table = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
    return _folded(found, table, len(found.changes), language)


def _folded(found: Finding, table: str, count: int, language: Language) -> str:
    label = language.say_many("{count} example", "{count} examples", count)
    see = (
        _button("among", found.rule, "among", language.say("See all of them"), "select")
        if len(found) > _EXAMPLES
        else ""
    )
    return (
        f'<details data-key="{found.rule}"><summary>{label}</summary>'
        f'<table class="pairs">{table}</table>{see}</details>'
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
