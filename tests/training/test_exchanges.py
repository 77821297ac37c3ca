"""A step exchanges what the page on scaling says: read from the compiled program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from helpers.exchanges import exchanges
from seq2seq_keras.training.replicas import ONE

COUNTS = 2  # the loss and the tokens beside the gradients


def measured(repository: Path, devices: int, *batch_sizes: int) -> Any:
    """What `helpers.exchanges` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "helpers.exchanges", *map(str, (devices, *batch_sizes))],
        cwd=repository / "tests",
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.tensorflow
@pytest.mark.parametrize("devices", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_one_vector_a_step_however_many_devices(repository: Path, devices: int) -> None:
    step = measured(repository, devices, 12)
    assert step["exchanges"] == [[["CollectiveReduceV2", sum(step["sizes"]) + COUNTS]]]


@pytest.mark.tensorflow
def test_one_device_exchanges_nothing() -> None:
    assert exchanges(ONE, [12])["exchanges"] == [[]]


def test_nothing_exchanged_in_jax_grows_with_the_batch(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """XLA adds some gradients up in parts; of the sentences it gathers nothing."""
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    step = measured(repository, 2, 12, 48)
    small, large = step["exchanges"]
    assert small == large
    assert {kind for kind, _ in small} == {"all-reduce"} and len(small) <= 2
    whole = sum(step["sizes"]) + COUNTS
    assert whole <= sum(number for _, number in small) <= 1.25 * whole
