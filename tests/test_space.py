"""This repository as a Hugging Face Space: what README.md tells the Hub, and what goes there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib.metadata import requires
from pathlib import Path

import pytest
from huggingface_hub import SpaceCard, metadata_load
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
TEXTS = ("title", "emoji", "sdk", "sdk_version", "python_version", "app_file", "license")

# Every binary file that is shipped has to fit one of these. A Space takes 1 GB; this is far less.
BINARY = ("docs/images/*.png", "saved_models/sample-*/model.keras", "saved_models/sample-*/*.model")
BINARY += ("seq2seq_keras/app/favicon.png",)
BINARY += ("tests/data/saved/format-*/model.keras", "tests/data/saved/format-*/*.model")
BINARY += ("tests/corpus/examples/*",)
MOST_BYTES = 64_000_000


@pytest.fixture(scope="module")
def pins(repository: Path) -> dict[str, str]:
    """What a Space installs: requirements.txt alone, no constraints."""
    found = {}
    for line in (repository / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if text := line.partition("#")[0].strip():
            requirement = Requirement(text)
            found[canonicalize_name(requirement.name)] = str(requirement.specifier)[2:]
    return found


@pytest.fixture(scope="module")
def shipped(repository: Path) -> list[str]:
    """All files that git has."""
    result = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True)
    if result.returncode:
        pytest.skip("needs a git checkout")
    names = result.stdout.decode().split("\0")[:-1]
    return [name for name in names if (repository / name).is_file()]


def test_the_card_is_as_the_hub_wants_it(repository: Path) -> None:
    card = SpaceCard.load(repository / "README.md")  # refuses metadata that are none
    data = card.data.to_dict()
    assert data == metadata_load(repository / "README.md")
    for name in TEXTS:
        assert isinstance(data[name], str) and data[name], name
    assert data["sdk"] == "gradio" and data["license"] == "apache-2.0"
    assert {data["colorFrom"], data["colorTo"]} <= COLOURS
    assert 0 < len(data["short_description"]) <= 60
    assert all(isinstance(tag, str) for tag in data["tags"])
    assert card.text.lstrip().startswith("# seq2seq-keras\n")


def test_the_card_agrees_with_the_project(repository: Path, pins: dict[str, str]) -> None:
    data = metadata_load(repository / "README.md") or {}
    assert data["sdk_version"] == pins["gradio"]
    assert (repository / data["app_file"]).is_file()
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = Requirement(f"python{project['requires-python']}").specifier
    assert re.fullmatch(r"3\.\d+", data["python_version"])
    assert data["python_version"] in allowed
    assert data["license"] == project["license"].casefold()


def test_the_pins_fit_what_a_space_installs_with_them(pins: dict[str, str]) -> None:
    """It is `gradio[oauth,mcp]` of the card's version, in the same call of pip."""
    lines = [Requirement(line) for line in requires("gradio") or []]
    besides = [
        line
        for line in lines
        if not line.marker or any(line.marker.evaluate({"extra": e}) for e in ("oauth", "mcp"))
    ]
    assert any(line.name == "mcp" for line in besides)
    for line in [*besides, Requirement("uvicorn>=0.14.0")]:
        pin = pins.get(canonicalize_name(line.name))
        assert pin is None or pin in line.specifier, f"{line} is asked for, {pin} is pinned"


def test_every_binary_file_is_known(repository: Path, shipped: list[str]) -> None:
    binary = {}
    for name in shipped:
        content = (repository / name).read_bytes()
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            binary[name] = len(content)
        if b"\0" in content:
            binary[name] = len(content)
    assert [name for name in binary if not any(fnmatch(name, each) for each in BINARY)] == []
    assert all(any(fnmatch(name, each) for name in binary) for each in BINARY)
    assert sum(binary.values()) < MOST_BYTES
    # Git leaves their bytes alone, on every system.
    said = subprocess.check_output(
        ["git", "check-attr", "-z", "text", "--", *binary], cwd=repository, text=True
    )
    assert said.split("\0")[2::3] == ["unset"] * len(binary)


def test_all_that_is_shipped_is_small(repository: Path, shipped: list[str]) -> None:
    assert sum((repository / name).stat().st_size for name in shipped) < MOST_BYTES


def test_where_data_is_kept_can_be_told_by_a_variable(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"  # which cannot be, and so is complained of
    result = subprocess.run(
        [sys.executable, "app.py", "--port", "0"],
        cwd=repository,
        env={**os.environ, "SEQ2SEQ_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 2 and f"error: {folder}: cannot write here" in result.stderr
