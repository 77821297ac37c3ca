"""Eager PyTorch, as a careful user writes the training loop. Runs in an environment of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks import data, settings
from benchmarks.contestants.torch_network import Translator
from benchmarks.contestants.torch_search import beam_search

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
    """A training loop that ends after a given time, and a search with the weights so far.

    Args:
        corpus: The folder of the text files.
        folder: What `benchmarks.data.prepare` returned.
        device: `cpu` or `cuda`.
        **network: The fields of `benchmarks.settings.Network`.
    """

    def __init__(self, corpus: str, folder: str, device: str = "cpu", **network: Any) -> None:
        torch.set_num_threads(settings.available_threads())
        torch.set_float32_matmul_precision("high")  # TF32 on a GPU, as in JAX; a CPU ignores it
        torch.manual_seed(1)
        self.variant = settings.Network(**network)
        self.device = torch.device(device)
        self.sentences = data.read(Path(corpus), Path(folder))
        self.model = Translator(
            self.sentences.source_vocab_size,
            self.sentences.target_vocab_size,
            placement=self.variant.placement,
            embedding_dim=settings.EMBEDDING_DIM,
            units=self.variant.units,
            dropout=settings.DROPOUT,
            cell=self.variant.cell,
        ).to(self.device)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=settings.LEARNING_RATE)
        self.batches = self._batches()
        begin = time.perf_counter()
        self.step()
        self._wait()
        self.ready = {"first_step_seconds": time.perf_counter() - begin}

    def _batches(self) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        random = np.random.default_rng(1)
        pairs = self.sentences.train
        sources = [np.append(row, END) for row in pairs.sources]
        inputs = [np.append(START, row) for row in pairs.targets]
        outputs = [np.append(row, END) for row in pairs.targets]
        while True:
            for rows in epoch_batches(pairs, self.variant.batch_size, random):
                chosen = [sources[row] for row in rows]
                yield (
                    padded(chosen),
                    torch.tensor([len(row) for row in chosen]),
                    padded([inputs[row] for row in rows]),
                    padded([outputs[row] for row in rows]),
                )

    def _products(self) -> torch.autocast:
        half = self.variant.dtype == "bfloat16"
        return torch.autocast(self.device.type, torch.bfloat16, enabled=half)

    def _wait(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def step(self) -> int:
        """Trains on the next batch, and returns its target tokens."""
        source, lengths, target_input, target_output = next(self.batches)
        tokens = int(torch.count_nonzero(target_output))
        source, target_input, target_output = (
            ids.to(self.device) for ids in (source, target_input, target_output)
        )
        self.optimizer.zero_grad()
        with self._products():
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
        return tokens

    def train(self, seconds: float) -> dict[str, float]:
        """Trains for so long, and returns the target tokens and the seconds it really took."""
        tokens = steps = 0
        begin = time.perf_counter()
        while time.perf_counter() - begin < seconds:
            tokens += self.step()
            steps += 1
        self._wait()
        return {"tokens": tokens, "seconds": time.perf_counter() - begin, "steps": steps}

    def translate(self, beam_size: int, sentences: int) -> dict[str, Any]:
        """Translates so many sentences of the test set, the longest first, in batches."""
        sources = [np.append(row, END) for row in self.sentences.test.sources[:sentences]]
        sources.sort(key=len, reverse=True)
        self.model.eval()
        lengths = []
        begin = time.perf_counter()
        for first in range(0, len(sources), self.variant.batch_size):
            chosen = sources[first : first + self.variant.batch_size]
            with self._products():
                found = beam_search(
                    self.model,
                    padded(chosen).to(self.device),
                    torch.tensor([len(row) for row in chosen]),
                    beam_size,
                    settings.LENGTH_PENALTY,
                )
            lengths += (found != 0).sum(1).tolist()
        seconds = time.perf_counter() - begin
        self.model.train()
        return {"sentences": len(sources), "tokens": sum(lengths), "seconds": seconds}


def start(**arguments: Any) -> Trainer:
    """Returns the contestant; see `benchmarks.worker`."""
    return Trainer(**arguments)
