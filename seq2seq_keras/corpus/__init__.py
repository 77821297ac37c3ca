"""Parallel corpora: reading, splitting and describing sentence pairs."""

from seq2seq_keras.corpus.pairs import Corpus, Splits
from seq2seq_keras.corpus.readers import Preview, load_corpus, preview
from seq2seq_keras.corpus.statistics import SideStatistics, Statistics, count_words

__all__ = [
    "Corpus",
    "Preview",
    "SideStatistics",
    "Splits",
    "Statistics",
    "count_words",
    "load_corpus",
    "preview",
]
