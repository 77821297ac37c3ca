"""Each check against pairs made for it, and all of them against brute force."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus import CHECKS, Corpus, clean, inspect, leave_out
from seq2seq_keras.corpus.cleaning import _ADDRESS, _MARKUP, _MOJIBAKE
from seq2seq_keras.errors import InputError

GOOD = [
    ("The dog sleeps in the garden.", "Le chien dort dans le jardin."),
    ("We read a book every evening.", "Nous lisons un livre chaque soir."),
    ("She sings.", "Elle chante."),
    ("It costs 3 < 4 & 5 euros.", "Cela coûte 3 < 4 & 5 euros."),
    ("No!", "Mais non, pas du tout !"),  # short ones may differ much in length
    ("He lives in São Paulo.", "Il habite à São Paulo."),
    ("12.5", "12.5"),  # numbers are no words
    *((f"I have {number} books.", f"J'ai {number} livres.") for number in range(2, 8)),
    ("Tom lives in 東京 now, I think.", "Tom habite maintenant à Tokyo, je crois."),
]


def corpus(*pairs):
    sources, targets = zip(*GOOD, *pairs, strict=True)
    return Corpus(list(sources), list(targets), name="made")


def found(*pairs):
    """The checks that object to pairs, by their place after the good ones."""
    return {
        finding.check: [index - len(GOOD) for index in finding.indices]
        for finding in inspect(corpus(*pairs))
    }


def test_good_pairs_are_left_alone():
    assert found() == {}
    good = corpus()
    assert clean(good, CHECKS) is good


@pytest.mark.parametrize(
    ("check", "pair"),
    [
        ("repeated", GOOD[0]),
        ("untranslated", ("Come here.", "Come here.")),
        ("unequal", ("Yes, of course.", "Oui, " + "bien sûr, " * 9)),
        ("unequal", ("Yes, of course, " * 5, "Oui.")),
        ("long", ("ha " * 140, "ho " * 140)),
        ("script", ("Собака спит в саду.", "Le chien dort.")),
        ("script", ("The dog sleeps.", "狗在花园里睡觉。")),
        ("markup", ("A <b>big</b> dog.", "Un grand chien.")),
        ("markup", ("Salt &amp; pepper.", "Sel et poivre.")),
        ("encoding", ("The coffee is good.", "Le cafÃ© est bon.")),
        ("encoding", ("The coffee is good.", "Le caf\ufffd est bon.")),
        ("address", ("See http://example.org for it.", "Voyez le site pour cela.")),
        ("address", ("CC-BY 2.0 (France)", "Attribution : tatoeba")),
    ],
)
def test_each_check_finds_its_own(check, pair):
    assert found(pair) == {check: [0]}


def test_a_source_with_many_translations_is_kept_once():
    pairs = [("Go.", text) for text in ("Va.", "Allez.", "Vas-y.", "Marche.", "En route.")]
    assert found(*pairs) == {"inconsistent": [1, 2, 3, 4]}
    assert found(*pairs[:3]) == {}


def test_a_corpus_in_two_scripts_is_no_foreign_one():
    serbian = [("Dog.", "Пас."), ("Cat.", "Mačka.")] * 5
    assert "script" not in found(*[(f"{s} {n}", f"{t} {n}") for n, (s, t) in enumerate(serbian)])


def test_what_is_left_out_is_counted_once_by_the_first_check():
    dirty = corpus(GOOD[0], GOOD[0], ("OK <b>", "OK <b>"))
    cleaned = clean(dirty, ["markup", "untranslated", "repeated"])
    assert list(cleaned.pairs()) == GOOD
    assert cleaned.dropped == {"repeated": 2, "untranslated": 1}
    assert list(clean(dirty, ["untranslated"]).pairs()) == [*GOOD, GOOD[0], GOOD[0]]


def test_what_was_found_is_left_out_as_if_looked_for_again():
    dirty = corpus(GOOD[0], ("OK <b>", "OK <b>"), ("See www.x.org.", "Voyez www.x.org."))
    findings = inspect(dirty)
    for number in range(len(findings) + 1):
        chosen = findings[:number]
        assert leave_out(dirty, chosen) == clean(dirty, [finding.check for finding in chosen])


@given(st.text(st.sampled_from("hHtTpPsSwW:/.@ cCbByY-<a>&;#1{\\nÃÂ\u0083âÂ€åÅï»¿\ufffd")))
def test_no_match_is_missed_for_a_quicker_look(text):
    patterns = {"markup": _MARKUP, "encoding": _MOJIBAKE, "address": _ADDRESS}
    for name, pattern in patterns.items():
        assert bool(CHECKS[name].find([text], [""])) == bool(pattern.search(text))


def test_what_cannot_be_done_is_said():
    with pytest.raises(InputError, match="there is no 'dirt'; there are repeated"):
        clean(corpus(), ["dirt"])
    with pytest.raises(InputError, match="no pair of 'made' is left"):
        clean(Corpus(["Yes."], ["Yes."], name="made"), ["untranslated"])


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))))
def test_no_pair_stands_twice_and_none_is_lost(pairs):
    made = corpus(*pairs)
    kept = clean(made, ["repeated"])
    assert Counter(kept.pairs()) == Counter(set(made.pairs()))
    assert list(kept.pairs()) == list(dict.fromkeys(made.pairs()))
    assert len(kept) + kept.dropped.get("repeated", 0) == len(made)
