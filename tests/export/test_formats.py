"""Exporting, whatever the format: what is refused, what is replaced, what is told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import seq2seq_keras as s2s
from helpers.shell import run_program
from helpers.tiny_models import PAIRS, save_untrained
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.export.check import Check, check, some_sentences
from seq2seq_keras.translator import Translator

TEXTS = ["A dog runs.", "", "We read a book, the cat sleeps."]
# Runs a program as if this project were not installed.
ALONE = """
import runpy, sys
sys.modules["seq2seq_keras"] = None
runpy.run_path(sys.argv[1], {}, "__main__")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats")


@pytest.fixture(scope="module")
def plain(folder: Path) -> Translator:
    return save_untrained(folder / "plain", attention="none", cell="lstm", tokenizer="word")


@pytest.fixture(scope="module")
def exported(plain: Translator, folder: Path) -> tuple[Path, Check]:
    out = folder / "exported"
    return out, s2s.export(plain, "keras", out, sentences=TEXTS)


@pytest.mark.slow
def test_without_attention_keras_alone_translates(plain: Translator, exported) -> None:
    out, found = exported
    assert found.equal == len(TEXTS) and found.sentences == TEXTS
    expected = [each.text for each in plain.translate(TEXTS, beam_size=1)]
    assert found.expected == expected and expected[0] and expected[1] == ""
    result = subprocess.run(
        [sys.executable, "-c", ALONE, out / "translate.py"],
        input="\n".join(TEXTS),
        capture_output=True,
        encoding="utf-8",
    )
    assert result.stdout.splitlines() == expected, result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("tokenizer", ["char", "subword"])
def test_with_attention_this_project_knows_its_layer(folder: Path, tokenizer: str) -> None:
    translator = save_untrained(folder / tokenizer, tokenizer=tokenizer)
    found = s2s.export(translator, "keras", folder / f"{tokenizer}-out", sentences=TEXTS[:1])
    assert found.differing == []
    assert "seq2seq-keras==" in (folder / f"{tokenizer}-out" / "README.md").read_text("utf-8")


def test_the_readme_tells_use_trial_and_sizes(exported) -> None:
    out, found = exported
    readme = (out / "README.md").read_text(encoding="utf-8")
    assert readme.startswith("# English to Chinese, as a Keras model\n")
    assert "pip install keras==" in readme and "sentencepiece" not in readme
    assert "3 of 3 sentences are translated exactly" in readme
    assert "| `model.keras` |" in readme and "| `source.json` |" in readme
    assert found.size == sum(
        path.stat().st_size for path in out.iterdir() if path.name != "README.md"
    )


def test_an_export_is_replaced_and_nothing_else(plain: Translator, exported, folder: Path) -> None:
    out, _ = exported
    (out / "left over").write_text("of an earlier version")
    s2s.export(plain, "keras", out, sentences=TEXTS[:1])
    assert not (out / "left over").exists() and (out / "translate.py").is_file()
    with pytest.raises(InputError, match="holds something else than an export"):
        s2s.export(plain, "keras", folder / "plain")
    assert (folder / "plain" / "config.yaml").is_file()
    with pytest.raises(InputError, match="this is a file"):
        s2s.export(plain, "keras", folder / "plain" / "config.yaml")


def test_what_does_not_exist_is_refused(plain: Translator, folder: Path) -> None:
    with pytest.raises(
        InputError, match="expected keras, saved_model, onnx, litert, received 'h5'"
    ):
        s2s.export(plain, "h5", folder / "new")
    with pytest.raises(InputError, match="quantize: keras takes nothing, received 'int8'"):
        s2s.export(plain, "keras", folder / "new", quantize="int8")
    assert not (folder / "new").exists()


def test_differences_are_counted(plain: Translator, tmp_path: Path) -> None:
    (tmp_path / "translate.py").write_text(
        "def translate(sentences): return ['狗'] * len(sentences)"
    )
    found = check(plain, tmp_path, TEXTS)
    assert found.translations == ["狗"] * 3
    own = [each.text for each in plain.translate(TEXTS, beam_size=1)]
    assert found.equal == own.count("狗")
    assert found.differing == [(a, b, "狗") for a, b in zip(TEXTS, own, strict=True) if b != "狗"]


def test_an_export_that_does_not_run_is_told(plain: Translator, tmp_path: Path) -> None:
    (tmp_path / "translate.py").write_text("raise ValueError('no such thing')")
    with pytest.raises(WorkError, match=r"does not run: ValueError: no such thing$"):
        check(plain, tmp_path, TEXTS)


def test_sentences_to_try_out_are_remembered_ones_and_their_parts(plain: Translator) -> None:
    sentences = some_sentences(plain, 8)
    remembered = [source for source, _ in PAIRS[:3]]
    assert sentences[:3] == remembered and len(set(sentences)) == 8
    for part in sentences[3:]:
        assert any(each.startswith(part) or each.endswith(part) for each in remembered)
    plain_without = Translator(
        plain.config, plain.source_tokenizer, plain.target_tokenizer, plain.network
    )
    assert some_sentences(plain_without) == ["."]


@pytest.mark.slow
def test_from_the_shell(folder: Path, plain: Translator, tmp_path: Path) -> None:
    (tmp_path / "trial.txt").write_text("A dog runs.\n", encoding="utf-8")
    arguments = ["export", folder / "plain", "--format", "keras", "--out", tmp_path / "out"]
    result = run_program(*arguments, "--sentences", tmp_path / "trial.txt")
    said = result.stderr.decode()
    assert result.returncode == 0, said
    assert "1 of 1 sentences translated alike" in said and said.count("\n") == 1
    shown = json.loads((tmp_path / "out" / "source.json").read_text(encoding="utf-8"))
    assert shown["kind"] == "word"
    result = run_program(*arguments[:3], "h5", "--out", tmp_path / "out")
    assert result.returncode == 2 and b"format: expected keras" in result.stderr
