"""Pipelines: how they are written, that chunks change nothing, that counts add up."""

from __future__ import annotations

import json
import pickle
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_keras.corpus import DEFAULT, RULES, Cleaning, Corpus, clean, inspect
from seq2seq_keras.corpus.cleaning import examining, inspection
from seq2seq_keras.corpus.cleaning.examining import chunks, prepared
from seq2seq_keras.corpus.cleaning.rule import Mend
from seq2seq_keras.errors import InputError

# Sentences with all that the rules look for, many of them equal.
SENTENCES = st.sampled_from(
    [
        "The dog sleeps.", "the dog  sleeps", "Le chien dort.", "Same.", "A <b>word</b>.", "@@",
        "Salt &amp; pepper.", "Le cafÃ© est bon.", "Nr. １２", "No\u200eone", "He is 31.",
        "Er ist 13.", "我喜歡你。", "我喜欢你。", "Он спит.", "See www.x.org.", "ha " * 150,
        "a" * 60, 'She said "no.', "<br>", "Ça va ?", "caf\ufffd", "",
    ]
)  # fmt: skip
PAIRS = st.lists(st.tuples(SENTENCES, SENTENCES), min_size=1, max_size=25)
NAMES = st.sets(st.sampled_from([name for name in RULES if name != "traditional"]))


def corpus_of(pairs: list[tuple[str, str]]) -> Corpus:
    sources, targets = zip(*pairs, strict=True)
    return Corpus(list(sources), list(targets), name="made")


def cleaned(corpus: Corpus, names: set[str]) -> Corpus | None:
    try:
        return clean(corpus, names)
    except InputError:
        return None


@settings(deadline=None)
@given(PAIRS, NAMES, st.integers(1, 7))
def test_chunks_change_nothing(pairs: list[tuple[str, str]], names: set[str], size: int) -> None:
    corpus = corpus_of(pairs)
    whole = cleaned(corpus, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspection, "chunks", lambda corpus: chunks(corpus, size))
        assert cleaned(corpus, names) == whole


@settings(deadline=None)
@given(PAIRS, NAMES)
def test_counts_add_up_and_twice_is_as_once(pairs: list[tuple[str, str]], names: set[str]) -> None:
    corpus = corpus_of(pairs)
    once = cleaned(corpus, names)
    if once is None:
        return
    dropped = once.cleaned.dropped if once.cleaned else {}
    assert len(once) + sum(dropped.values()) == len(corpus)
    assert once.dropped == dropped and set(dropped) <= names
    if once.cleaned:
        assert once.cleaned.read == len(corpus) and once.cleaned.rules == Cleaning(names).names
        mended = Cleaning(set(once.cleaned.mended)).mends
        assert mended == tuple(once.cleaned.mended)
    # What is usual is learnt anew from what is left, and so may be found anew.
    learnt = {"script", "unequal", "language"}
    if not names & learnt:
        twice = clean(once, names)
        assert list(twice.pairs()) == list(once.pairs())
        assert twice.cleaned == once.cleaned


@settings(deadline=None)
@given(PAIRS)
def test_no_pair_stands_twice_and_none_is_lost(pairs: list[tuple[str, str]]) -> None:
    kept = clean(corpus_of(pairs), ["repeated"])
    assert list(kept.pairs()) == list(dict.fromkeys(pairs))


@settings(deadline=None)
@given(PAIRS, NAMES)
def test_an_inspection_of_all_rules_leaves_out_what_a_pipeline_does(
    pairs: list[tuple[str, str]], names: set[str]
) -> None:
    corpus, pipeline = corpus_of(pairs), Cleaning(names)
    found = inspect(corpus, pipeline.mends)
    left = found.left_out(pipeline.drops)
    expected = cleaned(corpus, names)
    if expected is None:
        assert sum(map(len, left.values())) == len(corpus)
    elif names:
        assert found.cleaned(pipeline.drops) == expected
    counts = Counter(index for indices in left.values() for index in indices.tolist())
    assert set(counts.values()) <= {1}


def test_repeats_are_looked_for_among_the_pairs_that_stay() -> None:
    corpus = corpus_of([("I am 31.", "J'ai 13."), ("I am 31.", "J'ai 31."), ("x y", "z")])
    kept = clean(corpus, ["numbers", "near_repeated"])
    assert list(kept.pairs()) == [("I am 31.", "J'ai 31."), ("x y", "z")]
    assert kept.cleaned.dropped == {"numbers": 1}


