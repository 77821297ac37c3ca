"""The plan for a large training, calculated again in other ways."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import scaling_plan
from benchmarks.scaling_plan import (
    DEFAULT,
    LINKS,
    PLANNED,
    Link,
    Measured,
    Workload,
    efficiency,
    gradient_bytes,
    measured_gpu,
    measured_preparation,
    needed_bandwidth,
    operations_per_token,
    plan,
    time_table,
)
from helpers.shell import environment
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.network import build_network
from seq2seq_keras.recipe import recommended

# XLA counts the body of a loop once, so each side is one token long: its loops run once.
XLA_COUNT = """
import jax, keras, numpy as np
from benchmarks.scaling_plan import DEFAULT
from seq2seq_keras.network import build_network
batch = 64
model = build_network(DEFAULT, DEFAULT.vocab_size, DEFAULT.vocab_size).training
trainable = [each.value for each in model.trainable_variables]
others = [each.value for each in model.non_trainable_variables]
tokens = [np.full((batch, 1), 5, "int32")] * len(model.inputs)
def loss(weights):
    outputs, _ = model.stateless_call(weights, others, tokens, training=False)
    return keras.ops.logsumexp(outputs, axis=-1).sum()
for function in (loss, jax.grad(loss)):
    cost = jax.jit(function).lower(trainable).compile().cost_analysis()
    print((cost[0] if isinstance(cost, list) else cost)["flops"] / batch)
