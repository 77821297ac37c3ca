"""A SavedModel translates as the translator does, in a process that knows TensorFlow alone."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.architectures import ARCHITECTURES, QUICK
from helpers.slow import slow_but
from seq2seq_keras.translator import Translator

pytestmark = pytest.mark.tensorflow

TEXTS = ["A dog runs.", "", "We read a book, the cat sleeps.", "She \u00ad drinks\u3000wate\u0301r"]
# Without the project, which lies beside: it may not be imported.
PROGRAM = """
import json, sys
sys.modules["seq2seq_keras"] = None
import tensorflow as tf
import tensorflow_text
model = tf.saved_model.load(sys.argv[2])
texts = tf.constant([text.encode() for text in json.loads(sys.argv[1])])
said = {}
for size in (1, 3):
    said[str(size)] = [x.decode() for x in model.translate(texts, size).numpy()]
said["default"] = [x.decode() for x in model.translate(texts).numpy()]
served = model.signatures["serving_default"](texts=texts)["translations"]
said["served"] = [x.decode() for x in served.numpy()]
served = model.signatures["translate"](texts=texts, beam_size=tf.constant(3))["translations"]
said["served with 3"] = [x.decode() for x in served.numpy()]
details = model.signatures["details"](
    texts=texts, beam_size=tf.constant(4), n_best=tf.constant(3)
)
said["details"] = {
    name: [[each.decode() for each in row] for row in value.numpy().tolist()]
    if value.dtype == tf.string else value.numpy().tolist()
    for name, value in details.items()
}
print(json.dumps(said))
"""


@pytest.fixture(scope="module", params=slow_but(QUICK, ARCHITECTURES))
def case(
    request, translators, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Translator, dict[str, Any]]:
    """A translator, and what its SavedModel says."""
    from seq2seq_keras.export.saved_model import write

    folder = tmp_path_factory.mktemp("export")
    write(translators[request.param], folder, None)
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(TEXTS), folder],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
    )
    assert result.returncode == 0, result.stderr
    return translators[request.param], json.loads(result.stdout)


def test_texts_are_translated_as_by_the_translator(case) -> None:
    translator, said = case
    for size, key in ((1, "1"), (3, "3"), (2, "default"), (2, "served"), (3, "served with 3")):
        expected = [each.text for each in translator.translate(TEXTS, beam_size=size)]
        assert said[key] == expected
        assert expected[1] == "" and any(expected)


def test_details_are_those_of_the_translator(case) -> None:
    translator, said = case
    details = said["details"]
    translations = translator.translate(TEXTS, beam_size=4, n_best=3)
    for row, translation in enumerate(translations):
        if not TEXTS[row]:
            continue
        texts = [translation.text, *(each.text for each in translation.alternatives)]
        # The translator leaves out alternatives that read alike.
        assert list(dict.fromkeys(details["translations"][row])) == texts
        assert details["scores"][row][0] == pytest.approx(translation.score, abs=1e-4)
        assert details["scores"][row] == sorted(details["scores"][row], reverse=True)
        for side, tokens in (("source", translation.source_tokens), ("target", translation.tokens)):
            padded = details[f"{side}_tokens"][row]
            assert [token for token in padded if token] == tokens
        if translation.attention is None:
            assert "attention" not in details
            continue
        weights = np.array(details["attention"][row])
        height, width = translation.attention.shape
        np.testing.assert_allclose(weights[:height, :width], translation.attention, atol=1e-4)
        assert not weights[height:].any() and not weights[:, width:].any()


@pytest.mark.slow
def test_its_program_reads_lines(translators, tmp_path: Path) -> None:
    from seq2seq_keras.export import export

    check = export(translators["plain"], "saved_model", tmp_path / "out", sentences=TEXTS)
    assert check.equal == len(TEXTS)
    result = subprocess.run(
        [sys.executable, tmp_path / "out" / "translate.py"],
        input="\n".join(TEXTS[:3]),
        capture_output=True,
        encoding="utf-8",
    )
    expected = [each.text for each in translators["plain"].translate(TEXTS[:3], beam_size=2)]
    assert result.stdout.splitlines() == expected, result.stderr


def test_made_beside_a_gpu_it_runs_without_one(
    translators, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seq2seq_keras.export.saved_model import write

    layers = import_module("keras.src.backend.tensorflow.rnn")
    monkeypatch.setattr(layers, "_is_gpu_available", lambda: True)
    # Attention after the recurrence reads a decoder of Keras's own, beside its encoder.
    write(translators["scaled dot after, stacked, one way, not tied"], tmp_path, None)
    assert b"Cudnn" not in (tmp_path / "saved_model.pb").read_bytes()
