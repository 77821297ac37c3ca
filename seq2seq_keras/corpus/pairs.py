"""The corpus: sentence pairs in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from seq2seq_keras.corpus.splitting import apart, split_indices
from seq2seq_keras.corpus.statistics import Statistics, describe
from seq2seq_keras.errors import InputError


@dataclass(frozen=True)
class Corpus:
    """Sentence pairs: `sources[i]` and `targets[i]` are translations of each other.

    Attributes:
        sources: sentences of the source language.
        targets: as many sentences of the target language.
        source_lang: language code, if known.
        target_lang: language code, if known.
        name: what to call it, usually the file's name.
        dropped: how many pairs were left out in reading, by reason.

    Example:
        >>> corpus = Corpus(["Hi.", "Bye."], ["Salut.", "Au revoir."])
        >>> len(corpus), next(corpus.pairs())
        (2, ('Hi.', 'Salut.'))
    """

    sources: list[str]
    targets: list[str]
    source_lang: str | None = None
    target_lang: str | None = None
    name: str = ""
    dropped: Mapping[str, int] = field(default_factory=dict)

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

    def subset(self, indices: Iterable[int]) -> Corpus:
        """Returns the pairs at `indices`, in their order."""
        chosen = list(map(int, indices))
        return replace(
            self,
            sources=[self.sources[index] for index in chosen],
            targets=[self.targets[index] for index in chosen],
            dropped={},
        )

    def apart_from(self, *others: Corpus) -> Corpus:
        """Leaves out pairs of which a sentence, of either side, stands in another corpus.

        What is to be scored on must not have been learnt. Case, width and spacing aside, as in
        `split`.

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
        if not kept:
            raise InputError(
                f"{self.name}: each pair has a sentence that stands in what it is to be validated "
                "or tested on; give other files for that, or none"
            )
        counts = {**self.dropped, "a sentence that is validated or tested on": left_out}
        return replace(self.subset(kept), dropped=counts)

    def split(
        self, valid: int | float | None = None, test: int | float | None = None, seed: int = 0
    ) -> Splits:
        """Divides the corpus so that no sentence, of either side, is in two parts.

        Pairs with the same source or the same target (case, width and spacing aside) hang
        together, directly or through others, and stay together.

        Args:
            valid: size of the validation part: a number of pairs, or a share below 1. By
                default a twentieth of the corpus, at most 2,000 pairs. 0 for none.
            test: size of the test part, likewise.
            seed: which pairs go where; the same seed gives the same parts.

        Returns:
            Three corpora, each in the order of this one. Parts can be smaller than asked
            for where many pairs hang together.

        Raises:
            InputError: if the corpus cannot be divided so.
        """
        parts = split_indices(self.sources, self.targets, valid, test, seed)
        return Splits(*map(self.subset, parts))

    def statistics(self) -> Statistics:
        """Returns counts, lengths and vocabulary sizes, for people to read."""
        return describe(self)


@dataclass(frozen=True)
class Splits:
    """Three parts of a corpus that share no sentence."""

    train: Corpus
    valid: Corpus
    test: Corpus
