"""How long a training takes on this machine, and how much memory: measured, not calculated."""

from __future__ import annotations

import time

import keras
import numpy as np

from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.network import build_network
from seq2seq_keras.training.batches import encode_pairs, epoch_batches
from seq2seq_keras.training.estimate import Estimate
from seq2seq_keras.training.memory import peak_memory
from seq2seq_keras.training.memory_check import check_memory
from seq2seq_keras.training.replicas import open_replicas
from seq2seq_keras.training.step import dtype_policy, make_optimizer, make_steps
from seq2seq_keras.training.vocabularies import learn_tokenizers

_PAIRS = 4000
_BATCHES = 4


def measure(corpus: Corpus, config: Config, devices: int = 1) -> Estimate:
    """Trains a few steps of a network that is thrown away.

    Tokenizers are learnt from some thousand pairs, so that the batches have the lengths that
    those of a training will have. Of the batches, sorted by size, some from short to long are
    timed, each the second time it is seen; the largest tells the memory.

    Args:
        corpus: The training pairs.
        config: The settings.
        devices: On how many devices of this machine.

    Returns:
        What was measured. On a machine that does other work meanwhile it takes longer.

    Raises:
        InputError: When no pair is short enough to train on, or there are fewer devices.
        WorkError: When the network is too large for the memory.

    Example:
        >>> measure(splits.train, Config()).epoch_seconds            # doctest: +SKIP
        81.5
    """
    begin = time.monotonic()
    replicas = open_replicas(devices)
    chosen = np.linspace(0, len(corpus) - 1, min(len(corpus), _PAIRS)).astype(int)
    sample = corpus.subset(chosen)
    source, target = learn_tokenizers(sample, config)
    pairs = encode_pairs(sample.sources, sample.targets, source, target, config.max_length)
    check_memory(config, source.vocab_size, target.vocab_size)
    with replicas.scope():
        network = build_network(config, source.vocab_size, target.vocab_size, dtype_policy())
        optimizer = make_optimizer(network, config)
    steps = make_steps(network, optimizer, config, replicas)
    batches = epoch_batches(pairs, config.batch_size, config.seed, 1)
    by_size = sorted(batches, key=lambda rows: pairs.batch(rows, steps.multiple).target_input.size)

    def seconds(rows: np.ndarray) -> float:
        shares = steps.shares(pairs, rows)
        start = time.monotonic()
        keras.ops.convert_to_numpy(steps.train(*shares))
        return time.monotonic() - start

    seconds(by_size[-1])
    start_seconds = time.monotonic() - begin
    places = (np.arange(_BATCHES) + 0.5) / _BATCHES * len(by_size)
    timed = [by_size[int(place)] for place in places]
    for rows in timed:
        seconds(rows)
    mean = float(np.mean([seconds(rows) for rows in timed]))
    steps_an_epoch = len(batches) * len(corpus) / len(sample)
    return Estimate(
        epoch_seconds=mean * steps_an_epoch,
        start_seconds=start_seconds,
        memory_bytes=peak_memory(),
        parameters=network.training.count_params(),
        tokens_per_second=pairs.target_tokens / (mean * len(batches)),
    )
