"""Which columns of a structured file are the two sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from seq2seq_keras.corpus import load_corpus, preview
from seq2seq_keras.corpus.formats import Records
from seq2seq_keras.corpus.record_table import RecordTable
from seq2seq_keras.errors import InputError

# Written for this test: a translation memory of four languages, two of them of one.
TMX = """<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4"><header srclang="en-US" segtype="sentence" datatype="plaintext"
 o-tmf="none" adminlang="en" creationtool="by hand" creationtoolversion="1"/><body>
{}</body></tmx>
"""


def unit(**texts: str) -> str:
    variants = "".join(
        f'<tuv xml:lang="{tag.replace("_", "-")}"><seg>{text}</seg></tuv>'
        for tag, text in texts.items()
    )
    return f"<tu>{variants}</tu>\n"


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    units = [
        unit(en_US="The color is red.", de="Die Farbe ist rot.", fr="La couleur est rouge."),
        unit(en_GB="The colour is blue.", de="Die Farbe ist blau."),
        unit(en_US="Hello.", en_GB="Good day.", fr="Bonjour."),
        unit(de="Ohne Englisch.", fr="Sans anglais."),
    ]
    path = tmp_path / "memory.tmx"
    path.write_text(TMX.format("".join(units)), encoding="utf-8")
    return path


def test_two_of_several_languages(memory: Path) -> None:
    corpus = load_corpus(memory, source_lang="de", target_lang="fr")
    assert list(corpus.pairs()) == [
        ("Die Farbe ist rot.", "La couleur est rouge."),
        ("Ohne Englisch.", "Sans anglais."),
    ]
    assert corpus.dropped == {"empty target": 1, "empty source": 1}
    assert (corpus.source_lang, corpus.target_lang, corpus.name) == ("de", "fr", "memory")


def test_columns_are_chosen_by_their_languages(memory: Path) -> None:
    seen = preview(memory)
    assert seen.columns == ["en-US", "de", "fr", "en-GB", "en"]
    assert (seen.source_column, seen.target_column) == ("en-US", "de")
    assert seen.layout == "TMX 1.4, with the columns en-US, de, fr, en-GB, en"
    assert seen.rows["fr"].tolist() == ["La couleur est rouge.", "", "Bonjour.", "Sans anglais."]
    chosen = preview(memory, source_column="fr", target_column=1)
    assert (chosen.source_column, chosen.target_column) == ("fr", "de")
    corpus = load_corpus(memory, source_column="fr", target_column="de")
    assert corpus.sources == ["La couleur est rouge.", "Sans anglais."]


def test_variants_of_a_language_are_one_on_request(memory: Path) -> None:
    merged = load_corpus(memory, source_lang="en", target_lang="de")
    assert merged.sources == ["The color is red.", "The colour is blue."]
    first = load_corpus(memory, source_column="en", target_column="fr")
    assert first.sources == ["The color is red.", "Hello."]
    british = load_corpus(memory, source_lang="en-GB", target_lang="de")
    assert british.sources == ["The colour is blue."]


@pytest.mark.parametrize(("source", "target"), [("de", "es"), ("es", "de"), ("en", "zh-TW")])
def test_a_language_that_is_not_there_is_told(memory: Path, source: str, target: str) -> None:
    missing = "zh-TW" if source == "en" else "es"
    message = (
        rf"memory\.tmx: has no column of the language {missing}; its columns are en-US, de, fr, "
        r"en-GB, en\. If it is one of them"
    )
    with pytest.raises(InputError, match=message):
        load_corpus(memory, source_lang=source, target_lang=target)
    named = load_corpus(memory, source_column="de", target_column="fr", target_lang="es")
    assert (named.source_lang, named.target_lang) == ("de", "es")
    assert named.targets == ["La couleur est rouge.", "Sans anglais."]


def test_what_the_format_calls_source_and_target_is_taken() -> None:
    records = Records("some form", ["de", "en"], lambda: iter([("a", "b")]), source=1, target=0)
    table = RecordTable("file", records)
    assert (table.source, table.target) == (1, 0)
    assert list(table.pairs()) == [("b", "a")]
    asked = RecordTable("file", records, source_lang="de")
    assert (asked.source, asked.target) == (0, 1)


def test_what_was_left_out_is_counted_once() -> None:
    skipped: dict[str, int] = {}

    def rows():
        skipped["fuzzy"] = skipped.get("fuzzy", 0) + 2
        yield "a", "b"

    table = RecordTable("file", Records("form", ["x", "y"], rows, skipped=skipped))
    assert list(table.pairs()) == [("a", "b"), "fuzzy", "fuzzy"]


@pytest.mark.parametrize(
    ("columns", "rows", "message"),
    [
        (["en", "de"], [], "file: is empty; a corpus needs sentence pairs"),
        (["en"], [["a"]], r"file: holds one column or language only \(en\)"),
    ],
)
def test_what_is_no_corpus_is_told(columns: list[str], rows: list[list[str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        RecordTable("file", Records("form", columns, lambda: iter(rows)))
    with pytest.raises(InputError, match=r"there is no column 'x'; its columns are en, de"):
        RecordTable("file", Records("form", ["en", "de"], lambda: iter([["a", "b"]])), "x")
