"""One example file of each format gives the same pairs to us and to an independent reader."""

from __future__ import annotations

import csv
import gettext
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import lxml.etree
import pandas
import polib
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pytest

from seq2seq_keras.corpus import load_corpus

EXAMPLES = Path(__file__).with_name("examples")

PAIRS = [
    ("Guten Morgen.", "Good morning."),
    ("Der Tee ist heiß, sagt Zoë.", "The tea is hot, says Zoë."),
    ("Sie ruft: „Warte!“", 'She calls: "Wait!"'),
    ("Salz & Pfeffer, bitte.", "Salt & pepper, please."),
    ("Wir lesen heute Abend 3 Bücher.", "We read 3 books this evening."),
]

Reader = Callable[..., Iterable[tuple[str, str]]]


def lines(source: Path, target: Path) -> Iterable[tuple[str, str]]:
    sides = (path.read_text(encoding="utf-8").split("\n")[:-1] for path in (source, target))
    return zip(*sides, strict=True)


def member_lines(archive: Path) -> Iterable[tuple[str, str]]:
    with zipfile.ZipFile(archive) as packed:
        sides = (
            packed.read(f"Examples.de-en.{side}").decode().split("\n") for side in ("de", "en")
        )
        return list(zip(*(side[:-1] for side in sides), strict=True))


def anki(archive: Path) -> Iterable[tuple[str, str]]:
    with zipfile.ZipFile(archive) as packed:
        rows = csv.reader(io.StringIO(packed.read("deu.txt").decode()), "excel-tab", quoting=3)
        return [(german, english) for english, german, _ in rows]


def tables(encoding: str, separator: str, german: int | str, english: int | str) -> Reader:
    def read(path: Path) -> Iterable[tuple[str, str]]:
        header = 0 if isinstance(german, str) else None
        quoting = csv.QUOTE_MINIMAL if header == 0 else csv.QUOTE_NONE
        table = pandas.read_csv(
            path, sep=separator, encoding=encoding, header=header, quoting=quoting
        )
        return zip(table[german], table[english], strict=True)

    return read


def tatoeba(sentences: Path, *more: Path) -> Iterable[tuple[str, str]]:
    *sentence_files, links = sentences, *more
    texts = {}
    for path in sentence_files:
        for number, language, text in csv.reader(
            path.open(encoding="utf-8"), "excel-tab", quoting=3
        ):
            texts[number] = language, text
    for one, other in csv.reader(links.open(encoding="utf-8"), "excel-tab"):
        if {one, other} <= texts.keys() and (texts[one][0], texts[other][0]) == ("deu", "eng"):
            yield texts[one][1], texts[other][1]


def objects(german: str, english: str, inside: str | None = None) -> Reader:
    def read(path: Path) -> Iterable[tuple[str, str]]:
        text = path.read_text(encoding="utf-8")
        rows = json.loads(text) if text[0] == "[" else map(json.loads, text.splitlines())
        for row in rows:
            sides = row[inside] if inside else row
            yield sides[german], sides[english]

    return read


def columns(read_table: Callable[[Path], pyarrow.Table]) -> Reader:
    def read(path: Path) -> Iterable[tuple[str, str]]:
        for row in read_table(path).to_pylist():
            sides = row.get("translation", row)
            yield sides["de"], sides["en"]

    return read


def arrow_stream(path: Path) -> pyarrow.Table:
    with pyarrow.ipc.open_stream(path) as stream:
        return stream.read_all()


def elements(source: str, target: str) -> Reader:
    """By XPath, within each element that has both sides."""

    def read(path: Path) -> Iterable[tuple[str, str]]:
        root = lxml.etree.parse(path).getroot()
        found = (root.xpath(f"//{side}") for side in (source, target))
        return [(one.text, other.text) for one, other in zip(*found, strict=True)]

    return read


def local(name: str, where: str = "") -> str:
    return f"*[local-name()='{name}']{where}"


