"""The charts of the two limits."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import numpy as np
import pytest

from seq2seq_keras.app.desks import OneDesk
from seq2seq_keras.app.limits_figures import (
    fresh_gradients_clipped,
    fresh_jacobians,
    gradients_by_distance,
    probe_by_length,
    probe_by_position,
)
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.understanding.limits import LimitsPart
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

ROWS = [
    {"first": 0, "last": 0, "cases": 100, "context": 0.8, "states": 1.0, "majority": 0.2},
    {"first": 1, "last": 1, "cases": 25, "context": 0.4, "states": 0.9, "majority": 0.1},
]


def test_a_probes_intervals_are_those_of_a_share() -> None:
    figure = probe_by_position({"by_position": ROWS}, ENGLISH)
    context, states, majority = figure.data
    assert list(context.x) == [1, 2]
    assert list(context.y) == [0.8, 0.4]
    # sqrt(p (1 - p) / n): 0.04 and 0.098.
    np.testing.assert_allclose(context.error_y.array, [1.96 * 0.04, 1.96 * 0.0979796], rtol=1e-4)
    assert states.error_y.array[0] == 0
    assert majority.error_y.array is None
    assert list(context.customdata) == [100, 25]


def test_lengths_are_named_as_ranges() -> None:
    rows = [{**ROWS[0], "first": 1, "last": 5}, {**ROWS[1], "first": 6, "last": 10}]
    assert list(probe_by_length({"by_length": rows}, ENGLISH).data[0].x) == ["1–5", "6–10"]


def test_models_are_named_and_their_names_stay_text() -> None:
    rows = {"<b>plain": [(2, 1.5, 10), (3, 0.5, 5)], "attention": [(2, 1.0, 10)]}
    figure = gradients_by_distance(rows, ENGLISH)
    assert [trace.name for trace in figure.data] == ["&lt;b&gt;plain", "attention"]
    assert list(figure.data[0].y) == [1.5, 0.5]
    assert figure.layout.yaxis.type == "log"


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_small_radii_vanish_and_large_ones_explode(language: Language) -> None:
    small, large = (fresh_jacobians(radius, language).data[0].y for radius in (0.5, 1.5))
    assert small[0] == large[0] == 1
    assert small[-1] < 1e-10
    assert max(large) > 10


def test_clipping_changes_what_is_longer_than_one_alone() -> None:
    figure = fresh_gradients_clipped(1.5, ENGLISH)
    before, after = figure.data[:3], figure.data[3:]
    for one, other in zip(before, after, strict=True):
        assert other.name == f"{one.name}, clipped"
        np.testing.assert_allclose(other.y[1:], np.minimum(one.y[1:], 1.0))
    assert max(before[0].y[1:]) > 1


def test_whoever_presses_before_the_list_is_there_measures_on_its_first(
    repository: Path, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "data", repository / "saved_models", repository / "data")
    workspace.prepare()
    asked: list[Any] = []

    def limits(folder: Path, reading: dict[str, Any]) -> None:
        asked.append((folder.name, reading["name"], reading["part"]))
        raise InputError("so far")

    nobody = cast(Any, SimpleNamespace(limits=limits))
    with gr.Blocks():
        part = LimitsPart(Studio(OneDesk(workspace), nobody, nobody))
    with pytest.raises(gr.Error, match="so far"):
        part._measure("saved/sample-en-fr-attention", "", None)
    first = next(iter(part._fitting_tests("saved/sample-en-fr-attention", "")))
    name = workspace.test_set(first).reading()["name"]
    assert asked == [("sample-en-fr-attention", name, "test")]
