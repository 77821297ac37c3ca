from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seq2seq_keras.errors import InputError
from seq2seq_keras.fetching.names import HubName, OpusName, parse
from seq2seq_keras.languages import LANGUAGE_NAMES, language_code, three_letter_code


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("manythings:fra-eng", "manythings:fra-eng"),
        ("ManyThings:eng-fra", "manythings:fra-eng"),
        ("manythings:en-zh", "manythings:cmn-eng"),
        ("tatoeba:fra-deu", "tatoeba:fra-deu"),
        ("tatoeba:de-zh", "tatoeba:deu-cmn"),
        ("tatoeba:tlh-epo", "tatoeba:tlh-epo"),
        ("opus:Tatoeba/de-en", "opus:Tatoeba/de-en"),
        ("opus:Books/v1/de-en", "opus:Books/v1/de-en"),
        ("opus:Books/latest/de-en", "opus:Books/de-en"),
        ("opus:bible-uedin/v1/en-zh_CN", "opus:bible-uedin/v1/en-zh_CN"),
        ("hub:opus_books", "hub:opus_books"),
        ("hub:Helsinki-NLP/opus_books/de-fr@test", "hub:Helsinki-NLP/opus_books/de-fr@test"),
        (" https://example.org/a.zip?x=1#top ", "https://example.org/a.zip?x=1"),
    ],
)
def test_a_name_in_full(text: str, full: str) -> None:
    assert str(parse(text)) == full
    assert parse(full) == parse(text)


def test_what_a_name_is_made_of() -> None:
    assert parse("opus:Books/v1/de-en") == OpusName("Books", "v1", "de", "en")
    assert parse("hub:a/b/c@d") == HubName(("a", "b", "c"), "d")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fra-eng", "no name of a corpus on the web"),
        ("", "no name of a corpus on the web"),
        ("ftp://example.org/a.zip", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("https://", "no address of a file"),
        ("https://a b.org/x", "no address of a file"),
        ("https://[::1/x", "no address of a file"),
        ("https://example.org:0x/x", "no address of a file"),
        ("https://ada:secret@example.org/x", "holds a name or a password"),
        ("manythings:fra", "does not name two languages"),
        ("manythings:", "nothing does not name two languages"),
        ("manythings:fra-deu", "write tatoeba:fra-deu"),
        ("tatoeba:fra-fra", "the same language twice"),
        ("tatoeba:../x-eng", "does not name two languages"),
        ("opus:Books", "expected opus:CORPUS/SOURCE-TARGET"),
        ("opus:../Books/de-en", "does not name|expected opus"),
        ("opus:a/b/c/de-en", "expected opus:CORPUS"),
        ("hub:", "expected hub:OWNER/NAME"),
        ("hub:a/b/c/d", "expected hub:OWNER/NAME"),
        ("hub:a/../b", "expected hub:OWNER/NAME"),
        ("hub:" + "a" * 2000, "has 2004 characters"),
        ("hub:a/b@", "expected hub:OWNER/NAME"),
    ],
)
def test_what_is_no_name(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as raised:
        parse(text)
    assert "secret" not in str(raised.value)


@given(st.text())
@example("https://[")
@example("hub:@")
@example("opus://a-b")
def test_any_text_is_a_name_or_told_to_be_none(text: str) -> None:
    try:
        name = parse(text)
    except InputError:
        return
    assert parse(str(name)) == name


def test_codes_of_three_letters_are_of_the_same_language() -> None:
    for code in LANGUAGE_NAMES:
        three = three_letter_code(code)
        assert three is not None and len(three) == 3 and language_code(three) == code
    assert three_letter_code("xx") is None
