import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.comparison.marking import marked


@given(st.text(max_size=40), st.text(max_size=40))
def test_stretches_join_to_the_translation(translation, reference):
    assert "".join(stretch for stretch, _ in marked(translation, reference)) == translation


@given(st.text(max_size=40))
def test_the_reference_itself_has_no_mark(text):
    assert not any(departs for _, departs in marked(text, text))


@pytest.mark.parametrize(
    ("translation", "reference", "departing"),
    [
        ("He reads a book.", "He reads the book.", ["a"]),
        ("He reads quickly, now.", "He reads, now.", ["quickly"]),
        ("他会说英语。", "他会说法语。", ["英"]),
        ("Python 用户很多。", "Java 用户很多。", ["Python"]),
        ("nothing right here", "Etwas anderes", ["nothing right here"]),
        ("Very. Very. good", "Very good", [". Very."]),
    ],
)
def test_what_departs(translation, reference, departing):
    assert [stretch for stretch, departs in marked(translation, reference) if departs] == departing
