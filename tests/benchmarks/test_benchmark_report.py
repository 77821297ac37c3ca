"""Medians, ratios and shares out of results, the targets, the tables and the plot."""

from __future__ import annotations

import copy
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from benchmarks import chart, report
from benchmarks.figures import decoding_share, output_tokens, ratio, training_share
from benchmarks.rounds import turns
from benchmarks.targets import checks


def training(program: str, placement: str, *rates: float, memory: int = 10**9) -> dict[str, Any]:
    return {
        "program": program,
        "placement": placement,
        "rounds": [{"tokens": rate * 2, "seconds": 2.0, "steps": 3} for rate in rates],
        "seconds_to_first_step": 9.0,
        "compile_seconds": 4.0,
        "operations_per_token": 2e7,
        "peak_memory": memory,
    }


def decoding(program: str, *rates: float, latency: float, operations: float = 1e9) -> dict:
    rounds = [
        {"sentences": 10, "tokens": 120, "seconds": 10 / rate, "operations": operations}
        for rate in rates
    ]
    return {
        "program": program,
        "first_seconds": {"greedy": 5.0},
        "greedy": rounds,
        "beam": copy.deepcopy(rounds),
        "latency": [{"seconds": latency}] * len(rates),
    }


@pytest.fixture
def results() -> dict[str, Any]:
    return {
        "date": "2026-11-24",
        "commit": "abc1234",
        "machine": {"processor": "A", "threads": 2, "system": "S"},
        "versions": {"keras": "3"},
        "rounds": 3,
        "seconds": 2,
        "minutes": 30,
        "matrix_product": [1e11, 3e11, 2e11],
        "matrix_product_decoding": [2e10],
        "training": {
            "this project, after": training("this project", "after", 7000, 8000, 6000),
            "eager PyTorch, after": training("eager PyTorch", "after", 4000, 4000, 5000),
            "Joey NMT, input feeding": training("Joey NMT", "input feeding", 1000, 1000, 1000),
        },
        "decoding": {
            "this project, after": decoding("this project", 50, 100, 100, latency=0.02),
            "this project, before": decoding("this project", 80, 80, 80, latency=0.03),
            "Joey NMT, input feeding": decoding("Joey NMT", 25, 25, 20, latency=0.1),
        },
    }


def test_shares_are_of_the_median_rates(results: dict[str, Any]) -> None:
    # The limit is 2e11 / 2e7 = 10,000 tokens a second, the median rate 7,000.
    assert training_share(results, "this project, after") == pytest.approx(0.7)
    # 1e9 operations in 10/100 of a second are 1e10 a second, of 2e10.
    assert decoding_share(results, "this project, after", "beam") == pytest.approx(0.5)
    assert output_tokens(results, "this project, after", "beam") == 12
    assert training_share(results, "not there") is None


def test_ratio_of_medians_and_within_rounds() -> None:
    assert ratio([7, 8, 6], [4, 4, 5]) == (7 / 4, 6 / 5, 2)
    assert ratio([], [1]) is None


def test_targets_count_the_slower_placement(results: dict[str, Any]) -> None:
    found = {(check.what, check.wanted): check for check in checks(results)}
    torch = found["training, attention after, to eager PyTorch", "≥ 1.6 ×"]
    assert (torch.measured, torch.passed) == ("1.75 × (1.20 to 2.00)", True)
    greedy = found["decoding a test set, greedy, to Joey NMT", "≥ 4 ×"]
    assert (greedy.measured, greedy.passed) == ("3.20 × (3.20 to 4.00)", False)
    beam = found["decoding a test set, beam 5, of the arithmetic limit", "≥ 60%"]
    assert (beam.measured, beam.passed) == ("40%", False)
    latency = found["latency of a short sentence, beam 5, to Joey NMT", "< 0.33 ×"]
    assert (latency.measured, latency.passed) == ("0.30 × (0.30 to 0.30)", True)
    memory = found["peak memory in training, the largest of the three, to Joey NMT", "< 1 ×"]
    assert memory.passed is False  # as much is not less
    compiling = found[
        "compilation of training step and greedy search, the longest of the three", "< 60 s"
    ]
    assert (compiling.measured, compiling.passed) == ("8.9 s", True)  # 4 and 5 less 0.1
    assert found["training without attention, to eager PyTorch", "≥ 1.2 ×"].passed is None


def test_written_beside_the_results_and_into_a_page(
    results: dict[str, Any], repository: Path, tmp_path: Path
) -> None:
    console = Console(file=StringIO(), width=160)
    report.write(results, tmp_path / "speed.json", console)
    assert "1.75 ×" in console.file.getvalue()
    markdown = (tmp_path / "speed.md").read_text()
    assert "| this project, after | 7,000 | 6,000 to 8,000 | 70% |" in markdown
    for line in markdown.splitlines():
        if line.startswith("|"):
            assert line.count("|") in (5, 7, 8)

    page = tmp_path / "page.md"
    page.write_text("# Title\n\n<!-- benchmark: begin -->\nold\n<!-- benchmark: end -->\n\nrest\n")
    report.put_into(page, results, repository / "benchmarks" / "results" / "speed.svg")
    text = page.read_text()
    assert text.startswith("# Title\n") and text.endswith("\n\nrest\n")
    assert "old" not in text
    assert "](benchmarks/results/speed.svg)" in text
    page.write_text("no markers")
    with pytest.raises(SystemExit, match="benchmark: begin"):
        report.put_into(page, results, repository / "benchmarks" / "results" / "speed.svg")


def test_bars_are_as_long_as_the_rates(results: dict[str, Any]) -> None:
    picture = ElementTree.fromstring(chart.draw(results))
    space = "{http://www.w3.org/2000/svg}"
    widths = [float(bar.get("width", "")) for bar in picture.iter(f"{space}rect")]
    medians = [7000, 4000, 1000, 100, 80, 25, 100, 80, 25]
    assert len(widths) == len(medians)
    for first, most in ((0, 8000), (3, 100), (6, 100)):
        for width, median in zip(
            widths[first : first + 3], medians[first : first + 3], strict=True
        ):
            assert width == pytest.approx(440 * median / most, abs=0.1)
    assert "NaN" not in chart.draw({"training": {}, "decoding": {}})


def test_every_round_begins_with_another_one() -> None:
    order = list(turns("abc", 4))
    assert order[:6] == [(0, "a"), (0, "b"), (0, "c"), (1, "b"), (1, "c"), (1, "a")]
    assert order[9:] == [(3, "a"), (3, "b"), (3, "c")]
