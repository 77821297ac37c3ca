"""The benchmark's token ids: encoded once, read back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import data
from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.text import load_tokenizer


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(data, "CACHE", tmp_path / "cache")
    folder = tmp_path / "corpus"
    folder.mkdir()
    sources, targets = tiny_pairs(96)
    for part, rows in (("train", slice(72)), ("valid", slice(72, 84)), ("test", slice(84, 96))):
        for path, side in zip(data.files(folder, part), (sources, targets), strict=True):
            path.write_text("".join(f"{line}\n" for line in side[rows]), encoding="utf-8")
    return folder


def test_reads_what_was_prepared(corpus: Path) -> None:
    folder = data.prepare(corpus)
    read = data.read(corpus, folder)
    sources, targets = tiny_pairs(96)
    assert [len(part) for part in (read.train, read.valid, read.test)] == [72, 12, 12]
    source, target = (load_tokenizer(folder, side) for side in ("source", "target"))
    assert (read.source_vocab_size, read.target_vocab_size) == (
        source.vocab_size,
        target.vocab_size,
    )
    assert [ids.tolist() for ids in read.train.sources] == [source.encode(s) for s in sources[:72]]
    assert [ids.tolist() for ids in read.test.targets] == [target.encode(t) for t in targets[84:]]
    assert read.test.target_tokens == sum(len(target.encode(t)) + 1 for t in targets[84:])
    assert data.sentences(corpus, "test") == sources[84:]


def test_prepared_once_for_the_same_text(corpus: Path) -> None:
    folder = data.prepare(corpus)
    written = (folder / "ids.npz").stat().st_mtime_ns
    assert data.prepare(corpus) == folder
    assert (folder / "ids.npz").stat().st_mtime_ns == written
    with data.files(corpus, "valid")[0].open("a", encoding="utf-8") as file:
        file.write("another\n")
    assert data.folder_of(corpus) != folder


def test_says_which_file_is_missing(corpus: Path) -> None:
    missing = data.files(corpus, "test")[1]
    missing.unlink()
    with pytest.raises(SystemExit, match=rf"{missing}: not found.*--corpus"):
        data.prepare(corpus)
