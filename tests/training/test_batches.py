from functools import partial

import numpy as np
import pytest

from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.corpus import store
from seq2seq_keras.text import END, PADDING, START, train_tokenizer
from seq2seq_keras.training import batches, token_rows
from seq2seq_keras.training.batches import encode_pairs, epoch_batches, pad, sorted_batches


@pytest.fixture(scope="module")
def pairs():
    sources, targets = tiny_pairs(101)
    return encode_pairs(
        sources,
        targets,
        train_tokenizer("word", sources, 200),
        train_tokenizer("char", targets, 200),
        max_length=100,
    )


def test_every_pair_exactly_once_an_epoch(pairs):
    for epoch in (1, 2):
        batches = epoch_batches(pairs, 8, seed=1, epoch=epoch)
        assert sorted(row for rows in batches for row in rows) == list(range(101))
        assert sorted(len(rows) for rows in batches) == [5] + 12 * [8]
    assert sorted(row for rows in sorted_batches(pairs, 8) for row in rows) == list(range(101))


def test_order_follows_from_seed_and_epoch(pairs):
    def order(seed, epoch):
        return [rows.tolist() for rows in epoch_batches(pairs, 8, seed, epoch)]

    assert order(1, 1) == order(1, 1)
    assert order(1, 1) != order(1, 2)
    assert order(1, 1) != order(2, 1)


def test_batches_hold_similar_lengths(pairs):
    def waste(batches):
        padded = sum(pairs.batch(rows).target_output.size for rows in batches)
        return padded / pairs.target_tokens - 1

    random = np.random.default_rng(0).permutation(101)
    unsorted = [random[first : first + 8] for first in range(0, 101, 8)]
    assert waste(epoch_batches(pairs, 8, seed=1, epoch=1)) < 0.25 * waste(unsorted)


def test_a_batch_is_source_with_end_and_target_shifted_by_one(pairs):
    rows = [0, 50, 100]
    batch = pairs.batch(rows, multiple=4)
    assert {array.dtype.name for array in batch} == {"int32"}
    assert batch.source.shape[1] % 4 == 0 == batch.target_input.shape[1] % 4
    assert batch.target_input.shape == batch.target_output.shape
    for line, row in enumerate(rows):
        source = [token for token in batch.source[line].tolist() if token != PADDING]
        read = [token for token in batch.target_input[line].tolist() if token != PADDING]
        said = [token for token in batch.target_output[line].tolist() if token != PADDING]
        assert source == pairs.sources[row].tolist()
        assert source[-1] == END and source.count(END) == 1
        assert read[0] == START
        assert said[-1] == END
        assert read[1:] == said[:-1]
        assert batch.target_output[line, len(said) - 1] == END


def test_longer_pairs_are_left_out_and_counted():
    letters = train_tokenizer("char", ["abcdef"], 20)
    pairs = encode_pairs(
        ["abcd", "abcde", "a", ""], ["a", "a", "abcdef", "b"], letters, letters, max_length=4
    )
    assert pairs.left_out == 2
    assert pairs.indices.tolist() == [0, 3]
    assert pairs.sources[1].tolist() == [END]


@pytest.mark.parametrize(
    ("length", "multiple", "width"),
    [
        (5, 1, 5),
        (5, 4, 8),
        (8, 4, 8),
        (32, 4, 32),
        (33, 4, 40),
        (65, 4, 80),
        (64, 8, 64),
        (65, 8, 80),
    ],
)
def test_widths_are_few(length, multiple, width):
    padded = pad([np.arange(1, length + 1), np.array([7])], multiple)
    assert padded.shape == (2, width)
    assert padded.sum() == length * (length + 1) // 2 + 7


def test_rows_that_fill_up_a_batch_have_nothing_to_predict(pairs):
    small, full = pairs.batch([3, 4]), pairs.batch([3, 4], size=6)
    assert [array.shape[0] for array in full] == [6, 6, 6]
    for one, other in zip(small, full, strict=True):
        np.testing.assert_array_equal(one, other[:2])
    assert (full.source[2:] == full.source[0]).all()
    assert not full.target_input[2:].any()
    assert not full.target_output[2:].any()


def test_many_pairs_are_encoded_as_few_are(monkeypatch):
    """In several processes, and onto the disk."""
    sources, targets = tiny_pairs(200)
    tokenizers = train_tokenizer("word", sources, 200), train_tokenizer("subword", targets, 200)
    longest = sorted(len(tokenizers[1].encode(target)) for target in targets)[150]
    few = encode_pairs(sources, targets, *tokenizers, longest)
    assert 0 < few.left_out < 200

    monkeypatch.setattr(batches, "chunked", partial(store.chunked, size=7))
    monkeypatch.setattr(token_rows, "MOST_IN_MEMORY", 100)
    many = encode_pairs(sources, targets, *tokenizers, longest)
    assert isinstance(many.sources.tokens, np.memmap)
    assert many.left_out == few.left_out
    assert many.indices.tolist() == few.indices.tolist()
    for one, other in ((many.sources, few.sources), (many.targets, few.targets)):
        assert [row.tolist() for row in one] == [row.tolist() for row in other]
    for rows in epoch_batches(few, 8, seed=1, epoch=1):
        assert all(map(np.array_equal, many.batch(rows), few.batch(rows)))


def test_more_pairs_than_are_sorted_together(monkeypatch, pairs):
    monkeypatch.setattr(batches, "_SORTED_TOGETHER", 32)
    rows = epoch_batches(pairs, 8, seed=1, epoch=1)
    assert sorted(row for batch in rows for row in batch) == list(range(101))
    assert sorted(map(len, rows)) == [5] + 12 * [8]
