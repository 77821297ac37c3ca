"""Charts hold what was counted, and few points however large the corpus is."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from seq2seq_keras.app.corpus_charts import (
    coverage_chart,
    coverage_words,
    density_chart,
    length_chart,
)
from seq2seq_keras.corpus import WordTally, tally_words
from seq2seq_keras.localisation import CHINESE, ENGLISH


def sides(*pairs: tuple[int, int]) -> tuple[WordTally, WordTally]:
    """Sides whose sentences have these numbers of words."""
    source, target = zip(*pairs, strict=True)
    return (
        tally_words("w " * length for length in source),
        tally_words("w " * length for length in target),
    )


LENGTHS = [(1, 2), (2, 2), (2, 3), (2, 3), (4, 6)]


def test_lengths_are_counted() -> None:
    figure = length_chart(sides(*LENGTHS), ENGLISH)
    source, target = figure.data
    assert (source.name, target.name) == ("source", "target")
    assert source.line.color != target.line.color
    for trace, lengths in ((source, [1, 2, 2, 2, 4]), (target, [2, 2, 3, 3, 6])):
        counted = dict(zip(trace.x, trace.y, strict=True))
        assert {int(x): int(y) for x, y in counted.items() if y} == {
            length: lengths.count(length) for length in lengths
        }
    assert figure.layout.xaxis.title.text == "words a sentence"


def test_a_few_giants_do_not_flatten_the_rest_and_are_not_lost() -> None:
    many = [(5, 6)] * 1000 + [(900, 1000)] * 2
    figure = length_chart(sides(*many), ENGLISH)
    for trace in figure.data:
        assert len(trace.x) < 20 and sum(trace.y) == len(many)
    assert figure.data[0].customdata[-1].startswith("≥ ")
    assert np.sum(density_chart(sides(*many), ENGLISH).data[0].customdata) == len(many)


def test_the_density_counts_pairs() -> None:
    (heat,) = density_chart(sides(*LENGTHS), ENGLISH).data
    found = {
        (round(x), round(y)): int(heat.customdata[row][column])
        for row, y in enumerate(heat.y)
        for column, x in enumerate(heat.x)
        if heat.customdata[row][column]
    }
    assert found == {pair: LENGTHS.count(pair) for pair in LENGTHS}
    assert heat.z[3][2] == pytest.approx(np.log10(2))
    assert np.isnan(heat.z[0][0])  # where there is none, nothing is drawn


def test_the_coverage_is_that_of_the_tally() -> None:
    source = tally_words(["a a a a b b c d"])
    figure = coverage_chart((source, tally_words(["x"])), ENGLISH)
    assert list(figure.data[0].x) == [1, 2, 3, 4]
    assert list(figure.data[0].y) == pytest.approx([0.5, 0.75, 0.875, 1])
    assert figure.layout.xaxis.type == "log"
    words = coverage_words((source, tally_words(["x"])), ENGLISH)
    assert "the 4 most frequent words of the source and 1 of the target" in words


def test_no_chart_grows_with_the_corpus() -> None:
    chance = random.Random(1)
    many = tally_words(
        " ".join(
            f"w{int(chance.paretovariate(0.4)) % 30_000}" for _ in range(chance.randint(1, 300))
        )
        for _ in range(3000)
    )
    for draw in (length_chart, density_chart, coverage_chart):
        figure = draw((many, many), CHINESE)
        assert len(figure.to_json()) < 120_000
        axes = json.loads(figure.to_json())["layout"]
        for axis in ("xaxis", "yaxis"):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in axes[axis]["title"]["text"])


def test_a_corpus_without_a_word_is_drawn_all_the_same() -> None:
    nothing = tally_words(["…", "!"])
    for draw in (length_chart, density_chart, coverage_chart):
        draw((nothing, nothing), ENGLISH).to_json()
