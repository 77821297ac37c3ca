"""Room on the disk, of disks of all sizes."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import keras
import pytest

from seq2seq_keras.config import Config
from seq2seq_keras.errors import WorkError
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.disk_room import check_room, is_nearly_full, kept_free, room_for_job
from seq2seq_keras.jobs.translation_files import keep_upload
from seq2seq_keras.network import build_network
from seq2seq_keras.training.step import make_optimizer

MB = 1024**2


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A disk of 100 GB, of which the tests say how much is free."""
    disk = SimpleNamespace(total=100_000 * MB, used=0, free=1000 * MB)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: disk)
    return disk


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "data", tmp_path / "none", tmp_path / "none")


def test_a_part_of_the_disk_is_left_alone(tmp_path: Path, disk: SimpleNamespace) -> None:
    assert kept_free(tmp_path / "not" / "yet") == 256 * MB
    check_room(tmp_path, 744 * MB)
    with pytest.raises(WorkError, match=r"nearly full: this needs 745 MB, and 744 MB can be had"):
        check_room(tmp_path, 745 * MB)
    assert not is_nearly_full(tmp_path)
    disk.free = 255 * MB
    assert is_nearly_full(tmp_path)
    with pytest.raises(WorkError, match=r"and 0 MB can be had\. Make room"):
        check_room(tmp_path)
    disk.total = 1000 * MB  # a small one: three hundredths
    assert kept_free(tmp_path) == 30 * MB
    check_room(tmp_path)


def test_a_job_needs_room_for_its_checkpoints() -> None:
    settings = {"units": 6, "embedding_dim": 5, "vocab_size": 30}
    network = build_network(Config.create(**settings), 30, 30)
    weights = sum(array.nbytes for array in network.training.get_weights())
    moments = sum(
        keras.ops.convert_to_numpy(variable.value).nbytes
        for variable in make_optimizer(network, Config.create(**settings)).variables
        if len(variable.shape)  # neither the rate nor the number of steps
    )
    assert room_for_job("train", {"settings": settings}) == 3 * (weights + moments)
    assert room_for_job("compare", {"settings": settings}) == 6 * (weights + moments)
    assert room_for_job("train", {"settings": {"units": -1}}) == 0  # its process tells of that
    assert room_for_job("score", {}) == 0


def test_nothing_new_is_begun_on_a_disk_that_is_nearly_full(
    workspace: Workspace, disk: SimpleNamespace, tmp_path: Path
) -> None:
    job = workspace.jobs.submit("score", "before", {})
    workspace.jobs.ask(job.id, "pause")
    upload = tmp_path / "pairs.tsv"
    upload.write_text("a dog\tun chien\n" * 1000, encoding="utf-8")
    disk.free = 256 * MB + 10_000
    for work in (lambda: workspace.add_corpus([upload]), lambda: keep_upload(workspace, upload)):
        with pytest.raises(WorkError, match="The disk is nearly full"):
            work()
    with pytest.raises(WorkError, match="The disk is nearly full: this needs 153 MB"):
        workspace.jobs.submit("train", "large", {"settings": {}})
    workspace.jobs.submit("score", "small", {})  # this needs hardly any
    disk.free = 100 * MB
    for work in (
        lambda: workspace.jobs.submit("score", "later", {}),
        lambda: workspace.jobs.resume(job.id),
    ):
        with pytest.raises(WorkError, match="The disk is nearly full"):
            work()
    assert len(workspace.jobs.all()) == 2
    assert workspace.corpora() == []
