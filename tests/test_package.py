"""The package's front door: importing it is light, and its public names are there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import seq2seq_keras

HEAVY = ("tensorflow", "keras", "jax", "gradio", "pandas")


def heavy_modules_after(code: str) -> list[str]:
    """Runs `code` in a fresh interpreter and returns which heavy libraries it imported."""
    report = f"import sys; print('loaded', *[name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, timeout=120
    )
    assert result.returncode == 0, result.stderr
    last = result.stdout.splitlines()[-1].split()
    assert last[0] == "loaded"
    return last[1:]


def test_the_light_check_sees_what_is_imported() -> None:
    assert heavy_modules_after("import pandas") == ["pandas"]


def test_import_is_light() -> None:
    assert heavy_modules_after("import seq2seq_keras; seq2seq_keras.Config; dir()") == []


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["app", "--help"]])
def test_help_is_light(arguments: list[str]) -> None:
    code = f"""
import runpy, sys
sys.argv = ["seq2seq-keras", *{arguments!r}]
try:
    runpy.run_module("seq2seq_keras", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""
    loaded = heavy_modules_after(code)
    assert not {"tensorflow", "keras", "jax"} & set(loaded), loaded


def test_python_m_is_the_console_script() -> None:
    script = shutil.which("seq2seq-keras", path=str(Path(sys.executable).parent))
    assert script, "the package is not installed here: make install-dev"
    commands = [[script, "--help"], [sys.executable, "-m", "seq2seq_keras", "--help"]]
    script_help, module_help = (
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
        for command in commands
    )
    for command in ("train", "translate", "evaluate", "compare", "fetch", "app"):
        assert command in script_help
        assert command in module_help


@pytest.mark.parametrize("name", sorted(seq2seq_keras.__all__))
def test_public_names_are_documented(name: str) -> None:
    value = getattr(seq2seq_keras, name)
    assert value.__doc__
    assert name in dir(seq2seq_keras)


def test_public_names_of_the_workflow() -> None:
    workflow = {"load_corpus", "Corpus", "train", "Translator", "compare", "Config"}
    assert workflow <= set(seq2seq_keras.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        seq2seq_keras.no_such_name  # noqa: B018


def test_version_is_the_installed_one() -> None:
    assert seq2seq_keras.__version__ == version("seq2seq-keras")
