from dataclasses import FrozenInstanceError

import pytest

from seq2seq_keras.corpus import Corpus

CORPUS = Corpus(["a", "b", "c"], ["x", "y", "z"], "de", "en", "abc", {"empty source": 1})


def test_length_and_pairs():
    assert len(CORPUS) == 3
    assert list(CORPUS.pairs()) == [("a", "x"), ("b", "y"), ("c", "z")]


def test_subset():
    assert CORPUS.subset([2, 0]) == Corpus(["c", "a"], ["z", "x"], "de", "en", "abc")
    assert len(CORPUS.subset([])) == 0


def test_sides_must_match():
    with pytest.raises(ValueError, match="expected 2 sentences"):
        Corpus(["a", "b"], ["x"])


def test_it_does_not_change():
    with pytest.raises(FrozenInstanceError):
        CORPUS.name = "other"
