"""Whole files to translate, given back in their own form: plain text, tables, subtitles, and the
translator's own formats, of which the empty translations are filled."""

from seq2seq_keras.documents.document import Document, Slot, Tally, Translated, Unit
from seq2seq_keras.documents.kept import KeptTranslations
from seq2seq_keras.documents.memory import TranslationMemory
from seq2seq_keras.documents.reading import (
    SUFFIXES,
    TABLE_SUFFIXES,
    TEXT_SUFFIXES,
    read_columns,
    read_document,
)
from seq2seq_keras.documents.translating import SEGMENTS_A_PIECE, translate_segments

__all__ = [
    "SEGMENTS_A_PIECE",
    "SUFFIXES",
    "TABLE_SUFFIXES",
    "TEXT_SUFFIXES",
    "Document",
    "KeptTranslations",
    "Slot",
    "Tally",
    "Translated",
    "TranslationMemory",
    "Unit",
    "read_columns",
    "read_document",
    "translate_segments",
]
