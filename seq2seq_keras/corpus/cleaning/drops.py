"""Rules that leave pairs out for what is in each: lengths, scripts, letters, leftovers."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

import numpy as np

from seq2seq_keras.corpus.cleaning.characters import DIGIT, LETTER, SCRIPTS, SPACE, SPACELESS
from seq2seq_keras.corpus.cleaning.rule import Drop, FindPairs, Sample
from seq2seq_keras.corpus.cleaning.side import Side

LONGEST = 400  # characters; some 100 words
LONGEST_WORD = 50
_RATIO = 3.0  # how many times longer than usual beside the other side
_SHORT = 30  # characters, below which a ratio says little
_FEW = 10  # signs, below which their share says little

_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#\d+|#x[\da-fA-F]+|[A-Za-z]{2,8});|\{\\an?\d")
# What UTF-8 looks like when it was read as Latin-1 or Windows-1252 and saved again.
_MOJIBAKE = re.compile("\ufffd|[ÃÂ][\u0080-\u00bf]|â€|å[\u0080-\u00bf]{2}|ï»¿")
_ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\S|CC[- ]BY", re.IGNORECASE)


def fixed(find: FindPairs) -> Callable[[Sample], FindPairs]:
    """Fits nothing: for rules that are the same for every corpus."""
    return lambda sample: find


def _untranslated(source: Side, target: Side) -> np.ndarray:
    equal = [
        index
        for index, pair in enumerate(zip(source.texts, target.texts, strict=True))
        # Equal letters: numbers and signs are the same in every language.
        if pair[0] == pair[1] and any(map(str.isalpha, pair[0]))
    ]
    return np.array(equal, np.int64)


def _fit_unequal(sample: Sample) -> FindPairs:
    lengths = sample.source.lengths, sample.target.lengths
    filled = (lengths[0] > 0) & (lengths[1] > 0)
    ratios = lengths[1][filled] / lengths[0][filled]
    return functools.partial(_unequal, float(np.median(ratios)) if len(ratios) else 1.0)


def _unequal(usual: float, source: Side, target: Side) -> np.ndarray:
    """Pairs of which one side is much longer than the other, as languages go."""
    expected, found = source.lengths * usual, target.lengths
    longer, shorter = np.maximum(expected, found), np.minimum(expected, found)
    return np.flatnonzero((longer > _SHORT) & (longer > _RATIO * shorter))


def _long(source: Side, target: Side) -> np.ndarray:
    return np.flatnonzero(np.maximum(source.lengths, target.lengths) > LONGEST)


def _long_words(source: Side, target: Side) -> np.ndarray:
    return np.union1d(*map(_with_long_word, (source, target)))


def _with_long_word(side: Side) -> np.ndarray:
    """Sentences with a stretch without spaces, in scripts that have them."""
    stops = np.flatnonzero((side.bits & np.uint64(SPACE | SPACELESS)) != 0)
    far = np.flatnonzero(np.diff(stops, prepend=-1) > LONGEST_WORD + 1)
    return np.unique(np.searchsorted(side.starts, stops[far], side="right") - 1)


def _fit_script(sample: Sample) -> FindPairs:
    return functools.partial(_foreign, _usual_scripts(sample.source), _usual_scripts(sample.target))


def _usual_scripts(side: Side) -> int:
    """The bits of the scripts that a tenth of the sentences have letters of."""
    scripts = (1 << bit for bit in range(64) if SCRIPTS >> bit & 1)
    return sum(script for script in scripts if len(side.with_all(script)) > len(side) / 10)


def _foreign(usual_source: int, usual_target: int, source: Side, target: Side) -> np.ndarray:
    """Pairs with a side that has no letter of a script that is usual on that side."""
    found = np.zeros(len(source), bool)
    for side, usual in ((source, usual_source), (target, usual_target)):
        scripts = side.held & np.uint64(SCRIPTS)
        found |= (scripts != 0) & (scripts & np.uint64(usual) == 0)
    return np.flatnonzero(found)


def _letters(source: Side, target: Side) -> np.ndarray:
    return np.union1d(*map(_hardly_text, (source, target)))


def _hardly_text(side: Side) -> np.ndarray:
    """Sentences without any letter or digit, or with far more signs than these."""
    read = side.count(LETTER | DIGIT)
    signs = side.lengths + 1 - side.count(SPACE) - read
    return np.flatnonzero((read == 0) | ((signs > _FEW) & (signs > read)))


def _matching(
    pattern: re.Pattern[str], hints: Sequence[str], source: Side, target: Side
) -> np.ndarray:
    """Looks for a pattern in sentences that hold, case aside, one of its hints: far quicker."""
    found = [
        index
        for side in (source, target)
        for index in side.holding(*hints, folded=True).tolist()
        if pattern.search(side.texts[index])
    ]
    return np.unique(np.array(found, np.int64))


DROPS = (
    Drop(
        "untranslated",
        "have the source as their translation",
        "the network learns to copy",
        default=True,
        fit=fixed(_untranslated),
    ),
    Drop(
        "letters",
        "have a side of more signs than letters",
        "there is nothing in them to translate",
        default=True,
        fit=fixed(_letters),
    ),
    Drop(
        "unequal",
        "are more than three times as long on one side as usual",
        "they are often misaligned or cut off",
        default=True,
        fit=_fit_unequal,
    ),
    Drop(
        "long",
        f"are longer than {LONGEST} characters",
        "they take much time and memory and are mostly no single sentences",
        fit=fixed(_long),
    ),
    Drop(
        "long_words",
        f"hold a word of more than {LONGEST_WORD} letters",
        "it is an address, a code, or words without their spaces",
        default=True,
        fit=fixed(_long_words),
    ),
    Drop(
        "script",
        "have a side in another script than the rest",
        "they are likely in another language",
        default=True,
        fit=_fit_script,
    ),
    Drop(
        "markup",
        "hold markup such as <b> or &amp;",
        "it is learnt as if it were words",
        fit=fixed(functools.partial(_matching, _MARKUP, ("<", "&", "{"))),
    ),
    Drop(
        "encoding",
        "hold characters that were decoded wrongly",
        "they are noise",
        default=True,
        fit=fixed(functools.partial(_matching, _MOJIBAKE, ("\ufffd", "ã", "â", "å", "ï"))),
    ),
    Drop(
        "address",
        "hold web or mail addresses or licences",
        "they are often attribution, not sentences",
        fit=fixed(functools.partial(_matching, _ADDRESS, ("@", "://", "www.", "cc-by", "cc by"))),
    ),
)
