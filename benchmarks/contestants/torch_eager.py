"""Eager PyTorch, as a careful user writes the training loop. Runs in an environment of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks import data, settings
from benchmarks.contestants.torch_network import Translator

START, END = 1, 2


def epoch_batches(pairs: data.Pairs, batch_size: int, random: np.random.Generator) -> list:
    """Groups row numbers by length, equal lengths shuffled, the batches shuffled."""
    rows = random.permutation(len(pairs))
    lengths = np.array([(len(pairs.sources[row]), len(pairs.targets[row])) for row in rows])
    ordered = rows[np.lexsort(lengths.T)]  # by target length, then by source length
    batches = [ordered[first : first + batch_size] for first in range(0, len(rows), batch_size)]
    return [batches[number] for number in random.permutation(len(batches))]


def padded(rows: list[np.ndarray]) -> Tensor:
    """Returns a tensor of ids `(len(rows), longest)`, padded with 0."""
    return torch.nn.utils.rnn.pad_sequence(
        [torch.from_numpy(row).long() for row in rows], batch_first=True
    )


class Trainer:
    """A training loop that ends after a given time.

    Args:
        corpus: The folder of the text files.
        folder: What `benchmarks.data.prepare` returned.
        placement: `after` or `none`.
    """

    def __init__(self, corpus: str, folder: str, placement: str) -> None:
        torch.set_num_threads(settings.available_threads())
        torch.manual_seed(1)
        sentences = data.read(Path(corpus), Path(folder))
        self.pairs = sentences.train
        self.model = Translator(
            sentences.source_vocab_size,
            sentences.target_vocab_size,
            attention=placement == "after",
            embedding_dim=settings.EMBEDDING_DIM,
            units=settings.UNITS,
            dropout=settings.DROPOUT,
        )
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=settings.LEARNING_RATE)
        self.batches = self._batches()
        begin = time.perf_counter()
        self.step()
        self.ready = {"first_step_seconds": time.perf_counter() - begin}

    def _batches(self) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        random = np.random.default_rng(1)
        sources = [np.append(row, END) for row in self.pairs.sources]
        inputs = [np.append(START, row) for row in self.pairs.targets]
        outputs = [np.append(row, END) for row in self.pairs.targets]
        while True:
            for rows in epoch_batches(self.pairs, settings.BATCH_SIZE, random):
                chosen = [sources[row] for row in rows]
                yield (
                    padded(chosen),
                    torch.tensor([len(row) for row in chosen]),
                    padded([inputs[row] for row in rows]),
                    padded([outputs[row] for row in rows]),
                )

    def step(self) -> int:
        """Trains on the next batch, and returns its target tokens."""
        source, lengths, target_input, target_output = next(self.batches)
        self.optimizer.zero_grad()
        logits = self.model(source, lengths, target_input)
        loss = functional.cross_entropy(
            logits.flatten(0, 1),
            target_output.flatten(),
            ignore_index=0,
            label_smoothing=settings.LABEL_SMOOTHING,
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.GRADIENT_CLIP)
        self.optimizer.step()
        return int(torch.count_nonzero(target_output))

    def train(self, seconds: float) -> dict[str, float]:
        """Trains for so long, and returns the target tokens and the seconds it really took."""
        tokens = steps = 0
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            tokens += self.step()
            steps += 1
        return {"tokens": tokens, "seconds": time.perf_counter() - begin, "steps": steps}


def start(**arguments: str) -> Trainer:
    """Returns the contestant; see `benchmarks.worker`."""
    return Trainer(**arguments)
