"""What a Keras user writes from the documentation: `model.compile` and `model.fit` over `tf.data`.

The functional model is that of `keras_network`. Sentences are shuffled and padded as they come, so
that a batch is as wide as the longest of 128 random sentences. Keras's sparse cross-entropy has no
label smoothing.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from benchmarks import data, settings
from benchmarks.contestants.keras_network import build_model

START, END = 1, 2


class Rate(keras.callbacks.Callback):
    """Ends `fit` after a given time, and knows how many batches were trained in it."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.limit = seconds
        self.seconds = 0.0
        self.begin = 0.0
        self.batches = 0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.begin = self.begin or time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.seconds = time.perf_counter() - self.begin
        self.batches += 1
        if self.seconds >= self.limit:
            self.model.stop_training = True


class Trainer:
    """A compiled model that is fitted for a given time.

    Args:
        corpus: The folder of the text files.
        folder: What `benchmarks.data.prepare` returned.
        placement: `before`, `after` or `none`.
    """

    def __init__(self, corpus: str, folder: str, placement: str) -> None:
        sentences = data.read(Path(corpus), Path(folder))
        self.model = build_model(
            placement,
            sentences.source_vocab_size,
            sentences.target_vocab_size,
            embedding_dim=settings.EMBEDDING_DIM,
            units=settings.UNITS,
            dropout=settings.DROPOUT,
        )
        self.model.compile(
            optimizer=keras.optimizers.Adam(
                settings.LEARNING_RATE, global_clipnorm=settings.GRADIENT_CLIP
            ),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
        )
        self.dataset = make_dataset(sentences.train)
        self.position = 0
        self.tokens: list[int] = []
        first = self._fit(0.0)
        self.ready = {"first_step_seconds": first.seconds}

    def _fit(self, seconds: float) -> Rate:
        rate = Rate(seconds)
        self.model.fit(
            self.dataset.repeat().skip(self.position).prefetch(tf.data.AUTOTUNE),
            steps_per_epoch=1_000_000,  # the callback ends it
            callbacks=[rate],
            verbose=0,
        )
        return rate

    def train(self, seconds: float) -> dict[str, float]:
        """Fits for so long, and returns the target tokens and the seconds it really took."""
        # The order of the sentences is fixed, so the tokens of each batch can be counted apart.
        self.tokens = self.tokens or [int(np.count_nonzero(target)) for _, target in self.dataset]
        rate = self._fit(seconds)
        numbers = range(self.position, self.position + rate.batches)
        tokens = sum(self.tokens[number % len(self.tokens)] for number in numbers)
        self.position = numbers.stop % len(self.tokens)
        return {"tokens": tokens, "seconds": rate.seconds, "steps": rate.batches}


def make_dataset(pairs: data.Pairs) -> tf.data.Dataset:
    """Returns `((source, target_input), target_output)`, shuffled once, batched and padded."""
    sources, targets = (
        tf.RaggedTensor.from_row_lengths(np.concatenate(rows), [len(row) for row in rows])
        for rows in (pairs.sources, pairs.targets)
    )

    def example(source: tf.Tensor, target: tf.Tensor) -> Any:
        source = tf.concat([source, [END]], 0)
        return (source, tf.concat([[START], target], 0)), tf.concat([target, [END]], 0)

    return (
        tf.data.Dataset.from_tensor_slices((sources, targets))
        .shuffle(len(pairs), seed=1, reshuffle_each_iteration=False)
        .map(example, num_parallel_calls=tf.data.AUTOTUNE)
        .padded_batch(settings.BATCH_SIZE)
    )


def start(**arguments: str) -> Trainer:
    """Returns the contestant; see `benchmarks.worker`."""
    return Trainer(**arguments)
