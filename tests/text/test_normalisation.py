import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.text import normalise

anything = st.text(st.characters())  # surrogates and control characters too


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("cafe\u0301", "café"),
        ("  two \t words\u00a0here\u3000", "two words here"),
        ("\ufeffmark", "mark"),
        ("zero\u200bwidth\x00", "zerowidth"),
        ("line\u2028separator\x85and\x0cfeed", "line separator and feed"),
        ("broken \udce9", "broken \ufffd"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner inside a word is spelling
        ("", ""),
    ],
)
def test_normal_form(raw, expected):
    assert normalise(raw) == expected


@given(anything)
def test_is_stable_encodable_and_composed(text):
    once = normalise(text)
    assert normalise(once) == once
    assert once.encode().decode() == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert "  " not in once
    assert len(once.splitlines()) <= 1
