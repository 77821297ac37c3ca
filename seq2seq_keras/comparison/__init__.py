"""Plain or with attention? Train both alike, score both alike, and say how sure the answer is."""

from seq2seq_keras.comparison.experiment import compare, compare_translators, train_network
from seq2seq_keras.comparison.plan import is_planned
from seq2seq_keras.comparison.report import (
    Budget,
    PairReport,
    Report,
    SentenceDifference,
    SystemReport,
)

__all__ = [
    "Budget",
    "PairReport",
    "Report",
    "SentenceDifference",
    "SystemReport",
    "compare",
    "compare_translators",
    "is_planned",
    "train_network",
]
