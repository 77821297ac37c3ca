import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.comparison.marking import changes, marked


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


@given(st.text(max_size=40), st.text(max_size=40))
def test_both_texts_can_be_read_out_of_the_changes(text, base):
    found = changes(text, base)
    assert "".join(stretch for stretch, kind in found if kind != "missing") == text
    if found != [(text, "same")]:
        there = "".join(stretch for stretch, kind in found if kind != "added")
        assert "".join(there.split()) == "".join(base.split())


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("He reads a book.", "He reads the book.", [("the ", "missing"), ("a", "added")]),
        ("He reads.", "He often reads.", [("often ", "missing")]),
        ("He often reads.", "He reads.", [("often", "added")]),
        ("他会说英语。", "他会说法语。", [("法", "missing"), ("英", "added")]),
        ("彼は猫が好き", "彼は犬が好き", [("犬", "missing"), ("猫", "added")]),
        ("", "Gone.", [("Gone.", "missing")]),
        ("New.", "", [("New.", "added")]),
        ("the same", "the same", []),
    ],
)
def test_what_was_added_and_what_is_missing(text, base, expected):
    assert [change for change in changes(text, base) if change[1] != "same"] == expected
