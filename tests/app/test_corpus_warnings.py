"""Warnings: their words, their buttons, and that the corpus stays text in them."""

from __future__ import annotations

import re

import pandas
import pytest

from seq2seq_keras.app.corpus_reading import ShownCorpus
from seq2seq_keras.app.corpus_warnings import _WHY, finding_words, warnings_html
from seq2seq_keras.corpus import RULES, Cleaning, Corpus, Preview, inspect
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

GOOD = [("The dog sleeps here.", "Le chien dort ici."), ("She sings well.", "Elle chante bien.")]
DIRTY = [*GOOD, GOOD[0], GOOD[1], ("Same.", "Same."), ("See www.x.org.", "Un <i>mot</i>.")]


def warnings(
    pairs: list[tuple[str, str]],
    cleaning: list[str],
    language: Language = ENGLISH,
    target: str = "2",
    kinds: tuple[str, ...] = ("text",) * 3,
) -> str:
    sources, targets = zip(*pairs, strict=True)
    seen = Preview(["1", "2", "3"], pandas.DataFrame(), "1", target, "", kinds)  # type: ignore
    found = inspect(Corpus(list(sources), list(targets)), Cleaning(cleaning).mends)
    return warnings_html(ShownCorpus(found.corpus, found), seen, cleaning, language)


def buttons(html: str) -> list[tuple[str, str]]:
    return re.findall(r'data-act="([\w-]+)"[^>]*data-value="([^"]*)"', html)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_words_for_one_and_for_many(rule: str) -> None:
    one, many = (finding_words(rule, count, ENGLISH) for count in (1, 1204))
    assert one.startswith("1 ") and many.startswith("1,204 ")
    assert one.replace("1 ", "") != many.replace("1,204 ", "")
    chinese = finding_words(rule, 1204, CHINESE)
    assert chinese.startswith("1,204 个") and not re.search("pair|sentence|target", chinese)
    assert re.search("[一-龥]", CHINESE.say(_WHY[rule]))


def test_what_was_found_can_be_switched_on_and_off() -> None:
    html = warnings(DIRTY, [])
    assert "6 warnings" in html and "2 pairs occur twice" in html
    assert "fixed" not in html and "from the start" not in html
    found = ["html", "untranslated", "address", "repeated", "near_repeated"]
    offered = [*found[:2], "markup", *found[2:]]
    assert buttons(html) == [("all", ""), *(("out", name) for name in offered)]
    html = warnings(DIRTY, ["repeated"])
    assert "✓ 1 fixed" in html and "from the start" in html
    assert buttons(html)[:2] == [("all", ""), ("none", "")]
    assert ("back", "repeated") in buttons(html) and ("out", "html") in buttons(html)
    # Once the tags are gone there is no markup left to leave out.
    html = warnings(DIRTY, found)
    assert "warnings ·" not in html and "✓ 5 fixed" in html
    assert buttons(html) == [("none", ""), *(("back", name) for name in found)]


def test_examples_are_those_that_were_found_and_stay_text() -> None:
    html = warnings([*DIRTY, *[GOOD[0]] * 5], [])
    assert "<i>" not in html
    repeated = html.split('data-key="repeated"')[-1]
    assert re.findall(r'scope="row">(\d+)<', repeated)[:5] == ["3", "4", "7", "8", "9"]
    assert "5 examples" in html
    # There are more than are shown: a button leads to all of them.
    assert ("among", "repeated") in buttons(html)
    assert ("among", "untranslated") not in buttons(html)


def test_a_mend_is_shown_before_and_after() -> None:
    for cleaning, state in (([], "Mend these"), (["html"], "✓ mended")):
        html = warnings(DIRTY, cleaning)
        before, after = "Un &lt;i&gt;mot&lt;/i&gt;.", "Un mot."
        assert f'<td dir="auto">{before}</td><td dir="auto">{after}</td>' in html
        assert "1 sentence holds HTML" in html and state in html


def test_what_is_a_matter_of_taste_is_no_warning() -> None:
    pairs = [("One.", "一个国家。"), ("Two.", "兩個國家。")]
    html = warnings(pairs, [])
    assert "Nothing doubtful" in html
    more = html.split("More that can be done")[1]
    assert buttons(more) == [("out", "simplified"), ("out", "traditional")]
    html = warnings(pairs, ["simplified"], CHINESE)
    assert "1 个句子用了繁体字" in html and buttons(html)[0] == ("back", "simplified")
    assert ("out", "traditional") in buttons(html.split("</ul>")[1])


def test_a_long_sentence_is_cut() -> None:
    html = warnings([*GOOD, ("word " * 300, "mot " * 300)], [])
    assert "1 pair is longer than 400 characters" in html
    assert "…</td>" in html and len(html) < 3000


def test_a_good_corpus_gets_a_good_word() -> None:
    html = warnings(GOOD, [])
    assert "Nothing doubtful" in html and buttons(html) == []


def test_a_side_that_looks_like_attribution_is_told_with_a_better_column() -> None:
    kinds = ("text", "text", "attribution")
    html = warnings(GOOD, [], target="3", kinds=kinds)
    assert "1 warning" in html and "Column 3 looks like attribution" in html
    assert buttons(html) == [("target", "2")]
    assert warnings(GOOD, [], kinds=kinds).count("Column") == 0
    assert "像是署名信息" in warnings(GOOD, [], CHINESE, target="3", kinds=kinds)
