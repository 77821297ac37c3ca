"""Corpora kept open: the same pairs and the same parts that a job would read."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq_keras.app import corpus_reading
from seq2seq_keras.app.corpus_reading import (
    moved,
    open_corpus,
    read_corpus,
    split_corpus,
    tally_corpus,
)
from seq2seq_keras.corpus import RULES, Cleaning, tally_words
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import CorpusInfo
from seq2seq_keras.jobs import reading as jobs_reading


@pytest.fixture
def info(tmp_path: Path) -> CorpusInfo:
    rows = [f"The {number}th dog.\tLe chien numéro {number}." for number in range(300)]
    rows += [*rows[:30], "Same.\tSame.", "A <b>word</b>.\tUn mot.", "None.\t", "@@\tUn arbre."]
    path = tmp_path / "pairs.tsv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return CorpusInfo("mine/x", "x", (path,), source_column="1", target_column="2")


@pytest.mark.parametrize(
    ("cleaning", "stay"),
    [
        ((), 333),
        (("repeated",), 303),
        (Cleaning().names, 301),  # without the pair of equal sides and that without letters
        (tuple(reversed(Cleaning(set(RULES) - {"near_repeated", "traditional"}).names)), 301),
    ],
    ids=["none", "one", "default", "all"],
)
def test_the_split_shown_is_the_one_that_a_job_makes(
    info: CorpusInfo, cleaning: tuple[str, ...], stay: int
) -> None:
    info = replace(info, cleaning=cleaning, source_lang="en", target_lang="fr")
    job = jobs_reading.read_corpus(info.reading())
    assert read_corpus(info) == job
    assert len(job) == stay
    assert ("A word." in job.sources) == ("html" in cleaning)
    parts, expected = split_corpus(info), job.split(seed=jobs_reading.SPLIT_SEED)
    assert [list(part.pairs()) for part in (parts.train, parts.valid, parts.test)] == [
        list(part.pairs()) for part in (expected.train, expected.valid, expected.test)
    ]
    source, target = tally_corpus(info)
    assert source == tally_words(job.sources) and target == tally_words(job.targets)


def test_a_corpus_is_read_once_until_it_changes(
    info: CorpusInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    read = corpus_reading._read
    monkeypatch.setattr(corpus_reading, "_read", lambda info: reads.append(info) or read(info))
    opened = open_corpus(info)
    # Neither a language nor a rule asks for another reading.
    assert open_corpus(replace(info, target_lang="de", cleaning=("long",))) is opened
    assert len(reads) == 1
    assert open_corpus(replace(info, source_column="2", target_column="1")) is not opened
    assert len(reads) == 2
    status = info.files[0].stat()
    os.utime(info.files[0], ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))
    assert open_corpus(info) is not opened


def test_what_moved_is_not_read_again(info: CorpusInfo, tmp_path: Path) -> None:
    opened = open_corpus(info)
    copy = tmp_path / "there" / "pairs.tsv"
    copy.parent.mkdir()
    copy.write_bytes(info.files[0].read_bytes())
    there = replace(info, files=(copy,))
    moved(info, there)
    assert open_corpus(there) is opened


def test_few_corpora_stay_open(info: CorpusInfo) -> None:
    first = open_corpus(info)
    for number in range(5):
        path = info.files[0].with_name(f"{number}.tsv")
        path.write_text("a\tb\n", encoding="utf-8")
        open_corpus(replace(info, files=(path,)))
    assert open_corpus(info) is not first


def test_an_error_tells_the_file_and_not_where_the_server_keeps_it(info: CorpusInfo) -> None:
    content = info.files[0].read_bytes() + b"\nbroken\t\xe9\n"
    info.files[0].write_bytes(content)
    with pytest.raises(InputError) as error:
        open_corpus(info)
    assert str(error.value).startswith("pairs.tsv, line 335: not UTF-8")
    assert str(info.files[0].parent) not in str(error.value)


def test_something_has_to_be_left(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("Same.\tSame.\n", encoding="utf-8")
    info = CorpusInfo("", "", (path,), source_column="1", target_column="2")
    with pytest.raises(InputError, match="leave out fewer sorts"):
        read_corpus(replace(info, cleaning=("untranslated",)))


def test_what_is_left_out_asks_for_no_other_look_and_a_mend_does(info: CorpusInfo) -> None:
    info = replace(info, source_lang="en", target_lang="fr", cleaning=("html",))
    opened = open_corpus(info)
    assert not opened.is_inspected(info)
    shown = opened.shown(info)
    assert opened.shown(replace(info, cleaning=("html", "repeated"))) is shown
    assert not opened.is_inspected(replace(info, cleaning=("repeated",)))
    # A language may decide what a rule does.
    assert not opened.is_inspected(replace(info, target_lang="zh"))
    assert "A word." in shown.pairs.sources and "A word." not in opened.pairs.sources
    assert len(shown.left_out(["repeated"])) == 30 and len(shown.left_out([])) == 0
