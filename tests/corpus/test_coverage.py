"""What a vocabulary covers, against counts made by hand and by brute force."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus import count_words, tally_words


def test_by_hand():
    # a 4 times, b twice, c, d and e once: 9 running words.
    tally = tally_words(["A b, a!", "a c d", "…", "a b e"])
    assert tally.lengths == [3, 3, 0, 3]
    assert tally.counts == {"a": 4, "b": 2, "c": 1, "d": 1, "e": 1}
    assert tally.coverage == pytest.approx([4 / 9, 6 / 9, 7 / 9, 8 / 9, 1])
    assert [tally.words_for(share) for share in (0.4, 4 / 9, 0.5, 6 / 9, 0.95, 1)] == [
        *(1, 1, 2, 2, 5, 5)
    ]


def test_every_han_character_is_a_word():
    assert tally_words(["他说好。"]).lengths == [3]


def test_nothing_is_covered_by_nothing():
    tally = tally_words(["…", "?"])
    assert tally.lengths == [0, 0]
    assert len(tally.coverage) == tally.words_for(0.95) == 0


@given(st.lists(st.lists(st.sampled_from("abcdefg"))))
def test_any_text(sentences):
    texts = [" ".join(words) for words in sentences]
    tally = tally_words(texts)
    assert tally.counts == count_words(texts)
    assert tally.lengths == list(map(len, sentences))
    running = [word for words in sentences for word in words]
    for size in range(1, len(set(running)) + 1):
        known = {word for word, _ in Counter(running).most_common(size)}
        covered = sum(word in known for word in running) / len(running)
        assert tally.coverage[size - 1] == pytest.approx(covered)
        assert tally.words_for(covered) <= size
