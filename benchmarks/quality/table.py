"""The studies' results as tables, for the README and for `benchmarks/quality/README.md`.

python -m benchmarks.quality.table
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import pages
from benchmarks.quality.run import RUNS, result_path
from benchmarks.quality.studies import STUDIES, Study
from benchmarks.settings import REPOSITORY
from seq2seq_keras.counted import counted

Result = dict[str, Any]

_NETWORKS = {"plain": "no attention", "attention": "attention"}
_CELLS = {"lstm": "LSTM", "gru": "GRU", "rnn": "simple RNN"}


def results_of(study: Study, folder: Path = RUNS) -> list[Result]:
    """Returns the results of a study that are there, by seed."""
    paths = [result_path(study, seed, folder) for seed in study.seeds]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.is_file()]


def systems_of(results: Sequence[Result]) -> dict[str, list[dict[str, Any]]]:
    """Returns a study's networks by name, each with its report for every seed."""
    found: dict[str, list[dict[str, Any]]] = {}
    for result in results:
        for system in result["report"]["systems"]:
            found.setdefault(system["name"], []).append(system)
    return found


def by_hardware(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Returns results by what they were trained on, such as "1 thread of AMD EPYC"."""
    found: dict[str, list[Result]] = {}
    for result in results:
        machine = result["machine"]
        threads = counted(machine["threads"], "thread")
        hardware = machine.get("gpu") or f"{threads} of {machine['processor']}"
        found.setdefault(hardware, []).append(result)
    return found


def rows(studies: Iterable[Study], folder: Path = RUNS) -> list[list[str]]:
    """Lays out what each network of each study reached; headings first.

    Minutes and tokens a second are of each hardware apart: a mean of several would be of none.
    """
    table = [["task", "network", "BLEU", "seeds", "parameters", "training", "tokens/s", "on"]]
    for study in studies:
        results = results_of(study, folder)
        hardware = {name: systems_of(some) for name, some in by_hardware(results).items()}
        for name, systems in sorted(systems_of(results).items()):
            there = {where: found[name] for where, found in hardware.items() if name in found}
            seconds = [_mean("training_seconds", some) for some in there.values()]
            rates = [_mean("tokens_per_second", some) for some in there.values()]
            table.append(
                [
                    f"{study.title} ({study.protocol})",
                    _network(name, systems[0], study),
                    spread([system["bleu"]["value"] for system in systems]),
                    str(len(systems)),
                    f"{systems[0]['parameters'] / 1e6:.2f} M",
                    f"{' / '.join(f'{value / 60:.0f}' for value in seconds)} min",
                    " / ".join(f"{rate:,.0f}" for rate in rates),
                    " / ".join(there),
                ]
            )
    return table


def _mean(figure: str, systems: Sequence[dict[str, Any]]) -> float:
    return statistics.mean(system[figure] for system in systems)


def spread(values: Sequence[float]) -> str:
    """A mean, and of several seeds the lowest and highest.

    Example:
        >>> spread([40.0, 41.0]), spread([40.26])
        ('40.5 (40.0 to 41.0)', '40.3')
    """
    mean = f"{statistics.mean(values):.1f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.1f} to {max(values):.1f})"


def commands(studies: Iterable[Study], folder: Path = RUNS) -> str:
    """Lists each study's command, signature, machines and dates in Markdown."""
    parts = []
    for study in studies:
        results = results_of(study, folder)
        if not results:
            continue
        signature = results[0]["report"]["systems"][0]["bleu"]["signature"]
        runs = "; ".join(_origin(some) for some in by_hardware(results).values())
        parts.append(f"**{study.name}**, {runs}; `{signature}`\n\n    {results[0]['command']}")
    return "\n\n".join(parts)


def _origin(results: Sequence[Result]) -> str:
    """Seeds, dates, machine and versions of results that were made on the same one."""
    first = results[0]
    machine = first["machine"]
    seeds = ", ".join(str(result["seed"]) for result in results)
    dates = sorted({result["date"] for result in results})
    gpu = f"{machine['gpu']} with " if machine.get("gpu") else ""
    versions = ", ".join(f"{name} {version}" for name, version in first["versions"].items())
    backend = "with `KERAS_BACKEND=jax`, " if first.get("backend") == "jax" else ""
    return (
        f"seed{'s' if len(results) > 1 else ''} {seeds} on {' and '.join(dates)}: {gpu}"
        f"{machine['processor']}, {counted(machine['threads'], 'thread')}, {backend}{versions}"
    )


def _network(name: str, system: dict[str, Any], study: Study) -> str:
    words = [_CELLS[system["cell"]], _NETWORKS[name.rsplit("-", 1)[-1]]]
    if study.about:
        words.append(study.about)
    return ", ".join(words)


def main() -> None:
    """Writes the tables into both pages."""
    studies = STUDIES.values()
    text = pages.table(rows(studies))
    pages.put_into(REPOSITORY / "README.md", "quality", text)
    page = Path(__file__).with_name("README.md")
    pages.put_into(page, "quality", f"{text}\n\n{commands(studies)}")


if __name__ == "__main__":
    main()
