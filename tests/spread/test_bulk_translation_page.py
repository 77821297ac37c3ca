"""What docs/bulk-translation.md shows, run as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from helpers.shell import environment
from seq2seq_keras.translator import Translator

SENTENCES = ["The dog runs.", "My neighbour bought a new car.", "We see the old house.", ""]


@pytest.fixture
def place(tmp_path: Path, sample_model: Path) -> Path:
    """A folder with a model where the page has it."""
    (tmp_path / "saved_models").mkdir()
    (tmp_path / "saved_models" / "de-en").symlink_to(sample_model)
    return tmp_path


def example(repository: Path, language: str) -> str:
    page = (repository / "docs" / "bulk-translation.md").read_text(encoding="utf-8")
    (block,) = re.findall(
        rf"<!-- a test runs this -->\n```{language}\n(.*?)```", page, flags=re.DOTALL
    )
    return block


def test_a_process_a_gpu(repository: Path, place: Path, sample_model: Path) -> None:
    lines = SENTENCES * 5
    (place / "news.de").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = place / "bin" / "seq2seq-keras"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m seq2seq_keras "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-euc", example(repository, "bash")],
        cwd=place,
        env={**environment(), "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0 and "error" not in result.stderr, result.stderr
    expected = [each.text for each in Translator.load(sample_model).translate(lines)]
    assert (place / "news.en").read_text(encoding="utf-8").split("\n") == [*expected, ""]
    halves = [(place / f"part.{number}").read_bytes() for number in range(2)]
    assert all(halves) and b"".join(halves) == (place / "news.de").read_bytes()


@pytest.mark.usefixtures("ray_here")
def test_a_pipeline_of_ones_own(repository: Path, place: Path, sample_model: Path) -> None:
    (place / "reviews").mkdir()
    (place / "models").symlink_to("saved_models")
    table = pyarrow.table({"id": [1, 2, 3, 4], "review": SENTENCES})
    parquet.write_table(table, place / "reviews" / "a.parquet")
    code = example(repository, "python")
    assert "/data/" in code
    exec(code.replace("/data/", f"{place}/"), {})
    found = parquet.read_table(place / "reviews-en").sort_by("id")
    assert found.drop_columns("translation").equals(table)
    translations = Translator.load(sample_model).translate(SENTENCES)
    assert found["translation"].to_pylist() == [each.text for each in translations]
