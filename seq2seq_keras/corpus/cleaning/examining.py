"""One pass over a corpus: what each rule changes and finds, chunk by chunk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from seq2seq_keras.corpus.cleaning.rule import Drop, FindPairs, Mend, MendTexts, Repeat, Sample
from seq2seq_keras.corpus.cleaning.rules import RULES
from seq2seq_keras.corpus.cleaning.side import Side
from seq2seq_keras.corpus.store import CHUNK

if TYPE_CHECKING:
    from seq2seq_keras.corpus.pairs import Corpus

_SAMPLE = 100_000
_SLICES = 100
EXAMPLES = 5

Chunk = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Change:
    """A sentence before and after a mend."""

    before: str
    after: str


@dataclass
class Examined:
    """What the rules did to a chunk.

    Attributes:
        size: How many pairs it has.
        sides: The sentences of both sides after the mends that apply; None for an unchanged side.
        touched: By mend: the indices of pairs that it changes.
        mended: By mend: how many sentences that are.
        changes: By mend: some of them.
        found: By drop: the indices of pairs that it leaves out.
        keys: By rule for repeats: numbers that stand for the pairs.
    """

    size: int
    sides: tuple[Sequence[str] | None, Sequence[str] | None]
    touched: dict[str, np.ndarray] = field(default_factory=dict)
    mended: dict[str, int] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    found: dict[str, np.ndarray] = field(default_factory=dict)
    keys: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Examination:
    """Rules that have learnt what is usual in a corpus, ready for any chunk, in any process.

    Attributes:
        mends: By name, the functions for both sides.
        applied: The mends that change the text; of the others it is only told what they would.
        drops: By name, what finds pairs to leave out.
        repeats: Names of rules for repeats.
    """

    mends: Mapping[str, tuple[MendTexts | None, MendTexts | None]]
    applied: Collection[str]
    drops: Mapping[str, FindPairs]
    repeats: Sequence[str]

    def __call__(self, chunk: Chunk) -> Examined:
        """Mends a chunk and looks for what to leave out."""
        sides, done = list(map(Side, chunk)), Examined(len(chunk[0]), (None, None))
        for name, functions in self.mends.items():
            self._mend(name, functions, sides, done)
        for name, find in self.drops.items():
            done.found[name] = find(*sides)
        for name in self.repeats:
            rule = RULES[name]
            assert isinstance(rule, Repeat)
            done.keys[name] = rule.keys(*sides)
        source, target = (
            None if side.texts is texts else side.texts
            for side, texts in zip(sides, chunk, strict=True)
        )
        done.sides = source, target
        return done

    def _mend(
        self,
        name: str,
        functions: tuple[MendTexts | None, MendTexts | None],
        sides: list[Side],
        done: Examined,
    ) -> None:
        touched: set[int] = set()
        done.mended[name], done.changes[name] = 0, []
        for place, (function, side) in enumerate(zip(functions, sides, strict=True)):
            changes = function(side) if function else {}
            touched.update(changes)
            done.mended[name] += len(changes)
            for index in list(changes)[: EXAMPLES - len(done.changes[name])]:
                done.changes[name].append(Change(side.texts[index], changes[index]))
            if changes and name in self.applied:
                texts = list(side.texts)
                for index, text in changes.items():
                    texts[index] = text
                sides[place] = Side(texts)
        done.touched[name] = np.array(sorted(touched), np.int64)


def prepared(corpus: Corpus, rules: Collection[str], applied: Collection[str]) -> Examination:
    """Lets rules learn what is usual in a corpus.

    Args:
        corpus: The corpus, of which at most 100,000 pairs are looked at.
        rules: Names of all rules that are to look.
        applied: The mends among them that are to change the text.
    """
    mends: dict[str, tuple[MendTexts | None, MendTexts | None]] = {}
    sides = [Side(texts) for texts in _sample(corpus)]
    languages = corpus.source_lang, corpus.target_lang
    chosen = [rule for name, rule in RULES.items() if name in rules]
    for rule in chosen:
        if isinstance(rule, Mend):
            source, target = map(rule.fit, sides, languages)
            mends[rule.name] = source, target
    mended = Examination({name: mends[name] for name in mends if name in applied}, applied, {}, ())(
        (sides[0].texts, sides[1].texts)
    )
    for place, texts in enumerate(mended.sides):
        if texts is not None:
            sides[place] = Side(texts)
    sample = Sample(sides[0], sides[1], *languages)
    fitted = {rule.name: rule.fit(sample) for rule in chosen if isinstance(rule, Drop)}
    drops = {name: find for name, find in fitted.items() if find is not None}
    return Examination(mends, applied, drops, [r.name for r in chosen if isinstance(r, Repeat)])


def chunks(corpus: Corpus, size: int = CHUNK) -> Iterator[Chunk]:
    """Cuts a corpus into chunks, in order."""
    for start in range(0, len(corpus), size):
        yield corpus.sources[start : start + size], corpus.targets[start : start + size]


def _sample(corpus: Corpus) -> Chunk:
    """Pairs from all over a corpus, in stretches, which are quick to read."""
    if len(corpus) <= _SAMPLE:
        return corpus.sources[:], corpus.targets[:]
    length = _SAMPLE // _SLICES
    starts = np.linspace(0, len(corpus) - length, _SLICES).astype(int).tolist()
    sources = [text for start in starts for text in corpus.sources[start : start + length]]
    targets = [text for start in starts for text in corpus.targets[start : start + length]]
    return sources, targets
