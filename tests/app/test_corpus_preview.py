"""Pages of pairs, against pandas and plain Python."""

from __future__ import annotations

import random
import re
import time

import pandas
import pytest

from seq2seq_keras.app.corpus_preview import ORDERS, PAGE_ROWS, find_page, page_html
from seq2seq_keras.app.corpus_reading import ShownCorpus
from seq2seq_keras.corpus import Corpus, inspect
from seq2seq_keras.localisation import CHINESE, ENGLISH

EVIL = "<img src=x onerror=alert(1)> ${1}` \\u{x} {{x}}"


def opened(pairs: list[tuple[str, str]]) -> ShownCorpus:
    sources, targets = zip(*pairs, strict=True)
    corpus = Corpus(list(sources), list(targets))
    return ShownCorpus(corpus, inspect(corpus))


def made(count: int, seed: int = 0) -> list[tuple[str, str]]:
    chance = random.Random(seed)
    words = "Hund dog Straße street été summer cat Katze the a".split()

    def sentence() -> str:
        return " ".join(chance.choices(words, k=chance.randint(1, 9)))

    pairs = [(sentence(), sentence()) for _ in range(count)]
    return pairs + pairs[: count // 10]


@pytest.mark.parametrize(
    "query", ["", "dog", "STRASSE", "straße", "  Été\u00a0 ", "nowhere", "a c"]
)
@pytest.mark.parametrize("among", ["all", "kept", "out", "repeated"])
@pytest.mark.parametrize("order", ORDERS)
def test_every_page_is_what_pandas_would_show(query: str, among: str, order: str) -> None:
    pairs = made(300)
    corpus = opened(pairs)
    cleaning = ["untranslated", "repeated"]

    frame = pandas.DataFrame(pairs, columns=["source", "target"])
    repeated = frame.duplicated()
    out = repeated | (frame.source == frame.target)
    chosen = {"all": out | ~out, "kept": ~out, "out": out, "repeated": repeated}[among]
    wanted = " ".join(query.split()).casefold()
    for side in ("source", "target"):
        frame[side + " has it"] = [wanted in text.casefold() for text in frame[side]]
        frame[side + " length"] = frame[side].str.len()
    frame["ratio"] = frame["target length"] / frame["source length"]
    frame = frame[chosen & (frame["source has it"] | frame["target has it"])]
    measure, _, direction = order.partition("-")
    if order != "as-read":
        column = "ratio" if measure == "ratio" else f"{measure} length"
        ascending = direction in ("shortest", "lowest")
        frame = frame.sort_values(column, ascending=ascending, kind="stable")
    expected = list(frame.index)

    first = find_page(corpus, query, order, among, cleaning)
    assert first.total == len(expected)
    assert first.pages == max(1, -(-len(expected) // PAGE_ROWS))
    shown: list[int] = []
    for number in range(1, first.pages + 1):
        page = find_page(corpus, query, order, among, cleaning, number)
        assert page.first == len(shown) + 1
        shown += page.indices
        assert page.last == len(shown)
    assert shown == expected


def test_pages_that_do_not_exist_are_the_nearest_ones() -> None:
    corpus = opened([(f"word {number}", "x") for number in range(201)])
    assert find_page(corpus, number=3).indices == [200]
    assert find_page(corpus, number=99).number == 3
    assert find_page(corpus, number=-1).number == 1
    assert find_page(corpus, query="word 200", number=3).indices == [200]


def test_what_stands_in_a_corpus_stays_text() -> None:
    corpus = opened([(EVIL, EVIL), ("a", "b")])
    html = page_html(corpus, find_page(corpus), (), ("en", '"><b>'), ENGLISH)
    assert "<img" not in html and "<b>" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt; ${1}` \\u{x} {{x}}") == 2
    assert html.count('lang="en"') == 2
    assert html.count('<td dir="auto"') == 4  # whatever turns the direction ends with its cell


@pytest.mark.parametrize(
    ("number", "words", "enabled"),
    [
        (1, "Rows 1–100 of 1,250", {"next": "2", "last": "13"}),
        (2, "Rows 101–200 of 1,250", {"first": "1", "previous": "1", "next": "3", "last": "13"}),
        (13, "Rows 1,201–1,250 of 1,250", {"first": "1", "previous": "12"}),
    ],
)
def test_the_buttons_lead_to_the_other_pages(
    number: int, words: str, enabled: dict[str, str]
) -> None:
    corpus = opened([(f"s {row}", f"t {row}") for row in range(1250)])
    html = page_html(corpus, find_page(corpus, number=number), (), (None, None), ENGLISH)
    assert words in html
    buttons = re.findall(r'data-value="(-?\d+)" data-key="(\w+)"[^>]*?( disabled)?>', html)
    assert {key: value for value, key, disabled in buttons if not disabled} == enabled
    assert "第 1,201–1,250 行" in page_html(
        corpus, find_page(corpus, number=13), (), (None, None), CHINESE
    )


def test_pairs_that_are_left_out_are_marked() -> None:
    corpus = opened([("a", "b"), ("a", "b"), ("c", "d")])
    html = page_html(corpus, find_page(corpus), ["repeated"], (None, None), ENGLISH)
    assert [row.count("left out") for row in html.split("<tr")[2:]] == [0, 1, 0]
    assert "left out" not in page_html(corpus, find_page(corpus), [], (None, None), ENGLISH)


def test_nothing_found_is_said() -> None:
    corpus = opened([("a", "b")])
    html = page_html(corpus, find_page(corpus, "z"), (), (None, None), ENGLISH)
    assert "No pair holds this." in html and "<table" not in html


@pytest.mark.slow
def test_a_page_of_a_hundred_thousand_pairs_takes_no_time() -> None:
    corpus = opened(made(100_000))
    find_page(corpus, "warm", "ratio-lowest")  # what is looked at again and again is prepared once
    start = time.process_time()
    for order in ORDERS:
        page = find_page(corpus, "straße", order, number=50)
        page_html(corpus, page, (), ("de", "en"), ENGLISH)
    # Some 30 ms each alone.
    assert (time.process_time() - start) / len(ORDERS) < 0.3
