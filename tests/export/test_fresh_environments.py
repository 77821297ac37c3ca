"""An export translates in a new environment with nothing in it but what its README names."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import seq2seq_keras as s2s
from seq2seq_keras.export.check import some_sentences
from seq2seq_keras.translator import Translator

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(
        os.environ.get("FRESH_ENVIRONMENTS") != "1" and os.environ.get("CI") != "true",
        reason="installs packages, some minutes; set FRESH_ENVIRONMENTS=1",
    ),
]

PROGRAM = """
import importlib.util, json, sys
assert importlib.util.find_spec("seq2seq_keras") is None
from translate import translate
print(json.dumps(translate(json.load(sys.stdin))))
"""


def run(*command: object, **settings) -> str:
    # The variables would let the environment find what is installed elsewhere.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    result = subprocess.run(
        [*map(str, command)],
        capture_output=True,
        encoding="utf-8",
        env={**kept, "PYTHONUTF8": "1"},
        **settings,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


# With attention, the Keras model needs this project for its layer.
@pytest.mark.parametrize(
    ("format", "network"),
    [
        ("onnx", "attention"),
        ("litert", "attention"),
        ("saved_model", "attention"),
        ("keras", "plain"),
    ],
)
def test_twenty_sentences(format: str, network: str, repository: Path, tmp_path: Path) -> None:
    translator = Translator.load(repository / "saved_models" / f"sample-en-fr-{network}")
    s2s.export(translator, format, tmp_path / "made")
    shutil.copytree(tmp_path / "made", tmp_path / "copied")
    readme = (tmp_path / "copied" / "README.md").read_text(encoding="utf-8")
    (packages,) = re.findall(r"^pip install (.*)$", readme, re.MULTILINE)
    run(sys.executable, "-m", "venv", tmp_path / "new")
    python = tmp_path / "new" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(python, "-m", "pip", "install", "--quiet", *packages.split())
    sentences = some_sentences(translator)
    assert len(sentences) == 20
    said = run(python, "-c", PROGRAM, input=json.dumps(sentences), cwd=tmp_path / "copied")
    own = translator.translate(sentences, beam_size=1, attention=False)
    assert json.loads(said) == [each.text for each in own]
