"""The two limits of a model without attention, measured on sentences it was not trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from seq2seq_keras.explain import Model
from seq2seq_keras.explain.decoder import greedy, write
from seq2seq_keras.explain.distance import mean_by_distance, source_gradients
from seq2seq_keras.explain.encoder import encode
from seq2seq_keras.explain.probe import bottleneck
from seq2seq_keras.explain.writing import writing
from seq2seq_keras.jobs.reading import SPLIT_SEED, read_corpus

MOST_SENTENCES = 1000
"""For the probes: enough for steady numbers, and few enough for seconds."""

_SENTENCES_FOR_GRADIENTS = 60


def measure_limits(model: Model, test: Mapping[str, Any]) -> dict[str, Any]:
    """Measures what one vector holds, and how far gradients reach.

    Args:
        model: The model.
        test: A test set, as of `TestSet.reading`.

    Returns:
        - `bottleneck`: `overall`, and lists `by_position` and `by_length`, of the fields of
          `explain.probe.Accuracy`; `num_train` and `num_held_out`, sentences.
        - `gradients`: (distance, mean norm, number of pairs) by distance, and
          `gradient_sentences`, how many were differentiated, every so many of all lengths.

    Raises:
        InputError: There are too few sentences.

    Example:
        >>> measure_limits(Model.of(translator), test_set.reading())["bottleneck"]["overall"]
    """
    corpus = read_corpus(test)
    if test["part"] == "test":
        corpus = corpus.split(seed=SPLIT_SEED).test
    sentences = list(corpus.sources[:MOST_SENTENCES])
    found = bottleneck(model, sentences)
    fitting = [
        ids
        for sentence in sentences
        if 0 < len(ids := model.source_tokenizer.encode(sentence)) < model.config.max_length
    ]
    # Of all lengths alike: what is far apart is so in long sentences only.
    fitting.sort(key=len)
    some = fitting[:: max(1, len(fitting) // _SENTENCES_FOR_GRADIENTS)]
    gradients = [_gradients(model, sentence) for sentence in some]
    return {
        "bottleneck": {
            "overall": asdict(found.overall()),
            "by_position": [asdict(row) for row in found.by_position()],
            "by_length": [asdict(row) for row in found.by_length()],
            "num_train": found.num_train,
            "num_held_out": found.num_held_out,
        },
        "gradients": mean_by_distance(gradients),
        "gradient_sentences": len(gradients),
    }


def _gradients(model: Model, tokens: list[int]) -> Any:
    from seq2seq_keras.text import END

    ids = [*tokens, END]
    encoding, limit = encode(model.weights, ids), model.limit(len(ids))
    written = write(model.weights, encoding, greedy(limit), limit)
    return source_gradients(model.weights, encoding, writing(model, ids, *written, top=1))
