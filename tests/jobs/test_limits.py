"""The two limits as a page is told of them, against the package that measures them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.tiny_models import save_untrained
from seq2seq_keras.errors import InputError
from seq2seq_keras.explain import Model, explain
from seq2seq_keras.explain.distance import source_gradients
from seq2seq_keras.explain.probe import bottleneck
from seq2seq_keras.jobs import TranslationService
from seq2seq_keras.jobs.limits import measure_limits

pytestmark = pytest.mark.tensorflow

WORDS = ("dog", "cat", "book", "man", "sun", "sea")
SENTENCES = [
    f"The {one} {verb} {rest}."
    for one in WORDS
    for verb in ("runs", "eats", "sees")
    for rest in ("a dog", "the cat", "us", "a big book")
]


def reading(path: Path) -> dict[str, Any]:
    return {
        "name": "test",
        "files": [str(path)],
        "source_lang": "en",
        "target_lang": "zh",
        "source_column": None,
        "target_column": None,
        "part": "all",
    }


@pytest.fixture(scope="module")
def test_set(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("test") / "test.tsv"
    path.write_text("".join(f"{line}\t狗跑。\n" for line in SENTENCES), encoding="utf-8")
    return reading(path)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    return folder, save_untrained(folder, attention="none", max_length=40)


def test_the_numbers_are_those_of_the_package(
    model: tuple[Path, Any], test_set: dict[str, Any]
) -> None:
    folder, translator = model
    few = Path(test_set["files"][0]).with_name("few.tsv")
    few.write_text("A dog.\t狗。\nA cat.\t猫。\n", encoding="utf-8")
    service = TranslationService()
    try:
        told = service.limits(folder, test_set)
        with pytest.raises(InputError, match="too few"):
            service.limits(folder, reading(few))
    finally:
        service.close()
    expected = bottleneck(translator, SENTENCES)
    assert told["bottleneck"]["num_held_out"] == expected.num_held_out == len(SENTENCES) // 4
    overall = told["bottleneck"]["overall"]
    assert overall["context"] == pytest.approx(np.mean(expected.context))
    assert overall["majority"] == pytest.approx(np.mean(expected.majority))
    cases = sum(row["cases"] for row in told["bottleneck"]["by_length"])
    assert cases == overall["cases"] == len(expected.states)


def test_gradients_are_of_sentences_of_all_lengths(
    model: tuple[Path, Any], test_set: dict[str, Any]
) -> None:
    arrays = Model.of(model[1])
    told = measure_limits(arrays, test_set)
    # 72 sentences are fewer than twice 60: each of them counts.
    explained = [explain(arrays, sentence) for sentence in SENTENCES]
    all_of_them = [
        source_gradients(arrays.weights, each.encoding, each.greedy) for each in explained
    ]
    norms = np.concatenate([each.norms.ravel() for each in all_of_them])
    distances = np.concatenate([each.distances.ravel() for each in all_of_them])
    assert told["gradient_sentences"] == len(SENTENCES)
    for distance, mean, pairs in told["gradients"]:
        where = distances == distance
        assert pairs == where.sum()
        assert mean == pytest.approx(norms[where].mean(), rel=1e-4)
