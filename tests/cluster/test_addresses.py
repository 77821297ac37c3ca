"""Who trains together, as the user, TF_CONFIG or Slurm say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from seq2seq_keras.cluster.addresses import Cluster, find_cluster, split_address
from seq2seq_keras.errors import InputError

TWO = ["10.0.0.1:7000", "10.0.0.2:7000"]


def tf_config(role: str = "worker", index: int = 0, **roles: list[str]) -> dict[str, str]:
    content = {"cluster": roles, "task": {"type": role, "index": index}}
    return {"TF_CONFIG": json.dumps(content)}


def test_a_list_and_a_number() -> None:
    cluster = find_cluster(" 10.0.0.1:7000, 10.0.0.2:7000", 1, {})
    assert cluster == Cluster(tuple(TWO), 1)
    assert not cluster.is_chief and cluster.name(0) == "worker 0 (10.0.0.1:7000)"


@pytest.mark.parametrize(
    ("given", "number", "message"),
    [
        (",".join(TWO), None, "--worker: say which"),
        (",".join(TWO), 2, "--worker 2: there are workers 0 to 1"),
        (",".join(TWO), -1, "--worker -1"),
        ("10.0.0.1:7000", 0, "of every worker"),
        ("10.0.0.1:7000,10.0.0.1:7000", 0, "stands there twice"),
        ("10.0.0.1:7000,somewhere", 0, "'somewhere' is no host:port"),
        ("10.0.0.1:7000,:7001", 0, "':7001' is no host:port"),
        ("10.0.0.1:7000,a:b", 0, "'a:b' is no host:port"),
        ("10.0.0.1:7000,a:70000", 0, "a number from 1 to 65535"),
        ("auto", 1, "leave it out"),
        ("auto", None, "neither TF_CONFIG nor Slurm"),
    ],
)
def test_what_does_not_fit_is_told_in_a_line(given: str, number: Any, message: str) -> None:
    with pytest.raises(InputError) as error:
        find_cluster(given, number, {})
    assert message in str(error.value) and "\n" not in str(error.value)


def test_an_address_of_version_6() -> None:
    assert split_address("[::1]:7000") == ("::1", 7000)
    assert split_address("node-3.cluster.local:80") == ("node-3.cluster.local", 80)


def test_tf_config() -> None:
    environment = tf_config("worker", 1, worker=TWO)
    assert find_cluster("auto", None, environment) == Cluster(tuple(TWO), 1)
    with_chief = tf_config("worker", 0, chief=TWO[:1], worker=TWO[1:])
    assert find_cluster("auto", None, with_chief) == Cluster(tuple(TWO), 1)
    as_chief = tf_config("chief", 0, chief=TWO[:1], worker=TWO[1:])
    assert find_cluster("auto", None, as_chief) == Cluster(tuple(TWO), 0)


def test_one_worker_alone_is_no_cluster() -> None:
    assert find_cluster("auto", None, tf_config(worker=TWO[:1])) is None


@pytest.mark.parametrize("text", ["{", "[]", '{"cluster": {}}', '{"cluster": [], "task": 1}'])
def test_a_damaged_tf_config(text: str) -> None:
    with pytest.raises(InputError, match="TF_CONFIG: expected"):
        find_cluster("auto", None, {"TF_CONFIG": text})


def test_roles_that_do_not_train() -> None:
    with pytest.raises(InputError, match="this process is a 'ps'"):
        find_cluster("auto", None, tf_config("ps", 0, worker=TWO, ps=["a:1"]))


@pytest.mark.tensorflow
def test_slurm(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Slurm sets it for the third of three tasks on two machines."""
    import os

    slurm = {
        "SLURM_PROCID": "2",
        "SLURM_STEP_NUM_TASKS": "3",
        "SLURM_STEP_NODELIST": "node[08-09]",
        "SLURM_STEP_TASKS_PER_NODE": "2,1",
    }
    cluster = find_cluster("auto", None, {**os.environ, **slurm})
    assert cluster == Cluster(("node08:8888", "node08:8889", "node09:8888"), 2)
    with pytest.raises(InputError, match=r"sense of Slurm's environment .*NUM_TASKS"):
        find_cluster("auto", None, {**os.environ, "SLURM_PROCID": "2"})
