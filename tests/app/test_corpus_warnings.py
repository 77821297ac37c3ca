"""Warnings: their words, their buttons, and that the corpus stays text in them."""

from __future__ import annotations

import re

import pandas
import pytest

from seq2seq_keras.app.corpus_reading import OpenCorpus
from seq2seq_keras.app.corpus_warnings import finding_words, warnings_html
from seq2seq_keras.corpus import CHECKS, Corpus, Preview
from seq2seq_keras.localisation import CHINESE, ENGLISH

GOOD = [("The dog sleeps here.", "Le chien dort ici."), ("She sings well.", "Elle chante bien.")]
DIRTY = [*GOOD, GOOD[0], GOOD[1], ("Same.", "Same."), ("A <i>word</i>.", "Un mot.")]


def opened(
    pairs: list[tuple[str, str]], target: str = "2", kinds: tuple[str, ...] = ("text",) * 3
) -> OpenCorpus:
    sources, targets = zip(*pairs, strict=True)
    seen = Preview(["1", "2", "3"], pandas.DataFrame(), "1", target, "", kinds)  # type: ignore
    return OpenCorpus(Corpus(list(sources), list(targets)), seen)


def buttons(html: str) -> list[tuple[str, str]]:
    return re.findall(r'data-act="([\w-]+)"[^>]*data-value="([^"]*)"', html)


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_has_words_for_one_and_for_many(check: str) -> None:
    one, many = (finding_words(check, count, ENGLISH) for count in (1, 1204))
    assert one.startswith("1 ") and many.startswith("1,204 ")
    assert one.replace("1 ", "") != many.replace("1,204 ", "")
    chinese = finding_words(check, 1204, CHINESE)
    assert chinese.startswith("1,204 个") and not re.search("pair|target", chinese)


def test_what_was_found_can_be_left_out_and_taken_back() -> None:
    corpus = opened(DIRTY)
    html = warnings_html(corpus, [], ENGLISH)
    assert "3 warnings" in html and "2 pairs occur twice" in html
    assert "fixed" not in html
    assert buttons(html) == [
        ("all", ""),
        ("out", "repeated"),
        ("out", "untranslated"),
        ("out", "markup"),
    ]
    html = warnings_html(corpus, ["repeated"], ENGLISH)
    assert "2 warnings · " in html and "✓ 1 fixed" in html
    assert buttons(html) == [
        ("all", ""),
        ("none", ""),
        ("back", "repeated"),
        ("out", "untranslated"),
        ("out", "markup"),
    ]
    html = warnings_html(corpus, ["repeated", "untranslated", "markup"], ENGLISH)
    assert "warnings ·" not in html and "✓ 3 fixed" in html
    assert [act for act, _ in buttons(html)] == ["none", "back", "back", "back"]


def test_examples_are_those_that_were_found_and_stay_text() -> None:
    html = warnings_html(opened([*DIRTY, *[GOOD[0]] * 5]), [], ENGLISH)
    assert "<i>" not in html and "A &lt;i&gt;word&lt;/i&gt;." in html
    assert re.findall(r'scope="row">(\d+)<', html.split("</li>")[0]) == ["3", "4", "7", "8", "9"]
    assert "5 examples" in html
    # There are more than are shown: a button leads to all of them.
    assert ("among", "repeated") in buttons(html)
    assert ("among", "markup") not in buttons(html)


def test_a_long_sentence_is_cut() -> None:
    html = warnings_html(opened([*GOOD, ("word " * 300, "mot " * 300)]), [], ENGLISH)
    assert "1 pair is longer than 400 characters" in html
    assert "…</td>" in html and len(html) < 3000


def test_a_good_corpus_gets_a_good_word() -> None:
    html = warnings_html(opened(GOOD), [], ENGLISH)
    assert "Nothing doubtful" in html and buttons(html) == []


def test_a_side_that_looks_like_attribution_is_told_with_a_better_column() -> None:
    kinds = ("text", "text", "attribution")
    html = warnings_html(opened(GOOD, target="3", kinds=kinds), [], ENGLISH)
    assert "1 warning" in html and "Column 3 looks like attribution" in html
    assert buttons(html) == [("target", "2")]
    assert warnings_html(opened(GOOD, kinds=kinds), [], ENGLISH).count("Column") == 0
    assert "像是署名信息" in warnings_html(opened(GOOD, target="3", kinds=kinds), [], CHINESE)
