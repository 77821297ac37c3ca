"""XLIFF, filled: read back by xml.etree, and everything else byte by byte."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from seq2seq_keras.documents import Translated, TranslationMemory, read_document
from seq2seq_keras.errors import InputError

EXAMPLES = Path(__file__).parents[1] / "examples"
ONE = "{urn:oasis:names:tc:xliff:document:1.2}"
TWO = "{urn:oasis:names:tc:xliff:document:2.0}"
SDL = "{http://sdl.com/FileTypes/SdlXliff/1.0}"


def filled(path, translate=str.upper):
    """Fills a file as the program does: from itself, else by `translate`."""
    document = read_document(path, None, "en", "fr")
    known = TranslationMemory(document.pairs).find(document.segments)
    texts = [known.get(text, Translated(translate(text))) for text in document.segments]
    return document, document.encode(texts), document.tally(texts)


def units(content, name):
    return {unit.get("id"): unit for unit in ElementTree.fromstring(content).iter(name)}


def test_empty_targets_are_filled_and_marked():
    path = EXAMPLES / "messages.xlf"
    document, written, tally = filled(path)
    assert document.segments == [
        "A brown dog runs in the park.", "A man & a dog.", "A cat sleeps.",
    ]  # fmt: skip
    assert document.linked == {"A brown dog runs in the park."}
    assert tally == (2, 1, 4)
    found = units(written, f"{ONE}trans-unit")
    target = found["tagged"].find(f"{ONE}target")
    assert "".join(target.itertext()) == "A BROWN DOG RUNS IN THE PARK."
    assert target.find(f"{ONE}g").text == "BROWN DOG"
    assert target.find(f"{ONE}x").tail == "PARK."
    assert [child.tag for child in found["tagged"]] == [
        f"{ONE}{n}" for n in ("source", "target", "note")
    ]
    assert target.attrib == {
        "state": "needs-review-translation", "state-qualifier": "mt-suggestion",
    }  # fmt: skip
    empty = found["empty"].find(f"{ONE}target")
    assert "".join(empty.itertext()) == " A MAN & A DOG. "
    assert empty.find(f"{ONE}g").text == "A MAN & A DOG."
    assert empty.attrib == {**target.attrib, "{urn:mine}own": "x"}
    known = found["known"].find(f"{ONE}target")
    assert known.text == "  Un chat dort.\n"
    assert known.attrib == {"state": "translated", "state-qualifier": "exact-match"}
    for name in ("kept", "blank", "german"):
        assert found[name].find(f"{ONE}target") is None


def test_all_else_stays_byte_by_byte():
    path = EXAMPLES / "messages.xlf"
    document, written, _ = filled(path)
    assert document.encode([""] * len(document.segments)) == path.read_bytes()
    marks = 'state="needs-review-translation" state-qualifier="mt-suggestion"'
    expected = path.read_text(encoding="utf-8")
    for before, after in (
        (
            "park.</source>\n",
            f'park.</source>\n        <target {marks}>A <g id="1">BROWN DOG</g> RUNS IN THE '
            '<x id="2"/>PARK.</target>\n',
        ),
        (
            '<target state="new" my:own="x"/>',
            '<target state="needs-review-translation" my:own="x" state-qualifier="mt-suggestion">'
            ' <g id="1">A MAN &amp; A DOG.</g> </target>',
        ),
        (
            "A cat sleeps.\n</source>",
            'A cat sleeps.\n</source><target state="translated" state-qualifier="exact-match">'
            "  Un chat dort.\n</target>",
        ),
    ):
        assert expected.count(before) == 1
        expected = expected.replace(before, after)
    assert written.decode() == expected


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "gb18030"])
def test_a_file_stays_in_its_encoding(write, encoding):
    text = (EXAMPLES / "messages.xlf").read_text(encoding="utf-8").replace("\n", "\r\n")
    text = text.replace('"UTF-8"', f'"{encoding}"')
    path = write("encoded.xlf", text.encode(encoding))
    document, written, _ = filled(path, lambda text: f"你 ü {text}")
    assert document.encode([""] * len(document.segments)) == path.read_bytes()
    assert written.decode(encoding).count("\r\n") == text.count("\r\n") + 1  # of the new line
    from lxml import etree  # for xml.etree does not know GB18030

    target = etree.fromstring(written).find(f".//{ONE}target")
    assert "".join(target.itertext()).startswith("你 ü A brown dog")


def test_what_was_filled_is_left_the_second_time(write):
    _, written, _ = filled(EXAMPLES / "messages.xlf")
    path = write("again.xlf", written)
    with pytest.raises(InputError, match=r"again\.xlf: is from en to de, and the model"):
        read_document(path, None, "en", "fr")
    german = read_document(path, None, "en", "de")
    assert german.segments == ["A house."]
    # What a machine suggested is no memory for others.
    more = written.replace(b'"de"', b'"fr"').replace(b"A house.", b"A man &amp; a dog.")
    again = read_document(write("more.xlf", more), None, "en", "fr")
    assert again.segments == ["A man & a dog."]
    assert dict(again.pairs) == {"A cat sleeps.": "Un chat dort."}


@pytest.mark.parametrize(
    ("state", "known"),
    [
        ("", True),
        ('state="final"', True),
        ('state="new"', False),
        ('state="needs-review-translation"', False),
        ('state="translated" state-qualifier="mt-suggestion"', False),
        ('state="translated" state-qualifier="leveraged-mt"', False),
    ],
)
def test_only_what_is_sure_is_a_memory(write, state, known):
    unit = "<trans-unit id='{}'><source>Yes</source>{}</trans-unit>"
    units = unit.format(1, f"<target {state}>Oui</target>") + unit.format(2, "")
    path = write("states.xlf", f"<xliff version='1.2'><file><body>{units}</body></file></xliff>")
    assert read_document(path).pairs == [("Yes", "Oui")] * known


def test_segments_of_version_2():
    path = EXAMPLES / "messages-2.xlf"
    document, written, tally = filled(path)
    assert document.segments == ["One red dog. Two.", "Hello there", "Yes"]
    assert tally == (2, 1, 2)
    root = ElementTree.fromstring(written)
    assert root.get("trgLang") == "fr"
    first, second, _, third, fourth = root.iter(f"{TWO}segment")
    assert first.find(f"{TWO}target/{TWO}pc").text == "RED"
    assert first.find(f"{TWO}target/{TWO}ph").get("dataRef") == "d1"
    assert "".join(second.find(f"{TWO}target").itertext()) == "HELLO THERE"
    assert second.attrib == {
        "id": "s2", "canResegment": "no", "state": "translated",
        "subState": "seq2seq-keras:mt-suggestion",
    }  # fmt: skip
    assert (third.get("state"), third.get("subState")) == (
        "translated", "seq2seq-keras:exact-match",
    )  # fmt: skip
    assert third.findtext(f"{TWO}target") == "Oui"
    assert fourth.find(f"{TWO}target") is None
    # Without the segments that were filled both files are one.
    for element in (root, before := ElementTree.parse(path).getroot()):
        element.attrib.pop("trgLang", None)
        for unit in element.iter(f"{TWO}unit"):
            for segment in unit.findall(f"{TWO}segment"):
                if unit.get("id") in ("u1", "u3"):
                    unit.remove(segment)
    assert ElementTree.canonicalize(ElementTree.tostring(root)) == ElementTree.canonicalize(
        ElementTree.tostring(before)
    )


def test_segments_of_trados():
    document, written, tally = filled(EXAMPLES / "studio.sdlxliff")
    assert document.segments == ["One dog.", "A man.", "Two cats."]
    assert tally == (2, 0, 0)
    part, new = units(written, f"{ONE}trans-unit").values()

    def texts(unit):
        marks = unit.find(f"{ONE}target").iter(f"{ONE}mrk")
        return {mark.get("mid"): "".join(mark.itertext()) for mark in marks}

    assert texts(part) == {"1": "ONE DOG.", "2": "Deux chats."}
    assert part.find(f"{ONE}target/{ONE}g/{ONE}mrk/{ONE}x").get("id") == "9"
    assert texts(new) == {"3": "A MAN.", "4": "Deux chats.", "5": ""}
    told = {
        each.get("id"): dict(each.attrib)
        for each in ElementTree.fromstring(written).iter(f"{SDL}seg")
    }
    by_machine = {"conf": "Draft", "origin": "mt", "origin-system": "seq2seq-keras"}
    assert told == {
        "1": {"id": "1", **by_machine},
        "2": {"id": "2", "conf": "Translated"},
        "3": {"id": "3", **by_machine},
        "4": {"id": "4", **by_machine, "origin": "tm", "percent": "100"},
        "5": {"id": "5", "locked": "true"},
    }
    assert new.find(f".//{SDL}value").text == "b"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<xliff version='1.2'><file source-language='de'><trans-unit id='1'><source>x</source>"
         "</trans-unit></file></xliff>", r"is from de to \?, and the model translates from en"),
        ("<xliff version='1.2'><file><trans-unit id='1'><source>x</source><target>y</target>"
         "</trans-unit></file></xliff>", "no empty translation to fill in; all 1 units"),
        ("<xliff version='1.2'/>", "holds no text"),
        ("<xliff><!ENTITY></xliff>", "XML"),
    ],
)  # fmt: skip
def test_what_has_nothing_to_fill_is_refused(write, content, says):
    with pytest.raises(InputError, match=says) as caught:
        read_document(write("nothing.xlf", content), None, "en", "fr")
    assert "nothing.xlf" in str(caught.value)
