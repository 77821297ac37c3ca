import pickle

import numpy as np
import pytest

from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.text import END, START, train_tokenizer
from seq2seq_keras.text.encoding import encode_chunk


@pytest.mark.parametrize("kind", ["subword", "word", "char"])
def test_a_chunk_is_encoded_sentence_by_sentence(kind: str) -> None:
    sources, targets = tiny_pairs(60)
    one, other = (train_tokenizer(kind, side, 300) for side in (sources, targets))
    encoded = [
        (one.encode(source), other.encode(target))
        for source, target in zip(sources, targets, strict=True)
    ]
    longest = sorted(max(map(len, pair)) for pair in encoded)[40]
    short = [index for index, pair in enumerate(encoded) if max(map(len, pair)) <= longest]
    assert 0 < len(short) < 60

    chunk = encode_chunk(one, other, longest, (sources, targets))
    assert np.flatnonzero(chunk.is_kept).tolist() == short
    rows = [[*encoded[index][0], END] for index in short]
    assert chunk.source.tokens.tolist() == [token for row in rows for token in row]
    assert chunk.source.lengths.tolist() == list(map(len, rows))
    rows = [[START, *encoded[index][1], END] for index in short]
    assert chunk.target.tokens.tolist() == [token for row in rows for token in row]
    assert chunk.target.lengths.tolist() == list(map(len, rows))


@pytest.mark.parametrize("kind", ["subword", "word", "char"])
def test_tokenizers_travel_to_other_processes(kind: str) -> None:
    sources, _ = tiny_pairs(60)
    tokenizer = train_tokenizer(kind, sources, 300)
    there = pickle.loads(pickle.dumps(tokenizer))
    assert there.encode_all(sources) == [tokenizer.encode(source) for source in sources]


@pytest.mark.parametrize(("size", "dtype"), [(300, "uint16"), (70_000, "uint32")])
def test_tokens_take_as_many_bytes_as_the_vocabulary_needs(size: int, dtype: str) -> None:
    words = [f"w{number}" for number in range(size)]
    tokenizer = train_tokenizer("word", [" ".join(words)], size + 4)
    chunk = encode_chunk(tokenizer, tokenizer, 128, ([words[-1]], [words[0]]))
    assert chunk.source.tokens.dtype == np.dtype(dtype)
    assert chunk.source.tokens.tolist() == [*tokenizer.encode(words[-1]), END]


def test_nothing_short_enough() -> None:
    tokenizer = train_tokenizer("char", ["abc"], 20)
    chunk = encode_chunk(tokenizer, tokenizer, 2, (["abc"], ["a"]))
    assert len(chunk.source.tokens) == len(chunk.target.lengths) == 0
    assert chunk.is_kept.tolist() == [False]
