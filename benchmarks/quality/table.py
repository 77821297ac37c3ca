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


def rows(studies: Iterable[Study], folder: Path = RUNS) -> list[list[str]]:
    """Lays out what each network of each study reached; headings first."""
    table = [["task", "network", "BLEU", "seeds", "parameters", "training", "tokens/s"]]
    for study in studies:
        for name, systems in sorted(systems_of(results_of(study, folder)).items()):
            minutes = statistics.mean(system["training_seconds"] for system in systems) / 60
            rate = statistics.mean(system["tokens_per_second"] for system in systems)
            table.append(
                [
                    f"{study.title} ({study.protocol})",
                    _network(name, systems[0], study),
                    spread([system["bleu"]["value"] for system in systems]),
                    str(len(systems)),
                    f"{systems[0]['parameters'] / 1e6:.2f} M",
                    f"{minutes:.0f} min",
                    f"{rate:,.0f}",
                ]
            )
    return table


def spread(values: Sequence[float]) -> str:
    """A mean, and of several seeds the lowest and highest.

    Example:
        >>> spread([40.0, 41.0]), spread([40.26])
        ('40.5 (40.0 to 41.0)', '40.3')
    """
    mean = f"{statistics.mean(values):.1f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.1f} to {max(values):.1f})"


def commands(studies: Iterable[Study], folder: Path = RUNS) -> str:
    """Lists each study's command, signature, machine and date in Markdown."""
    parts = []
    for study in studies:
        results = results_of(study, folder)
        if not results:
            continue
        first = results[0]
        seeds = ", ".join(str(result["seed"]) for result in results)
        versions = ", ".join(f"{name} {version}" for name, version in first["versions"].items())
        machine = first["machine"]
        signature = first["report"]["systems"][0]["bleu"]["signature"]
        dates = sorted({result["date"] for result in results})
        backend = "KERAS_BACKEND=jax " if first.get("backend") == "jax" else ""
        gpu = f"{machine['gpu']} with " if machine.get("gpu") else ""
        parts.append(
            f"**{study.name}**, seeds {seeds}; {' and '.join(dates)}, {gpu}"
            f"{machine['processor']}, {machine['threads']} threads; {versions}; "
            f"`{signature}`\n\n    {backend}{first['command']}"
        )
    return "\n\n".join(parts)


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
