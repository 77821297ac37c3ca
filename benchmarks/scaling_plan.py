"""What a training on a hundred million pairs would take, calculated from what is measured.

    python -m benchmarks.scaling_plan                          # the tables, on the terminal
    python -m benchmarks.scaling_plan --page docs/scaling.md   # into the page, between its markers

Measured are the speed of a GPU (the newest `results/gpu-*.json` of `make bench-gpu`, else the
trainings of `quality/runs`) and of preparing a corpus (the table of docs/corpora.md). Assumed are
the workload, the network's bandwidth and its latency, which stand below. All else is calculated.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import pages
from benchmarks.arithmetic import Arithmetic
from benchmarks.settings import REPOSITORY, RESULTS
from seq2seq_keras.config import Config
from seq2seq_keras.network_size import count_parameters

RUNS = REPOSITORY / "benchmarks" / "quality" / "runs"
CORPORA = REPOSITORY / "docs" / "corpora.md"

DEFAULT = Config()
PLANNED = Config(units=512, embedding_dim=256, vocab_size=8000)
"""What is chosen where a corpus can teach more words than the largest vocabulary holds."""

GRADIENT_BYTES = 4
"""A gradient is summed in float32, also where products are made in bfloat16."""

DEVICES = (2, 4, 8, 32)

FASTER = 10
"""How many times as fast a GPU may be as was measured, where that was on small batches."""

MULTI30K_TOKENS = (15, 14)
"""Source and target tokens of a pair of Multi30k, end tokens included, as NOTES.md has them."""

TEXT_BYTES_PER_TOKEN = 3_911_636 / (29_000 * sum(MULTI30K_TOKENS))
"""Of the text of Multi30k, both sides: the bytes of its training files over their tokens."""


@dataclass(frozen=True)
class Workload:
    """What is to be trained: an assumption.

    Attributes:
        pairs: Sentence pairs.
        source_tokens, target_tokens: Tokens of a pair, end tokens included.
        passes: How often each pair is seen.
        batch: Pairs that each device computes at a time.
    """

    pairs: int = 100_000_000
    source_tokens: int = 25
    target_tokens: int = 25
    passes: int = 3
    batch: int = 512

    @property
    def tokens(self) -> int:
        """Target tokens of the whole training."""
        return self.pairs * self.target_tokens * self.passes


@dataclass(frozen=True)
class Link:
    """What connects the devices: an assumption, not a data sheet's peak.

    Attributes:
        name: What it is.
        bandwidth: Bytes a second that a device sends and receives at the same time.
        latency: Seconds for each step of the ring.
        most: Devices that it can connect.
    """

    name: str
    bandwidth: float
    latency: float
    most: int = 1_000_000

    def seconds(self, size: int, devices: int) -> float:
        """Returns how long a ring all-reduce of so many bytes takes.

        Each device sends 2 (N - 1) / N of the bytes, in 2 (N - 1) steps.
        """
        steps = 2 * (devices - 1)
        return steps / devices * size / self.bandwidth + steps * self.latency


LINKS = (
    Link("NVLink", 200e9, 10e-6, most=8),
    Link("100 Gbit/s", 10e9, 30e-6),
    Link("10 Gbit/s", 1e9, 50e-6),
)


@dataclass(frozen=True)
class Measured:
    """How fast one GPU was.

    Attributes:
        what: Which training on what, in words.
        tokens_per_second: Target tokens.
        operations_per_token: Of that training's own network and sentences.
    """

    what: str
    tokens_per_second: float
    operations_per_token: float

    def rate(self, operations_per_token: float) -> float:
        """Returns target tokens a second of another network, at as many operations a second."""
        return self.tokens_per_second * self.operations_per_token / operations_per_token


def operations_per_token(config: Config, source_tokens: int, target_tokens: int) -> float:
    """Returns the operations of a training step for each target token.

    Args:
        config: A network with one layer a side; its vocabulary is as large as it may be.
        source_tokens, target_tokens: Of a pair, end tokens included.

    Example:
        >>> operations_per_token(Config(), 15, 14)
    """
    placement = "none" if config.attention == "none" else config.attention_placement
    counter = Arithmetic(
        placement,
        config.attention,
        config.embedding_dim,
        config.units,
        config.vocab_size,
        config.cell,
    )
    return counter.training([source_tokens], [target_tokens]) / target_tokens


def gradient_bytes(config: Config) -> int:
    """Returns the bytes of a step's gradients, all of them dense."""
    return GRADIENT_BYTES * count_parameters(config, config.vocab_size, config.vocab_size)


def efficiency(compute: float, communication: float) -> float:
    """Returns the share of a step in which a device computes, if it sends only after that."""
    return compute / (compute + communication)


