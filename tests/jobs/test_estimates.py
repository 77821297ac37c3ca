"""A real measurement, in a process of its own, beside a training's own clock."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs.estimates import Estimator
from seq2seq_keras.jobs.reading import SPLIT_SEED, read_corpus
from seq2seq_keras.network_size import count_parameters
from seq2seq_keras.training.estimate import Estimate

pytestmark = pytest.mark.tensorflow

SETTINGS = {"units": 64, "embedding_dim": 32, "vocab_size": 500, "batch_size": 16}


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> dict[str, Any]:
    lines = (repository / "data" / "english-french.tsv").read_text(encoding="utf-8").splitlines()
    path = tmp_path_factory.mktemp("corpus") / "small.tsv"
    path.write_text("\n".join([*lines[:1500], lines[0]]) + "\n", encoding="utf-8")
    return {
        "files": [str(path)],
        "source_lang": "en",
        "target_lang": "fr",
        "source_column": None,
        "target_column": None,
        "cleaning": ["repeated"],
    }


@pytest.fixture(scope="module")
def estimator() -> Estimator:
    return Estimator()


@pytest.fixture(scope="module")
def estimate(estimator: Estimator, reading: dict[str, Any]) -> Estimate:
    return estimator.estimate(reading, SETTINGS)


def test_a_corpus_is_read_without_what_is_to_be_left_out(reading: dict[str, Any]) -> None:
    assert len(read_corpus(reading)) == 1500
    assert len(read_corpus({**reading, "cleaning": []})) == 1501


@pytest.mark.slow
def test_an_epoch_is_measured_as_a_training_takes_it(
    estimate: Estimate, reading: dict[str, Any]
) -> None:
    from seq2seq_keras.pipeline import train
    from seq2seq_keras.training import EpochEnd

    ends: list[EpochEnd] = []
    train(
        read_corpus(reading).split(test=0, seed=SPLIT_SEED),
        listener=lambda event: ends.append(event) if isinstance(event, EpochEnd) else None,
        epochs=3,
        **SETTINGS,
    )
    tokens_per_second = ends[-1].tokens_per_second  # of the last epoch: all is compiled by then
    assert 0.4 < estimate.tokens_per_second / tokens_per_second < 2.5
    assert estimate.parameters == count_parameters(Config.create(**SETTINGS), 500, 500)
    assert estimate.start_seconds > 0
    assert estimate.memory_bytes is None or 2e8 < estimate.memory_bytes < 2e9


def test_what_was_measured_is_remembered(
    estimator: Estimator, estimate: Estimate, reading: dict[str, Any]
) -> None:
    assert estimator.known(reading, SETTINGS) is estimate
    assert estimator.estimate(reading, SETTINGS) is estimate
    assert estimator.known(reading, {**SETTINGS, "units": 66}) is None


def test_budgets_are_told_in_seconds() -> None:
    estimate = Estimate(10.0, 5.0, None, 1000, 2000.0)
    assert estimate.seconds(epochs=6) == 65.0
    assert estimate.seconds(epochs=6, minutes=1) == 60.0
    assert estimate.seconds(epochs=6, minutes=2) == 65.0


def test_what_is_wrong_is_told(estimator: Estimator, reading: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="nowhere"):
        estimator.estimate({**reading, "files": ["/nowhere.tsv"]}, SETTINGS)
    with pytest.raises(InputError, match="units"):
        estimator.estimate(reading, {"units": 0})
    with pytest.raises(WorkError, match=r"needs about [\d,.]+ GB to train; .* Choose fewer units"):
        estimator.estimate(reading, {**SETTINGS, "units": 90_000})


def test_a_measurement_can_be_cancelled(reading: dict[str, Any]) -> None:
    estimator = Estimator()
    with ThreadPoolExecutor() as threads:
        measured = threads.submit(estimator.estimate, reading, SETTINGS)
        while not measured.running() or estimator._process is None:
            time.sleep(0.01)
        estimator.cancel(reading, {**SETTINGS, "units": 66})  # that one is not measured
        time.sleep(0.2)
        assert not measured.done()
        estimator.cancel(reading, SETTINGS)
        with pytest.raises(WorkError, match=r"The measurement was cancelled\."):
            measured.result(timeout=180)
    assert estimator.known(reading, SETTINGS) is None
