"""Tatoeba's sentences and links, joined; against a join by pandas."""

from __future__ import annotations

from pathlib import Path

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.errors import InputError

# Written for this test, in the layout of Tatoeba's exports.
SENTENCES = """\
1\teng\tLet's try something.
2\tdeu\tLass uns etwas versuchen!
3\tfra\tEssayons quelque chose !
4\teng\tI have to go to sleep.
5\tdeu\tIch muss schlafen gehen.
6\tdeu\tIch muss ins Bett.
7\tcmn\t我該去睡覺了。
"""
LINKS = "1\t2\n2\t1\n1\t3\n4\t5\n4\t6\n5\t4\n4\t7\n4\t99\n"


def write(folder: Path, **texts: str) -> list[Path]:
    paths = []
    for name, text in texts.items():
        paths.append(folder / name.replace("__", "."))
        paths[-1].write_text(text, encoding="utf-8")
    return paths


@pytest.mark.parametrize("swapped", [False, True])
def test_all_languages_in_one_file(tmp_path: Path, swapped: bool) -> None:
    paths = write(tmp_path, sentences__csv=SENTENCES, links__csv=LINKS)
    corpus = load_corpus(*paths[:: -1 if swapped else 1], source_lang="en", target_lang="de")
    assert list(corpus.pairs()) == [
        ("Let's try something.", "Lass uns etwas versuchen!"),
        ("I have to go to sleep.", "Ich muss schlafen gehen."),
        ("I have to go to sleep.", "Ich muss ins Bett."),
    ]
    assert (corpus.source_lang, corpus.target_lang) == ("en", "de")
    back = load_corpus(*paths, source_lang="deu", target_lang="eng")
    assert sorted(pair[::-1] for pair in back.pairs()) == [
        ("I have to go to sleep.", "Ich muss schlafen gehen."),
        ("Let's try something.", "Lass uns etwas versuchen!"),
    ]


def test_a_file_for_each_language(tmp_path: Path) -> None:
    lines = SENTENCES.splitlines(keepends=True)
    english, german = (
        "".join(line for line in lines if f"\t{code}\t" in line) for code in ("eng", "deu")
    )
    paths = write(tmp_path, eng_sentences__tsv=english, deu_sentences__tsv=german, links__tsv=LINKS)
    assert len(load_corpus(*paths)) == 3
    assert load_corpus(*paths).source_lang == "en"
    assert load_corpus(*paths, source_lang="de").targets[0] == "Let's try something."


def test_the_languages_have_to_be_told(tmp_path: Path) -> None:
    paths = write(tmp_path, sentences__csv=SENTENCES, links__csv=LINKS)
    with pytest.raises(InputError, match=r"4 languages \(deu, eng, .* give --source-lang"):
        load_corpus(*paths)
    with pytest.raises(InputError, match="none of the target language 'ja'"):
        load_corpus(*paths, source_lang="en", target_lang="ja")


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    long = SENTENCES * 20
    paths = write(tmp_path, sentences__csv=long + "8\teng\n", links__csv=LINKS)
    with pytest.raises(InputError, match=r"sentences.csv, line 141: has 2 columns where 3"):
        load_corpus(*paths, source_lang="en", target_lang="de")


@given(
    st.lists(st.sampled_from(["eng", "deu", "fra"]), min_size=2, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1),
)
def test_as_a_database_would_join_them(
    tmp_path_factory: pytest.TempPathFactory, languages: list[str], links: list[tuple[int, int]]
) -> None:
    rows = [(number, code, f"sentence {number}") for number, code in enumerate(languages)]
    table = pandas.DataFrame(rows, columns=["id", "lang", "text"])
    joined = (
        pandas.DataFrame(links, columns=["one", "other"])
        .merge(table[table.lang == "eng"], left_on="one", right_on="id")
        .merge(table[table.lang == "deu"], left_on="other", right_on="id")
    )
    paths = write(
        tmp_path_factory.mktemp("tatoeba"),
        sentences__csv="".join(f"{number}\t{code}\t{text}\n" for number, code, text in rows),
        links__csv="".join(f"{one}\t{other}\n" for one, other in links),
    )
    expected = sorted(zip(joined.text_x, joined.text_y, strict=True))
    try:
        corpus = load_corpus(*paths, source_lang="en", target_lang="de")
    except InputError:
        assert not expected
        return
    assert sorted(corpus.pairs()) == expected
