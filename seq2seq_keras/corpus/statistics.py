"""What a corpus consists of, in numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pandas

from seq2seq_keras.text.scripts import HAN_AND_KANA, character_class

if TYPE_CHECKING:
    from seq2seq_keras.corpus.pairs import Corpus

# A Han character or kana is a word by itself; others end at white space and punctuation.
_HAN = character_class(*HAN_AND_KANA)
_WORD = re.compile(f"[{_HAN}]|[^\\W{_HAN}]+(?:['’][^\\W{_HAN}]+)*")


@dataclass(frozen=True)
class SideStatistics:
    """One side of a corpus.

    Attributes:
        distinct: number of different sentences.
        vocabulary: number of different words, case aside.
        words: total number of words; punctuation does not count, each Han character does.
        word_lengths: `mean`, `median`, `95%` and `max` of words a sentence.
        character_lengths: the same of characters a sentence.
    """

    distinct: int
    vocabulary: int
    words: int
    word_lengths: dict[str, float]
    character_lengths: dict[str, float]


@dataclass(frozen=True)
class Statistics:
    """A corpus in numbers.

    Attributes:
        pairs: number of sentence pairs.
        distinct: number of different pairs.
        duplicates: pairs that stand in the corpus before.
        source: numbers of the source side.
        target: numbers of the target side.
        dropped: pairs left out in reading, by reason.
    """

    pairs: int
    distinct: int
    duplicates: int
    source: SideStatistics
    target: SideStatistics
    dropped: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Returns plain numbers and dictionaries, ready for JSON."""
        return asdict(self)

    def table(self) -> pandas.DataFrame:
        """Returns a row a measure, with columns `source` and `target`, for display."""

        def column(side: SideStatistics) -> dict[str, float]:
            lengths = {
                f"{unit} a sentence, {name}": value
                for unit, values in (
                    ("words", side.word_lengths),
                    ("characters", side.character_lengths),
                )
                for name, value in values.items()
            }
            return {
                "sentences": self.pairs,
                "different sentences": side.distinct,
                "words": side.words,
                "different words": side.vocabulary,
                **lengths,
            }

        return pandas.DataFrame({"source": column(self.source), "target": column(self.target)})


def describe(corpus: Corpus) -> Statistics:
    """Counts what `Statistics` lists."""
    frame = pandas.DataFrame({"source": corpus.sources, "target": corpus.targets}, dtype=object)
    duplicates = int(frame.duplicated().sum())
    return Statistics(
        pairs=len(frame),
        distinct=len(frame) - duplicates,
        duplicates=duplicates,
        source=_describe_side(frame["source"]),
        target=_describe_side(frame["target"]),
        dropped=dict(corpus.dropped),
    )


def count_words(sentences: Iterable[str]) -> Counter[str]:
    """Counts words, case and punctuation aside; a Han character or kana is a word by itself.

    Example:
        >>> count_words(["A dog, a cat."])["a"]
        2
    """
    return Counter(word for sentence in sentences for word in words_of(sentence))


def words_of(sentence: str) -> list[str]:
    """Returns the words that `count_words` counts, in their order."""
    return _WORD.findall(sentence.casefold())


def _describe_side(sentences: pandas.Series) -> SideStatistics:
    words = list(map(words_of, sentences))
    return SideStatistics(
        distinct=int(sentences.nunique()),
        vocabulary=len(set().union(*words)),
        words=sum(map(len, words)),
        word_lengths=_summary(list(map(len, words))),
        character_lengths=_summary(list(map(len, sentences))),
    )


def _summary(lengths: Sequence[int]) -> dict[str, float]:
    if not lengths:
        return dict.fromkeys(("mean", "median", "95%", "max"), 0.0)
    series = pandas.Series(lengths)
    return {
        "mean": round(float(series.mean()), 2),
        "median": float(series.median()),
        "95%": float(series.quantile(0.95)),
        "max": float(series.max()),
    }
