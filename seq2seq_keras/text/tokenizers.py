"""Training a tokenizer of a given kind, and loading whichever kind was saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seq2seq_keras.errors import InputError
from seq2seq_keras.text.char import CharTokenizer
from seq2seq_keras.text.normalisation import normalise
from seq2seq_keras.text.subword import SubwordTokenizer
from seq2seq_keras.text.tokenizer import SPECIAL_PIECES, Tokenizer
from seq2seq_keras.text.vocabulary import VocabularyTokenizer, read_entries
from seq2seq_keras.text.word import WordTokenizer

_BY_RULE: dict[str, type[VocabularyTokenizer]] = {
    tokenizer.kind: tokenizer for tokenizer in (WordTokenizer, CharTokenizer)
}


def train_tokenizer(
    kind: str, sentences: Sequence[str], vocab_size: int, seed: int = 1
) -> Tokenizer:
    """Learns the vocabulary of one side of a corpus.

    Args:
        kind: `subword`, `word` or `char`.
        sentences: the training sentences of that side.
        vocab_size: most entries, the four special ones among them.
        seed: decides which sentences of a very large corpus are looked at.

    Returns:
        A tokenizer with at most `vocab_size` entries.

    Raises:
        InputError: if there is no such kind, no text, or no room for any entry.

    Example:
        >>> train_tokenizer("char", ["abba"], vocab_size=100).vocab_size
        6
    """
    if kind != SubwordTokenizer.kind and kind not in _BY_RULE:
        raise InputError(f"tokenizer: expected subword, word or char, received {kind!r}")
    if vocab_size <= len(SPECIAL_PIECES):
        raise InputError(f"vocab_size: expected more than 4, received {vocab_size}")
    if not any(map(normalise, sentences)):
        raise InputError("the corpus has no text to learn a vocabulary from")
    if kind == SubwordTokenizer.kind:
        return SubwordTokenizer.train(sentences, vocab_size, seed)
    return _BY_RULE[kind].train(sentences, vocab_size)


def load_tokenizer(folder: Path, side: str) -> Tokenizer:
    """Loads the tokenizer of one side from a saved translator.

    Args:
        folder: the saved translator.
        side: `source` or `target`.

    Returns:
        A tokenizer that encodes exactly as the one saved.

    Raises:
        InputError: if there is none, or it is damaged.
    """
    folder = Path(folder)
    model, entries = folder / f"{side}.model", folder / f"{side}.json"
    try:
        if model.is_file():
            return SubwordTokenizer.load(model)
        if entries.is_file():
            kind, tokens = read_entries(entries)
            if kind in _BY_RULE:
                return _BY_RULE[kind](tokens)
            raise InputError(f"{entries}: unknown kind of tokenizer {kind!r}")
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read: {error.strerror}") from None
    raise InputError(
        f"{folder}: no {side} tokenizer ({side}.model or {side}.json): not a saved translator"
    )
