"""Cleaning: rules that mend sentences of a corpus, and rules that leave doubtful pairs out."""

from seq2seq_keras.corpus.cleaning.examining import Change
from seq2seq_keras.corpus.cleaning.inspection import Cleaned, Finding, Inspection, inspect
from seq2seq_keras.corpus.cleaning.pipeline import Cleaning, clean
from seq2seq_keras.corpus.cleaning.rule import Drop, Mend, Repeat, Rule
from seq2seq_keras.corpus.cleaning.rules import DEFAULT, EXCLUSIVE, RULES

__all__ = [
    "DEFAULT",
    "EXCLUSIVE",
    "RULES",
    "Change",
    "Cleaned",
    "Cleaning",
    "Drop",
    "Finding",
    "Inspection",
    "Mend",
    "Repeat",
    "Rule",
    "clean",
    "inspect",
]
