"""What is said of a package that is missing is a command that would get it."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path

from seq2seq_keras.extras import missing_package


def test_the_command_is_one_that_works(repository: Path) -> None:
    said = missing_package("onnx", "tf2onnx", "export")
    assert said.startswith("onnx: the package tf2onnx is missing; ")
    words = shlex.split(said.rpartition(" by: ")[2])
    assert words[:3] == ["pip", "install", "--constraint"]
    assert (repository / words[3]).is_file()
    extras = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    assert words[-1].strip(".[]") in extras["optional-dependencies"]
