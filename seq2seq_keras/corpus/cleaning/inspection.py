"""What is found in a corpus, and the corpus without it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seq2seq_keras.corpus.cleaning.examining import (
    EXAMPLES,
    Change,
    Chunk,
    Examined,
    chunks,
    prepared,
)
from seq2seq_keras.corpus.cleaning.rule import Mend, Repeat
from seq2seq_keras.corpus.cleaning.rules import RULES
from seq2seq_keras.corpus.parallel import map_chunks
from seq2seq_keras.corpus.store import CHUNK, SentenceStore
from seq2seq_keras.errors import InputError

if TYPE_CHECKING:
    from seq2seq_keras.corpus.pairs import Corpus


@dataclass(frozen=True)
class Cleaned:
    """What cleaning did to a corpus, to be kept with a model.

    Attributes:
        rules: The names of the rules, in their order.
        mended: By mend, how many sentences it changed.
        dropped: By drop, how many pairs it left out; each counts for the first that found it.
        read: How many pairs there were before.
    """

    rules: tuple[str, ...]
    mended: Mapping[str, int]
    dropped: Mapping[str, int]
    read: int

    def to_dict(self) -> dict[str, Any]:
        """Returns plain lists, numbers and dictionaries, ready for JSON."""
        return {
            "rules": list(self.rules),
            "mended": dict(self.mended),
            "dropped": dict(self.dropped),
            "read": self.read,
        }


@dataclass(frozen=True)
class Finding:
    """What one rule found.

    Attributes:
        rule: The rule's name.
        indices: Which pairs, in order.
        count: How many sentences a mend changes, or how many pairs a drop leaves out.
        changes: Of a mend: some of the sentences before and after.
    """

    rule: str
    indices: np.ndarray
    count: int
    changes: Sequence[Change] = ()

    def __len__(self) -> int:
        return self.count


@dataclass
class Inspection:
    """What rules found in a corpus.

    Attributes:
        read: The corpus as it was read.
        corpus: All its pairs after the mends that were applied.
        applied: The names of these mends.
        findings: What was found, by rule; each rule by itself, so that a pair may be found by
            several. Rules that found nothing are not in it.
    """

    read: Corpus
    corpus: Corpus
    applied: tuple[str, ...]
    findings: dict[str, Finding]
    _keys: dict[str, np.ndarray] = field(default_factory=dict)

    def left_out(self, rules: Collection[str]) -> dict[str, np.ndarray]:
        """Returns the indices of pairs that rules leave out together, by the first that does.

        Repeats are looked for among the pairs that the other rules leave.
        """
        out = np.zeros(len(self.corpus), bool)
        left: dict[str, np.ndarray] = {}
        for name, rule in RULES.items():
            if name not in rules or name not in self.findings or isinstance(rule, Mend):
                continue
            found = self.findings[name].indices
            if isinstance(rule, Repeat) and out.any():
                rest = np.flatnonzero(~out)
                found = rest[rule.find(self._keys[name][rest])]
            found = found[~out[found]]
            out[found] = True
            if len(found):
                left[name] = found
        return left

    def cleaned(self, rules: Collection[str]) -> Corpus:
        """Returns the corpus without the pairs that rules leave out.

        Raises:
            InputError: If no pair is left.
        """
        left = self.left_out(rules)
        dropped = {name: len(indices) for name, indices in left.items()}
        mended = {name: self.findings[name].count for name in self.applied if name in self.findings}
        before = self.read.cleaned or Cleaned((), {}, {}, len(self.read))
        names = {*before.rules, *rules, *self.applied}
        cleaned = Cleaned(
            tuple(name for name in RULES if name in names),
            _sums(before.mended, mended),
            _sums(before.dropped, dropped),
            before.read,
        )
        kept = self.corpus
        if left:
            keep = np.ones(len(self.corpus), bool)
            keep[np.concatenate(list(left.values()))] = False
            if not keep.any():
                raise InputError(
                    f"clean: no pair of {self.read.name!r} is left; leave out fewer sorts"
                )
            kept = self.corpus.subset(np.flatnonzero(keep))
        return replace(kept, dropped=_sums(self.read.dropped, dropped), cleaned=cleaned)


def inspect(
    corpus: Corpus, applied: Iterable[str] = (), rules: Collection[str] = tuple(RULES)
) -> Inspection:
    """Looks what rules would do to a corpus.

    Args:
        corpus: The pairs.
        applied: The mends that change the text before the other rules look at it.
        rules: The rules that look; by default all.

    Example:
        >>> corpus = Corpus(["Hi.", "Hi.", "OK"], ["Salut.", "Salut.", "OK"])
        >>> {name: len(finding) for name, finding in inspect(corpus).findings.items()}
        {'untranslated': 1, 'repeated': 1}
    """
    mends = tuple(name for name in RULES if name in set(applied))
    examination = prepared(corpus, {*rules, *mends}, mends)
    gathered = _Gathered(corpus)
    for examined in map_chunks(examination, chunks(corpus)):
        gathered.add(examined)
    return gathered.inspection(mends)


class _Gathered:
    """Puts together what was found in the chunks of a corpus, in order."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._start = 0
        self._sides: list[SentenceStore | None] = [None, None]
        self._indices: dict[str, list[np.ndarray]] = {}
        self._counts: dict[str, int] = {}
        self._changes: dict[str, list[Change]] = {}
        self._keys: dict[str, list[np.ndarray]] = {}

    def add(self, chunk: Examined) -> None:
        read: Chunk = self._corpus.sources, self._corpus.targets
        stop = self._start + chunk.size
        for place, (side, texts) in enumerate(zip(read, chunk.sides, strict=True)):
            gathered = self._sides[place]
            if gathered is None and texts is not None:  # the first change of this side
                gathered = self._sides[place] = SentenceStore()
                for first in range(0, self._start, CHUNK):
                    gathered.extend(side[first : min(first + CHUNK, self._start)])
            if gathered is not None:
                gathered.extend(side[self._start : stop] if texts is None else texts)
        for name, indices in (*chunk.touched.items(), *chunk.found.items()):
            self._indices.setdefault(name, []).append(indices + self._start)
            count = chunk.mended.get(name, len(indices))
            self._counts[name] = self._counts.get(name, 0) + count
        for name, changes in chunk.changes.items():
            kept = self._changes.setdefault(name, [])
            kept += changes[: EXAMPLES - len(kept)]
        for name, keys in chunk.keys.items():
            self._keys.setdefault(name, []).append(keys)
        self._start = stop

    def inspection(self, applied: tuple[str, ...]) -> Inspection:
        keys = {name: np.concatenate(parts) for name, parts in self._keys.items()}
        indices = {name: np.concatenate(parts) for name, parts in self._indices.items()}
        for name, numbers in keys.items():
            rule = RULES[name]
            assert isinstance(rule, Repeat)
            indices[name] = rule.find(numbers)
        findings = {
            name: Finding(
                name,
                indices[name],
                self._counts.get(name, len(indices[name])),
                self._changes.get(name, ()),
            )
            for name in RULES
            if len(indices.get(name, ()))
        }
        sides = (
            new.sentences() if new is not None else old
            for new, old in zip(
                self._sides, (self._corpus.sources, self._corpus.targets), strict=True
            )
        )
        source, target = sides
        mended = replace(self._corpus, sources=source, targets=target)
        return Inspection(self._corpus, mended, applied, findings, keys)


def _sums(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}
