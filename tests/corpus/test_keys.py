"""What makes sentences equal, against a slow way to tell."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus.keys import keys_of, near_key, numbers_of, sentence_key


def slowly(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\d+", "0", "".join(c for c in folded if unicodedata.category(c)[0] in "LMN"))


@given(st.text(st.one_of(st.sampled_from("aA1 .!ßé漢。कि１😀\U0001d7ce"), st.characters())))
def test_near_duplicates_differ_in_signs_and_digits_only(text: str) -> None:
    assert near_key(text) == (slowly(text) or sentence_key(text))


def test_what_is_near_and_what_is_not() -> None:
    assert near_key("Flight 12, at 7:30!") == near_key("flight ５ at 10:45")
    assert near_key("你好！") == near_key("你 好") != near_key("您好")
    assert near_key("कि") != near_key("की")  # vowels of Indic scripts are no punctuation
    assert near_key("...") == "..." != near_key("?!")


@given(st.lists(st.text(st.characters(exclude_categories=())), max_size=9))
def test_numbers_stand_for_texts(texts: list[str]) -> None:
    numbers = numbers_of(texts)
    assert (numbers.shape, numbers.dtype) == ((len(texts),), "uint64")
    for one, text in zip(numbers, texts, strict=True):
        assert [number == one for number in numbers] == [other == text for other in texts]


def test_numbers_are_the_same_in_every_process() -> None:
    program = "from seq2seq_keras.corpus.keys import keys_of; print(*keys_of(['Hi!', '你好']))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [str(number) for number in keys_of(["hi", "你好。"])]
    assert keys_of(["At 7:30"], near_key) == keys_of(["at 8:05"], near_key)
    assert keys_of(["At 7:30"]) != keys_of(["at 8:05"])
