"""Several devices make the steps of one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seq2seq_keras.errors import InputError
from seq2seq_keras.training.replicas import ONE, how_many, open_replicas

STEPS = 50


@pytest.fixture(scope="module")
def results(repository: Path) -> Callable[[int], Any]:
    """Gives them by the number of devices, each measured once in a process of its own."""
    script = str(repository / "tests/helpers/steps_on_devices.py")

    @cache
    def of(devices: int) -> Any:
        done = subprocess.run(
            [sys.executable, script, str(devices), str(STEPS)],
            cwd=repository,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return of


@pytest.mark.parametrize(
    ("devices", "which"),
    [
        (1, "in parts"),
        (2, "whole"),
        (2, "in parts"),
        pytest.param(4, "whole", marks=pytest.mark.slow),
        pytest.param(4, "in parts", marks=pytest.mark.slow),
    ],
)
def test_the_steps_are_those_of_one_device(
    results: Callable[[int], Any], devices: int, which: str
) -> None:
    first, second = results(1)["whole"], results(devices)[which]
    one, other = (np.array(each["reports"]) for each in (first, second))
    assert one.shape == other.shape == (STEPS, 3)
    assert (one[:, 2] > 0.1).any()  # some gradients are clipped
    assert one[:, 1].min() < 12 < one[:, 1].max()  # the last batch of an epoch has one pair
    loss, others = (reports[:, 0] / reports[:, 1] for reports in (one, other))
    np.testing.assert_allclose(others, loss, atol=1e-4)
    np.testing.assert_array_equal(other[:, 1], one[:, 1])
    np.testing.assert_allclose(other[:, 2], one[:, 2], rtol=1e-3)
    np.testing.assert_allclose(second["weights"], first["weights"], rtol=1e-3)
    assert second["devices"] == devices


def test_dropout_does_its_work_on_several_devices(results: Callable[[int], Any]) -> None:
    without, losses = (
        [report[0] / report[1] for report in results(2)[name]["reports"][:10]]
        for name in ("whole", "dropout")
    )
    assert np.isfinite(losses).all()
    assert not np.allclose(losses, without, atol=1e-3)


def test_one_device_needs_nothing_of_the_kind() -> None:
    assert open_replicas(1) is ONE
    assert ONE.from_chief(b"abc") == b"abc" and ONE.from_all(b"abc") == [b"abc"]


def test_no_more_devices_than_there_are() -> None:
    assert how_many(None, 3) == 3
    assert how_many(2, 3) == 2
    with pytest.raises(InputError, match=r"--devices 4: this machine has 3 GPUs; give all or 3"):
        how_many(4, 3)
    with pytest.raises(InputError, match="1 GPU;"):
        how_many(2, 1)
