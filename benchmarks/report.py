"""The results of `benchmarks.speed` as tables, on the screen and in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import chart, figures, pages
from benchmarks.entries import OURS
from benchmarks.figures import Results
from benchmarks.settings import REPOSITORY
from benchmarks.targets import checks

Rows = list[list[str]]
_MEBIBYTE = 2**20


def write(results: Results, path: Path, console: Console) -> None:
    """Shows the tables, and writes them (`.md`) and the plot (`.svg`) beside the results.

    Args:
        results: What `benchmarks.speed` measured.
        path: The JSON file of the results.
        console: Where to show them.
    """
    for title, rows in tables(results).items():
        show(title, rows, console)
    console.print(conditions(results), highlight=False)
    path.with_suffix(".md").write_text(markdown(results))
    path.with_suffix(".svg").write_text(chart.draw(results))


def show(title: str, rows: Rows, console: Console) -> None:
    """Prints a table, whose first row are the headings."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, heading in enumerate(rows[0]):
        table.add_column(heading, justify="left" if number == 0 else "right")
    for row in rows[1:]:
        style = {"missed": "red", "passed": "green"}.get(row[-1], "")
        table.add_row(*row, style=style or ("bold" if row[0].startswith(OURS) else ""))
    console.print(table)


def tables(results: Results) -> dict[str, Rows]:
    """Returns the tables by title, the headings in the first row; empty ones are left out."""
    found = {
        "Training": _training(results),
        "Decoding of test2016": _decoding(results),
        "Targets": _targets(results),
    }
    return {title: rows for title, rows in found.items() if len(rows) > 1}


def _training(results: Results) -> Rows:
    rows = [
        [
            "training",
            "target tokens/s",
            "range",
            "share of limit",
            "first step after",
            "of which compiling",
            "peak memory",
        ]
    ]
    for name, result in results["training"].items():
        rates = figures.training_rates(results, name)
        if not rates:
            continue
        rows.append(
            [
                name,
                f"{statistics.median(rates):,.0f}",
                f"{min(rates):,.0f} to {max(rates):,.0f}",
                _percent(figures.training_share(results, name)),
                f"{result['seconds_to_first_step']:.1f} s",
                f"{result['compile_seconds']:.1f} s",
                f"{result['peak_memory'] / _MEBIBYTE:,.0f} MiB",
            ]
        )
    return rows


def _decoding(results: Results) -> Rows:
    rows = [
        [
            "decoding",
            "greedy, sentences/s",
            "beam 5, sentences/s",
            "share of limit",
            "latency, beam 5",
            "tokens a sentence",
        ]
    ]
    for name in results["decoding"]:
        greedy = figures.decoding_rates(results, name, "greedy")
        if not greedy:
            continue
        seconds = figures.latencies(results, name)
        lengths = [figures.output_tokens(results, name, task) for task in ("greedy", "beam")]
        rows.append(
            [
                name,
                _median_and_range(greedy),
                _median_and_range(figures.decoding_rates(results, name, "beam")),
                _percent(figures.decoding_share(results, name, "beam")),
                f"{1000 * statistics.median(seconds):,.0f} ms" if seconds else "",
                ", ".join(f"{length:.1f}" for length in lengths if length is not None),
            ]
        )
    return rows


def _targets(results: Results) -> Rows:
    words = {True: "passed", False: "missed"}
    measured = [check for check in checks(results) if check.passed is not None]
    return [["target", "wanted", "measured (range over rounds)", ""]] + [
        [check.what, check.wanted, check.measured, words[bool(check.passed)]] for check in measured
    ]


def _median_and_range(rates: Sequence[float]) -> str:
    if not rates:
        return ""
    return f"{statistics.median(rates):,.1f} ({min(rates):,.1f} to {max(rates):,.1f})"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def conditions(results: Results) -> str:
    """Returns one paragraph on machine, date, versions and the limit's rate."""
    machine, versions = results["machine"], results["versions"]
    products = [*results.get("matrix_product", []), *results.get("matrix_product_decoding", [])]
    product = (
        f"; matrix product {statistics.median(products) / 1e9:,.0f} GFLOP/s" if products else ""
    )
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"{results['date']}, commit {results['commit']}, {machine['processor']}, "
        f"{machine['threads']} threads{product}; {results['rounds']} rounds of "
        f"{results['seconds']:g} s in training; {results['minutes']:g} minutes in all. {named}."
    )


def markdown(results: Results, targets: bool = True) -> str:
    """Returns the tables in Markdown, that of the targets if wanted, the conditions below."""
    chosen = [rows for rows in tables(results).values() if targets or rows[0][0] != "target"]
    return "\n\n".join([*map(pages.table, chosen), conditions(results)]) + "\n"


def put_into(page: Path, results: Results, plot: Path) -> None:
    """Puts plot and tables into the part `benchmark` of a Markdown page.

    Args:
        page: The page, such as README.md.
        results: What `benchmarks.speed` measured.
        plot: The SVG file, which has to be committed with the page.

    Raises:
        SystemExit: If the page lacks a marker.
    """
    link = plot.resolve().relative_to(REPOSITORY).as_posix()
    shown = markdown(results, targets=False)
    pages.put_into(page, "benchmark", f"![Speed of training and decoding]({link})\n\n{shown}")
