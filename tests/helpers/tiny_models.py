"""Small saved translators for tests that need one but not a good one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PAIRS = [
    ("A dog runs.", "狗跑。"),
    ("The cat sleeps.", "猫睡觉。"),
    ("We read a book.", "我们看书。"),
    ("She drinks water.", "她喝水。"),
] * 3


def save_untrained(folder: Path, **settings: Any) -> Any:
    """Saves a translator with random weights, English to Chinese, and returns it.

    It babbles: the end of a sentence is made unlikely, which it else takes at once.
    """
    import numpy as np

    from seq2seq_keras.config import Config
    from seq2seq_keras.network import build_network
    from seq2seq_keras.text import END, train_tokenizer
    from seq2seq_keras.translator import Translator

    config = Config.create(
        **{
            "source_lang": "en",
            "target_lang": "zh",
            "units": 8,
            "embedding_dim": 8,
            "vocab_size": 60,
            "tokenizer": "char",
            "max_length": 24,
            **settings,
        }
    )
    source, target = (
        train_tokenizer(config.tokenizer, sentences, config.vocab_size)
        for sentences in zip(*PAIRS, strict=True)
    )
    network = build_network(config, source.vocab_size, target.vocab_size)
    random = np.random.default_rng(3)
    weights = []
    for weight in network.training.get_weights():
        weights.append(random.normal(0, 1, weight.shape))
        if weight.shape == (target.vocab_size,):
            weights[-1][END] = -3.0
    network.training.set_weights(weights)
    examples = [
        {"source": source, "reference": target, "translation": target}
        for source, target in PAIRS[:3]
    ]
    translator = Translator(config, source, target, network, record={"examples": examples})
    translator.save(folder)
    return translator
