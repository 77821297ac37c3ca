from pathlib import Path
from xml.etree import ElementTree

import pytest

from seq2seq_keras.documents import Translated, TranslationMemory, read_document
from seq2seq_keras.errors import InputError

PATH = Path(__file__).parents[1] / "examples" / "app.ts"


def test_empty_messages_are_filled_and_stay_unfinished():
    document = read_document(PATH, None, "en", "fr")
    assert document.segments == ['Open "it"', "%n dog(s)", "Yes"]
    known = TranslationMemory(document.pairs).find(document.segments)
    texts = [known.get(text, Translated(text.upper())) for text in document.segments]
    assert document.tally(texts) == (2, 1, 3)
    written = document.encode(texts)
    first, second, third, fourth, vanished, bell = ElementTree.fromstring(written).iter("message")
    for message, told in (
        (first, "Machine translation"),
        (second, "Machine translation"),
        (fourth, "Exact match from memory"),
    ):
        assert message.find("translation").get("type") == "unfinished"
        assert message.findtext("translatorcomment") == told
        assert [child.tag for child in message][-2:] == ["translatorcomment", "translation"]
    assert first.findtext("translation") == 'OPEN "IT"\n'
    assert [form.text for form in second.iter("numerusform")] == ["%N DOG(S)", "%n chiens"]
    assert fourth.findtext("translation") == third.findtext("translation") == "Oui"
    assert third.find("translation").attrib == {}
    assert vanished.findtext("translation") == bell.findtext("translation") == ""


def test_all_else_stays_byte_by_byte():
    document = read_document(PATH, None, "en", "fr")
    assert document.encode(["", "", ""]) == PATH.read_bytes()
    written = document.encode(["A < b", "", ""]).decode()
    expected = PATH.read_text(encoding="utf-8").replace(
        '        <translation type="unfinished"></translation>\n',
        "        <translatorcomment>Machine translation</translatorcomment>\n"
        '        <translation type="unfinished">A &lt; b\n</translation>\n',
        1,
    )
    assert written == expected


def test_another_file_of_this_suffix_is_refused(write):
    with pytest.raises(InputError, match="is no XML"):
        read_document(write("code.ts", "const a = 1\n"), None, "en", "fr")
    with pytest.raises(InputError, match="is no translation source of Qt"):
        read_document(write("code.ts", "<xliff/>"), None, "en", "fr")


def test_what_is_unfinished_is_no_memory(write):
    document = read_document(PATH, None, "en", "fr")
    again = document.encode(["Ouvrir", "", ""])
    assert read_document(write("again.ts", again), None, "en", "fr").pairs == [("Yes", "Oui")]
