"""Trains the same network on one device and on several virtual ones; prints the results as JSON.

In a process of its own, because a processor is divided before anything is computed.

    python tests/helpers/steps_on_devices.py DEVICES STEPS
"""

from __future__ import annotations

import json
import sys
from typing import Any

import keras
import numpy as np

from seq2seq_keras.config import Config
from seq2seq_keras.network import build_network
from seq2seq_keras.training.batches import EncodedPairs, epoch_batches
from seq2seq_keras.training.replicas import Replicas, open_replicas
from seq2seq_keras.training.step import make_optimizer, make_steps
from seq2seq_keras.training.token_rows import TokenRows

WORDS = 20
PAIRS = 49  # of which the last batch has one: most devices get nothing of it
CONFIG = Config(
    units=8,
    embedding_dim=6,
    dropout=0.0,
    batch_size=12,
    gradient_clip=0.1,
    learning_rate=0.01,
    max_length=16,
)


def corpus() -> EncodedPairs:
    """Made-up pairs of 1 to 9 words."""
    random = np.random.default_rng(1)

    def side(start: list[int]) -> TokenRows:
        rows = [random.integers(4, WORDS, random.integers(1, 10)).tolist() for _ in range(PAIRS)]
        return TokenRows.of([[*start, *row, 2] for row in rows])

    return EncodedPairs(side([]), side([1]), np.ones(PAIRS, bool))


def trained(replicas: Replicas, config: Config, steps: int) -> dict[str, Any]:
    """Makes so many steps; returns what each reported, and the weights at the end."""
    pairs = corpus()
    with replicas.scope():
        network = build_network(config, WORDS, WORDS)
        optimizer = make_optimizer(network, config)
    replicas.settle(network.training)
    compiled = make_steps(network, optimizer, config, replicas)
    reports: list[list[float]] = []
    epoch = 0
    while len(reports) < steps:
        epoch += 1
        for rows in epoch_batches(pairs, config.batch_size, config.seed, epoch):
            replicas.assign(optimizer.learning_rate, config.learning_rate / (1 + len(reports)))
            report = compiled.train(*compiled.shares(pairs, rows))
            reports.append(keras.ops.convert_to_numpy(report).tolist())
    weights = [keras.ops.convert_to_numpy(each.value) for each in network.training.weights]
    return {
        "reports": reports[:steps],
        "weights": [float(np.abs(weight).sum()) for weight in weights],
        "devices": replicas.count,
    }


def main() -> None:
    devices, steps = map(int, sys.argv[1:])
    replicas = open_replicas(devices)
    results = {
        "whole": trained(replicas, CONFIG, steps),
        "in parts": trained(replicas, CONFIG.updated(accumulation=3), steps),
    }
    if devices == 2:
        results["dropout"] = trained(replicas, CONFIG.updated(dropout=0.5), 10)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
