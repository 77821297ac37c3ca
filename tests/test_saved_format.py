"""What is saved carries the number of its form: older forms load, newer ones are refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras import __version__
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, Splits
from seq2seq_keras.errors import InputError
from seq2seq_keras.pipeline import train
from seq2seq_keras.saved_format import FORMAT
from seq2seq_keras.translator import Translator

FROZEN = sorted((Path(__file__).parent / "data" / "saved").glob("format-*"))
NEWER = rf"has format {FORMAT + 1}, .*{__version__} reads {FORMAT} at most; install version 9\.1\.0"


@pytest.mark.parametrize("folder", FROZEN, ids=lambda folder: folder.name)
def test_what_older_versions_saved_translates_the_same(folder: Path, tmp_path: Path) -> None:
    """The folders were made once, and stay: `translations.tsv` is what their maker translated."""
    translator = Translator.load(folder)
    lines = (folder / "translations.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines]
    translations = translator.translate([source for source, *_ in pairs])
    assert [each.text for each in translations] == [target for _, target, _ in pairs]
    for each, (*_, score) in zip(translations, pairs, strict=True):
        assert each.score == pytest.approx(float(score), abs=1e-4)
        assert each.attention is not None
    translator.save(tmp_path / "again")
    assert Translator.load(tmp_path / "again").translate([pairs[0][0]])[0].text == pairs[0][1]


def test_every_form_has_a_frozen_translator() -> None:
    numbers = {int(folder.name.removeprefix("format-").split("-")[0]) for folder in FROZEN}
    assert numbers == set(range(1, FORMAT + 1))
    for folder in FROZEN:
        assert sum(path.stat().st_size for path in folder.iterdir()) < 120_000


def test_settings_carry_the_form_and_who_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    Config.create(units=32).save(path)
    saved = yaml.safe_load(path.read_text())
    assert (saved["format"], saved["saved_by"]) == (FORMAT, __version__)
    assert Config.load(path) == Config.create(units=32)
    path.write_text("units: 32\n")  # by a person, or before there was a number
    assert Config.load(path).units == 32
    for wrong in ("one", "-1", "0", "true", "1.5", "9" * 400, "[1]"):
        path.write_text(f"format: {wrong}\nunits: 32\n")
        with pytest.raises(InputError, match="format is no number of a format"):
            Config.load(path)
    path.write_text(f"format: {FORMAT + 1}\nsaved_by: 'rm -rf'\nwings: 2\n")
    with pytest.raises(InputError, match="install a later version"):
        Config.load(path)


def test_a_translator_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "newer"
    shutil.copytree(FROZEN[0], folder)
    settings = yaml.safe_load((folder / "config.yaml").read_text())
    settings |= {"format": FORMAT + 1, "saved_by": "9.1.0", "wings": 2}
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    with pytest.raises(InputError, match=rf"config\.yaml: {NEWER}"):
        Translator.load(folder)


def test_an_interrupted_training_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    corpus = Corpus(*tiny_pairs(20), source_lang="en", target_lang="fr")
    splits = Splits(corpus.subset(range(10)), corpus.subset(range(10, 20)), corpus.subset([]))

    def interrupt(event: object) -> None:
        raise KeyboardInterrupt

    folder = tmp_path / "out"
    settings = {"units": 8, "embedding_dim": 4, "tokenizer": "word", "epochs": 1}
    with pytest.raises(KeyboardInterrupt):
        train(splits, folder, listener=interrupt, **settings)
    run = folder / "checkpoints" / "run.json"
    facts = json.loads(run.read_text())
    assert (facts["format"], facts["saved_by"]) == (FORMAT, __version__)
    run.write_text(json.dumps({**facts, "format": FORMAT + 1, "saved_by": "9.1.0"}))
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with pytest.raises(InputError, match=rf"run\.json: {NEWER}"):
        train(splits, folder, resume=True)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    run.write_text("[]")
    with pytest.raises(InputError, match=r"run\.json: damaged"):
        train(splits, folder, resume=True)
    # What was begun before there was a number has the first form.
    run.write_text(json.dumps({"corpus": facts["corpus"]}))
    assert len(train(splits, folder, resume=True).history) == 1
