from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU

from seq2seq_keras.evaluation.lengths import bleu_by_length, length_bounds
from seq2seq_keras.evaluation.significance import ScoredOutput


@given(st.lists(st.integers(1, 300), min_size=1, max_size=400), st.integers(1, 10))
def test_bounds_hold_every_length_once(lengths, buckets):
    lengths = np.array(lengths)
    bounds = length_bounds(lengths, buckets)
    assert bounds[0][0] == lengths.min()
    assert bounds[-1][1] == lengths.max()
    for (_, high), (low, _) in pairwise(bounds):
        assert low == high + 1
    populations = [np.sum((lengths >= low) & (lengths <= high)) for low, high in bounds]
    assert sum(populations) == len(lengths)
    assert len(bounds) == 1 or min(populations) >= 20
    assert len(bounds) <= buckets + 2


def test_bounds_are_round():
    # Most sentences up to 20 words and a few to 37, as in image captions.
    lengths = np.repeat([3, 8, 12, 18, 25, 37], [100, 400, 300, 160, 30, 10])
    assert length_bounds(lengths, 6) == [(3, 5), (6, 10), (11, 15), (16, 20), (21, 37)]


def test_a_small_test_set_is_one_bucket():
    assert length_bounds(np.array([2, 30, 4]), 6) == [(2, 30)]


def test_each_bucket_is_the_corpus_bleu_of_its_sentences():
    sources = ["a b c"] * 40 + ["a b c d e f g h i"] * 25
    references = ["The dog runs in the snow."] * 65
    hypotheses = (
        ["The dog runs in the snow."] * 30
        + ["The dog sleeps in the snow."] * 10
        + ["A dog runs in a snow."] * 25
    )
    found = bleu_by_length(sources, hypotheses, references, "en")
    assert [bucket.sentences for bucket in found] == [40, 25]
    for bucket, rows in zip(found, (slice(0, 40), slice(40, 65)), strict=True):
        expected = BLEU().corpus_score(hypotheses[rows], [references[rows]]).score
        assert bucket.bleu == pytest.approx(expected, abs=1e-9)
        assert bucket.bleu_low - 1e-5 <= bucket.bleu <= bucket.bleu_high + 1e-5
    assert found[0].bleu_low < found[0].bleu_high
    output = ScoredOutput(hypotheses, references, "en")
    assert bleu_by_length(sources, output) == found


@pytest.mark.parametrize("language", ["zho", None])
def test_chinese_length_is_counted_in_characters(language):
    sources = ["他会说法语。"] * 20 + ["他 会说 法语和一点德语。"] * 20
    found = bleu_by_length(sources, ["x y"] * 40, ["x y"] * 40, "en", source_lang=language)
    assert {bucket.unit for bucket in found} == {"characters"}
    assert [(bucket.low, bucket.high) for bucket in found] == [(6, 6), (7, 12)] or [
        bucket.sentences for bucket in found
    ] == [20, 20]


def test_an_empty_source_is_counted_too():
    found = bleu_by_length(["", "a b"], ["x", "x"], ["x", "x"], "en")
    assert sum(bucket.sentences for bucket in found) == 2
