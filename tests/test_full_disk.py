"""A real disk that is really full: a file system of a megabyte in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.small_disk import SmallDisk, small_disk
from helpers.tiny_corpus import tiny_pairs
from helpers.tiny_models import save_untrained
from seq2seq_keras.cli.lines import read_lines
from seq2seq_keras.cli.long_files import LINES_AT_ONCE, translate_file
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, Splits
from seq2seq_keras.errors import WorkError
from seq2seq_keras.jobs import Workspace
from seq2seq_keras.jobs.model_check import check_model
from seq2seq_keras.jobs.translation_files import keep_upload
from seq2seq_keras.translator import Translation, Translator


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", "1m") as disk:
        yield disk


def says_so(error: Any) -> None:
    message = str(error.value)
    assert "No space left on device" in message and "make room" in message
    assert "\n" not in message


def test_saving_a_translator(disk: SmallDisk) -> None:
    folder = disk.folder / "model"
    old = save_untrained(folder)
    sentence = ["A dog runs."]
    expected = old.translate(sentence)[0].text
    disk.fill(left=20_000)
    with pytest.raises(WorkError) as error:
        save_untrained(folder, units=32)
    says_so(error)
    assert Translator.load(folder).translate(sentence)[0].text == expected
    disk.make_room()
    save_untrained(folder, units=32)
    assert Translator.load(folder).config.units == 32
    assert [path.name for path in disk.folder.iterdir()] == ["model"]


def test_training(disk: SmallDisk) -> None:
    from seq2seq_keras.pipeline import train

    corpus = Corpus(*tiny_pairs(60), source_lang="en", target_lang="fr")
    splits = Splits(corpus.subset(range(40)), corpus.subset(range(40, 50)), corpus.subset([51]))
    config = Config.create(
        units=16, embedding_dim=8, tokenizer="word", batch_size=20, epochs=3, beam_size=1
    )

    def full_after_one(event: Any) -> None:
        if event.kind == "epoch_end" and event.epoch == 1:
            disk.fill(left=8_000)

    folder = disk.folder / "model"
    with pytest.raises(WorkError) as error:
        train(splits, folder, config=config, listener=full_after_one)
    says_so(error)
    assert "the one of step 2 stands" in str(error.value) and "--resume" in str(error.value)
    with pytest.raises(WorkError) as error:  # still full
        train(splits, folder, resume=True)
    says_so(error)
    disk.make_room()
    resumed = train(splits, folder, resume=True)
    whole = train(splits, config=config)
    for one, other in zip(
        resumed.network.training.get_weights(), whole.network.training.get_weights(), strict=True
    ):
        assert (one == other).all()
    assert Translator.load(folder).scores == whole.scores
    assert [path.name for path in disk.folder.iterdir()] == ["model"]


def test_uploads(disk: SmallDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = tmp_path / "pairs.tsv"
    upload.write_text("A dog.\tUn chien.\n" * 20_000, encoding="utf-8")
    workspace = Workspace(disk.folder / "data", tmp_path / "none", tmp_path / "none")
    workspace.prepare()
    disk.fill(left=50_000)
    ways = (lambda: workspace.add_corpus([upload]), lambda: keep_upload(workspace, upload))
    for take_in in ways:
        with pytest.raises(WorkError, match="The disk is nearly full"):
            take_in()
    # There was room when it was looked for, and others took it.
    monkeypatch.setattr("seq2seq_keras.jobs.workspace.check_room", lambda *_: None)
    for take_in in ways:
        with pytest.raises(WorkError) as error:
            take_in()
        says_so(error)
    assert workspace.corpora() == []
    disk.make_room()
    assert workspace.add_corpus([upload]).files[0].read_bytes() == upload.read_bytes()
    assert keep_upload(workspace, upload).read_bytes() == upload.read_bytes()


def test_checking_a_model_that_was_uploaded(disk: SmallDisk) -> None:
    """It is written anew in its place, while others take all room that becomes free."""
    folder = disk.folder / "model"
    save_untrained(folder, units=64)
    checked = threading.Event()

    def keep_full() -> None:
        while not checked.wait(0.0005):
            disk.fill()

    others = threading.Thread(target=keep_full)
    others.start()
    try:
        with pytest.raises(WorkError, match="The disk is full"):
            check_model(folder)
    finally:
        checked.set()
        others.join()


class Echo:
    """In a translator's place: says how much it did."""

    config = Config()

    def __init__(self) -> None:
        self.lines = 0

    def translate(self, lines: list[str], *_: Any, **__: Any) -> list[Translation]:
        self.lines += len(lines)
        return [Translation(f"({line})", 0.0, [], []) for line in lines]


def test_a_long_translation_goes_on(disk: SmallDisk, tmp_path: Path) -> None:
    model, file, output = tmp_path / "model", tmp_path / "long.txt", disk.folder / "out.txt"
    model.mkdir()
    for name in ("config.yaml", "model.keras"):
        (model / name).write_text(name)
    file.write_text("".join(f"line {number}\n" for number in range(6 * LINES_AT_ONCE)))
    output.write_text("of before\n")
    disk.fill(left=60_000)
    first, second = Echo(), Echo()
    with pytest.raises(WorkError) as error:
        translate_file(first, model, file, output, None)  # type: ignore[arg-type]
    says_so(error)
    assert output.read_text() == "of before\n"
    disk.make_room()
    translate_file(second, model, file, output, None)  # type: ignore[arg-type]
    assert list(read_lines(output)) == [f"({line})" for line in read_lines(file)]
    assert second.lines < 6 * LINES_AT_ONCE  # what was written before is not done again
    assert [path.name for path in disk.folder.iterdir()] == ["out.txt"]
