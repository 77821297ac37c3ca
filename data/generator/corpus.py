"""Writes the two corpora: distinct pairs, distinct sources, lengths within bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from data.generator import chinese, english, french, grammar
from data.generator.sampler import Sampler
from data.generator.syntax import Sentence

SHORTEST, LONGEST = 3, 40
# Pairs by words of the English side (up to and including the key): many short, a clear tail.
QUOTAS = {5: 6500, 8: 7700, 11: 3000, 15: 1300, 20: 740, 25: 370, 30: 220, LONGEST: 170}
PAIRS = sum(QUOTAS.values())


class Linearizer(Protocol):
    """A module with a function ``sentence``."""

    def sentence(self, tree: Sentence) -> str: ...


CORPORA: dict[str, tuple[Linearizer, int]] = {
    "english-french.tsv": (french, 1),
    "english-chinese.tsv": (chinese, 2),
}


def _bucket(words: int) -> int:
    return next(limit for limit in QUOTAS if words <= limit)


def pairs(target: Linearizer, seed: int) -> list[tuple[str, str]]:
    """Distinct sources with their translations, shuffled so that every part holds all lengths."""
    draw = Sampler(seed)
    room = dict(QUOTAS)
    found: dict[str, str] = {}
    while len(found) < PAIRS:
        tree = grammar.draw_sentence(draw)
        source = english.sentence(tree)
        words = len(source.split())
        if source in found or not SHORTEST <= words <= LONGEST or not room[_bucket(words)]:
            continue
        translation = target.sentence(tree)
        if target is french and not SHORTEST <= len(translation.split()) <= LONGEST:
            continue
        found[source] = translation
        room[_bucket(words)] -= 1
    return draw.shuffled(list(found.items()))


def write(folder: Path) -> list[Path]:
    """Writes both corpora into the folder."""
    written = []
    for name, (target, seed) in CORPORA.items():
        text = "".join(f"{source}\t{translation}\n" for source, translation in pairs(target, seed))
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written
