from dataclasses import FrozenInstanceError, replace

import pytest

from seq2seq_keras.corpus import Corpus

CORPUS = Corpus(["a", "b", "c"], ["x", "y", "z"], "de", "en", "abc", {"empty source": 1})


def test_length_and_pairs():
    assert len(CORPUS) == 3
    assert list(CORPUS.pairs()) == [("a", "x"), ("b", "y"), ("c", "z")]


def test_subset():
    assert CORPUS.subset([2, 0]) == replace(CORPUS, sources=["c", "a"], targets=["z", "x"])
    assert len(CORPUS.subset([])) == 0


def test_sides_must_match():
    with pytest.raises(ValueError, match="expected 2 sentences"):
        Corpus(["a", "b"], ["x"])


def test_it_does_not_change():
    with pytest.raises(FrozenInstanceError):
        CORPUS.name = "other"


def test_a_sample_is_drawn_by_its_seed():
    numbers = list(map(str, range(1000)))
    corpus = Corpus(numbers, [f"{number} too" for number in numbers])
    drawn = corpus.sample(50, seed=1)
    assert drawn == corpus.sample(50, seed=1) != corpus.sample(50, seed=2)
    assert len(set(drawn.sources)) == 50
    assert list(map(int, drawn.sources)) == sorted(map(int, drawn.sources))
    assert drawn.targets == [f"{number} too" for number in drawn.sources]
    assert corpus.sample(1000) is corpus
