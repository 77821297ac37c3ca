"""The part of a model card that tells of the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from seq2seq_keras.corpus.card import CorpusCard, LengthRange, SideCard
from seq2seq_keras.corpus.cleaning import RULES
from seq2seq_keras.counted import counted
from seq2seq_keras.languages import language_name
from seq2seq_keras.markdown import inert, table

_WIDEST = 20
"""Characters of the longest bar."""


def corpus_section(card: CorpusCard) -> list[str]:
    """Writes a corpus card as Markdown.

    Args:
        card: The card.

    Returns:
        Its lines: where the corpus is from, what was mended and left out, how long the sentences
        are, and how large a vocabulary covers them.

    Example:
        >>> print("\\n".join(corpus_section(card)))                   # doctest: +SKIP
    """
    rows = [("Name", inert(card.name)), *_origin_rows(card), ("Pairs read", f"{card.read:,}")]
    for name, count in card.mended.items():
        rows.append(("Mended", f"{counted(count, 'sentence')} {_reason(name)}"))
    lines = ["## Corpus", "", *table(("", ""), rows), ""]
    if card.left_out:
        steps = [
            (_reason(step.reason), f"{step.pairs:,}", f"{step.remaining:,}")
            for step in card.left_out
        ]
        lines += [*table(("left out", "pairs", "remaining"), steps), ""]
    sides = card.source, card.target
    names = [_name(side, role) for side, role in zip(sides, ("source", "target"), strict=True)]
    of = f"{card.sampled:,} of the training pairs" if card.sampled < card.parts["train"] else ""
    lines += [f"### Lengths{f', of {of}' if of else ''}", ""]
    head = [column for name in names for column in (f"words, {name}", "sentences")]
    lines += [*table(head, _lengths(*sides)), ""]
    lines += [f"### Vocabulary{f', of {of}' if of else ''}", ""]
    lines += [*table(("", *names), _vocabulary(*sides)), ""]
    return lines


def _origin_rows(card: CorpusCard) -> Iterator[tuple[str, str]]:
    for origin in card.origins:
        urls: Any = origin.get("url") or origin.get("homepage") or origin.get("name")
        if urls:
            told = ", ".join(map(inert, [urls] if isinstance(urls, str) else map(str, urls)))
            date = str(origin.get("fetched", ""))[:10]
            yield "From", f"{told}{f', fetched {inert(date)}' if date else ''}"
        yield "Licence", inert(str(origin.get("license") or "not stated"))
        if origin.get("sha256"):
            yield "SHA-256", f"`{inert(str(origin['sha256']))}`"
    if not card.origins:
        yield "From", "not stated"
        yield "Licence", "not stated"


def _reason(name: str) -> str:
    """What a rule finds, in words; other reasons are words already."""
    return f"{RULES[name].title} ({name})" if name in RULES else inert(name)


def _name(side: SideCard, role: str) -> str:
    return f"{role} ({inert(language_name(side.language))})" if side.language else role


def _lengths(source: SideCard, target: SideCard) -> Iterator[tuple[str, ...]]:
    most = max(length.sentences for side in (source, target) for length in side.lengths)
    for pair in zip_longest(source.lengths, target.lengths):
        cells: list[str] = []
        for side, length in zip((source, target), pair, strict=True):
            cells += _bar(length, length is side.lengths[-1], most) if length else ("", "")
        yield tuple(cells)


def _bar(length: LengthRange, is_last: bool, most: int) -> tuple[str, str]:
    words = f"{length.low} and more" if is_last else f"{length.low} to {length.high}"
    if length.low == length.high and not is_last:
        words = str(length.low)
    bar = "█" * max(round(_WIDEST * length.sentences / most), int(length.sentences > 0))
    return words, f"{bar} {length.sentences:,}".strip()


def _vocabulary(source: SideCard, target: SideCard) -> Iterator[tuple[str, ...]]:
    yield "running words", f"{source.words:,}", f"{target.words:,}"
    yield "different words", f"{source.distinct:,}", f"{target.distinct:,}"
    for own, other in zip(source.coverage, target.coverage, strict=False):
        yield (
            f"words that make up {own.share:.0%}",
            f"{own.words:,}",
            f"{other.words:,}",
        )
