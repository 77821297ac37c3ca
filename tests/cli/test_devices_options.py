"""What --devices, --cluster, --worker and --wait say together."""

from __future__ import annotations

import importlib
import re

import pytest

from helpers.servers import free_port
from seq2seq_keras.cli.devices import asked_for, devices_of_worker, number_of_devices, waits_for
from seq2seq_keras.cluster import Cluster, Patience
from seq2seq_keras.errors import InputError

# The package offers the Typer object by the module's name.
program = importlib.import_module("seq2seq_keras.cli.program")

TWO = "10.0.0.1:7000,10.0.0.2:7000"


def test_devices() -> None:
    assert number_of_devices("all") is None and number_of_devices("3") == 3
    assert devices_of_worker(3) == 3
    for wrong in ("0", "-1", "many", ""):
        with pytest.raises(InputError, match="give all, or how many, from 1"):
            number_of_devices(wrong)


def test_workers_wait_five_minutes_or_as_long_as_one_says() -> None:
    cluster = Cluster(tuple(TWO.split(",")), 1)
    assert asked_for(None, None) is None
    assert asked_for(TWO, 1) == (cluster, Patience())
    assert asked_for(TWO, 1, 90) == (cluster, Patience(to_meet=5400))
    assert Patience().to_meet == 300


@pytest.mark.parametrize("wait", [0.0, -1.0, float("nan"), float("inf"), 1e9])
def test_a_wait_that_is_none(wait: float) -> None:
    with pytest.raises(InputError, match=f"^--wait {re.escape(f'{wait:g}')}: give minutes"):
        asked_for(TWO, 1, wait)


def test_what_needs_a_cluster() -> None:
    with pytest.raises(InputError, match=r"^--worker: .* --cluster; give that, too"):
        asked_for(None, 1)
    with pytest.raises(InputError, match=r"^--wait: .* --cluster; give that, too"):
        asked_for(None, None, 3)


def test_a_worker_waits_no_longer_than_it_was_told(capsys: pytest.CaptureFixture[str]) -> None:
    addresses = f"127.0.0.1:{free_port()},127.0.0.1:{free_port()}"
    command = ["train", "none.tsv", "--out", "none", "--cluster", addresses, "--worker", "1"]
    with pytest.raises(SystemExit) as ended:
        program.main([*command, "--wait", "0.02"])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    own, chief = addresses.split(",")[1], addresses.split(",")[0]
    waiting = f"worker 1 ({own}) waits for worker 0 ({chief}), 0.02 minutes at most"
    assert said.startswith(f"{waiting}\nerror: worker 0 ({chief}) cannot be reached within 1.2 s")


def test_many_workers_are_not_named_one_by_one() -> None:
    cluster = Cluster.of([f"10.0.0.{number}:7000" for number in range(1, 5)], 2)
    said = waits_for(cluster, Patience(to_meet=60))
    assert said == "worker 2 (10.0.0.3:7000) waits for the other 3 workers, 1 minute at most"
