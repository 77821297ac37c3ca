"""What a second process brings: two, pinned to a core each, beside one that is pinned to one core.

All train the default network on the same sentences, the same steps for each row of the table; the
rows are measured in turns, several times, and the median is told. The exchange of the gradients is
timed on its own, too, in the same processes: a vector of as many numbers, again and again. Needs
two cores that do nothing else.

    python -m benchmarks.scaling SOURCE TARGET [--rounds 3] [--steps 12] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks import machine
from benchmarks.startup import free_port

ROWS = {
    "one process, 128 pairs": (1, 128),
    "two processes, 128 pairs each": (2, 256),
    "two processes, 128 pairs in all": (2, 128),
}
"""How many processes, and how many pairs a step in all of them."""

_WARM = 3  # steps before time counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=Path, help="sentences, one a line")
    parser.add_argument("target", type=Path, help="their translations, line by line")
    parser.add_argument("--rounds", type=int, default=3, help="of all rows (default: 3)")
    parser.add_argument("--steps", type=int, default=12, help="that are timed (default: 12)")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(work(options, **json.loads(options.worker))))
        return
    measured: dict[str, list[dict[str, Any]]] = {name: [] for name in ROWS}
    for _ in range(options.rounds):
        for name, (processes, pairs) in ROWS.items():
            measured[name].append(together(options, processes, pairs))
    results = {name: median(rounds) for name, rounds in measured.items()}
    print(table(results))
    if options.json:
        content = {**machine.describe(), "rounds": measured, "results": results}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def together(options: argparse.Namespace, processes: int, pairs: int) -> dict[str, Any]:
    """Trains in so many processes, each on a core of its own; returns the chief's figures."""
    addresses = [f"127.0.0.1:{free_port()}" for _ in range(processes)]
    running = []
    for number in range(processes):
        worker = json.dumps({"addresses": addresses, "number": number, "pairs": pairs})
        command = [sys.executable, "-m", "benchmarks.scaling", str(options.source)]
        command += [str(options.target), "--steps", str(options.steps), "--worker", worker]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    outputs = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise SystemExit("a process failed")
    figures = [json.loads(output.splitlines()[-1]) for output in outputs]
    return {**figures[0], "memory": max(each["memory"] for each in figures)}


def work(
    options: argparse.Namespace, addresses: list[str], number: int, pairs: int
) -> dict[str, Any]:
    """Trains in this process, on one core."""
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[number]})
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import numpy as np
    import tensorflow as tf

    from seq2seq_keras.cluster import Cluster
    from seq2seq_keras.corpus import load_corpus
    from seq2seq_keras.network import build_network
    from seq2seq_keras.recipe import suited
    from seq2seq_keras.training import learn_tokenizers
    from seq2seq_keras.training.batches import encode_pairs, epoch_batches
    from seq2seq_keras.training.replicas import open_replicas
    from seq2seq_keras.training.step import make_optimizer, make_steps

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    cluster = Cluster.of(addresses, number) if len(addresses) > 1 else None
    replicas = open_replicas(1, cluster)
    corpus = load_corpus(options.source, options.target)
    config = suited(corpus, {}).updated(batch_size=pairs)
    tokenizers = learn_tokenizers(corpus, config)
    encoded = encode_pairs(corpus.sources, corpus.targets, *tokenizers, config.max_length)
    with replicas.scope():
        network = build_network(config, *(each.vocab_size for each in tokenizers))
        optimizer = make_optimizer(network, config)
    steps = make_steps(network, optimizer, config, replicas)
    # Every so-manieth batch, of all lengths, the same sentences for every row.
    batches = epoch_batches(encoded, config.batch_size, 1, 1)
    chosen = [batches[int(place)] for place in np.linspace(0, len(batches) - 1, options.steps)]
    for rows in chosen[:_WARM]:
        keras.ops.convert_to_numpy(steps.train(*steps.shares(encoded, rows)))
    begin = time.perf_counter()
    tokens = 0.0
    for rows in chosen:
        tokens += float(keras.ops.convert_to_numpy(steps.train(*steps.shares(encoded, rows)))[1])
    seconds = time.perf_counter() - begin
    return {
        "tokens_per_second": tokens / seconds,
        "step_seconds": seconds / len(chosen),
        "exchange_seconds": exchange(replicas, network.training.count_params()),
        "memory": psutil.Process().memory_info().rss,
        "parameters": network.training.count_params(),
    }


def exchange(replicas: Any, numbers: int, times: int = 10) -> float:
    """Seconds in which so many float32 numbers are added up over all processes."""
    if replicas.count == 1:
        return 0.0
    import tensorflow as tf

    @tf.function(autograph=False)
    def added_up() -> tf.Tensor:
        def replica() -> tf.Tensor:
            context = tf.distribute.get_replica_context()
            return context.all_reduce("sum", tf.ones([numbers]))[0]

        return replicas.strategy.experimental_local_results(replicas.strategy.run(replica))[0]

    added_up()
    begin = time.perf_counter()
    for _ in range(times):
        added_up().numpy()
    return (time.perf_counter() - begin) / times


def median(rounds: list[dict[str, Any]]) -> dict[str, float]:
    """Returns the median of each figure."""
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def table(results: dict[str, dict[str, float]]) -> str:
    """Returns the results as lines of Markdown."""
    one = next(iter(results.values()))["tokens_per_second"]
    lines = [
        "| | target tokens/s | beside one | a step, s | exchange alone, s | of a step | "
        "memory each, GB |",
        "| --- |" + " ---: |" * 6,
    ]
    for name, row in results.items():
        share = row["exchange_seconds"] / row["step_seconds"]
        lines.append(
            f"| {name} | {row['tokens_per_second']:,.0f} | {row['tokens_per_second'] / one:.2f} | "
            f"{row['step_seconds']:.2f} | {row['exchange_seconds']:.3f} | {share:.1%} | "
            f"{row['memory'] / 1e9:.2f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
