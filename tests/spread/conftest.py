"""What the tests of spreading share: a translator that needs no training, and a Ray."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sample_model(repository: Path) -> Path:
    """One of the translators that are shipped, English to French."""
    return repository / "saved_models" / "sample-en-fr-attention"


@pytest.fixture(scope="module")
def ray_here() -> Iterator[None]:
    """A Ray of three processors on this machine; the test is skipped where it is not installed."""
    pytest.importorskip("ray", reason="needs Ray, the extra `ray`")
    from seq2seq_keras.cli.spread_cluster import ray_cluster

    with ray_cluster("local", workers=2, cpus=1, gpus=0):
        yield
