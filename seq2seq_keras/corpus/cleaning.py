"""What is likely wrong with pairs of a corpus, and leaving such pairs out."""

from __future__ import annotations

import functools
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seq2seq_keras.corpus.splitting import sentence_key
from seq2seq_keras.errors import InputError

if TYPE_CHECKING:
    from seq2seq_keras.corpus.pairs import Corpus

_LONGEST = 400  # characters; some 100 words
_RATIO = 3.0  # how many times longer than usual beside the other side
_SHORT = 30  # characters, below which a ratio says little

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#\d+|#x[\da-fA-F]+|[A-Za-z]{2,8});|\{\\an?\d")
# What UTF-8 looks like when it was read as Latin-1 or Windows-1252 and saved again.
_MOJIBAKE = re.compile("�|[ÃÂ][\u0080-\u00bf]|â€|å[\u0080-\u00bf]{2}|ï»¿")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\S|CC[- ]BY", re.IGNORECASE)


@dataclass(frozen=True)
class Check:
    """One sort of doubtful pair.

    Attributes:
        title: What such pairs are, after their number: "12 pairs ...".
        reason: Why they do harm.
        find: Returns the indices of such pairs.
    """

    title: str
    reason: str
    find: Callable[[Sequence[str], Sequence[str]], list[int]]


@dataclass(frozen=True)
class Finding:
    """The doubtful pairs that a check found.

    Attributes:
        check: The check's name in `CHECKS`.
        indices: Which pairs, in order.
    """

    check: str
    indices: list[int]

    def __len__(self) -> int:
        return len(self.indices)


def inspect(corpus: Corpus) -> list[Finding]:
    """Looks for doubtful pairs of every sort.

    Args:
        corpus: The pairs.

    Returns:
        What was found, in the order of `CHECKS`; a pair may be doubtful in several ways.

    Example:
        >>> corpus = Corpus(["Hi.", "Hi.", "OK"], ["Salut.", "Salut.", "OK"])
        >>> [(finding.check, len(finding)) for finding in inspect(corpus)]
        [('repeated', 1), ('untranslated', 1)]
    """
    found = [
        Finding(name, check.find(corpus.sources, corpus.targets)) for name, check in CHECKS.items()
    ]
    return [finding for finding in found if finding.indices]


def clean(corpus: Corpus, checks: Iterable[str]) -> Corpus:
    """Leaves doubtful pairs out.

    Args:
        corpus: The pairs.
        checks: Names of the sorts to leave out, from `CHECKS`.

    Returns:
        The other pairs; `dropped` also counts those left out, each by the first check that it
        failed.

    Raises:
        InputError: If there is no such check, or no pair is left.

    Example:
        >>> len(clean(Corpus(["Hi.", "Hi."], ["Salut.", "Salut."]), ["repeated"]))
        1
    """
    wanted = set(checks)
    for name in sorted(wanted - CHECKS.keys()):
        raise InputError(f"clean: there is no {name!r}; there are {', '.join(CHECKS)}")
    return leave_out(
        corpus,
        [
            Finding(name, check.find(corpus.sources, corpus.targets))
            for name, check in CHECKS.items()
            if name in wanted
        ],
    )


def leave_out(corpus: Corpus, findings: Iterable[Finding]) -> Corpus:
    """Leaves out what `inspect` found in a corpus; `clean` looks for it first.

    Args:
        corpus: The pairs.
        findings: What to leave out.

    Returns:
        The other pairs, as `clean` returns them.

    Raises:
        InputError: If no pair is left.

    Example:
        >>> corpus = Corpus(["Hi.", "Hi.", "OK"], ["Salut.", "Salut.", "OK"])
        >>> leave_out(corpus, inspect(corpus)).sources
        ['Hi.']
    """
    out: dict[int, str] = {}
    for finding in findings:
        for index in finding.indices:
            out.setdefault(index, finding.check)
    if not out:
        return corpus
    if len(out) == len(corpus):
        raise InputError(f"clean: no pair of {corpus.name!r} is left; leave out fewer sorts")
    kept = corpus.subset(index for index in range(len(corpus)) if index not in out)
    return replace(kept, dropped={**corpus.dropped, **Counter(out.values())})


def _repeated(sources: Sequence[str], targets: Sequence[str]) -> list[int]:
    seen: set[tuple[str, str]] = set()
    found = []
    for index, pair in enumerate(zip(sources, targets, strict=True)):
        if pair in seen:
            found.append(index)
        seen.add(pair)
    return found


