"""The tokenizers of a corpus: a vocabulary for each side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seq2seq_keras.config import Config
from seq2seq_keras.text import Tokenizer, train_tokenizer

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus

_ENOUGH = 100_000
"""Pairs that teach a vocabulary all that more of them would."""


def learn_tokenizers(corpus: Corpus, config: Config) -> tuple[Tokenizer, Tokenizer]:
    """Learns the vocabularies of both sides, of a very large corpus from a sample.

    Args:
        corpus: the training pairs.
        config: kind of tokenizer, size of the vocabularies, seed.

    Returns:
        The tokenizers of source and target.

    Raises:
        InputError: if there is no text, or no room for any entry.

    Example:
        >>> source, target = learn_tokenizers(splits.train, config)    # doctest: +SKIP
    """
    sample = corpus.sample(_ENOUGH, config.seed)
    source, target = (
        train_tokenizer(config.tokenizer, sentences, config.vocab_size, config.seed)
        for sentences in (sample.sources, sample.targets)
    )
    return source, target
