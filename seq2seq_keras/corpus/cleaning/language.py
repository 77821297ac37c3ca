"""The rule that leaves pairs out of which a side is in the wrong language, where that is sure."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seq2seq_keras.corpus.cleaning.characters import HAN, KANA, LETTER, SPACE, SPACELESS
from seq2seq_keras.corpus.cleaning.rule import Drop, FindPairs, Sample
from seq2seq_keras.corpus.cleaning.side import Side
from seq2seq_keras.languages import short_code

_SHORTEST = 25  # characters, below which names and loans decide
_SHORTEST_SPACELESS = 10
_SURE = 0.9  # the probability of the other language, of all that are known
_LOOKED_AT = 2000  # sentences, from which the usual words are learnt
_FEWEST = 50  # sentences, below which nothing is learnt
_RIGHT = 0.8  # the share of them that the identifier has to know
_FAMILIAR = 1 / 3  # the share of usual words in sentences that need no look


@dataclass(frozen=True)
class Expected:
    """What is usual on a side.

    Attributes:
        language: Its language, by the identifier's code.
        words: Words that occur in sentences of that language.
        spaceless: Whether it is written without spaces, as Chinese and Japanese are.
    """

    language: str
    words: frozenset[str]
    spaceless: bool

    def foreign(self, side: Side) -> np.ndarray:
        """Returns the indices of sentences that are surely in another language."""
        found = [
            index
            for index in self._unfamiliar(side)
            if is_sure(side.texts[index], other_than=self.language)
        ]
        return np.array(found, np.int64)

    def _unfamiliar(self, side: Side) -> list[int]:
        """Sentences that look unusual: to identify the language of each would take far longer."""
        spaceless = side.count(SPACELESS)
        if self.spaceless:
            letters = side.count(LETTER)
            kana, han = side.count(KANA), side.count(HAN)
            own = kana > 0 if self.language == "ja" else (kana == 0) & (han > 0)
            own &= 2 * spaceless > letters
            enough = np.where(2 * spaceless > letters, _SHORTEST_SPACELESS, _SHORTEST)
            return np.flatnonzero(~own & (side.lengths >= enough)).tolist()
        words, familiar = self._words(side)
        long = (side.lengths >= _SHORTEST) | (spaceless >= _SHORTEST_SPACELESS)
        return np.flatnonzero(long & (familiar < _FAMILIAR * words)).tolist()

    def _words(self, side: Side) -> tuple[np.ndarray, np.ndarray]:
        """Counts the words of each sentence, and those among them that are usual."""
        space = (side.bits & np.uint64(SPACE)) != 0
        begins = ~space & np.concatenate([[True], space[:-1]])
        numbers = np.add.reduceat(begins, side.starts, dtype=np.int64)
        words = side.folded.split()
        usual = np.fromiter(map(self.words.__contains__, words), bool, len(words))
        until = np.concatenate([[0], np.cumsum(usual)])
        ends = np.cumsum(numbers)
        return numbers, until[ends] - until[ends - numbers]


def is_sure(text: str, other_than: str) -> bool:
    """Whether a sentence is in another language than one, beyond doubt."""
    language, probability = _identifier().classify(text)
    return language != other_than and probability > _SURE


def _fit(sample: Sample) -> FindPairs | None:
    source = expected(sample.source, sample.source_lang)
    target = expected(sample.target, sample.target_lang)
    if source is None and target is None:
        return None
    return functools.partial(_wrong_language, source, target)


def expected(side: Side, language: str | None) -> Expected | None:
    """Learns what is usual on a side.

    Returns:
        That; None where there are few sentences, or the identifier does not know most of them to
        be in one language: it knows about a hundred languages, and this may be another.
    """
    spaceless = 2 * side.count(SPACELESS).sum() > side.count(LETTER).sum()
    long = np.flatnonzero(side.lengths >= (_SHORTEST_SPACELESS if spaceless else _SHORTEST))
    if len(long) < _FEWEST:
        return None
    chosen = long[np.linspace(0, len(long) - 1, min(len(long), _LOOKED_AT)).astype(int)]
    texts = [side.texts[index] for index in np.unique(chosen).tolist()]
    names = [_identifier().classify(text)[0] for text in texts]
    code = short_code(language) or Counter(names).most_common(1)[0][0]
    own = [text for text, name in zip(texts, names, strict=True) if name == code]
    if len(own) < _RIGHT * len(texts):
        return None
    return Expected(code, _usual_words(own), bool(spaceless))


def _usual_words(texts: Sequence[str]) -> frozenset[str]:
    counts = Counter(word for text in texts for word in set(text.lower().split()))
    return frozenset(word for word, count in counts.items() if count > 1)


def _wrong_language(
    source_usual: Expected | None, target_usual: Expected | None, source: Side, target: Side
) -> np.ndarray:
    found = [
        usual.foreign(side)
        for usual, side in ((source_usual, source), (target_usual, target))
        if usual is not None
    ]
    return functools.reduce(np.union1d, found)


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


LANGUAGE = Drop(
    "language",
    "have a side in another language",
    "the network learns to answer in that language",
    default=True,
    fit=_fit,
)