def _untranslated(sources: Sequence[str], targets: Sequence[str]) -> list[int]:
    return [
        index
        for index, (source, target) in enumerate(zip(sources, targets, strict=True))
        # Equal letters: numbers and signs are the same in every language.
        if source == target and any(map(str.isalpha, source))
    ]


def _unequal(sources: Sequence[str], targets: Sequence[str]) -> list[int]:
    """Pairs of which one side is much longer than the other, as languages go."""
    lengths = [(len(source), len(target)) for source, target in zip(sources, targets, strict=True)]
    ratios = [target / source for source, target in lengths if source and target]
    usual = statistics.median(ratios) if ratios else 1.0
    return [
        index
        for index, (source, target) in enumerate(lengths)
        if max(source * usual, target) > _SHORT
        and max(source * usual, target) > _RATIO * min(source * usual, target)
    ]


def _long(sources: Sequence[str], targets: Sequence[str]) -> list[int]:
    return [
        index
        for index, pair in enumerate(zip(sources, targets, strict=True))
        if max(map(len, pair)) > _LONGEST
    ]


def _matching(
    pattern: re.Pattern[str], hints: Sequence[str]
) -> Callable[[Sequence[str], Sequence[str]], list[int]]:
    """Looks for a pattern in texts that hold, case aside, one of its `hints`: far quicker."""

    def matches(text: str) -> bool:
        folded = text.casefold()
        return any(hint in folded for hint in hints) and pattern.search(text) is not None

    def find(sources: Sequence[str], targets: Sequence[str]) -> list[int]:
        return [
            index
            for index, pair in enumerate(zip(sources, targets, strict=True))
            if any(map(matches, pair))
        ]

    return find


@functools.lru_cache(maxsize=20_000)
def _script(letter: str) -> str:
    """A letter's script, by the first word of its Unicode name: LATIN, CYRILLIC, CJK ..."""
    script = re.split("[ -]", unicodedata.name(letter, "?"), maxsplit=1)[0]
    return "CJK" if script in ("HIRAGANA", "KATAKANA", "IDEOGRAPHIC") else script


def _scripts(text: str) -> set[str]:
    return {_script(letter) for letter in set(text) if letter.isalpha()}


def _foreign(sources: Sequence[str], targets: Sequence[str]) -> list[int]:
    """Pairs with a side that has no letter of a script that is usual on that side."""
    found: set[int] = set()
    for side in (sources, targets):
        scripts = list(map(_scripts, side))
        counts = Counter(script for each in scripts for script in each)
        usual = {script for script, count in counts.items() if count > len(side) / 10}
        found.update(index for index, each in enumerate(scripts) if each and each.isdisjoint(usual))
    return sorted(found)


def _inconsistent(sources: Sequence[str], targets: Sequence[str]) -> list[int]:
    """Sources that stand several times, with more than three different translations."""
    translations: dict[str, set[str]] = {}
    keys = [sentence_key(source) for source in sources]
    for key, target in zip(keys, targets, strict=True):
        translations.setdefault(key, set()).add(sentence_key(target))
    met: Counter[str] = Counter()
    found = []
    for index, key in enumerate(keys):
        met[key] += 1
        if len(translations[key]) > 3 and met[key] > 1:
            found.append(index)
    return found


CHECKS: dict[str, Check] = {
    "repeated": Check("occur a second time", "they count double and say nothing new", _repeated),
    "untranslated": Check(
        "have the source as their translation", "the network learns to copy", _untranslated
    ),
    "unequal": Check(
        "are more than three times as long on one side as usual",
        "they are often misaligned or cut off",
        _unequal,
    ),
    "long": Check(
        f"are longer than {_LONGEST} characters",
        "they take much time and memory and are mostly no single sentences",
        _long,
    ),
    "script": Check(
        "have a side in another script than the rest",
        "they are likely in another language",
        _foreign,
    ),
    "markup": Check(
        "hold markup such as <b> or &amp;",
        "it is learnt as if it were words",
        _matching(_MARKUP, "<&{"),
    ),
    "encoding": Check(
        "hold characters that were decoded wrongly",
        "they are noise",
        _matching(_MOJIBAKE, "\ufffdãâåï"),
    ),
    "address": Check(
        "hold web or mail addresses or licences",
        "they are often attribution, not sentences",
        _matching(_ADDRESS, ("@", "://", "www.", "cc-by", "cc by")),
    ),
    "inconsistent": Check(
        "repeat a source that has more than three translations",
        "no network can know which one is meant",
        _inconsistent,
    ),
}
"""All checks by name."""
