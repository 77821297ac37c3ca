"""Two real workers over loopback: they train as one, are killed, and go on as if nothing was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from helpers.servers import free_port

STEPS = 5  # of an epoch


def command(out: Path, weights: Path, *more: object) -> list[str]:
    return [sys.executable, "-m", "helpers.joint_worker", *map(str, (out, weights, *more))]


BACKENDS = [
    pytest.param("tensorflow", marks=pytest.mark.tensorflow),
    pytest.param("jax", id="jax"),
]


def start(repository: Path, backend: str, *arguments: Any) -> subprocess.Popen[str]:
    paths = [str(repository), str(repository / "tests"), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        command(*arguments),
        cwd=repository,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "KERAS_BACKEND": backend},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def two(repository: Path, backend: str, folder: Path, slow: int = 0) -> list[subprocess.Popen[str]]:
    addresses = ",".join(f"127.0.0.1:{free_port()}" for _ in range(2))
    return [
        start(
            repository, backend, folder / "out", folder / f"{number}.npz", addresses, number, slow
        )
        for number in (0, 1)
    ]


def weights(path: Path) -> list[np.ndarray]:
    with np.load(path) as arrays:
        return [arrays[name] for name in arrays.files]


def losses(folder: Path) -> list[tuple[float, float]]:
    lines = (folder / "out" / "metrics.csv").read_text().splitlines()
    names = lines[0].split(",")
    rows = [dict(zip(names, line.split(","), strict=True)) for line in lines[1:]]
    return [(float(row["loss"]), float(row["valid_loss"])) for row in rows]


def wait_for_step(chief: subprocess.Popen[str], folder: Path) -> None:
    """Until there is a checkpoint in the midst of an epoch after the first."""
    latest = folder / "out" / "checkpoints" / "latest"
    end = time.monotonic() + 900
    while time.monotonic() < end:
        assert chief.poll() is None, chief.communicate()[1]
        if latest.is_file() and int(latest.read_text()) > STEPS + 1:
            return
        time.sleep(0.1)
    raise AssertionError("no checkpoint came")


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_workers_train_as_one_through_a_kill(
    repository: Path, tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What JAX compiled need not be compiled again when they go on.
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path / "compiled"))
    monkeypatch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    parents = two(repository, backend, tmp_path, slow=STEPS + 2)
    wait_for_step(parents[0], tmp_path)
    (worker,) = psutil.Process(parents[1].pid).children()
    begin = time.monotonic()
    worker.send_signal(signal.SIGKILL)
    for parent in parents:
        _, said = parent.communicate(timeout=180)
        assert parent.returncode == 1
        last = said.splitlines()[-1].strip()
        assert last.startswith("error: worker 1 (127.0.0.1:") and "was killed (SIGKILL)" in last
        assert "--resume" in last
    assert time.monotonic() - begin < 30

    for parent in two(repository, backend, tmp_path):
        _, said = parent.communicate(timeout=600)
        assert parent.returncode == 0, said
    alone = tmp_path / "alone"
    process = start(repository, backend, alone / "out", tmp_path / "alone.npz")
    _, said = process.communicate(timeout=600)
    assert process.returncode == 0, said
    first, second, single = (weights(tmp_path / f"{name}.npz") for name in ("0", "1", "alone"))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)  # on both workers
    for one, other in zip(first, single, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    np.testing.assert_allclose(losses(tmp_path), losses(alone), atol=1e-4)
    scores = [
        json.loads((folder / "out" / "scores.json").read_text()) for folder in (tmp_path, alone)
    ]
    assert scores[0]["scores"]["bleu"]["value"] == scores[1]["scores"]["bleu"]["value"]


@pytest.mark.tensorflow
def test_workers_that_disagree_on_the_corpus(repository: Path, tmp_path: Path) -> None:
    """By the command line, as a user would."""
    from helpers.tiny_corpus import tiny_pairs

    addresses = ",".join(f"127.0.0.1:{free_port()}" for _ in range(2))
    parents = []
    for number, pairs in enumerate((100, 90)):
        corpus = tmp_path / f"{number}.tsv"
        lines = zip(*tiny_pairs(pairs), strict=True)
        corpus.write_text("".join(f"{one}\t{other}\n" for one, other in lines), encoding="utf-8")
        out = tmp_path / f"out-{number}"
        options = f"train {corpus} --out {out} --cluster {addresses} --worker {number}".split()
        parents.append(
            subprocess.Popen(
                [sys.executable, "-m", "seq2seq_keras", *options],
                cwd=repository,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    for parent in parents:
        _, said = parent.communicate(timeout=300)
        assert parent.returncode in (1, 2)
        errors = [line for line in said.splitlines() if line.startswith("error: ")]
        assert errors and "the workers disagree on the corpus: worker 1 has" in errors[0]
        assert "worker 0" in errors[0]
