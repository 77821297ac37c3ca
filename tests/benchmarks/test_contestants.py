"""The contestants on a tiny corpus: what they count, and that they translate alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import data, settings
from helpers.tiny_corpus import tiny_pairs

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(data, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(settings, "UNITS", 16)
    monkeypatch.setattr(settings, "EMBEDDING_DIM", 8)
    monkeypatch.setattr(settings, "BATCH_SIZE", 10)
    sources, targets = tiny_pairs(96)
    for part, rows in (("train", slice(72)), ("valid", slice(72, 84)), ("test", slice(84, 96))):
        for path, side in zip(data.files(tmp_path, part), (sources, targets), strict=True):
            path.write_text("".join(f"{line}\n" for line in side[rows]), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_keras_fit_counts_the_tokens_of_the_batches_it_trains(corpus: Path) -> None:
    from benchmarks.contestants import plain_keras

    folder = data.prepare(corpus)
    trainer = plain_keras.start(corpus=str(corpus), folder=str(folder), placement="after")
    before = [np.array(weight) for weight in trainer.model.get_weights()]
    first = trainer.train(0.0)  # one batch
    batches = [np.asarray(target) for _, target in trainer.dataset]
    assert first["steps"] == 1
    assert first["tokens"] == np.count_nonzero(batches[0])
    second = trainer.train(0.0)
    assert second["tokens"] == np.count_nonzero(batches[1])
    assert sum(trainer.tokens) == data.read(corpus, folder).train.target_tokens
    changed = zip(before, trainer.model.get_weights(), strict=True)
    assert all(not np.array_equal(old, new) for old, new in changed)


def test_this_project_counts_its_tokens(corpus: Path) -> None:
    from benchmarks.contestants import this_project

    folder = data.prepare(corpus)
    arguments = {"placement": "before", "units": 16, "batch_size": 72}
    trainer = this_project.start(corpus=str(corpus), folder=str(folder), **arguments)
    answer = trainer.train(0.2)  # every batch is the whole corpus
    assert answer["steps"] >= 1
    assert answer["tokens"] == answer["steps"] * data.read(corpus, folder).train.target_tokens
    assert trainer.meet_shapes()["shapes"] == 1
    assert trainer.translate(beam_size=2, sentences=5)["sentences"] == 5


@pytest.mark.slow
def test_predict_loop_translates_as_greedy_search_does(corpus: Path, tiny_model: Path) -> None:
    from benchmarks.contestants import predict_loop, translation

    search = translation.start(model=str(tiny_model), corpus=str(corpus))
    loop = predict_loop.start(model=str(tiny_model), corpus=str(corpus))
    greedy = search.translate(beam_size=1)
    assert greedy["sentences"] == 12
    assert greedy["tokens"] == sum(greedy["lengths"])
    assert loop.translate(first=10, count=4)["tokens"] == sum(
        greedy["lengths"][number] for number in (10, 11, 0, 1)
    )
    translator = search.translator
    expected = translator.translate(search.sentences[:3], 1, attention=False)
    for source, translated in zip(loop.sources, expected, strict=False):
        assert translator.target_tokenizer.decode(loop.decode(source)) == translated.text
    alone = search.latency(search.sentences[0], beam_size=1, repeats=3)
    assert len(alone["seconds"]) == 3
    assert alone["translation"] == expected[0].text
