"""The settings that suit a corpus and the devices, for all that the user has not chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, count_words

_LEARNABLE = 5
"""How often a word must occur to be learnt as a whole; pieces of words serve for the others."""

_WIDTHS = ((2500, 192, 128), (7000, 384, 256))
"""Up to so many subwords, units and embedding_dim of the network."""

_WIDEST = (512, 256)

_ENOUGH = 100_000
"""Pairs in which as many words can be told to be learnable as there is room for."""


def recommended(corpus: Corpus) -> dict[str, int]:
    """Chooses vocabulary and network by how many words a training corpus can teach.

    Those are the words that occur five times or more, on the side that has more of them; a Han
    character or kana counts as a word. The vocabulary has a fifth more entries than that,
    from 1,000 to 8,000, and the network is as wide as it takes to use them.

    Args:
        corpus: The training pairs.

    Returns:
        Values for the settings in `CHOSEN_BY_CORPUS`; that of `vocab_size` is for subwords.

    Example:
        >>> recommended(load_corpus("data/english-french.tsv"))      # doctest: +SKIP
        {'vocab_size': 2000, 'units': 192, 'embedding_dim': 128}
    """
    sample = corpus.sample(_ENOUGH)
    words = max(_learnable(sample.sources), _learnable(sample.targets))
    vocab_size = min(max(500 * round(1.2 * words / 500), 1000), 8000)
    fitting = (widths for most, *widths in _WIDTHS if vocab_size <= most)
    units, embedding_dim = next(fitting, _WIDEST)
    return {"vocab_size": vocab_size, "units": units, "embedding_dim": embedding_dim}


def suited(corpus: Corpus, given: Mapping[str, Any]) -> Config:
    """Completes the settings that were given by those that suit the training corpus.

    Raises:
        InputError: If a setting is unknown or out of range.

    Example:
        >>> suited(corpus, {"cell": "lstm"}).cell                     # doctest: +SKIP
        'lstm'
    """
    chosen = recommended(corpus)
    if given.get("tokenizer", "subword") != "subword":
        del chosen["vocab_size"]
    return Config.create(**{**chosen, **given})


def for_all_devices(config: Config, given: Mapping[str, Any], count: int) -> Config:
    """Suits batch and learning rate to several devices, where they were not given.

    Each device gets the batch that one would: more of them need fewer steps. The gradient of a
    batch n times as large is less noisy by the root of n, and by so much the learning rate of Adam
    can rise (Malladi et al. 2022); three digits of it are enough.

    Args:
        config: The settings of one device.
        given: Those that were chosen by the user.
        count: How many devices there are.

    Returns:
        The settings; of the others none counts as given that did not before.

    Example:
        >>> for_all_devices(Config(), {}, 4).batch_size
        256
    """
    if count <= 1 or given.get("batch_size") is not None:
        return config
    changed: dict[str, Any] = {"batch_size": config.batch_size * count}
    if given.get("learning_rate") is None:
        changed["learning_rate"] = float(f"{config.learning_rate * math.sqrt(count):.3g}")
    return Config.create(**{**config.chosen(), **changed})


def _learnable(sentences: Sequence[str]) -> int:
    return sum(count >= _LEARNABLE for count in count_words(sentences).values())
