"""Each rule that leaves pairs out against pairs made for it, and against brute force."""

from __future__ import annotations

import re
import statistics
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus import Corpus, inspect
from seq2seq_keras.corpus.cleaning.drops import _ADDRESS, _MARKUP, _MOJIBAKE
from seq2seq_keras.corpus.cleaning.rule import Drop, Sample
from seq2seq_keras.corpus.cleaning.rules import RULES
from seq2seq_keras.corpus.cleaning.side import Side
from seq2seq_keras.corpus.cleaning.signs import is_balanced, numbers_of

GOOD = [
    ("The dog sleeps in the garden.", "Le chien dort dans le jardin."),
    ("We read a book every evening.", "Nous lisons un livre chaque soir."),
    ("She sings.", "Elle chante."),
    ("It costs 3 < 4 & 5 euros.", "Cela coûte 3 < 4 & 5 euros."),
    ("No!", "Mais non, pas du tout !"),  # short ones may differ much in length
    ("He lives in São Paulo.", "Il habite à São Paulo."),
    ("12.5", "12.5"),  # numbers are no words
    ("I have 2 books.", "J'ai deux livres."),
    ("The 1,000 men (and “women”) left at 7:30.", "Les 1 000 hommes (et « femmes ») à 7h30."),
    ("Tom lives in 東京 now, I think.", "Tom habite maintenant à Tokyo, je crois."),
    ('A 5" pipe for a) her :)', 'Un tuyau de 5" pour a) elle :)'),
    ("Why?! Oh...", "Pourquoi ?! Oh..."),
]


def found(*pairs: tuple[str, str]) -> dict[str, list[int]]:
    """The drops that object to pairs, by their place after the good ones."""
    sources, targets = zip(*GOOD, *pairs, strict=True)
    inspection = inspect(Corpus(list(sources), list(targets)))
    return {
        name: [index - len(GOOD) for index in finding.indices.tolist()]
        for name, finding in inspection.findings.items()
        if RULES[name].__class__.__name__ != "Mend"
    }


def test_good_pairs_are_left_alone() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("rules", "pair"),
    [
        ("repeated near_repeated", GOOD[0]),
        ("near_repeated", ("the dog sleeps, in the garden!", "Le chien dort dans le jardin")),
        ("near_repeated", ("I have 17 books.", "J'ai deux livres")),
        ("untranslated", ("Come here.", "Come here.")),
        ("letters", ("@@", "Un arbre.")),
        ("letters", ("A tree.", "— ♪ … ♪ —")),
        ("letters", ("It is +-*/=%&$!?#~ now.", "Maintenant c'est tout.")),
        ("unequal", ("Yes, of course.", "Oui, " + "bien sûr, " * 9)),
        ("unequal", ("Yes, of course, " * 5, "Oui.")),
        ("long", ("ha " * 140, "ho " * 140)),
        ("long_words", ("A" + "h" * 50, "Oh là là " * 5)),
        ("script", ("Собака спит в саду.", "Le chien dort.")),
        ("script", ("The dog sleeps.", "狗在花园里睡觉。")),
        ("markup", ("A <name> big dog.", "Un grand chien.")),
        ("encoding", ("The coffee is good.", "Le caf\ufffd est bon.")),
        ("address", ("See http://example.org for it.", "Voyez le site pour cela.")),
        ("address", ("CC-BY 2.0 (France)", "Attribution : tatoeba")),
        ("numbers", ("He is 31 years old.", "Il a 13 ans.")),
        ("quotes", ('He said "no.', "Il a dit « non ».")),
        ("quotes", ("He said no (or so).", "Il a dit non (plus ou moins.")),
    ],
)
def test_each_rule_finds_its_own(rules: str, pair: tuple[str, str]) -> None:
    assert found(pair) == {name: [0] for name in rules.split()}


def test_a_source_with_many_translations_is_kept_once() -> None:
    texts = ("Va.", "Allez.", "Vas-y.", "Marche.", "En route.")
    pairs = [("Go.", text) for text in texts]
    assert found(*pairs) == {"inconsistent": [1, 2, 3, 4]}
    assert found(*pairs[:3], ("go.", "VA.")) == {"near_repeated": [3]}