def needed_bandwidth(size: int, devices: int, compute: float, wanted: float = 0.9) -> float:
    """Returns the bytes a second at which devices are as efficient as wanted, without latency."""
    return 2 * (devices - 1) / devices * size * wanted / (1 - wanted) / compute


def measured_gpu(results: Path = RESULTS, runs: Path = RUNS) -> Measured:
    """Finds the newest measurement of a GPU.

    Args:
        results: Where `make bench-gpu` puts its results.
        runs: Trainings of the public test sets, which shared a GPU.

    Returns:
        The planned network's in the largest batches; without one the slowest training's.
    """
    for path in sorted(results.glob("gpu-*.json"), reverse=True):
        found = json.loads(path.read_text(encoding="utf-8"))
        for name in ("float32", "bfloat16"):
            variant = found["variants"].get(f"gru 512, batch 512, before, {name}")
            if found["on_gpu"] and variant:
                rates = [each["tokens"] / each["seconds"] for each in variant["ours"]["rounds"]]
                what = f"{found['device']}, alone, batches of 512 pairs, {name}"
                return Measured(what, statistics.median(rates), variant["operations_per_token"])
    trainings = [
        (system["tokens_per_second"], system["parameters"], run["machine"]["gpu"])
        for path in sorted(runs.glob("multi30k-*.json"))
        for run in [json.loads(path.read_text(encoding="utf-8"))]
        for system in run["report"]["systems"]
        if run["machine"]["gpu"] and system["attention"] == DEFAULT.attention
    ]
    rate, parameters, gpu = min(trainings)
    config = DEFAULT.updated(vocab_size=_vocabulary(DEFAULT, parameters))
    what = f"{gpu}, shared by six trainings, batches of {config.batch_size} pairs"
    return Measured(what, rate, operations_per_token(config, *MULTI30K_TOKENS))


def _vocabulary(config: Config, parameters: int) -> int:
    """Finds the entries of two vocabularies alike at which a network has so many parameters."""
    each = count_parameters(config, 2, 2) - count_parameters(config, 1, 1)
    return 1 + (parameters - count_parameters(config, 1, 1)) // each


