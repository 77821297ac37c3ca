"""This project on Keras's JAX backend beside eager PyTorch with cuDNN, on one GPU.

    make bench-gpu                                   # all variants; goes on where it was ended
    make bench-gpu ARGS="--only after --profile"     # some, with traces of this project's steps
    make bench-gpu ARGS="--smoke"                    # tiny networks, to see that it works

Trains every variant (cell, units, batch size, placement of attention, number format) with both, in
rounds, and then translates test2016 with the weights that these minutes gave, greedily and with a
beam of 5. Results go to `benchmarks/results/gpu-DATE-DEVICE.json` after each variant, at last the
table too. On a machine without a GPU everything runs on the CPU, and says so.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import re
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import data, machine, pages, report, settings
from benchmarks.arithmetic import Arithmetic
from benchmarks.environment import FOLDER, pins, python_of
from benchmarks.figures import ratio
from benchmarks.protocol import ContestantError, Worker
from benchmarks.settings import Network

_JAX = {"KERAS_BACKEND": "jax", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
_SMOKE_PAIRS = 48

VARIANTS = [
    Network(placement, units, batch_size, cell, dtype)
    for cell, units, batch_size, placement, dtype in itertools.product(
        ("gru", "lstm"), (512, 1024), (128, 512), ("after", "before"), ("float32", "bfloat16")
    )
]
SMOKE = [Network("before", 16, 8, "gru", "float32"), Network("after", 16, 8, "lstm", "bfloat16")]


def main() -> None:
    """Runs the variants that the results file does not have yet, and shows the table."""
    options = _options()
    console = Console()
    corpus = first_lines(options.corpus, _SMOKE_PAIRS) if options.smoke else options.corpus
    sentences = data.read(corpus, data.prepare(corpus))
    with _product(256 if options.smoke else 8192) as product:
        device, on_gpu = product.ready["device"], product.ready["platform"] == "gpu"
        products = {
            dtype: product.ask("measure", dtype=dtype)["operations_per_second"]
            for dtype in ("float32", "bfloat16")
        }
    if not on_gpu:
        console.print(
            f"[yellow]JAX found no GPU here: all figures are of the CPU ({device}).[/yellow]"
        )
    path = _path(device if on_gpu else f"no-gpu-{machine.short_name()}", options.smoke)
    described = machine.describe()
    described["versions"] |= pins("torch")
    results = json.loads(path.read_text()) if path.is_file() and not options.smoke else {}
    results = {
        **results,
        **described,
        "date": date.today().isoformat(),
        "device": device,
        "on_gpu": on_gpu,
        "products": products,
        "variants": results.get("variants", {}),
    }
    status = 0
    for variant in SMOKE if options.smoke else VARIANTS:
        name = name_of(variant)
        if name in results["variants"] or not all(word in name for word in options.only):
            continue
        console.print(f"{name} ...", highlight=False)
        try:
            measured = measure(variant, sentences, "cuda" if on_gpu else "cpu", options)
        except ContestantError as error:  # out of memory, say: the others may do
            console.print(f"[red]{error}[/red]")
            status = 1
            continue
        except KeyboardInterrupt:
            status = 130
            break
        results["variants"][name] = measured
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(results, indent=1) + "\n")
    report.show("On a GPU" if on_gpu else "On the CPU", rows(results), console)
    console.print(_conditions(results), highlight=False)
    if results["variants"]:
        text = f"{pages.table(rows(results))}\n\n{_conditions(results)}\n"
        path.with_suffix(".md").write_text(text)
        console.print(f"saved in {path}", highlight=False)
    sys.exit(status)


def name_of(variant: Network) -> str:
    """Returns such as `gru 512, batch 128, after, float32`."""
    return (
        f"{variant.cell} {variant.units}, batch {variant.batch_size}, "
        f"{variant.placement}, {variant.dtype}"
    )


def measure(
    variant: Network, sentences: data.Data, device: str, options: argparse.Namespace
) -> dict[str, Any]:
    """Trains and translates one variant with both programs.

    Args:
        variant: The network.
        sentences: What it trains on and translates.
        device: Where PyTorch computes, `cuda` or `cpu`.
        options: `rounds`, `seconds`, `smoke` and `profile`.

    Returns:
        The operations a token, and for `ours` and `torch` what they did.
    """
    count = 8 if options.smoke else len(sentences.test)
    arguments = {
        "corpus": str(sentences.corpus),
        "folder": str(sentences.folder),
        **dataclasses.asdict(variant),
    }
    with ExitStack() as stack:
        workers = {}
        for name, worker in _workers(arguments, device):
            workers[name] = stack.enter_context(closing(worker))
            worker.wait_ready()
        found: dict[str, Any] = {
            "operations_per_token": _operations(variant, sentences) / sentences.train.target_tokens,
            **{
                name: {"seconds_to_first_step": worker.seconds_to_ready, "rounds": []}
                for name, worker in workers.items()
            },
        }
        found["ours"].update(workers["ours"].ask("meet_shapes"))
        workers["torch"].ask("train", seconds=min(5.0, options.seconds))
        for _ in range(options.rounds):
            for name, worker in workers.items():
                found[name]["rounds"].append(worker.ask("train", seconds=options.seconds))
        for beam_size in (1, settings.BEAM_SIZE):
            for repeat in range(options.rounds + 1):
                for name, worker in workers.items():
                    answer = worker.ask("translate", beam_size=beam_size, sentences=count)
                    if repeat:  # the first compiles
                        found[name].setdefault(f"beam {beam_size}", []).append(answer)
        if options.profile:
            folder = settings.CACHE / "profiles" / re.sub(r"\W+", "-", name_of(variant))
            workers["ours"].ask("profile", folder=str(folder), seconds=2.0)
    return found


def _workers(arguments: dict[str, Any], device: str) -> Iterator[tuple[str, Worker]]:
    logs = settings.CACHE / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    ours = Worker(
        "this project", sys.executable, "this_project", arguments, logs / "gpu-jax.log", _JAX
    )
    yield "ours", ours
    # Joey NMT's environment has the same PyTorch, if it was made already.
    python = python_of("joey" if (FOLDER / "joey" / "ready").is_file() else "torch")
    on_device = {**arguments, "device": device}
    yield "torch", Worker("PyTorch", python, "torch_eager", on_device, logs / "gpu-torch.log")


def _product(size: int) -> closing[Worker]:
    logs = settings.CACHE / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    worker = Worker(
        "matrix product", sys.executable, "jax_product", {"size": size}, logs / "product.log", _JAX
    )
    worker.wait_ready()
    return closing(worker)


def _operations(variant: Network, sentences: data.Data) -> int:
    counter = Arithmetic(
        variant.placement,
        settings.SCORES[variant.placement],
        settings.EMBEDDING_DIM,
        variant.units,
        sentences.target_vocab_size,
        variant.cell,
    )
    train = sentences.train
    return counter.training(
        [len(row) + 1 for row in train.sources], [len(row) + 1 for row in train.targets]
    )


def rows(results: dict[str, Any]) -> report.Rows:
    """Returns the table, headings first: medians, and this project's over PyTorch's."""
    found = [
        [
            "variant",
            "target tokens/s",
            "to PyTorch",
            "share of peak",
            "compiling",
            "greedy, sentences/s",
            "to PyTorch",
            "beam 5, sentences/s",
            "to PyTorch",
        ]
    ]
    for name, variant in results["variants"].items():
        ours, theirs = (
            [answer["tokens"] / answer["seconds"] for answer in variant[who]["rounds"]]
            for who in ("ours", "torch")
        )
        peak = results["products"][name.rpartition(", ")[2]]
        share = statistics.median(ours) * variant["operations_per_token"] / peak
        cells = [
            f"{statistics.median(ours):,.0f}",
            _times(ours, theirs),
            f"{share:.1%}",
            f"{variant['ours']['compile_seconds']:.0f} s, {variant['ours']['shapes']} shapes",
        ]
        for beam_size in (1, settings.BEAM_SIZE):
            ours, theirs = (
                [a["sentences"] / a["seconds"] for a in variant[who][f"beam {beam_size}"]]
                for who in ("ours", "torch")
            )
            cells += [f"{statistics.median(ours):,.0f}", _times(ours, theirs)]
        found.append([name, *cells])
    return found


def _conditions(results: dict[str, Any]) -> str:
    where = results["device"] if results["on_gpu"] else f"no GPU, the CPU ({results['device']})"
    rates = ", ".join(f"{dtype} {rate / 1e12:,.3g}" for dtype, rate in results["products"].items())
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    return f"{where}; peak of matrix products in TFLOP/s: {rates}. {results['date']}. {versions}."


def _times(ours: list[float], theirs: list[float]) -> str:
    found = ratio(ours, theirs)
    return f"{found[0]:.2f} ×" if found else ""


def first_lines(corpus: Path, count: int) -> Path:
    """Writes the first lines of each part of a corpus to the cache, and returns their folder."""
    folder = settings.CACHE / "smoke"
    folder.mkdir(parents=True, exist_ok=True)
    data.folder_of(corpus)  # says what is missing
    for part in data.PARTS:
        for whole, short in zip(data.files(corpus, part), data.files(folder, part), strict=True):
            lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)[:count]
            short.write_text("".join(lines), encoding="utf-8")
    return folder


def _path(device: str, smoke: bool) -> Path:
    slug = "-".join(re.findall(r"[a-z0-9]+", device.lower()))
    folder = settings.CACHE if smoke else settings.RESULTS
    return folder / f"gpu-{date.today().isoformat()}-{slug}.json"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--seconds", type=float, default=15.0, help="how long each trains in a round"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="WORD",
        help="only variants whose name contains this, such as lstm or bfloat16 (repeatable)",
    )
    parser.add_argument("--smoke", action="store_true", help="tiny networks and a tiny corpus")
    parser.add_argument(
        "--profile",
        action="store_true",
        help="write a JAX trace of this project's steps to benchmarks/.cache/profiles",
    )
    parser.add_argument("--corpus", type=Path, default=data.CORPUS)
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.seconds = 1, 1.0
    return options


if __name__ == "__main__":
    main()