def test_mends_come_first() -> None:
    corpus = corpus_of([("A <b>dog</b>.", "Un chien."), ("A dog.", "Un chien."), ("<br>", "<br>")])
    kept = clean(corpus, ["repeated", "markup", "html"])
    assert list(kept.pairs()) == [("A dog.", "Un chien.")]
    assert kept.cleaned.mended == {"html": 1}
    assert kept.cleaned.dropped == {"repeated": 1, "markup": 1}
    assert corpus.sources[0] == "A <b>dog</b>."  # as it was


def test_a_part_keeps_what_was_done_and_a_second_cleaning_adds_to_it() -> None:
    corpus = corpus_of([("A <b>x</b>.", "Un.")] * 3 + [("B.", "Deux."), ("OK.", "OK.")])
    once = clean(replace(corpus, dropped={"empty source": 4}), ["html", "repeated"])
    assert once.dropped == {"empty source": 4, "repeated": 2}
    part = once.subset([0, 2])
    assert part.cleaned == once.cleaned
    twice = clean(once, ["untranslated"])
    assert twice.cleaned.to_dict() == {
        "rules": ["html", "untranslated", "repeated"],
        "mended": {"html": 3},
        "dropped": {"repeated": 2, "untranslated": 1},
        "read": 5,
    }
    assert json.loads(json.dumps(twice.cleaned.to_dict())) == twice.cleaned.to_dict()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("default", DEFAULT),
        ("none", ()),
        ("", ()),
        ("repeated, html", ("html", "repeated")),
        ("default,-language,+numbers", (set(DEFAULT) - {"language"}) | {"numbers"}),
        ("-language", set(DEFAULT) - {"language"}),
        ("+numbers", {*DEFAULT, "numbers"}),
        ("all,+simplified", {*RULES} - {"traditional", "nfkc"}),
        ("all,-default", {*RULES} - {*DEFAULT, "simplified", "traditional", "nfkc"}),
    ],
)
def test_lists_are_read_as_they_are_written(text: str, names: set[str]) -> None:
    assert set(Cleaning.parse(text).names) == set(names)


@given(NAMES)
def test_a_pipeline_comes_back_from_its_names_and_from_its_text(names: set[str]) -> None:
    pipeline = Cleaning(names)
    assert Cleaning(json.loads(json.dumps(pipeline.names))) == pipeline
    assert Cleaning.parse(str(pipeline)) == pipeline
    assert pipeline.mends + pipeline.drops == pipeline.names
    assert all(isinstance(RULES[name], Mend) for name in pipeline.mends)


def test_what_cannot_be_done_is_said() -> None:
    for text in ("dirt", "default,-dirt"):
        with pytest.raises(InputError, match="there is no 'dirt'; there are html"):
            Cleaning.parse(text)
    with pytest.raises(InputError, match="simplified and traditional exclude each other"):
        Cleaning(["simplified", "traditional"])
    with pytest.raises(InputError, match="no pair of 'made' is left"):
        clean(corpus_of([("Yes.", "Yes.")]), ["untranslated"])


def test_what_was_learnt_works_in_another_process(tmp_path) -> None:
    """Numbers that stand for pairs are the same there."""
    corpus = corpus_of([(f"The dog {n}.", f"Le chien {n} &amp; moi.") for n in "abc"] * 20)
    rules = [name for name in RULES if name != "traditional"]
    examination = prepared(corpus, rules, Cleaning().mends)
    here = examination((corpus.sources, corpus.targets))
    (tmp_path / "it").write_bytes(pickle.dumps((examination, (corpus.sources, corpus.targets))))
    code = (
        "import pickle, sys; work, chunk = pickle.loads(open(sys.argv[1], 'rb').read());"
        "sys.stdout.buffer.write(pickle.dumps(work(chunk)))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "it")]
    there = pickle.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert there.sides == here.sides and there.mended == here.mended
    assert here.mended["html"] == 60
    for name in ("repeated", "near_repeated", "inconsistent"):
        assert (there.keys[name] == here.keys[name]).all()


def test_a_large_corpus_is_learnt_from_a_sample_from_all_over_it(monkeypatch) -> None:
    monkeypatch.setattr(examining, "_SAMPLE", 200)
    sources = [f"word {n}" for n in range(1000)]
    taken, _ = examining._sample(Corpus(sources, sources))
    assert len(taken) == 200 and taken[0] == "word 0" and taken[-1] == "word 999"


def test_the_documents_list_every_rule_in_order(repository) -> None:
    text = (repository / "docs" / "corpora.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|.*\| (yes|no) \|$", text, re.MULTILINE)
    assert rows == [(name, "yes" if rule.default else "no") for name, rule in RULES.items()]
