"""Curves, examples and details of trainings, from events as a worker writes them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seq2seq_keras.app.training_details import Chosen, chosen_epoch, facts_html
from seq2seq_keras.app.training_examples import examples_html, versions
from seq2seq_keras.app.training_figures import (
    bleu_curves,
    loss_curves,
    norm_curves,
    perplexity_curves,
    rate_curves,
    runs_of,
)
from seq2seq_keras.jobs import Job, JobProgress, JobQueue, summarise
from seq2seq_keras.localisation import ENGLISH
from seq2seq_keras.training.events import EpochEnd, Progress, Started

EVIL = "<img src=x onerror=alert(1)> ${1}`\\"


def events(system: str, epochs: int, attends: bool) -> list[dict[str, Any]]:
    told: list[Any] = [Started(1000, 10, 640, 9, None, "CPU", 0)]
    for epoch in range(1, epochs + 1):
        told.append(Progress(epoch, 5, 10, 4.0, 500.0, 30.0, 90.0, 0.002, 1.5))
        told.append(
            EpochEnd(
                epoch=epoch,
                loss=4.0 / epoch,
                perplexity=50.0 / epoch,
                valid_loss=5.0 / epoch,
                valid_perplexity=140.0 / epoch,
                valid_bleu=3.0 * epoch,
                learning_rate=0.002 / epoch,
                tokens_per_second=1234.0,
                elapsed_seconds=10.0 * epoch,
                is_best=True,
                examples=[
                    {"source": EVIL, "reference": "le chat dort", "translation": f"le {epoch}"}
                ],
                gradient_norm=2.5,
                clipped_norm=0.9,
                attention={"source": ["a"], "target": ["b"], "weights": [[epoch / 10]]}
                if attends
                else None,
            )
        )
    return [{"system": system, "memory_bytes": 1_100_000_000, **each.to_dict()} for each in told]


@pytest.fixture
def progress() -> JobProgress:
    return summarise([*events("plain", 2, False), *events("attention", 3, True)], expected=2)


@pytest.fixture
def other(tmp_path: Path) -> Job:
    return JobQueue(tmp_path).submit("compare", EVIL, {})


def test_curves_hold_what_was_measured(progress: JobProgress) -> None:
    runs = runs_of(progress, [], ENGLISH)
    assert [run.name for run in runs] == ["Without attention", "With attention"]
    assert [list(trace.y) for trace in bleu_curves(runs, ENGLISH).data] == [[3, 6], [3, 6, 9]]
    losses = loss_curves(runs, ENGLISH).data
    assert [list(trace.y) for trace in losses[:2]] == [[5.0, 2.5], [4.0, 2.0]]
    assert len({trace.line.color for trace in losses}) == 2
    assert len({trace.name for trace in losses}) == 4
    perplexity = perplexity_curves(runs, ENGLISH)
    assert list(perplexity.data[0].y) == [140.0, 70.0]
    assert perplexity.layout.yaxis.type == "log"
    assert all(
        16 < tick < 150 or tick in (10, 200, 500)
        for tick in perplexity.layout.yaxis.tickvals
        if 10 <= tick <= 200
    )
    assert list(rate_curves(runs, ENGLISH).data[1].y) == [0.002, 0.001, 0.002 / 3]
    norms = norm_curves(runs, ENGLISH).data
    assert [trace.y[0] for trace in norms] == [2.5, 0.9] * 2


def test_other_trainings_stand_beside(progress: JobProgress, other: Job) -> None:
    beside = [(other, progress)]
    runs = runs_of(progress, beside, ENGLISH)
    figure = loss_curves(runs, ENGLISH, "job-1")
    # Of the others validation alone, dashed, in colours of their own, by their name.
    assert len(figure.data) == 4 + 2
    assert {trace.line.dash for trace in figure.data[4:]} == {"dash"}
    assert not {t.line.color for t in figure.data[:4]} & {t.line.color for t in figure.data[4:]}
    assert "<img" not in figure.to_json()
    assert "&lt;img" in figure.data[5].name and "With attention" in figure.data[5].name
    # Zoomed in, one stays there while points are added.
    assert figure.layout.uirevision == "job-1"
    # The legend grows downwards: the plot itself keeps its height.
    alone = loss_curves(runs_of(progress, [], ENGLISH), ENGLISH)
    heights = [each.layout.height - each.layout.margin.b for each in (figure, alone)]
    assert heights[0] == heights[1]


def test_trainings_of_old_have_no_norms(progress: JobProgress) -> None:
    for row in progress.systems["plain"].history:
        del row["gradient_norm"], row["clipped_norm"]
    data = norm_curves(runs_of(progress, [], ENGLISH), ENGLISH).data
    assert [len(trace.x) for trace in data] == [0, 0, 3, 3]
    assert "–" in facts_html(list(progress.systems.values()), ENGLISH)


def test_versions_of_a_translation() -> None:
    same = dict.fromkeys(range(1, 5), "le")
    assert versions(same) == [("1–4", "le")]
    assert versions({}) == []
    changing = {epoch: str(epoch) for epoch in range(1, 9)}
    assert versions(changing) == [("1", "1"), ("6", "6"), ("7", "7"), ("8", "8")]
    back = {1: "a", 2: "b", 3: "a"}
    assert versions(back) == [("1", "a"), ("2", "b"), ("3", "a")]


def test_examples_become_sensible_and_are_inert(progress: JobProgress) -> None:
    html = examples_html(list(progress.systems.values()), ENGLISH)
    root = ElementTree.fromstring(html)
    assert "<img" not in html and "&lt;img" in html
    lists = [["".join(item.itertext()) for item in one.iter("li")] for one in root.iter("ol")]
    assert lists == [
        ["epoch 1le 1", "epoch 2le 2"],
        ["epoch 1le 1", "epoch 2le 2", "epoch 3le 3"],
    ]
    assert [b.text for b in root.iter("b")] == ["le "] * 5 or [b.text for b in root.iter("b")] == [
        "le"
    ] * 5
    assert examples_html([], ENGLISH) == ""


def test_facts_of_each_network_stand_side_by_side(progress: JobProgress) -> None:
    html = facts_html(list(progress.systems.values()), ENGLISH)
    rows = {
        "".join(row.find("th").itertext()): [cell.text for cell in row.iter("td")]  # type: ignore[union-attr]
        for row in ElementTree.fromstring(html).find("tbody")  # type: ignore[union-attr]
    }
    assert rows["Target tokens a second"] == ["1,234", "1,234"]
    assert rows["Memory of the process"] == ["1.1 GB", "1.1 GB"]
    assert rows["Device"] == ["CPU", "CPU"]
    assert rows["Perplexity, validation"] == ["70.00", "46.67"]
    assert rows["Gradient norm after clipping"] == ["0.900", "0.900"]
    assert re.search("<p", facts_html([], ENGLISH))


def test_the_map_follows_the_newest_epoch_until_another_is_chosen(progress: JobProgress) -> None:
    assert chosen_epoch(progress, wanted=1, newest_seen=0) == Chosen(3, 3)
    assert chosen_epoch(progress, wanted=2, newest_seen=2) == Chosen(3, 3)
    assert chosen_epoch(progress, wanted=1, newest_seen=2) == Chosen(1, 3)
    assert chosen_epoch(progress, wanted=1, newest_seen=3) == Chosen(1, 3)
    plain = replace(progress, systems={"plain": progress.systems["plain"]})
    assert chosen_epoch(plain, wanted=1, newest_seen=3) is None
