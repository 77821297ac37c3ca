import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_keras.corpus import Corpus, clean, load_corpus, store
from seq2seq_keras.corpus.store import SentenceStore, StoredSentences, chunked, take
from seq2seq_keras.errors import WorkError

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=30)


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three sentences are many."""
    monkeypatch.setattr(store, "MOST_IN_MEMORY", 3)
    monkeypatch.setattr(store, "CHUNK", 4)


def stored(texts: list[str]) -> StoredSentences:
    filled = SentenceStore()
    for first in range(0, len(texts), 5):
        filled.extend(texts[first : first + 5])
    assert len(filled) == len(texts)
    sentences = filled.sentences()
    assert isinstance(sentences, StoredSentences)
    return sentences


@given(TEXTS.filter(lambda texts: len(texts) > 3), st.data())
@settings(max_examples=200, deadline=None)
def test_it_is_the_list_that_went_in(texts: list[str], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "MOST_IN_MEMORY", 3)
        patch.setattr(store, "CHUNK", 4)
        sentences = stored(texts)
        assert list(sentences) == texts
        index = data.draw(st.integers(-len(texts), len(texts) - 1))
        assert sentences[index] == texts[index]
        part = data.draw(st.slices(len(texts)))
        assert sentences[part] == texts[part]
        rows = data.draw(st.lists(st.integers(0, len(texts) - 1)))
        others = stored([f"{text}!" for text in texts])
        for other in (others, list(others)):
            taken = take((sentences, other), rows)
            assert list(taken[0]) == [texts[row] for row in rows]
            assert list(taken[1]) == [f"{texts[row]}!" for row in rows]
            if rows:
                again = data.draw(st.lists(st.integers(0, len(rows) - 1)))
                twice = take(taken, again)
                assert list(twice[0]) == [texts[rows[row]] for row in again]
                assert list(twice[1]) == [f"{texts[rows[row]]}!" for row in again]
        assert [text for chunk in chunked(sentences, 4) for text in chunk] == texts


@pytest.mark.usefixtures("on_disk")
def test_far_apart_sentences_are_not_read_over() -> None:
    texts = ["x" * 1000 if number % 100 else str(number) for number in range(2000)]
    sentences = stored(texts)
    read: list[int] = []
    whole = sentences._text.read
    sentences._text.read = lambda start, size: read.append(size) or whole(start, size)  # type: ignore
    assert sentences[::100] == texts[::100]
    assert sum(read) == sum(map(len, texts[::100]))


@pytest.mark.usefixtures("on_disk")
def test_out_of_range() -> None:
    sentences = stored(list("abcdef"))
    for index in (6, -7):
        with pytest.raises(IndexError, match=f"sentence {index} of 6"):
            sentences[index]


@pytest.mark.usefixtures("on_disk")
def test_several_threads_read_at_once() -> None:
    texts = [f"sentence {number}" * (number % 7) for number in range(500)]
    sentences = stored(texts)
    views = [sentences, *take((sentences, sentences), np.arange(500))]
    wrong: list[str] = []

    def read(view: StoredSentences) -> None:
        for number in range(500):
            if view[number] != texts[number]:
                wrong.append(view[number])

    threads = [threading.Thread(target=read, args=(view,)) for view in views * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.usefixtures("on_disk")
def test_a_corpus_on_the_disk_is_the_one_in_memory(tmp_path, monkeypatch) -> None:
    lines = [f"Source number {n % 70} &amp;\tTarget {n % 35} !\n" for n in range(200)]
    lines[17] = "\tempty\n"
    (tmp_path / "corpus.tsv").write_text("".join(lines))
    large = load_corpus(tmp_path / "corpus.tsv", source_lang="en", target_lang="fr")
    assert isinstance(large.sources, StoredSentences)
    monkeypatch.setattr(store, "MOST_IN_MEMORY", 1000)
    small = load_corpus(tmp_path / "corpus.tsv", source_lang="en", target_lang="fr")
    assert isinstance(small.sources, list)
    assert list(large.pairs()) == list(small.pairs())
    assert large.dropped == small.dropped == {"empty source": 1}
    assert large.statistics() == small.statistics()
    test = Corpus(["source number 3"], ["x"])
    assert list(large.apart_from(test).pairs()) == list(small.apart_from(test).pairs())
    cleaned, cleaned_small = (clean(each, "repeated,numbers,html") for each in (large, small))
    assert list(cleaned.pairs()) == list(cleaned_small.pairs())
    assert cleaned.cleaned == cleaned_small.cleaned and cleaned.cleaned.dropped["repeated"] == 71
    one, other = large.split(20, 20, seed=4), small.split(20, 20, seed=4)
    for part in ("train", "valid", "test"):
        assert list(getattr(one, part).pairs()) == list(getattr(other, part).pairs())


@pytest.mark.usefixtures("on_disk")
def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    filled = SentenceStore()
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(store.tempfile, "TemporaryFile", lambda prefix: full)
        with pytest.raises(WorkError, match=r"needs room there \(No space left on .*TMPDIR"):
            filled.extend(["a"] * 10)


@pytest.mark.usefixtures("on_disk")
def test_both_sides_share_the_memory_of_their_places() -> None:
    sides = stored(list("abcdef")), stored(list("uvwxyz"))
    sides = take(sides, [5, 4, 3, 2, 1])
    assert sides[0]._rows is sides[1]._rows
    sides = take(sides, [3, 2, 1, 0])
    assert sides[0]._rows is sides[1]._rows
    assert ["".join(side) for side in sides] == ["cdef", "wxyz"]
