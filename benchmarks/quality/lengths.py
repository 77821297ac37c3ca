"""What attention gains on short and on long sentences, over several seeds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from seq2seq_keras.corpus import Corpus
from seq2seq_keras.evaluation import LengthBucket, ScoredOutput, bleu_by_length
from seq2seq_keras.evaluation.lengths import source_length
from seq2seq_keras.evaluation.significance import interval_95


@dataclass(frozen=True)
class Estimate:
    """A mean over the seeds, and its 95% interval."""

    value: float
    low: float
    high: float

    @property
    def is_shown(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class LengthGap:
    """BLEU with and without attention of the sentences of some lengths, and the difference."""

    bucket: LengthBucket
    plain: Estimate
    attention: Estimate
    gap: Estimate


class Pairs:
    """Translations of one test set by plain networks and by ones with attention, a pair a seed.

    An interval over test sets draws the same sentences for both networks of a pair and for all
    seeds, and takes the mean over the seeds of each draw: how much another test set would
    change the mean of these networks. The interval over seeds is Student's, of the pairs'
    differences: how much other seeds would change it on this test set.

    Args:
        test: The test set.
        plain, attention: The translations, a list for each seed.
        bleu_tokenizer: sacreBLEU's tokenizer, None for the target language's own.
        samples: How many test sets to draw.

    Example:
        >>> pairs = Pairs(test, [plain_1, plain_2], [attention_1, attention_2])
        >>> pairs.gap().low > 0
        True
    """

    def __init__(
        self,
        test: Corpus,
        plain: Sequence[Sequence[str]],
        attention: Sequence[Sequence[str]],
        bleu_tokenizer: str | None = None,
        samples: int = 1000,
    ) -> None:
        def scored(translations: Sequence[str]) -> ScoredOutput:
            return ScoredOutput(
                translations,
                test.targets,
                test.target_lang,
                samples=samples,
                bleu_tokenizer=bleu_tokenizer,
            )

        self.test = test
        self.plain = [scored(each) for each in plain]
        self.attention = [scored(each) for each in attention]

    def gap(self) -> Estimate:
        """What attention gains on the whole test set; the interval is over test sets."""
        return self._gap(None)

    def gap_over_seeds(self) -> Estimate | None:
        """The same gain with its interval over seeds, None where there is but one."""
        gaps = [
            with_it.value("bleu") - without.value("bleu")
            for with_it, without in zip(self.attention, self.plain, strict=True)
        ]
        if len(gaps) < 2:
            return None
        mean = statistics.mean(gaps)
        margin = stats.t.ppf(0.975, len(gaps) - 1) * statistics.stdev(gaps) / len(gaps) ** 0.5
        return Estimate(mean, mean - margin, mean + margin)

    def by_length(self) -> list[LengthGap]:
        """What attention gains on sources of each length, short to long."""
        found = []
        for bucket in self._buckets:
            rows = np.flatnonzero((self._lengths >= bucket.low) & (self._lengths <= bucket.high))
            found.append(
                LengthGap(
                    bucket,
                    self._mean(self.plain, rows),
                    self._mean(self.attention, rows),
                    self._gap(rows),
                )
            )
        return found

    @cached_property
    def _buckets(self) -> list[LengthBucket]:
        return bleu_by_length(self.test.sources, self.plain[0], source_lang=self.test.source_lang)

    @cached_property
    def _lengths(self) -> np.ndarray:
        unit = self._buckets[0].unit
        return np.array([source_length(source, unit) for source in self.test.sources])

    def _gap(self, rows: np.ndarray | None) -> Estimate:
        value = _value(self.attention, rows) - _value(self.plain, rows)
        return Estimate(
            value, *interval_95(_draws(self.attention, rows) - _draws(self.plain, rows))
        )

    def _mean(self, outputs: list[ScoredOutput], rows: np.ndarray) -> Estimate:
        return Estimate(_value(outputs, rows), *interval_95(_draws(outputs, rows)))


def _draws(outputs: list[ScoredOutput], rows: np.ndarray | None) -> np.ndarray:
    """The mean over the seeds on every drawn test set: (samples,)."""
    return np.mean([output.draw("bleu", rows) for output in outputs], axis=0)


def _value(outputs: list[ScoredOutput], rows: np.ndarray | None) -> float:
    return statistics.mean(output.value("bleu", rows) for output in outputs)