def measured_preparation(page: Path = CORPORA) -> dict[str, float]:
    """Reads the largest corpus's row of the table in docs/corpora.md.

    Returns:
        Pairs a second by step, and the `memory` in GB.
    """
    rows = re.findall(r"^\| ([\d,]+ \|.*) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    tables = [[float(cell.replace(",", "")) for cell in row.split(" | ")] for row in rows]
    pairs, read, clean, encode, _, _, memory = max(row for row in tables if len(row) == 7)
    return {"pairs": pairs, "read": read, "clean": clean, "encode": encode, "memory": memory}


def arithmetic_table(workload: Workload) -> list[list[str]]:
    """Returns what each network computes and sends."""
    rows = [["network", "parameters", "operations a target token", "gradients a step"]]
    for name, config in (("default", DEFAULT), ("planned", PLANNED)):
        operations = operations_per_token(config, workload.source_tokens, workload.target_tokens)
        size = gradient_bytes(config)
        rows.append(
            [
                f"{name}: {config.units} units, {config.embedding_dim} wide words, "
                f"{config.vocab_size:,} pieces a side",
                f"{size // GRADIENT_BYTES / 1e6:.2f} M",
                f"{operations / 1e6:.1f} M",
                f"{size / 1e6:.1f} MB",
            ]
        )
    return rows


def efficiency_table(workload: Workload, measured: Measured) -> list[list[str]]:
    """Returns how much of their time devices compute, and would if they were `FASTER`."""
    compute, size = _step_seconds(workload, measured), gradient_bytes(PLANNED)
    rows = [["devices", "pairs a step", *(link.name for link in LINKS), "needed for 90%"]]
    for devices in DEVICES:
        cells = []
        for link in LINKS:
            sending = link.seconds(size, devices)
            shares = [efficiency(compute / times, sending) for times in (1, FASTER)]
            cell = "{:.1%} ({:.1%})".format(*shares)
            cells.append(cell if devices <= link.most else "")
        needed = [
            f"{8 * needed_bandwidth(size, devices, compute / times) / 1e9:,.0f}"
            for times in (1, FASTER)
        ]
        needs = "{} ({}) Gbit/s".format(*needed)
        rows.append([str(devices), f"{devices * workload.batch:,}", *cells, needs])
    return rows


def shared_batch_efficiency(workload: Workload, measured: Measured, devices: int) -> float:
    """Returns the same of the second link, where devices share the default batch among them."""
    compute = _step_seconds(workload, measured) * DEFAULT.batch_size / workload.batch / devices
    return efficiency(compute, LINKS[1].seconds(gradient_bytes(PLANNED), devices))


def time_table(workload: Workload, measured: Measured) -> list[list[str]]:
    """Returns how long the whole training takes."""
    rate, compute = _rate(workload, measured), _step_seconds(workload, measured)
    rows = [["devices", *(f"{link.name}: hours, GPU hours" for link in LINKS)]]
    for devices in (1, *DEVICES):
        cells = []
        for link in LINKS:
            share = efficiency(compute, link.seconds(gradient_bytes(PLANNED), devices))
            hours = workload.tokens / (devices * rate * share) / 3600
            cell = f"{hours:.1f}, {hours * devices:.1f}"
            cells.append(cell if devices <= link.most else "")
        rows.append([str(devices), *cells])
    return rows


def preparation_table(workload: Workload, measured: dict[str, float]) -> list[list[str]]:
    """Returns how long a corpus is prepared on two cores, and what it takes on the disk."""
    seconds = {step: workload.pairs / measured[step] for step in ("read", "clean", "encode")}
    tokens = workload.pairs * (workload.source_tokens + workload.target_tokens)
    text = tokens * TEXT_BYTES_PER_TOKEN
    rows = [["", "calculated"]]
    for step, words in (("read", "read and divide"), ("clean", "clean"), ("encode", "encode")):
        rows.append([words, f"{seconds[step] / 60:.0f} minutes"])
    rows.append(["all of it", f"{sum(seconds.values()) / 3600:.1f} hours"])
    rows.append(["text on the disk", f"{text / 1e9:.0f} GB"])
    rows.append(["its temporary copy", f"{text / 1e9:.0f} GB"])
    rows.append(["tokens, temporary, 4 bytes each", f"{4 * tokens / 1e9:.0f} GB"])
    return rows


def _rate(workload: Workload, measured: Measured) -> float:
    operations = operations_per_token(PLANNED, workload.source_tokens, workload.target_tokens)
    return measured.rate(operations)


def _step_seconds(workload: Workload, measured: Measured) -> float:
    return workload.batch * workload.target_tokens / _rate(workload, measured)


def plan(workload: Workload | None = None) -> str:
    """Returns the plan as Markdown."""
    workload = workload or Workload()
    gpu, preparation = measured_gpu(), measured_preparation()
    links = "; ".join(
        f"{link.name} {link.bandwidth / 1e9:g} GB/s, {1e6 * link.latency:g} µs" for link in LINKS
    )
    rate, compute = _rate(workload, gpu), _step_seconds(workload, gpu)
    return "\n".join(
        [
            "**Measured.** One GPU trained at "
            f"{gpu.tokens_per_second:,.0f} target tokens a second, {_tera(gpu)} TFLOP/s "
            f"({gpu.what}). Two cores prepared {preparation['pairs']:,.0f} pairs at "
            f"{preparation['read']:,.0f} a second (read), {preparation['clean']:,.0f} (clean) and "
            f"{preparation['encode']:,.0f} (encode), in {preparation['memory']:g} GB of memory.",
            "",
            f"**Assumed.** {workload.pairs:,} pairs of {workload.source_tokens} source and "
            f"{workload.target_tokens} target tokens, {workload.passes} passes, {workload.batch} "
            "pairs a device and step. A GPU does as many operations a second as measured, whatever "
            "the network and the batch. Each device sends and receives with, and each step of the "
            f"ring waits for: {links}. Nothing is sent while gradients are still computed.",
            "",
            "**Calculated.** Arithmetic and gradients:",
            "",
            *_lines(arithmetic_table(workload)),
            "",
            f"So one device computes {rate:,.0f} target tokens of the planned network a second, "
            f"and a step takes it {1000 * compute:.0f} ms. How much of its time each of several "
            "computes, and what bandwidth it would need to compute nine tenths of it; in brackets, "
            f"were a GPU {FASTER} times as fast:",
            "",
            *_lines(efficiency_table(workload, gpu)),
            "",
            f"`--batch-size` is the batch of all devices together. Were the default of "
            f"{DEFAULT.batch_size} pairs shared out among 8 of them on {LINKS[1].name}, they would "
            f"compute {shared_batch_efficiency(workload, gpu, 8):.0%} of their time.",
            "",
            f"The whole training, {workload.tokens / 1e9:.1f} billion target tokens:",
            "",
            *_lines(time_table(workload, gpu)),
            "",
            f"Before it, {workload.pairs:,} pairs on two cores, and their room:",
            "",
            *_lines(preparation_table(workload, preparation)),
        ]
    )


def _tera(measured: Measured) -> str:
    return f"{measured.tokens_per_second * measured.operations_per_token / 1e12:.1f}"


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    return pages.table(rows).splitlines()


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the plan, or puts it into a page."""
    parser = argparse.ArgumentParser(description="Calculate what a large training would take.")
    parser.add_argument("--page", type=Path, help="page with the markers of scaling-plan")
    options: Any = parser.parse_args(arguments)
    if options.page is None:
        print(plan())
    else:
        pages.put_into(options.page, "scaling-plan", plan())


if __name__ == "__main__":
    main()
