"""Whole files to translate: plain text, tables and subtitles, given back in their own form."""

from seq2seq_keras.documents.document import Document, Slot
from seq2seq_keras.documents.kept import KeptTranslations
from seq2seq_keras.documents.reading import (
    SUFFIXES,
    TABLE_SUFFIXES,
    read_columns,
    read_document,
)
from seq2seq_keras.documents.translating import SEGMENTS_A_PIECE, Translated, translate_segments

__all__ = [
    "SEGMENTS_A_PIECE",
    "SUFFIXES",
    "TABLE_SUFFIXES",
    "Document",
    "KeptTranslations",
    "Slot",
    "Translated",
    "read_columns",
    "read_document",
    "translate_segments",
]
