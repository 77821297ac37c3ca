"""The operations counted for a network, against its own weights: each is used so and so often."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.arithmetic import Arithmetic
from seq2seq_keras.config import Config
from seq2seq_keras.network import build_network

DIM, UNITS, VOCAB = 6, 8, 17
NETWORKS = [
    ("before", "additive", "gru"),
    ("before", "general", "lstm"),
    ("after", "general", "gru"),
    ("after", "additive", "rnn"),
    ("after", "dot", "lstm"),
    ("none", "none", "gru"),
    ("none", "none", "lstm"),
]


def multiply_adds(config: Config, source_length: int, steps: int) -> int:
    """Counts how often each weight of the real network is multiplied for one sentence."""
    total = 0
    none = config.attention == "none"
    for weight in build_network(config, 19, VOCAB).training.trainable_weights:
        path, size = weight.path, int(np.prod(weight.shape))
        if path.startswith("source_embedding") or path.endswith("bias"):
            continue
        if path.startswith(("encoder", "attention_keys")):
            total += source_length * size
        elif "initial" in path:
            total += size
        elif path.endswith("score_vector"):
            total += steps * source_length * size
        elif none and path.startswith("d") and path.endswith("/kernel"):
            # The rows that meet the context, which is the same at every step.
            context = size // weight.shape[0] * UNITS
            total += steps * (size - context) + context
        else:
            total += steps * size
    if not none:
        total += steps * source_length * UNITS  # the weighted sums
        if config.attention != "additive":
            total += steps * source_length * UNITS  # the scores
    return total


@pytest.mark.parametrize(("placement", "score", "cell"), NETWORKS)
def test_counts_are_those_of_the_weights(placement: str, score: str, cell: str) -> None:
    config = Config.create(
        attention=score,
        attention_placement="after" if placement == "after" else "before",
        cell=cell,
        units=UNITS,
        embedding_dim=DIM,
    )
    arithmetic = Arithmetic(placement, score, DIM, UNITS, VOCAB, cell)
    sources, targets = [3, 7], [5, 2]
    expected = sum(
        multiply_adds(config, source, target)
        for source, target in zip(sources, targets, strict=True)
    )
    assert arithmetic.training(sources, targets) == 6 * expected
    assert arithmetic.search([3], [5], beam_size=4) == 2 * multiply_adds(config, 3, 4 * 5)


def test_beam_repeats_steps_but_not_the_encoder() -> None:
    arithmetic = Arithmetic("after", "general", DIM, UNITS, VOCAB)
    greedy = arithmetic.search([9], [4], beam_size=1)
    assert arithmetic.search([9], [4], beam_size=5) < 5 * greedy
    assert arithmetic.search([9], [20], beam_size=1) == arithmetic.search([9], [4], beam_size=5)
