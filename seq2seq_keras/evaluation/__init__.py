"""How good a translation is: BLEU, chrF, TER, and how sure the numbers are."""

from seq2seq_keras.evaluation.lengths import LengthBucket, bleu_by_length
from seq2seq_keras.evaluation.scores import Metric, Scores, bleu, score, sentence_bleu
from seq2seq_keras.evaluation.significance import (
    METRIC_NAMES,
    Confidence,
    Difference,
    Interval,
    MetricName,
    PairedBootstrap,
    ScoredOutput,
    confidence,
    paired_bootstrap,
)

__all__ = [
    "METRIC_NAMES",
    "Confidence",
    "Difference",
    "Interval",
    "LengthBucket",
    "Metric",
    "MetricName",
    "PairedBootstrap",
    "ScoredOutput",
    "Scores",
    "bleu",
    "bleu_by_length",
    "confidence",
    "paired_bootstrap",
    "score",
    "sentence_bleu",
]
