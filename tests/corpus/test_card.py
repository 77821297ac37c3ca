import json
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus import Corpus, CorpusCard, Provenance, Splits, clean, load_corpus
from seq2seq_keras.corpus.card import SideCard


def card_of(sources: list[str], targets: list[str] | None = None) -> CorpusCard:
    train = Corpus(sources, targets or sources, "en", "fr", "c")
    return CorpusCard.of(Splits(train, train.subset([]), train.subset([])))


def test_counts_go_down_step_by_step(tmp_path) -> None:
    lines = [f"source {n}\ttarget {n}\n" for n in range(200)]
    lines += [*lines[:7], "\tempty\n", "Salt &amp; pepper\tSel et poivre\n"]
    (tmp_path / "corpus.tsv").write_text("".join(lines))
    corpus = clean(load_corpus(tmp_path / "corpus.tsv"), "html,repeated")
    splits = corpus.split(30, 20, seed=1)
    card = CorpusCard.of(splits)
    assert card.read == len(lines)
    assert card.mended == {"html": 1}
    steps = [(step.reason, step.pairs, step.remaining) for step in card.left_out]
    assert steps == [("empty source", 1, 208), ("repeated", 7, 201)]
    assert card.parts == {"train": 151, "valid": 30, "test": 20}
    # A part that was given is none of the corpus.
    given_part = Splits(splits.train, Corpus(["a"] * 9, ["b"] * 9), splits.test)
    assert CorpusCard.of(given_part).read == len(lines)
    assert CorpusCard.of(given_part).parts["valid"] == 9


@given(st.lists(st.integers(0, 60), min_size=1, max_size=80))
def test_every_sentence_is_in_one_range_of_lengths(lengths: list[int]) -> None:
    ranges = card_of([" ".join(["w"] * length) for length in lengths]).source.lengths
    assert sum(each.sentences for each in ranges) == len(lengths)
    assert len(ranges) <= 13 and ranges[0].low == 1
    for one, other in pairwise(ranges):
        assert other.low == one.high + 1
    for each in ranges[:-1]:
        inside = [n for n in lengths if each.low <= max(n, 1) <= each.high]
        assert each.sentences == len(inside)


def test_vocabulary_and_coverage() -> None:
    side = card_of(["a a a a a b", "b b c, D d"]).source
    counts = Counter("aaaaabbbcdd")
    assert (side.words, side.distinct) == (counts.total(), 4)
    assert [(each.share, each.words) for each in side.coverage] == [
        (0.5, 2),  # five of eleven are too few
        (0.8, 3),
        (0.9, 3),
        (0.95, 4),
        (0.99, 4),
    ]


def test_it_goes_through_json_and_damage_is_no_card() -> None:
    card = card_of(["a b", "c"])
    assert (
        CorpusCard.from_record(json.loads(json.dumps({"corpus_card": card.model_dump()}))) == card
    )
    for damaged in ({}, None, [], {"corpus_card": {"name": "x"}}, {"corpus_card": 3}):
        assert CorpusCard.from_record(damaged) is None


def test_a_side_without_words() -> None:
    side = card_of(["?", "!"]).source
    assert isinstance(side, SideCard)
    assert (side.words, side.distinct, side.coverage) == (0, 0, [])


@pytest.mark.parametrize("many", [False, True])
def test_where_it_is_from(tmp_path, many: bool) -> None:
    files = [tmp_path / name for name in (("c.en", "c.fr") if many else ("c.tsv",))]
    for number, file in enumerate(files):
        file.write_text("a b\n" if many else "a b\tc d\n")
        beside = {"url": f"https://example.org/{number}", "license": "CC BY 4.0"}
        file.with_name(f"{file.name}.source.json").write_text(json.dumps(beside))
    corpus = load_corpus(*files)
    expected = [
        Provenance(url=f"https://example.org/{number}", license="CC BY 4.0")
        for number in range(len(files))
    ]
    assert list(corpus.origins) == expected
    card = CorpusCard.of(Splits(corpus, corpus.subset([]), corpus.subset([])))
    assert card.origins[0] == {"url": "https://example.org/0", "license": "CC BY 4.0"}
    assert len(card.origins) == len(files)
