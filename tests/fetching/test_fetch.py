"""Fetching as a whole: the cache, the origin beside the files, copies."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers.shell import contents
from helpers.stand_in_web import StandInWeb, zipped
from seq2seq_keras.errors import InputError, Paused, WorkError
from seq2seq_keras.fetching import (
    Provenance,
    cached,
    copy_to,
    fetch,
    keep_provenance,
    provenance,
)
from seq2seq_keras.fetching.cache import cache_folder, entry_folder, writing
from seq2seq_keras.fetching.web import Web

NAME = "manythings:fra-eng"


@pytest.fixture
def pairs(stand_in: StandInWeb, monkeypatch: pytest.MonkeyPatch) -> StandInWeb:
    """A web that everybody asks."""
    stand_in.has_pairs()
    for name, value in stand_in.environment.items():
        monkeypatch.setenv(name, value)
    return stand_in


def test_a_second_fetch_asks_nobody(pairs: StandInWeb, client: Web, cache: Path) -> None:
    assert cached(NAME) is None
    first = fetch(NAME, web=client)
    assert [path.name for path in first.files] == ["fra-eng.zip"]
    assert first.files[0].is_relative_to(cache)
    pairs.asked.clear()
    assert fetch("manythings:en-fr") == first == cached(NAME)
    assert pairs.asked == []


def test_refreshing_gets_what_there_is_now(pairs: StandInWeb, client: Web) -> None:
    first = fetch(NAME, web=client)
    old = first.origins[0]
    file = pairs.files["/anki/fra-eng.zip"]
    file.content, file.etag = zipped({"fra.txt": "Go.\tVa !\n"}), '"many-2"'
    assert fetch(NAME, web=client).origins[0] == old
    new = fetch(NAME, refresh=True, web=client).origins[0]
    assert (new.etag, new.sha256) == ('"many-2"', hashlib.sha256(file.content).hexdigest())
    assert new.sha256 != old.sha256
    file.failures = [404]
    with pytest.raises(InputError):
        fetch(NAME, refresh=True, web=client)


def test_a_refresh_that_fails_leaves_the_old_corpus(pairs: StandInWeb) -> None:
    with Web(tries=1) as hasty:
        first = fetch(NAME, web=hasty)
        pairs.files["/anki/fra-eng.zip"].cuts = [100]
        with pytest.raises(WorkError):
            fetch(NAME, refresh=True, web=hasty)
        assert cached(NAME) == first


def test_the_origin_is_told_beside_the_file(pairs: StandInWeb, client: Web) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    path = fetch("opus:Books/en-fr", web=client).files[0]
    written = json.loads(path.with_name(f"{path.name}.source.json").read_text("utf-8"))
    content = pairs.files["/OPUS-Books/v1/moses/en-fr.txt.zip"].content
    fetched = written.pop("fetched")
    assert written == {
        "name": "opus:Books/en-fr",
        "url": f"{pairs.address}/OPUS-Books/v1/moses/en-fr.txt.zip",
        "license": "CC-BY-SA 3.0",
        "homepage": "https://opus.nlpl.eu",
        "pairs": 40,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "etag": '"books"',
        "last_modified": None,
    }
    assert before <= datetime.fromisoformat(fetched) <= datetime.now(UTC)
    assert provenance(path) == Provenance(**written, fetched=fetched)
    assert path.read_bytes() == content


def test_no_origin_is_made_up(pairs: StandInWeb, client: Web, tmp_path: Path) -> None:
    path = fetch(NAME, web=client).files[0]
    origin = provenance(path)
    assert origin is not None
    assert provenance(tmp_path / "nothing.tsv") is None
    beside = path.with_name(f"{path.name}.source.json")
    text = beside.read_text("utf-8")
    for broken in (
        "",
        "[]",
        "{}",
        "[1",
        text.replace('"sha256": "', '"sha256": 1, "x": "'),
        text.replace(f'"size": {origin.size}', '"size": "many"'),
        text.replace(f'"url": "{origin.url}"', '"url": [1]'),
    ):
        beside.write_text(broken, "utf-8")
        assert provenance(path) is None and cached(NAME) is None
    beside.write_text(text.replace("{", '{"of a later version": 1,', 1), "utf-8")
    assert provenance(path) == origin
    path.write_bytes(path.read_bytes() + b"x")
    assert provenance(path) is None and cached(NAME) is None


def test_a_checksum_is_held_to_also_in_the_cache(pairs: StandInWeb, client: Web) -> None:
    content = pairs.files["/anki/fra-eng.zip"].content
    right, wrong = hashlib.sha256(content).hexdigest(), "0" * 64
    with pytest.raises(WorkError, match="what arrived is not what it should be"):
        fetch(NAME, sha256=wrong, web=client)
    assert cached(NAME) is None
    first = fetch(NAME, sha256=f" {right.upper()} ", web=client)
    assert fetch(NAME, sha256=right) == first
    with pytest.raises(InputError, match=f"has the SHA-256 {right}, not {wrong}"):
        fetch(NAME, sha256=wrong)
    damaged = bytearray(content)
    damaged[50] ^= 1
    first.files[0].write_bytes(damaged)
    with pytest.raises(InputError, match="download it anew with --refresh"):
        fetch(NAME, sha256=right)
    for text in ("", "abc", "g" * 64, "0" * 63):
        with pytest.raises(InputError, match="expected 64 hexadecimal digits"):
            fetch(NAME, sha256=text)
    for _ in range(2):  # of what is here likewise
        with pytest.raises(InputError, match="is 3 files, and one checksum cannot"):
            fetch("tatoeba:fra-eng", sha256=right, web=client)
        fetch("tatoeba:fra-eng", web=client)


def test_progress_is_of_all_files(pairs: StandInWeb, client: Web) -> None:
    told: list[tuple[int, int | None]] = []
    fetched = fetch("tatoeba:fra-eng", web=client, on_progress=lambda *each: told.append(each))
    total = sum(path.stat().st_size for path in fetched.files)
    done = [number for number, _ in told]
    assert done == sorted(done) and told[-1] == (total, total)
    assert {whole for _, whole in told} == {total}


def test_a_fetch_of_several_files_goes_on_with_the_one_that_was_cut(
    pairs: StandInWeb, client: Web
) -> None:
    links = "/per_language/fra/fra-eng_links.tsv.bz2"
    pairs.files[links].cuts = [20]
    with Web(tries=1) as hasty, pytest.raises(WorkError, match="are kept"):
        fetch("tatoeba:fra-eng", web=hasty)
    assert cached("tatoeba:fra-eng") is None
    fetched = fetch("tatoeba:fra-eng", web=client)
    assert fetched.files[2].read_bytes() == pairs.files[links].content
    assert pairs.downloads(links)[-1].headers["range"] == "bytes=20-"
    # What is whole already is only asked about.
    sentences = pairs.downloads("/per_language/fra/fra_sentences.tsv.bz2")
    assert [each.status for each in sentences] == [200, 416]


def test_stopping_in_the_middle(pairs: StandInWeb, cache: Path) -> None:
    file = pairs.files["/anki/fra-eng.zip"]
    file.content, file.pause = zipped({"fra.txt": "Go.\tVa !\n"}) + bytes(100_000), 0.02
    stop = threading.Event()

    def told(done: int, total: int | None) -> None:
        if done > 30_000:
            stop.set()

    with pytest.raises(Paused):
        fetch(NAME, on_progress=told, should_stop=stop.is_set)
    part = next(cache.rglob("*.part"))
    assert 0 < part.stat().st_size < len(file.content)
    file.pause = 0.0
    assert fetch(NAME).files[0].read_bytes() == file.content
    assert list(cache.rglob("*.part*")) == []


def test_two_at_once_do_not_write_into_each_other(pairs: StandInWeb, client: Web) -> None:
    with (
        writing(entry_folder(NAME)),
        pytest.raises(WorkError, match="another program fetches this corpus now"),
    ):
        fetch(NAME, web=client)
    fetch(NAME, web=client)


def test_a_cache_that_cannot_be_written(
    pairs: StandInWeb, client: Web, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write_text("a file")
    with pytest.raises(WorkError, match=r"cannot be written .*SEQ2SEQ_CACHE_DIR"):
        fetch(NAME, web=client)


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEQ2SEQ_CACHE_DIR", "~/mine")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("SEQ2SEQ_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder() == tmp_path / ".cache" / "seq2seq-keras" / "corpora"
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_folder() == Path("/caches/seq2seq-keras/corpora")


def test_names_do_not_meet_in_the_cache() -> None:
    names = [
        *("opus:Books/de-en", "opus:Books/v1/de-en", "https://a.org/x?y=1", "https://a.org/x?y=2"),
        *("https://a.org/x/y", "https://a.org/x_y", "hub:a/b", "hub:a/b@train"),
    ]
    folders = [entry_folder(name) for name in names]
    assert len(set(folders)) == len(names)
    assert all(len(folder.name) < 80 and "?" not in folder.name for folder in folders)


def test_copies_take_their_origin_along(pairs: StandInWeb, client: Web, tmp_path: Path) -> None:
    one, three = fetch(NAME, web=client), fetch("tatoeba:fra-eng", web=client)
    folder = tmp_path / "corpora"
    assert copy_to(one, folder) == [folder / "fra-eng.zip"]
    assert copy_to(one, tmp_path / "mine.zip") == [tmp_path / "mine.zip"]
    copies = copy_to(three, folder)
    assert [path.name for path in copies] == [path.name for path in three.files]
    for original, copy in [
        (one.files[0], tmp_path / "mine.zip"),
        *zip(three.files, copies, strict=True),
    ]:
        assert copy.read_bytes() == original.read_bytes()
        assert provenance(copy) == provenance(original) is not None
    with pytest.raises(InputError, match="this corpus is 3 files; name a folder"):
        copy_to(three, tmp_path / "mine.tsv")


def test_copies_replace_nothing_of_somebody_elses(
    pairs: StandInWeb, client: Web, tmp_path: Path
) -> None:
    one, three = fetch(NAME, web=client), fetch("tatoeba:fra-eng", web=client)
    target = tmp_path / "out.zip"
    target.write_bytes(b"mine")
    with pytest.raises(InputError, match=r"out\.zip: something else lies there"):
        copy_to(one, target)
    assert target.read_bytes() == b"mine"
    folder = tmp_path / "folder"
    (folder / "eng_sentences.tsv.bz2").mkdir(parents=True)
    with pytest.raises(InputError, match="something else lies there"):
        copy_to(three, folder)
    assert contents(folder) == {}
    file_of_another = copy_to(fetch("opus:Books/en-fr", web=client), tmp_path / "books.zip")
    with pytest.raises(InputError, match=r"books\.zip: something else lies there"):
        copy_to(one, file_of_another[0])
    # What an earlier fetch of the same name put there may be replaced.
    copy_to(one, tmp_path / "kept.zip")
    file = pairs.files["/anki/fra-eng.zip"]
    file.content, file.etag = zipped({"fra.txt": "Go.\tVa !\n"}), '"many-2"'
    copy_to(fetch(NAME, refresh=True, web=client), tmp_path / "kept.zip")
    assert (tmp_path / "kept.zip").read_bytes() == file.content


def test_an_origin_is_kept_where_there_is_one(
    pairs: StandInWeb, client: Web, tmp_path: Path
) -> None:
    path = fetch(NAME, web=client).files[0]
    copy = tmp_path / "upload.zip"
    copy.write_bytes(path.read_bytes())
    keep_provenance(path, copy)
    assert provenance(copy) == provenance(path)
    alone = tmp_path / "alone.tsv"
    alone.write_text("a\tb\n")
    keep_provenance(alone, tmp_path / "other.tsv")
    assert not (tmp_path / "other.tsv.source.json").exists()
