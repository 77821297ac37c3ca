"""Exports tried out on a test corpus: the BLEU of both is reported, greedy."""

from pathlib import Path

import pytest

import seq2seq_keras as s2s
from helpers.shell import run_program
from helpers.tiny_models import PAIRS, save_untrained
from seq2seq_keras.corpus import Corpus, load_corpus
from seq2seq_keras.errors import InputError
from seq2seq_keras.translator import Translator


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("test corpus")
    lines = [f"{source}\t{target}\n" for source, target in PAIRS[:4]]
    (folder / "test.tsv").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def translator(folder: Path) -> Translator:
    return save_untrained(folder / "model", attention="none", cell="lstm", tokenizer="word")


@pytest.fixture(scope="module")
def corpus(folder: Path) -> Corpus:
    return load_corpus(folder / "test.tsv", source_lang="en", target_lang="zh")


@pytest.mark.slow
def test_both_are_scored(translator: Translator, corpus: Corpus, folder: Path) -> None:
    found = s2s.export(translator, "keras", folder / "out", test=corpus)
    assert found.sentences == corpus.sources
    own = translator.evaluate(corpus, beam_size=1)
    assert found.own_scores == own and found.scores == own  # they translate alike
    readme = (folder / "out" / "README.md").read_text(encoding="utf-8")
    assert f"| BLEU | {own.bleu.value:.2f} | {own.bleu.value:.2f} |" in readme
    assert f"BLEU, greedy on both sides: `{own.bleu.signature}`" in readme


@pytest.mark.slow
def test_without_references_there_is_no_score(translator: Translator, folder: Path) -> None:
    found = s2s.export(translator, "keras", folder / "unscored", sentences=["A dog runs."])
    assert found.scores is None and found.own_scores is None
    assert "BLEU, greedy" not in (folder / "unscored" / "README.md").read_text(encoding="utf-8")


def test_sentences_or_a_corpus(translator: Translator, corpus: Corpus, folder: Path) -> None:
    with pytest.raises(InputError, match="test: the export is tried out on it; leave `sentences`"):
        s2s.export(translator, "keras", folder / "new", sentences=["A dog."], test=corpus)
    assert not (folder / "new").exists()


@pytest.mark.slow
def test_from_the_shell(translator: Translator, folder: Path) -> None:
    result = run_program(
        "export", folder / "model", "--format", "keras", "--out", folder / "shell",
        "--test", folder / "test.tsv",
    )  # fmt: skip
    own = translator.evaluate(load_corpus(folder / "test.tsv"), beam_size=1).bleu
    said = result.stderr.decode()
    assert result.returncode == 0, said
    assert "4 of 4 sentences translated alike" in said
    assert f"BLEU {own.value:.2f}, the translator {own.value:.2f}, greedy  {own.signature}" in said


@pytest.mark.parametrize("format", ["saved_model", "onnx", "litert"])
def test_only_tensorflow_makes_it(
    translator: Translator, folder: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    with pytest.raises(InputError, match=f"format: {format} is made by TensorFlow; set KERAS"):
        s2s.export(translator, format, folder / "new")
