"""How many devices are offered: by a real program in place of the driver's, and Keras's backend."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.devices import found_devices, wanted_devices


def test_somebody_may_say_how_many() -> None:
    assert wanted_devices({}) is None and wanted_devices({"SEQ2SEQ_DEVICES": ""}) is None
    assert wanted_devices({"SEQ2SEQ_DEVICES": "3"}) == 3
    for wrong in ("0", "-1", "all", "²"):
        with pytest.raises(InputError, match=f"expected a number from 1, received '{wrong}'"):
            wanted_devices({"SEQ2SEQ_DEVICES": wrong})


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
@pytest.mark.parametrize("listed", [None, 0, 1, 2])
def test_keras_is_asked_only_where_the_driver_lists_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: int | None
) -> None:
    """A stand-in for the driver's program lists GPUs; Python is one that says what it is asked."""
    monkeypatch.setenv("PATH", str(tmp_path))
    python, driver = tmp_path / "python", tmp_path / "nvidia-smi"
    python.write_text(f"#!/bin/sh\necho asked > {tmp_path}/asked\necho 3\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    if listed is not None:
        lines = "".join(f"echo 'GPU {n}: NVIDIA H100'\necho '  MIG 1'\n" for n in range(listed))
        driver.write_text(f"#!/bin/sh\n{lines}exit 0\n")
        driver.chmod(0o755)
    several = listed == 2
    assert found_devices.__wrapped__() == (3 if several else 1)
    assert (tmp_path / "asked").exists() == several
