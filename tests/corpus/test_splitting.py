from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from seq2seq_keras.corpus import Corpus, load_corpus, size_of_part
from seq2seq_keras.corpus.keys import sentence_key
from seq2seq_keras.corpus.splitting import connected_pairs
from seq2seq_keras.errors import InputError


def singletons(count):
    return Corpus([f"s{i}" for i in range(count)], [f"t{i}" for i in range(count)], "de", "en", "x")


def check(corpus, splits):
    """Each pair is in exactly one part, and no sentence in two."""
    parts = [splits.train, splits.valid, splits.test]
    assert sorted(pair for part in parts for pair in part.pairs()) == sorted(corpus.pairs())
    for one, other in combinations(parts, 2):
        for side in ("sources", "targets"):
            here, there = (set(map(sentence_key, getattr(part, side))) for part in (one, other))
            assert not here & there


def brute_force_groups(sources, targets):
    """Merges groups that share a sentence until none do."""
    groups = [
        ({index}, {("s", source), ("t", target)})
        for index, (source, target) in enumerate(zip(sources, targets, strict=True))
    ]
    merged = True
    while merged:
        merged = False
        for one, other in combinations(groups, 2):
            if one[1] & other[1]:
                groups.remove(one)
                groups.remove(other)
                groups.append((one[0] | other[0], one[1] | other[1]))
                merged = True
                break
    return sorted(sorted(group) for group, _ in groups)


FEW = st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("klmnopqrst")), min_size=1)


@given(FEW)
def test_groups_are_the_connected_components(pairs):
    sources, targets = zip(*pairs, strict=True)
    groups = connected_pairs(sources, targets)
    members = [np.flatnonzero(groups == number).tolist() for number in range(max(groups) + 1)]
    assert members == brute_force_groups(sources, targets)


@pytest.mark.parametrize("seed", range(5))
def test_long_chains_are_one_group(seed):
    """Pairs that hang together through thousands of others, in any order."""
    random = np.random.default_rng(seed)
    steps = np.arange(20_000)
    links = np.stack([(steps + 1) // 2, steps // 2])  # source 0, target 0, source 1, ...
    links[:, random.integers(0, len(steps), 3)] = len(steps) + np.arange(3)  # breaks it
    order = steps if seed == 0 else random.permutation(steps)
    check_against_scipy(*links[:, order])


@pytest.mark.parametrize("kinds", [30, 300, 3000, 30_000])
def test_random_pairs_against_scipy(kinds):
    random = np.random.default_rng(kinds)
    check_against_scipy(*random.integers(0, kinds, (2, 3000)))


def check_against_scipy(sources, targets):
    """Groups are the components of the graph from source sentences to target sentences."""
    numbered = [np.unique(side, return_inverse=True)[1] for side in (sources, targets)]
    width = len(sources)
    edges = (np.ones(width), (numbered[0], width + numbered[1]))
    _, labels = connected_components(coo_array(edges, shape=(2 * width, 2 * width)), False)
    expected = labels[numbered[0]]
    groups = connected_pairs(list(map(str, sources)), list(map(str, targets)))
    first = {}
    for label in expected:
        first.setdefault(label, len(first))
    assert groups.tolist() == [first[label] for label in expected]


def test_groups_of_nothing():
    assert connected_pairs([], []).tolist() == []


@given(
    FEW, st.integers(0, 5), st.sampled_from([None, 1, 2, 0.2]), st.sampled_from([None, 1, 3, 0.3])
)
@settings(max_examples=300)
def test_no_sentence_in_two_parts(pairs, seed, valid, test):
    corpus = Corpus(*map(list, zip(*pairs, strict=True)))
    try:
        splits = corpus.split(valid, test, seed)
    except InputError:
        groups = max(connected_pairs(corpus.sources, corpus.targets)) + 1
        assert groups < 3 or len(corpus) <= 5
        return
    check(corpus, splits)
    assert min(map(len, (splits.train, splits.valid, splits.test))) > 0
    assert corpus.split(valid, test, seed) == splits


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Hello.", "HELLO."),
        ("Straße", "STRASSE"),
        ("ＡＢＣ！", "abc!"),
        ("a  b", " A b "),
        ("Well, it’s here!", "well it's here"),
        ("「你好。」", "你 好"),
    ],
)
def test_case_width_spacing_and_punctuation_make_no_difference(first, second):
    assert sentence_key(first) == sentence_key(second)
    assert connected_pairs([first, "other", second], ["x", "y", "z"]).tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("first", "second"),
    [("?", "!"), ("1+1", "11"), ("कि", "का"), ("ก่า", "ก้า"), ("a", "ä")],
)
def test_what_is_another_sentence(first, second):
    assert sentence_key(first) != sentence_key(second)


def test_source_and_target_sentences_are_different_things():
    assert connected_pairs(["Tom", "a"], ["b", "Tom"]).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("pairs", "size"), [(10, 1), (100, 5), (1000, 50), (39_000, 1950), (100_000, 2000)]
)
def test_default_sizes(pairs, size):
    splits = singletons(pairs).split()
    assert len(splits.valid) == len(splits.test) == size
    assert len(splits.train) == pairs - 2 * size


