"""The corpus: sentence pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from seq2seq_keras.corpus.keys import near_key, sentence_key
from seq2seq_keras.corpus.provenance import Provenance
from seq2seq_keras.corpus.splitting import apart, split_indices
from seq2seq_keras.corpus.statistics import Statistics, describe
from seq2seq_keras.corpus.store import take
from seq2seq_keras.errors import InputError

if TYPE_CHECKING:
    from seq2seq_keras.corpus.cleaning import Cleaned


@dataclass(frozen=True)
class Corpus:
    """Sentence pairs: `sources[i]` and `targets[i]` are translations of each other.

    A corpus of more than 200,000 pairs lies on the disk: its sides can be iterated over
    and sliced like lists, but fill no memory.

    Attributes:
        sources: sentences of the source language.
        targets: as many sentences of the target language.
        source_lang: language code, if known.
        target_lang: language code, if known.
        name: what to call it, usually the file's name.
        dropped: how many pairs were left out, by reason, first in reading; of a part, those of
            the whole corpus.
        cleaned: what cleaning did to it, if it was cleaned; kept by its parts.
        origins: where its files are from, of those of which that is known; likewise.
        held_out: of a part to train on, how many pairs of the corpus are in the other parts.

    Example:
        >>> corpus = Corpus(["Hi.", "Bye."], ["Salut.", "Au revoir."])
        >>> len(corpus), next(corpus.pairs())
        (2, ('Hi.', 'Salut.'))
    """

    sources: Sequence[str]
    targets: Sequence[str]
    source_lang: str | None = None
    target_lang: str | None = None
    name: str = ""
    dropped: Mapping[str, int] = field(default_factory=dict)
    cleaned: Cleaned | None = None
    origins: tuple[Provenance, ...] = ()
    held_out: int = 0

    def __post_init__(self) -> None:
        if len(self.sources) != len(self.targets):
            raise ValueError(
                f"targets: expected {len(self.sources)} sentences, as many as sources, "
                f"received {len(self.targets)}"
            )

    def __len__(self) -> int:
        return len(self.sources)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yields (source, target) in order."""
        return zip(self.sources, self.targets, strict=True)

    def subset(self, indices: Collection[int] | np.ndarray) -> Corpus:
        """Returns the pairs at `indices`, in their order."""
        sources, targets = take((self.sources, self.targets), indices)
        return replace(self, sources=sources, targets=targets)

    def sample(self, most: int, seed: int = 0) -> Corpus:
        """Returns the corpus, or so many pairs of it drawn at random, in their order."""
        if len(self) <= most:
            return self
        drawn = np.random.default_rng(seed).choice(len(self), most, replace=False)
        return self.subset(np.sort(drawn))

    def apart_from(self, *others: Corpus) -> Corpus:
        """Leaves out pairs of which a sentence, of either side, stands in another corpus.

        What is to be scored on must not have been learnt. Case, width, spacing and punctuation
        aside, as in `split`.

        Args:
            *others: corpora to validate or test on.

        Returns:
            The other pairs, in order; `dropped` counts those left out.

        Raises:
            InputError: if no pair is left.

        Example:
            >>> corpus = Corpus(["Hi.", "Bye."], ["Salut.", "Au revoir."])
            >>> corpus.apart_from(Corpus(["hi."], ["Bonjour."])).sources
            ['Bye.']
        """
        kept = apart(
            (self.sources, self.targets), [(other.sources, other.targets) for other in others]
        )
        left_out = len(self) - len(kept)
        if not left_out:
            return self
        if not len(kept):
            raise InputError(
                f"{self.name}: each pair has a sentence that stands in what it is to be validated "
                "or tested on; give other files for that, or none"
            )
        counts = {**self.dropped, "a sentence that is validated or tested on": left_out}
        return replace(self.subset(kept), dropped=counts)

    def split(
        self,
        valid: int | float | None = None,
        test: int | float | None = None,
        seed: int = 0,
        near_together: bool = False,
    ) -> Splits:
        """Divides the corpus so that no sentence, of either side, is in two parts.

        Pairs with the same source or the same target (case, width, spacing and punctuation
        aside) hang together, directly or through others, and stay together.

        Args:
            valid: size of the validation part: a number of pairs, or a share below 1. By
                default a twentieth of the corpus, at most 2,000 pairs. 0 for none.
            test: size of the test part, likewise.
            seed: which pairs go where; the same seed gives the same parts.
            near_together: whether sentences that differ in their numbers only, "at 7:30" and
                "at 8", count as the same.

        Returns:
            Three corpora, each in the order of this one. Parts can be smaller than asked
            for where many pairs hang together.

        Raises:
            InputError: if the corpus cannot be divided so.
        """
        key = near_key if near_together else sentence_key
        parts = split_indices(self.sources, self.targets, valid, test, seed, key)
        train, validated, tested = map(self.subset, parts)
        return Splits(replace(train, held_out=len(self) - len(train)), validated, tested)

    def statistics(self) -> Statistics:
        """Returns counts, lengths and vocabulary sizes, for people to read."""
        return describe(self)


@dataclass(frozen=True)
class Splits:
    """Three parts of a corpus that share no sentence."""

    train: Corpus
    valid: Corpus
    test: Corpus
