from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.documents import Translated, TranslationMemory

PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=20)


@given(PAIRS)
def test_the_most_frequent_then_the_first_is_taken(pairs):
    found = TranslationMemory(pairs).find("abc")
    for source in "abc":
        targets = [target for other, target in pairs if other == source]
        assert (source in found) == bool(targets)
        if targets:  # Counter keeps the order of the first ones among equals
            expected = Counter(targets).most_common(1)[0][0]
            assert found[source] == Translated(expected, from_memory=True)


def test_spaces_make_no_difference_but_lines_do():
    memory = TranslationMemory([(" A  dog.\u00a0", "Un chien\u00a0! "), ("A\ncat.", "Un chat.")])
    assert memory.find(["A dog.", "A\ndog.", "A cat.", "A\ncat."]) == {
        "A dog.": Translated("Un chien\u00a0!", from_memory=True)
    }
    assert TranslationMemory([("A", ""), ("", "B"), ("C", "D\nE")]).find(["A", "", "C"]) == {}


def test_a_digest_tells_memories_apart():
    pairs = [("A", "B"), ("C", "D")]
    same = TranslationMemory(pairs[::-1])
    assert TranslationMemory(pairs).digest == same.digest
    assert TranslationMemory([*pairs, ("C", "E"), ("C", "E")]).digest != same.digest
