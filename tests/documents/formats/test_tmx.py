from pathlib import Path
from xml.etree import ElementTree

import pytest

from seq2seq_keras.documents import Translated, TranslationMemory, read_document
from seq2seq_keras.errors import InputError

PATH = Path(__file__).parents[1] / "examples" / "memory.tmx"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def test_units_get_a_variant_in_the_target_language():
    document = read_document(PATH, None, "en", "fr")
    assert document.segments == ["A dog runs.", "A cat."]
    assert document.linked == {"A dog runs."}
    known = TranslationMemory(document.pairs).find(document.segments)
    texts = [known.get(text, Translated(text.upper())) for text in document.segments]
    assert document.tally(texts) == (1, 1, 2)
    written = document.encode(texts)
    bold, empty, done, german = ElementTree.fromstring(written).iter("tu")
    assert [variant.get(LANGUAGE) for variant in bold] == ["en-GB", "fr-FR", "de"]
    variant = bold[1]
    assert variant.get("creationid") == "MT!"
    assert [(child.tag, child.get("type")) for child in variant] == [
        ("prop", "x-seq2seq-keras"), ("seg", None),
    ]  # fmt: skip
    assert variant.findtext("prop") == "mt-suggestion"
    assert "".join(variant.find("seg").itertext()) == "A <b>DOG</b> RUNS."
    assert [code.tail for code in variant.find("seg")] == ["DOG", " RUNS."]
    assert empty[1].findtext("seg") == "Un chat."
    assert (empty[1].findtext("prop"), empty[1].get("creationid")) == ("exact-match", None)
    assert len(done) == 2 and len(german) == 1


def test_all_else_stays_byte_by_byte():
    document = read_document(PATH, None, "en", "fr")
    assert document.encode(["", ""]) == PATH.read_bytes()
    only_second = document.encode(["", Translated("Un <chat> & co.", from_memory=True)]).decode()
    before = '<tuv xml:lang="fr-FR"><note>n</note><seg></seg></tuv>'
    after = (
        '<tuv xml:lang="fr-FR"><note>n</note><prop type="x-seq2seq-keras">exact-match</prop>'
        "<seg>Un &lt;chat&gt; &amp; co.</seg></tuv>"
    )
    assert only_second == PATH.read_text(encoding="utf-8").replace(before, after)


def test_the_languages_are_chosen_among_several():
    assert read_document(PATH, None, "de", "fr").segments == ["Ein Hund.", "Haus"]
    assert read_document(PATH, None, "de", "en").segments == ["Haus"]
    with pytest.raises(InputError, match="is from en-GB to de, and the model translates from ja"):
        read_document(PATH, None, "ja", "fr")
    with pytest.raises(InputError, match="does not tell which it translates"):
        read_document(PATH, None, "en", None)


def test_what_a_machine_wrote_is_no_memory(write):
    document = read_document(PATH, None, "en", "fr")
    again = document.encode(["Un chien court.", ""])
    assert read_document(write("again.tmx", again), None, "en", "fr").pairs == [
        ("A cat.", "Un chat.")
    ]
