"""What is free is read as the kernel writes it; what is too large is refused before it is built."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import keras
import psutil
import pytest

from seq2seq_keras.config import Config
from seq2seq_keras.errors import WorkError
from seq2seq_keras.network import build_network
from seq2seq_keras.training import memory_check
from seq2seq_keras.training.free_memory import free_memory
from seq2seq_keras.training.memory_check import check_memory, memory_to_train
from seq2seq_keras.training.step import make_optimizer

MB = 1024**2


def group(folder: Path, version: int, limit: str, used: int, cached: int = 0) -> None:
    """Writes the files of a control group as the kernel shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {
        1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        2: ("memory.max", "memory.current", "inactive_file"),
    }[version]
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 17\n{names[2]} {cached}\nslab 3\n")


def belongs_to(root: Path, lines: str) -> None:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(lines)


def test_without_groups_it_is_what_the_machine_has(tmp_path: Path) -> None:
    assert free_memory(tmp_path) == pytest.approx(psutil.virtual_memory().available, rel=0.1)


def test_a_container_of_version_2(tmp_path: Path) -> None:
    belongs_to(tmp_path, "0::/\n")
    group(tmp_path / "sys/fs/cgroup", 2, str(80 * MB), used=50 * MB, cached=20 * MB)
    assert free_memory(tmp_path) == 50 * MB


def test_the_tightest_group_above_counts(tmp_path: Path) -> None:
    belongs_to(tmp_path, "0::/system.slice/app.service\n")
    slices = tmp_path / "sys/fs/cgroup/system.slice"
    group(slices, 2, str(30 * MB), used=25 * MB)
    group(slices / "app.service", 2, "max", used=10 * MB)
    assert free_memory(tmp_path) == 5 * MB


def test_a_container_of_version_1(tmp_path: Path) -> None:
    belongs_to(tmp_path, "9:name=systemd:/docker/1f\n4:cpu,memory:/docker/1f\n0::/\n")
    # Inside, the group is mounted as the root.
    group(tmp_path / "sys/fs/cgroup/memory", 1, str(64 * MB), used=60 * MB, cached=MB)
    assert free_memory(tmp_path) == 5 * MB


def test_a_group_that_took_too_much_leaves_nothing(tmp_path: Path) -> None:
    belongs_to(tmp_path, "0::/\n")
    group(tmp_path / "sys/fs/cgroup", 2, str(MB), used=3 * MB)
    assert free_memory(tmp_path) == 0


def test_it_counts_the_arrays_that_training_holds() -> None:
    config = Config.create(units=6, embedding_dim=5, cell="lstm")
    network = build_network(config, 30, 40)
    weights = sum(array.nbytes for array in network.training.get_weights())
    moments = sum(
        keras.ops.convert_to_numpy(variable.value).nbytes
        for variable in make_optimizer(network, config).variables
        if len(variable.shape)  # neither the rate nor the number of steps
    )
    best = gradients = weights
    assert memory_to_train(config, 30, 40) == weights + moments + best + gradients


def test_what_is_too_large_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config.create(units=90_000)
    monkeypatch.setattr("seq2seq_keras.training.step.device_name", lambda: "cpu:0")
    with pytest.raises(WorkError) as error:
        check_memory(config, 4000, 4000, free=lambda: 3_500_000_000)
    assert str(error.value) == (
        "A network of 85,237,693,792 parameters needs about 1,704.8 GB to train; 3.5 GB is free. "
        "Choose fewer units or a smaller vocabulary."
    )
    check_memory(Config(), 4000, 4000, free=lambda: memory_to_train(Config(), 4000, 4000))
    with pytest.raises(WorkError):
        check_memory(Config(), 4000, 4000, free=lambda: memory_to_train(Config(), 4000, 4000) - 1)


def test_a_gpu_has_memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq_keras.training.step.device_name", lambda: "gpu:0")
    check_memory(Config.create(units=90_000), 4000, 4000, free=lambda: 0)


@pytest.mark.slow
def test_it_is_asked_before_anything_is_built(tmp_path: Path, repository: Path) -> None:
    """The command ends in a moment, with one line and status 1."""
    assert memory_check.check_memory is check_memory
    done = subprocess.run(
        [
            *[
                sys.executable,
                "-m",
                "seq2seq_keras",
                "train",
                repository / "data/english-french.tsv",
            ],
            *["--units", "90000", "--tokenizer", "char", "--out", tmp_path / "out"],
        ],
        capture_output=True,
        text=True,
        cwd=repository,
        timeout=120,
    )
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert lines[-1].startswith("error: A network of ") and "GB is free. Choose fewer" in lines[-1]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "model.keras").exists()