"""


@pytest.mark.slow
def test_operations_are_those_that_xla_counts() -> None:
    result = subprocess.run(
        [sys.executable, "-c", XLA_COUNT],
        env={**environment(), "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    forward, both = map(float, result.stdout.split())
    expected = operations_per_token(DEFAULT, 1, 1)
    # XLA also counts what is no matrix product: gates, softmax, sums.
    assert forward == pytest.approx(expected / 3, rel=0.05)
    assert both == pytest.approx(expected, rel=0.05)


def test_gradients_are_as_many_as_the_network_has_numbers() -> None:
    network = build_network(PLANNED, PLANNED.vocab_size, PLANNED.vocab_size)
    sizes = [variable.value.shape for variable in network.training.trainable_variables]
    count = 0
    for shape in sizes:
        size = 1
        for width in shape:
            size *= width
        count += size
    assert gradient_bytes(PLANNED) == 4 * count


def test_the_planned_network_is_the_one_chosen_for_a_rich_corpus() -> None:
    words = [f"word{number}" for number in range(9000)]
    corpus = Corpus(words * 5, words * 5)
    assert recommended(corpus) == {
        name: getattr(PLANNED, name) for name in ("vocab_size", "units", "embedding_dim")
    }


@pytest.mark.parametrize("devices", [2, 4, 5, 32])
def test_a_ring_is_walked_step_by_step(devices: int) -> None:
    """Sums numbers around a real ring, and counts what the busiest device sends."""
    chunks = [
        [float(device * devices + chunk) for chunk in range(devices)] for device in range(devices)
    ]
    expected = [sum(column) for column in zip(*chunks, strict=True)]
    sent = [0] * devices
    for is_sum in (True, False):
        for step in range(devices - 1):
            moves = []
            for device in range(devices):
                chunk = (device - step + (0 if is_sum else 1)) % devices
                moves.append(((device + 1) % devices, chunk, chunks[device][chunk]))
                sent[device] += 1
            for to, chunk, value in moves:
                chunks[to][chunk] = chunks[to][chunk] + value if is_sum else value
    assert all(row == pytest.approx(expected) for row in chunks)
    link = Link("ring", bandwidth=1000.0, latency=0.01)
    seconds = max(sent) * (link.latency + 7000 / devices / link.bandwidth)
    assert link.seconds(7000, devices) == pytest.approx(seconds)


def test_the_needed_bandwidth_is_enough() -> None:
    needed = needed_bandwidth(32_000_000, devices=8, compute=0.2, wanted=0.9)
    assert efficiency(0.2, Link("", needed, latency=0).seconds(32_000_000, 8)) == pytest.approx(0.9)


def test_the_time_is_that_of_all_steps_one_after_another() -> None:
    workload = Workload(pairs=1_000_000, source_tokens=20, target_tokens=30, passes=2, batch=100)
    measured = Measured("", tokens_per_second=50_000, operations_per_token=20e6)
    table = time_table(workload, measured)
    # Of one device: its operations over those a second.
    operations = operations_per_token(PLANNED, 20, 30) * 1_000_000 * 30 * 2
    alone = operations / (50_000 * 20e6) / 3600
    assert table[1][1] == f"{alone:.1f}, {alone:.1f}"
    # Of eight: steps, each of which is computed and then summed.
    row = next(row for row in table if row[0] == "8")
    steps = 1_000_000 * 2 / (8 * 100)
    computing = operations / (50_000 * 20e6) / (1_000_000 * 2 / 100)
    sending = 2 * 7 / 8 * gradient_bytes(PLANNED) / 10e9 + 14 * 30e-6
    hours = steps * (computing + sending) / 3600
    assert LINKS[1].name == "100 Gbit/s" and row[2] == f"{hours:.1f}, {8 * hours:.1f}"
    assert next(row for row in table if row[0] == "32")[1] == ""  # no NVLink for so many


def test_the_newest_measured_gpu_is_taken(tmp_path: Path) -> None:
    def write(name: str, on_gpu: bool, tokens: list[int]) -> None:
        variant = {
            "operations_per_token": 3e7,
            "ours": {"rounds": [{"tokens": each, "seconds": 2.0} for each in tokens]},
        }
        found = {
            "device": name,
            "on_gpu": on_gpu,
            "variants": {"gru 512, batch 512, before, bfloat16": variant},
        }
        (tmp_path / f"gpu-{name}.json").write_text(json.dumps(found))

    assert measured_gpu(tmp_path).tokens_per_second == pytest.approx(96_773, abs=1)
    write("2026-01-02", True, [10, 600_000, 700_000])
    write("2026-01-01", True, [1, 2, 3])
    write("2026-01-03", False, [1, 2, 3])
    found = measured_gpu(tmp_path)
    assert (found.tokens_per_second, found.operations_per_token) == (300_000, 3e7)
    assert found.rate(6e7) == 150_000
    assert found.what.startswith("2026-01-02, alone")


def test_the_vocabulary_of_a_training_is_found_from_its_parameters(repository: Path) -> None:
    runs = repository / "benchmarks" / "quality" / "runs"
    run = json.loads((runs / "multi30k-de-en-1.json").read_text(encoding="utf-8"))
    system = next(each for each in run["report"]["systems"] if each["name"] == "attention")
    size = scaling_plan._vocabulary(DEFAULT, system["parameters"])
    assert size % 500 == 0  # as it is chosen
    network = build_network(DEFAULT, size, size)
    assert network.training.count_params() == system["parameters"]


def test_preparation_is_read_from_the_page_on_corpora(repository: Path) -> None:
    line = next(
        line
        for line in (repository / "docs" / "corpora.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| 10,000,000 |")
    )
    numbers = [float(each.replace(",", "")) for each in re.findall(r"[\d,.]+", line)]
    found = measured_preparation()
    assert [*found.values()] == [*numbers[:4], numbers[6]]


def test_bytes_of_a_token_are_those_of_multi30k(shared_corpora: Path) -> None:
    folder = shared_corpora / "multi30k"
    size = sum((folder / f"train.{language}").stat().st_size for language in ("de", "en"))
    lines = (folder / "train.de").read_text(encoding="utf-8").count("\n")
    assert pytest.approx(size / lines / 29) == scaling_plan.TEXT_BYTES_PER_TOKEN


def test_the_page_has_the_plan_as_it_is_calculated_now(repository: Path) -> None:
    page = (repository / "docs" / "scaling.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("<!-- scaling-plan: begin -->\n")
    assert rest.partition("\n<!-- scaling-plan: end -->")[0] == plan(), (
        "run python -m benchmarks.scaling_plan --page docs/scaling.md"
    )