def compiled(path: Path) -> Iterable[tuple[str, str]]:
    with path.open("rb") as file:
        messages = gettext.GNUTranslations(file)
    return [(source, messages.gettext(source)) for source, _ in PAIRS]


def entries(path: Path) -> Iterable[tuple[str, str]]:
    return [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(path)).translated_entries()]


def as_written(*_: Path) -> Iterable[tuple[str, str]]:
    """What the program was given that wrote the example; see the examples' README."""
    return PAIRS


INDEPENDENT: dict[tuple[str, ...], Reader] = {
    ("lines.de", "lines.en"): lines,
    ("pairs.tsv",): tables("utf-8", "\t", 0, 1),
    ("pairs.csv",): tables("utf-8-sig", ";", "German", "English"),
    ("utf-16.tsv",): tables("utf-16", "\t", 0, 1),
    ("Examples.de-en.txt.zip",): member_lines,
    ("deu-eng.zip",): anki,
    ("tatoeba/sentences.csv", "tatoeba/links.csv"): tatoeba,
    (
        "tatoeba/deu_sentences.tsv",
        "tatoeba/eng_sentences.tsv",
        "tatoeba/deu-eng_links.tsv",
    ): tatoeba,
    ("pairs.json",): objects("de", "en"),
    ("pairs.jsonl",): objects("german", "english"),
    ("hub.jsonl",): objects("de", "en", inside="translation"),
    ("pairs.parquet",): columns(pyarrow.parquet.read_table),
    ("pairs.feather",): columns(pyarrow.feather.read_table),
    ("hub.arrow",): columns(arrow_stream),
    **{(f"pairs.{kind}",): as_written for kind in ("xlsx", "xlsb", "xls", "ods")},
    ("memory.tmx",): elements("tuv[@xml:lang='de-DE']/seg", "tuv[@xml:lang='en-GB']/seg"),
    **{
        (f"version-{version}.xlf",): elements(
            local("source", f"[following-sibling::{local('target')}]"), local("target")
        )
        for version in ("1.2", "2.0")
    },
    ("app_en.ts",): elements(
        "message[translation[not(@type)]]/source", "message/translation[not(@type)]"
    ),
    ("messages.po",): entries,
    ("messages.mo",): compiled,
    ("lines.tar.gz",): as_written,
    **{
        (f"pairs.tsv.{packer}",): tables("utf-8", "\t", 0, 1)
        for packer in ("gz", "bz2", "xz", "zst")
    },
}


@pytest.mark.parametrize("names", INDEPENDENT, ids=" ".join)
def test_an_example_of_each_format(names: tuple[str, ...]) -> None:
    paths = [EXAMPLES / name for name in names]
    assert sorted(INDEPENDENT[names](*paths)) == sorted(PAIRS)
    english_first = names == ("deu-eng.zip",)
    languages = ("en", "de") if english_first else ("de", "en")
    corpus = load_corpus(*paths, source_lang=languages[0], target_lang=languages[1])
    pairs = [pair[::-1] if english_first else pair for pair in corpus.pairs()]
    if names == ("messages.mo",):  # which its format sorts
        assert sorted(pairs) == sorted(PAIRS)
    else:
        assert pairs == PAIRS


def test_the_page_names_an_example_of_each_format_and_no_other_is_there() -> None:
    page = (EXAMPLES.parents[2] / "docs" / "corpora.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\(\.\./tests/corpus/examples/([^)]+)\)", page))
    there = {str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*") if path.is_file()}
    assert named | {"README.md"} == there
    assert {name for names in INDEPENDENT for name in names} == there - {"README.md"}
    for ending in re.findall(r"`(\.\w+)`", page.split("| --- |")[1].split("\n\n")[0]):
        if ending not in (".txt", ".ndjson", ".xliff", ".pot"):  # other names of the same
            assert any(name.endswith(ending) for name in there), ending
