"""A corpus as a job describes it: files, columns, languages, and how it is cleaned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus

SPLIT_SEED = 1
"""A corpus has one test part in a workspace, whatever the seeds of the trainings."""


def read_corpus(reading: Mapping[str, Any]) -> Corpus:
    """Reads a corpus.

    Args:
        reading: What `CorpusInfo.reading` returns, perhaps through JSON.

    Raises:
        InputError: The files cannot be read, or nothing is left of them.

    Example:
        >>> read_corpus(workspace.corpus("sample/english-french").reading())  # doctest: +SKIP
    """
    from seq2seq_keras.corpus import clean

    return clean(read_pairs(reading), reading.get("cleaning", ()))


def read_pairs(reading: Mapping[str, Any]) -> Corpus:
    """Reads a corpus with all its pairs, as they are before `read_corpus` cleans them."""
    from seq2seq_keras.corpus import load_corpus

    return load_corpus(
        *reading["files"],
        source_lang=reading["source_lang"],
        target_lang=reading["target_lang"],
        source_column=reading["source_column"],
        target_column=reading["target_column"],
        encoding=reading.get("encoding"),
    )