def test_a_corpus_in_two_scripts_is_no_foreign_one() -> None:
    serbian = [(f"Dog {n}.", f"Пас {n}.") for n in "abcde"]
    serbian += [(f"Cat {n}.", f"Mačka {n}.") for n in "abcde"]
    assert "script" not in found(*serbian)


def test_words_of_scripts_without_spaces_are_not_long() -> None:
    assert "long_words" not in found(("A long sentence. " * 4, "他" * 60))
    assert drop("long_words", ["a" * 50, "a" * 51, f"a {'b' * 50}."], [""] * 3) == [1, 2]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("1,000.50 and 3", "1.000,50 und 3", True),
        ("1 000 000", "1'000'000", True),
        ("10,000 yen", "1万日元", True),
        ("2.00", "2", True),
        ("٣ books", "3 books", True),
        ("007", "7", True),
        ("31", "13", False),
        ("1,000", "1,001", False),
    ],
)
def test_numbers_are_compared_as_they_are_meant(one: str, other: str, equal: bool) -> None:
    assert (numbers_of(one) == numbers_of(other)) == equal


@given(st.text(st.sampled_from('ab "“”«»()[]（）')))
def test_what_is_closed_is_balanced(text: str) -> None:
    for opening, closing in ("“”", "()", "[]", "（）", "«»"):
        closed = f"{opening} word {closing} "
        assert is_balanced(text) == is_balanced(closed + text + " " + closed)
    if is_balanced(text):
        assert not is_balanced(text + " “")


def drop(name: str, sources: list[str], targets: list[str]) -> list[int]:
    rule = RULES[name]
    assert isinstance(rule, Drop)
    sides = Side(sources), Side(targets)
    find = rule.fit(Sample(*sides))
    assert find is not None
    return find(*sides).tolist()


@given(st.text(st.sampled_from("hHtTpPsSwW:/.@ cCbByY-<a>&;#1{\\nÃÂ\u0083âÂ€åÅï»¿\ufffdİ")))
def test_no_match_is_missed_for_a_quicker_look(text: str) -> None:
    patterns = {"markup": _MARKUP, "encoding": _MOJIBAKE, "address": _ADDRESS}
    for name, pattern in patterns.items():
        assert bool(drop(name, ["İx", text], ["", ""])) == bool(pattern.search(text))


TEXTS = st.lists(
    st.text(
        st.one_of(st.sampled_from("ab1 .!漢の\u0301x\U0001f600"), st.characters()), max_size=90
    ),
    max_size=6,
)


@given(TEXTS)
def test_a_side_seen_at_once_is_as_sentence_by_sentence(texts: list[str]) -> None:
    unbroken = [text.replace("\n", " ") for text in texts]
    ones = [""] * len(texts)
    hardly = [
        index
        for index, text in enumerate(unbroken)
        if (read := sum(unicodedata.category(c)[0] in "LMN" for c in text)) == 0
        or ((signs := sum(not c.isspace() for c in text) - read) > 10 and signs > read)
    ]
    found = drop("letters", unbroken, ["word"] * len(texts))
    # Beyond the last Han character the table sees signs.
    if all(max(text, default="a") < "\U000323b0" for text in unbroken):
        assert found == hardly
    long = [index for index, text in enumerate(texts) if len(text) > 400]
    assert drop("long", texts, ones) == long
    lengths = [(len(text), len(text) // 4) for text in texts]
    ratios = [target / source for source, target in lengths if source and target]
    usual = statistics.median(ratios) if ratios else 1.0
    unequal = [
        index
        for index, (source, target) in enumerate(lengths)
        if max(source * usual, target) > 30
        and max(source * usual, target) > 3 * min(source * usual, target)
    ]
    assert drop("unequal", texts, ["x" * length for _, length in lengths]) == unequal


@given(st.lists(st.text(st.sampled_from("ab .漢"), max_size=120), max_size=5))
def test_long_words_are_those_that_a_pattern_finds(texts: list[str]) -> None:
    pattern = re.compile(r"[^\s漢]{51,}")
    expected = [index for index, text in enumerate(texts) if pattern.search(text)]
    assert drop("long_words", texts, [""] * len(texts)) == expected


def test_what_is_looked_for_lies_within_one_sentence() -> None:
    side = Side(["a &", "", "& b", "c"])
    assert side.holding("&").tolist() == [0, 2]
    assert side.holding("& &").tolist() == []
    assert np.array_equal(side.lengths, [3, 0, 3, 1])
