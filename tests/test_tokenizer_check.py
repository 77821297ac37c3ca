"""Tokenizers of strangers are read first where it does no harm."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from helpers.tiny_corpus import tiny_pairs
from helpers.tiny_models import save_untrained
from seq2seq_keras import tokenizer_check
from seq2seq_keras.cli.program import program
from seq2seq_keras.errors import InputError
from seq2seq_keras.spread import translate_dataset
from seq2seq_keras.tokenizer_check import check_tokenizers, is_from_hub
from seq2seq_keras.translator import Translator

HUB = "models--ada--eng-fra/snapshots/0123abcd"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "model"
    save_untrained(folder)
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / HUB))


def greedy(folder: Path) -> None:
    """A vocabulary of 20 MB that takes a gigabyte and more to read."""
    for path in folder.glob("source.*"):
        path.unlink()
    entries = "{}," * 20_000_000
    text = '{"version": 1, "kind": "word", "entries": [' + entries + "{}]}"
    (folder / "source.json").write_text(text, encoding="ascii")


def test_a_sound_translator_passes(folder: Path) -> None:
    check_tokenizers(folder)
    texts = [
        Translator.load(folder, check=check).translate(["A cat."], beam_size=1)[0].text
        for check in (None, True, False)
    ]
    assert len(set(texts)) == 1


def test_what_comes_from_the_hub_shows_it(tmp_path: Path, original: Path) -> None:
    cached = Path(shutil.copytree(original, tmp_path / HUB))
    (tmp_path / "link").symlink_to(cached)
    chosen = Path(shutil.copytree(original, tmp_path / "chosen"))  # as with `local_dir`
    (chosen / ".cache" / "huggingface").mkdir(parents=True)
    for folder in (cached, chosen, tmp_path / "link", cached / ".." / cached.name):
        assert is_from_hub(folder)
    assert not is_from_hub(original) and not is_from_hub(tmp_path / "models" / "models")


@pytest.mark.skipif(sys.platform != "linux", reason="the system keeps no limit")
def test_one_that_asks_for_too_much_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    greedy(folder)
    monkeypatch.setattr(tokenizer_check, "_MEMORY", 2**30)
    with pytest.raises(InputError, match="ask for more memory or time than any should") as told:
        Translator.load(folder)
    assert "\n" not in str(told.value) and str(folder) in str(told.value)
    monkeypatch.setattr(tokenizer_check, "_MEMORY", 2**36)
    monkeypatch.setattr(tokenizer_check, "_SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(InputError, match="ask for more memory or time than any should"):
        check_tokenizers(folder)
    assert time.monotonic() - began < 60


def test_what_is_damaged_is_told_as_ever(folder: Path) -> None:
    (folder / "source.model").write_bytes(b"\0" * 1000)
    with pytest.raises(InputError) as told:
        Translator.load(folder)
    with pytest.raises(InputError) as before:
        Translator.load(folder, check=False)
    assert str(told.value) == str(before.value)


@pytest.mark.skipif(sys.platform != "linux", reason="the system keeps no limit")
@pytest.mark.parametrize(
    "words",
    [
        ("translate", "MODEL"),
        ("translate", "MODEL", "film.srt", "--output", "out.srt"),
        ("evaluate", "MODEL", "pairs.tsv"),
        ("export", "MODEL", "--format", "keras", "--out", "out"),
        ("train", "pairs.tsv", "--from", "MODEL", "--out", "out"),
    ],
    ids=" ".join,
)
def test_the_shell_checks_whatever_it_is_given(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Also what does not show from where it came."""
    monkeypatch.chdir(tmp_path)
    greedy(Path(shutil.copytree(original, "MODEL")))
    sources, targets = tiny_pairs(96)
    lines = [f"{pair[0]}\t{pair[1]}\n" for pair in zip(sources, targets, strict=True)]
    Path("pairs.tsv").write_text("".join(lines), encoding="utf-8")
    Path("film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nA cat.\n", encoding="utf-8")
    monkeypatch.setattr(tokenizer_check, "_MEMORY", 2**30)
    with pytest.raises(InputError, match="ask for more memory or time than any should"):
        program(list(words), standalone_mode=False)
    assert not Path("out").exists() and not Path("out.srt").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the system keeps no limit")
def test_workers_of_a_cluster_are_given_none_that_was_not_checked(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray", reason="needs Ray, the extra `ray`")
    folder = Path(shutil.copytree(original, tmp_path / "model"))
    greedy(folder)
    monkeypatch.setattr(tokenizer_check, "_MEMORY", 2**30)
    dataset: Any = None  # before anything is asked of it
    with pytest.raises(InputError, match="ask for more memory or time than any should"):
        translate_dataset(dataset, folder, workers=1)


def test_nothing_is_imported_from_where_one_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of strangers may hold files called as packages are."""
    trace = folder / "trace"
    for name in ("json", "sentencepiece", "numpy", "resource", "seq2seq_keras"):
        (folder / f"{name}.py").write_text(f"open({str(trace)!r}, 'w')\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    check_tokenizers(Path())
    from seq2seq_keras.jobs.model_check import check_model

    check_model(folder)
    assert not trace.exists()
