"""How sure a score is, and a difference of two: bootstrap intervals and p-values.

The numbers are those of sacreBLEU's `--confidence` and `--paired-bs` (Koehn 2004). A score is
computed from counts that add up over sentences; these are extracted once a system by sacreBLEU's
metrics, and test sets are drawn from them with replacement. sacreBLEU's own entry points take
the seed from the environment only, keep all drawn sets in memory at once, and do not give away the
interval of the difference; so the drawing is written here, over the functions that they call.
Those have a leading underscore: the version of sacreBLEU is pinned, and tests compare every
number with its command line.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from sacrebleu import significance

from seq2seq_keras.evaluation.metrics import metrics_for
from seq2seq_keras.evaluation.scores import Scores, assemble, check_lengths

MetricName = Literal["bleu", "chrf", "ter"]
METRIC_NAMES: tuple[MetricName, ...] = ("bleu", "chrf", "ter")

SAMPLES = 1000


class Interval(BaseModel):
    """A score with its 95% bootstrap interval and sacreBLEU signature."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    signature: str


class Confidence(BaseModel):
    """The three scores of one system with their intervals."""

    model_config = ConfigDict(frozen=True)

    bleu: Interval
    chrf: Interval
    ter: Interval


class Difference(BaseModel):
    """One metric of a system minus the baseline's, with its 95% interval and p-value."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    p_value: float

    @property
    def is_significant(self) -> bool:
        """Whether chance alone would give such a difference in fewer than 5 of 100 test sets."""
        return self.p_value < 0.05


class PairedBootstrap(BaseModel):
    """How a system differs from a baseline on the same sentences, in the three metrics."""

    model_config = ConfigDict(frozen=True)

    bleu: Difference
    chrf: Difference
    ter: Difference


class ScoredOutput:
    """A system's translations of a test set, their scores, and the counts beneath them.

    Tokenizing and counting n-grams and edits takes nearly all the time of scoring; here it is
    done once, for the scores, their intervals and every comparison with another system.

    Args:
        hypotheses: The system's translations.
        references: The right translations, in the same order.
        target_lang: Language code; None to go by the script of the references.
        samples: How many test sets to draw.
        seed: Seed of the draw; None for sacreBLEU's (SACREBLEU_SEED, else 12345).
        bleu_tokenizer: As of `metrics_for`.

    Raises:
        InputError: If there is no sentence, or not one reference for each hypothesis.

    Example:
        >>> output = ScoredOutput(["A dog."], ["A cat."], "en", samples=100)
        >>> output.scores.sentences
        1
    """

    def __init__(
        self,
        hypotheses: Sequence[str],
        references: Sequence[str],
        target_lang: str | None = None,
        samples: int = SAMPLES,
        seed: int | None = None,
        bleu_tokenizer: str | None = None,
    ) -> None:
        check_lengths(hypotheses, references)
        self.hypotheses = list(hypotheses)
        self.references = list(references)
        self.samples = samples
        self.seed = seed if seed is not None else sacrebleu_seed()
        self.metrics = metrics_for(target_lang, references, bleu_tokenizer)
        # name -> for every sentence, the counts that add up to the corpus's
        self.counts: dict[MetricName, list[list[int]]] = {
            name: getattr(self.metrics, name)._extract_corpus_statistics(
                self.hypotheses, [self.references]
            )
            for name in METRIC_NAMES
        }

    @cached_property
    def scores(self) -> Scores:
        """The scores on the whole test set, those of `score`."""
        bleu, chrf, ter = (
            getattr(self.metrics, name)._aggregate_and_compute(self.counts[name])
            for name in METRIC_NAMES
        )
        return assemble(self.metrics, (bleu, chrf, ter), self.hypotheses, self.references)

    @cached_property
    def drawn(self) -> dict[MetricName, np.ndarray]:
        """For each metric, the score on every drawn test set: (samples,)."""
        return {name: self.draw(name) for name in METRIC_NAMES}

    def value(self, name: MetricName, rows: Sequence[int] | np.ndarray | None = None) -> float:
        """Returns the score in one metric, optionally of some of the sentences only."""
        if rows is None:
            return float(getattr(self.scores, name).value)
        counts = [self.counts[name][row] for row in rows]
        return float(getattr(self.metrics, name)._aggregate_and_compute(counts).score)

    def draw(self, name: MetricName, rows: np.ndarray | None = None) -> np.ndarray:
        """Scores of drawn test sets, in one metric, optionally from some of the sentences only.

        Args:
            name: The metric.
            rows: Indices of the sentences to draw from; None for all.

        Returns:
            Scores of shape (samples,). Two systems that draw from the same sentences by the same
            seed are scored on the same test sets.
        """
        metric = getattr(self.metrics, name)
        counts = np.array(self.counts[name], dtype="float32")  # (sentences, counts), as sacreBLEU
        counts = counts if rows is None else counts[rows]
        generator = np.random.default_rng(self.seed)

        def one() -> float:
            chosen = generator.choice(len(counts), size=len(counts), replace=True)
            return metric._compute_score_from_stats(counts[chosen].sum(0)).score

        return np.array([one() for _ in range(self.samples)])

    def confidence(self) -> Confidence:
        """The scores with their 95% intervals."""
        return Confidence(**{name: self._interval(name) for name in METRIC_NAMES})

    def _interval(self, name: MetricName) -> Interval:
        low, high = interval_95(self.drawn[name])
        signature = getattr(self.metrics, name).get_signature()
        signature.update("bs", self.samples)
        signature.update("seed", str(self.seed).lower())
        return Interval(value=self.value(name), low=low, high=high, signature=str(signature))

    def compared_with(self, baseline: ScoredOutput) -> PairedBootstrap:
        """Tests the difference from a baseline on the same references."""
        if self.references != baseline.references:
            raise ValueError("a paired test needs two systems scored against the same references")
        return PairedBootstrap(
            **{
                name: _difference(
                    self.value(name) - baseline.value(name),
                    self.drawn[name] - baseline.drawn[name],
                )
                for name in METRIC_NAMES
            }
        )


def confidence(
    hypotheses: Sequence[str],
    references: Sequence[str],
    target_lang: str | None = None,
    samples: int = SAMPLES,
    seed: int | None = None,
) -> Confidence:
    """BLEU, chrF and TER with 95% bootstrap intervals, as `sacrebleu --confidence` draws them.

    Args:
        hypotheses: The system's translations.
        references: The right translations, in the same order.
        target_lang: Language code; None to go by the script of the references.
        samples: How many test sets to draw.
        seed: Seed of the draw; None for sacreBLEU's (SACREBLEU_SEED, else 12345).

    Returns:
        The three scores and intervals. sacreBLEU prints half an interval's width, with a ±.

    Raises:
        InputError: If there is no sentence, or not one reference for each hypothesis.

    Example:
        >>> interval = confidence(["A dog."] * 20, ["A dog."] * 20, "en").chrf
        >>> interval.low == interval.high == 100
        True
    """
    return ScoredOutput(hypotheses, references, target_lang, samples, seed).confidence()


def paired_bootstrap(
    baseline: Sequence[str],
    system: Sequence[str],
    references: Sequence[str],
    target_lang: str | None = None,
    samples: int = SAMPLES,
    seed: int | None = None,
) -> PairedBootstrap:
    """Tests whether a system differs from a baseline, as `sacrebleu --paired-bs` does.

    Both are scored on the same drawn test sets (Koehn 2004). With d the difference on the real
    test set and d_k on the k-th drawn one, sacreBLEU's
    p = (1 + #{k: |d_k| - mean |d_j| > |d|}) / (1 + samples); for two systems that score equally on
    every test set, where this would be its least value, p is 1.

    Args:
        baseline: The baseline's translations.
        system: The other system's.
        references: The right translations, in the same order.
        target_lang: Language code; None to go by the script of the references.
        samples: How many test sets to draw.
        seed: Seed of the draw; None for sacreBLEU's (SACREBLEU_SEED, else 12345).

    Returns:
        The system's score minus the baseline's in each metric, with 95% interval and p-value.
        In TER a negative difference is the better one.

    Raises:
        InputError: If there is no sentence, or not one reference for each hypothesis.

    Example:
        >>> references = ["He speaks French."] * 50
        >>> result = paired_bootstrap(["She is here."] * 50, references, references, "en")
        >>> result.bleu.is_significant
        True
    """
    first = ScoredOutput(baseline, references, target_lang, samples, seed)
    return ScoredOutput(system, references, target_lang, samples, seed).compared_with(first)


def interval_95(drawn: np.ndarray) -> tuple[float, float]:
    """The middle 95 of 100 drawn scores, cut off as sacreBLEU's `estimate_ci` does."""
    ordered = np.sort(drawn)
    outside = len(ordered) // 40
    return float(ordered[outside]), float(ordered[len(ordered) - outside - 1])


def sacrebleu_seed() -> int | None:
    """The seed that sacreBLEU would take: SACREBLEU_SEED, where `none` is no seed, or 12345."""
    seed = os.environ.get("SACREBLEU_SEED", "12345")
    return None if seed.lower() == "none" else int(seed)


def _difference(value: float, drawn: np.ndarray) -> Difference:
    low, high = interval_95(drawn)
    sizes = np.abs(drawn)
    p_value = significance._compute_p_value(sizes - sizes.mean(), abs(value))
    if not value and not sizes.any():
        p_value = 1.0  # sacreBLEU counts strictly larger ones, so would give equals its least p
    return Difference(value=value, low=low, high=high, p_value=p_value)
