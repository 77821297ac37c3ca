"""Parallel corpora: reading, splitting and describing sentence pairs."""

from seq2seq_keras.corpus.card import CorpusCard
from seq2seq_keras.corpus.cleaning import (
    DEFAULT,
    EXCLUSIVE,
    RULES,
    Cleaned,
    Cleaning,
    Finding,
    Inspection,
    Rule,
    clean,
    inspect,
)
from seq2seq_keras.corpus.coverage import WordTally, tally_words
from seq2seq_keras.corpus.pairs import Corpus, Splits
from seq2seq_keras.corpus.provenance import Provenance, keep_provenance, provenance
from seq2seq_keras.corpus.readers import Preview, load_corpus, preview
from seq2seq_keras.corpus.splitting import size_of_part
from seq2seq_keras.corpus.statistics import SideStatistics, Statistics, count_words

__all__ = [
    "DEFAULT",
    "EXCLUSIVE",
    "RULES",
    "Cleaned",
    "Cleaning",
    "Corpus",
    "CorpusCard",
    "Finding",
    "Inspection",
    "Preview",
    "Provenance",
    "Rule",
    "SideStatistics",
    "Splits",
    "Statistics",
    "WordTally",
    "clean",
    "count_words",
    "inspect",
    "keep_provenance",
    "load_corpus",
    "preview",
    "provenance",
    "size_of_part",
    "tally_words",
]
