"""This project: its own training step over its own batches, and its own search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import data, settings
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.network import build_network
from seq2seq_keras.text import load_tokenizer
from seq2seq_keras.training.batches import encode_pairs, epoch_batches
from seq2seq_keras.training.meter import Meter
from seq2seq_keras.training.step import make_optimizer, make_steps


def configuration(placement: str) -> Config:
    """Returns the benchmark's settings in this project's own words."""
    return Config.create(
        attention=settings.SCORES[placement],
        attention_placement="after" if placement == "after" else "before",
        cell="gru",
        units=settings.UNITS,
        embedding_dim=settings.EMBEDDING_DIM,
        vocab_size=settings.VOCAB_SIZE,
        batch_size=settings.BATCH_SIZE,
        learning_rate=settings.LEARNING_RATE,
        gradient_clip=settings.GRADIENT_CLIP,
        dropout=settings.DROPOUT,
        label_smoothing=settings.LABEL_SMOOTHING,
        max_length=settings.MAX_LENGTH,
    )


class Trainer:
    """The inner loop of `seq2seq_keras.training.fit`, which ends after a given time.

    Args:
        corpus: The folder of the text files; as for a user, encoding them is part of starting.
        folder: What `benchmarks.data.prepare` returned.
        placement: `before`, `after` or `none`.
    """

    def __init__(self, corpus: str, folder: str, placement: str) -> None:
        self.config = configuration(placement)
        source, target = (load_tokenizer(Path(folder), side) for side in ("source", "target"))
        train = load_corpus(*data.files(Path(corpus), "train"))
        self.pairs = encode_pairs(
            train.sources, train.targets, source, target, self.config.max_length
        )
        network = build_network(self.config, source.vocab_size, target.vocab_size)
        self.steps = make_steps(network, make_optimizer(network, self.config), self.config)
        self.batches = self._batches()
        begin = time.perf_counter()
        self.steps.train(next(self.batches))
        self.ready = {"first_step_seconds": time.perf_counter() - begin}

    def _batches(self) -> Iterator[Any]:
        epoch = 0
        size = self.config.batch_size if self.steps.needs_full_batches else None
        while True:
            epoch += 1
            for rows in epoch_batches(self.pairs, self.config.batch_size, 1, epoch):
                yield self.pairs.batch(rows, self.steps.multiple, size)

    def train(self, seconds: float) -> dict[str, float]:
        """Trains for so long, and returns the target tokens and the seconds it really took."""
        meter = Meter()
        while time.monotonic() - meter.begin < seconds:
            meter.add(self.steps.train(next(self.batches)))
            if meter.is_due:
                meter.read()
        meter.read()
        return {"tokens": meter.tokens, "seconds": meter.seconds, "steps": meter.batches}


def start(**arguments: str) -> Trainer:
    """Returns the contestant; see `benchmarks.worker`."""
    return Trainer(**arguments)
