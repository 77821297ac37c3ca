"""What a device exchanges with the others in a step, as the compiled program has it; as JSON.

In a process of its own, because a processor is divided before anything is computed.

    python -m helpers.exchanges DEVICES BATCH_SIZE...

For each batch size the kind of each exchange, and how many numbers of a device are added up in it;
and the sizes of the network's matrices. TensorFlow has one program for all batches.
"""

from __future__ import annotations

import json
import re
import sys
from math import prod
from typing import Any

import keras
import numpy as np

from helpers.steps_on_devices import CONFIG, WORDS, corpus
from seq2seq_keras.network import build_network
from seq2seq_keras.training.replicas import Replicas, open_replicas
from seq2seq_keras.training.step import make_optimizer, make_steps

_EXCHANGE = re.compile(
    r"= (.+?) (all-reduce|reduce-scatter|all-gather|all-to-all|collective-permute)(?:-start)?\("
)
_SHAPE = re.compile(r"\w+\[([\d,]*)\]")


def in_tensorflow(steps: Any) -> list[tuple[str, int]]:
    """Reads the graph, which is the same for all batches."""
    found: dict[str, list[tuple[str, int]]] = {}
    for operation in steps._train.get_concrete_function().graph.get_operations():
        if re.search("Collective|Nccl|AllReduce", operation.type):
            given = operation.inputs[0]
            while not given.shape.is_fully_defined() and given.op.type in ("Identity", "Reshape"):
                given = given.op.inputs[0]
            kind = (operation.type, prod(given.shape))
            found.setdefault(operation.device, []).append(kind)
    first, *others = found.values() or [[]]
    assert all(other == first for other in others)
    return first


def in_jax(steps: Any, shares: Any) -> list[tuple[str, int]]:
    """Reads the program that XLA compiled for each device."""
    groups = (steps._trainable, steps._other, steps._optimizer.variables)
    values = [[variable.value for variable in group] for group in groups]
    text = steps._train.lower(*values, *shares).compile().as_text()
    return [
        (kind, sum(prod(map(int, filter(None, each.split(",")))) for each in _SHAPE.findall(sides)))
        for sides, kind in _EXCHANGE.findall(text)
    ]


def exchanges(replicas: Replicas, batch_sizes: list[int]) -> dict[str, Any]:
    """Those of a step with batches of these sizes."""
    config = CONFIG.updated(batch_size=max(batch_sizes), dropout=0.2, attention="none")
    pairs = corpus()
    with replicas.scope():
        network = build_network(config, WORDS, WORDS)
        optimizer = make_optimizer(network, config)

    def of(size: int) -> list[tuple[str, int]]:
        steps = make_steps(network, optimizer, config.updated(batch_size=size), replicas)
        if keras.config.backend() == "tensorflow":
            return in_tensorflow(steps)
        return in_jax(steps, steps.shares(pairs, np.arange(size)))

    return {
        "exchanges": [of(size) for size in batch_sizes],
        "sizes": [prod(each.shape) for each in network.training.trainable_variables],
    }


def main() -> None:
    devices, *sizes = map(int, sys.argv[1:])
    print(json.dumps(exchanges(open_replicas(devices), sizes)))


if __name__ == "__main__":
    main()
