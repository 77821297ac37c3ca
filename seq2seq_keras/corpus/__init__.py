"""Parallel corpora: reading, splitting and describing sentence pairs."""

from seq2seq_keras.corpus.cleaning import CHECKS, Check, Finding, clean, inspect, leave_out
from seq2seq_keras.corpus.coverage import WordTally, tally_words
from seq2seq_keras.corpus.pairs import Corpus, Splits
from seq2seq_keras.corpus.readers import Preview, load_corpus, preview
from seq2seq_keras.corpus.statistics import SideStatistics, Statistics, count_words

__all__ = [
    "CHECKS",
    "Check",
    "Corpus",
    "Finding",
    "Preview",
    "SideStatistics",
    "Splits",
    "Statistics",
    "WordTally",
    "clean",
    "count_words",
    "inspect",
    "leave_out",
    "load_corpus",
    "preview",
    "tally_words",
]