def test_sizes_asked_for():
    corpus = singletons(200)
    for valid, test, sizes in (
        (7, 13, (180, 7, 13)),
        (0.1, 0.25, (130, 20, 50)),
        (0, 9, (191, 0, 9)),
        (0, 0, (200, 0, 0)),
    ):
        splits = corpus.split(valid, test)
        assert (len(splits.train), len(splits.valid), len(splits.test)) == sizes
        check(corpus, splits)


def test_parts_keep_order_and_names():
    corpus = singletons(50)
    splits = corpus.split(5, 5)
    for part in (splits.train, splits.valid, splits.test):
        numbers = [int(source[1:]) for source in part.sources]
        assert numbers == sorted(numbers)
        assert part.targets == [f"t{number}" for number in numbers]
        assert (part.source_lang, part.target_lang, part.name) == ("de", "en", "x")


def test_seeds():
    corpus = singletons(100)
    assert corpus.split(seed=1) == corpus.split(seed=1)
    assert corpus.split(seed=1) != corpus.split(seed=2)


def test_a_giant_component_trains():
    corpus = Corpus(["same"] * 90 + [f"s{i}" for i in range(10)], [f"t{i}" for i in range(100)])
    splits = corpus.split()
    check(corpus, splits)
    assert splits.train.sources.count("same") == 90
    assert (len(splits.valid), len(splits.test)) == (5, 5)


def test_groups_larger_than_the_part():
    """Where only groups of four exist, a part of one gets a whole group."""
    corpus = Corpus([f"s{i // 4}" for i in range(12)], [f"t{i}" for i in range(12)])
    splits = corpus.split(1, 1)
    check(corpus, splits)
    assert (len(splits.train), len(splits.valid), len(splits.test)) == (4, 4, 4)


@pytest.mark.parametrize(
    ("corpus", "sizes", "message"),
    [
        (singletons(2), (None, None), "a corpus of 2 pairs cannot give 1"),
        (singletons(10), (5, 5), "keep some to train on"),
        (singletons(10), (-1, 1), "valid: expected a number"),
        (singletons(10), (1, 1.5), "test: expected a number"),
        (
            Corpus(["same"] * 20, [f"t{i}" for i in range(20)]),
            (None, None),
            "hang together in 1 group",
        ),
    ],
)
def test_impossible_splits(corpus, sizes, message):
    with pytest.raises(InputError, match=message):
        corpus.split(*sizes)


def test_real_corpus(shared_corpora):
    corpus = load_corpus(shared_corpora / "tatoeba-cmn" / "cmn.txt")
    splits = corpus.split(seed=3)
    check(corpus, splits)
    assert len(splits.valid) == len(splits.test) == round(29155 / 20)


def test_what_is_tested_on_is_not_learnt() -> None:
    corpus = Corpus(["Hi.", "Bye.", "Yes.", "No."], ["Salut.", "Adieu.", "Oui.", "Non."], name="c")
    test = Corpus(["hi. "], ["Bonjour."])
    valid = Corpus(["Aha."], ["ＮＯＮ."])  # full-width letters
    kept = corpus.apart_from(valid, test)
    assert list(kept.pairs()) == [("Bye.", "Adieu."), ("Yes.", "Oui.")]
    assert kept.dropped == {"a sentence that is validated or tested on": 2}
    assert corpus.apart_from(Corpus(["Salut."], ["Hi."])) is corpus  # of the other side
    with pytest.raises(InputError, match="c: each pair has a sentence that stands in what"):
        corpus.apart_from(corpus)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz"))), st.data())
def test_nothing_is_shared_and_nothing_else_is_lost(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    others = data.draw(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz"))))
    corpus, other = (
        Corpus([one for one, _ in each], [two for _, two in each]) for each in (pairs, others)
    )
    sources, targets = {one for one, _ in others}, {two for _, two in others}
    expected = [pair for pair in pairs if pair[0] not in sources and pair[1] not in targets]
    if not expected and pairs:
        with pytest.raises(InputError):
            corpus.apart_from(other)
    else:
        assert list(corpus.apart_from(other).pairs()) == expected


@pytest.mark.parametrize(
    ("text", "size"),
    [("2000", 2000), ("2,000", 2000), (" 0 ", 0), ("5%", 0.05), ("2.5 %", 0.025), ("0%", 0)],
)
def test_sizes_as_they_are_written(text, size):
    assert size_of_part(text) == size
    assert isinstance(size_of_part(text), type(size))


@pytest.mark.parametrize("text", ["", "many", "-1", "100%", "-5%", "0.5", "nan%", "inf", "%"])
def test_what_is_no_size(text):
    with pytest.raises(InputError, match="expected a number of pairs, such as 2000, or a share"):
        size_of_part(text)


def test_near_duplicates_stay_together():
    corpus = Corpus(
        [f"Flight {n} leaves at {n}:30." for n in range(1, 41)]
        + [f"s{'x' * n}" for n in range(40)],
        [f"Vol {n} !" for n in range(1, 41)] + [f"t{'y' * n}" for n in range(40)],
    )
    splits = corpus.split(5, 5, seed=1, near_together=True)
    flights = [any("Flight" in source for source in part.sources) for part in parts_of(splits)]
    assert flights == [True, False, False]
    apart = corpus.split(5, 5, seed=1)
    assert sum(any("Flight" in s for s in part.sources) for part in parts_of(apart)) > 1
    check(corpus, splits)


def parts_of(splits):
    return splits.train, splits.valid, splits.test
