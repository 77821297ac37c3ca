"""What a rule of cleaning is: a name, a reason, and how it learns a corpus's usual look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seq2seq_keras.corpus.cleaning.side import Side

MendTexts = Callable[[Side], dict[int, str]]
"""Returns the sentences that change, by their index."""

FindPairs = Callable[[Side, Side], np.ndarray]
"""Returns the indices of pairs to leave out."""


@dataclass(frozen=True)
class Sample:
    """Pairs from all over a corpus, by which a rule learns what is usual in it.

    Attributes:
        source: Their sources.
        target: Their targets.
        source_lang: The language of the sources, if known.
        target_lang: The language of the targets, if known.
    """

    source: Side
    target: Side
    source_lang: str | None = None
    target_lang: str | None = None


@dataclass(frozen=True)
class Rule:
    """A named step of cleaning.

    Attributes:
        name: What it is called in options and files.
        title: What it finds, after a number: "12 pairs ...", or of a mend "12 sentences ...".
        reason: Why that does harm.
        default: Whether it is safe enough to be on unless it is switched off.
        preference: Whether it is a matter of taste: neither `all` nor the default has it.
    """

    name: str
    title: str
    reason: str
    default: bool = False
    preference: bool = False


@dataclass(frozen=True, kw_only=True)
class Mend(Rule):
    """A rule that changes the text of a side and keeps the pair.

    Attributes:
        fit: Makes, of sentences of one side and their language, a picklable function that mends
            any others of that side; None where there is nothing to mend.
    """

    fit: Callable[[Side, str | None], MendTexts | None]


@dataclass(frozen=True, kw_only=True)
class Drop(Rule):
    """A rule that leaves pairs out, each for what is in it alone.

    Attributes:
        fit: Makes, of a sample, a picklable function that finds such pairs among any others;
            None where the rule does not apply to the corpus.
    """

    fit: Callable[[Sample], FindPairs | None]


@dataclass(frozen=True, kw_only=True)
class Repeat(Rule):
    """A rule that leaves pairs out for what stands elsewhere in the corpus.

    Attributes:
        keys: Returns a number or several, of 64 bits each, that stand for each pair: an array
            of (pairs, numbers). Equal pairs have equal numbers in every process.
        find: Returns the indices of pairs to leave out, given the numbers of all of them.
    """

    keys: Callable[[Side, Side], np.ndarray]
    find: Callable[[np.ndarray], np.ndarray]
