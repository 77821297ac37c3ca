"""This project: its own training step over its own batches, and its own search."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keras import ops

from benchmarks import data, settings
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.decoding import search_all
from seq2seq_keras.network import build_network
from seq2seq_keras.text import load_tokenizer
from seq2seq_keras.training.batches import Batch, encode_pairs, epoch_batches
from seq2seq_keras.training.meter import Meter
from seq2seq_keras.training.step import make_optimizer, make_steps


def configuration(network: settings.Network) -> Config:
    """Returns the benchmark's settings in this project's own words."""
    return Config.create(
        attention=settings.SCORES[network.placement],
        attention_placement="after" if network.placement == "after" else "before",
        cell=network.cell,
        units=network.units,
        embedding_dim=settings.EMBEDDING_DIM,
        vocab_size=settings.VOCAB_SIZE,
        batch_size=network.batch_size,
        learning_rate=settings.LEARNING_RATE,
        gradient_clip=settings.GRADIENT_CLIP,
        dropout=settings.DROPOUT,
        label_smoothing=settings.LABEL_SMOOTHING,
        max_length=settings.MAX_LENGTH,
        beam_size=settings.BEAM_SIZE,
        length_penalty=settings.LENGTH_PENALTY,
    )


class Trainer:
    """The inner loop of `seq2seq_keras.training.fit`, and a search with the weights so far.

    Args:
        corpus: The folder of the text files; as for a user, encoding them is part of starting.
        folder: What `benchmarks.data.prepare` returned.
        **network: The fields of `benchmarks.settings.Network`.
    """

    def __init__(self, corpus: str, folder: str, **network: Any) -> None:
        variant = settings.Network(**network)
        self.config = configuration(variant)
        source, target = (load_tokenizer(Path(folder), side) for side in ("source", "target"))
        train = load_corpus(*data.files(Path(corpus), "train"))
        self.pairs = encode_pairs(
            train.sources, train.targets, source, target, self.config.max_length
        )
        self.test = [source.encode(line) for line in data.sentences(Path(corpus), "test")]
        policy = "mixed_bfloat16" if variant.dtype == "bfloat16" else variant.dtype
        self.network = build_network(self.config, source.vocab_size, target.vocab_size, policy)
        self.steps = make_steps(
            self.network, make_optimizer(self.network, self.config), self.config
        )
        self.batches = self._batches()
        self.ready = {"first_step_seconds": self._step_seconds(next(self.batches))}

    def _batches(self) -> Iterator[Batch]:
        epoch = 0
        while True:
            epoch += 1
            for rows in epoch_batches(self.pairs, self.config.batch_size, 1, epoch):
                yield from self.steps.shares(self.pairs, rows)

    def _step_seconds(self, batch: Batch) -> float:
        begin = time.perf_counter()
        ops.convert_to_numpy(self.steps.train(batch))
        return time.perf_counter() - begin

    def meet_shapes(self) -> dict[str, Any]:
        """Trains on a batch of each shape in an epoch, twice.

        Returns:
            How many shapes there are, and how much longer the first time took in all.
        """
        extra, met = 0.0, set()
        in_an_epoch = -(-len(self.pairs) // self.config.batch_size)
        for batch in itertools.islice(self.batches, in_an_epoch):
            if (batch.source.shape, batch.target_input.shape) in met:
                continue
            met.add((batch.source.shape, batch.target_input.shape))
            extra += self._step_seconds(batch) - self._step_seconds(batch)
        return {"shapes": len(met), "compile_seconds": max(0.0, extra)}

    def train(self, seconds: float) -> dict[str, float]:
        """Trains for so long, and returns the target tokens and the seconds it really took."""
        meter = Meter()
        while time.monotonic() - meter.begin < seconds:
            meter.add(self.steps.train(next(self.batches)))
            if meter.is_due:
                meter.read()
        meter.read()
        return {"tokens": meter.tokens, "seconds": meter.seconds, "steps": meter.batches}

    def translate(self, beam_size: int, sentences: int) -> dict[str, Any]:
        """Translates so many sentences of the test set."""
        begin = time.perf_counter()
        found = search_all(
            self.network,
            self.test[:sentences],
            beam_size=beam_size,
            length_penalty=self.config.length_penalty,
            batch_size=self.config.batch_size,
        )
        seconds = time.perf_counter() - begin
        tokens = sum(len(best[0].tokens) for best in found)
        return {"sentences": len(found), "tokens": tokens, "seconds": seconds}

    def profile(self, folder: str, seconds: float) -> dict[str, float]:
        """Trains as `train` does, and writes a trace for TensorBoard or Perfetto; JAX only."""
        import jax

        with jax.profiler.trace(folder):
            return self.train(seconds)


def start(**arguments: Any) -> Trainer:
    """Returns the contestant; see `benchmarks.worker`."""
    return Trainer(**arguments)
