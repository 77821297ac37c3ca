import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from helpers.translation_files import in_memory, memory_growth, read_every_prefix, xml_text
from seq2seq_keras.corpus.formats import reader_of
from seq2seq_keras.corpus.formats.xliff import read
from seq2seq_keras.errors import InputError

V1 = """<?xml version="1.0" encoding="UTF-8"?>
<!-- written for this test -->
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:o="urn:other">
<file original="a.txt" source-language="en-us" target-language="de" datatype="plaintext">
<header><note>A note</note></header>
<body>
<trans-unit id="1"><source>Hello</source><target state="translated">Hallo</target>
  <note>what it is</note>
  <alt-trans><source>Hello there</source><target>Hallo da</target></alt-trans></trans-unit>
<group id="g"><group>
  <trans-unit id="2"><source>Open</source><seg-source><mrk mtype="seg">Open</mrk></seg-source>
  </trans-unit></group></group>
<bin-unit id="3" mime-type="image/png"><bin-source/></bin-unit>
<trans-unit id="4"><source>Close</source><target/><o:target>foreign</o:target></trans-unit>
</body></file></xliff>
"""
V2 = """<?xml version="1.0" encoding="UTF-8"?>
<!-- written for this test -->
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="fr"
  xmlns:mtc="urn:oasis:names:tc:xliff:matches:2.0">
<file id="f1"><notes><note>A note</note></notes><group id="g"><unit id="u1">
  <mtc:matches><mtc:match ref="#s1"><source>Hi</source><target>Salut</target></mtc:match>
  </mtc:matches>
  <originalData><data id="d1">&lt;br/&gt;</data><data id="d2">&lt;b&gt;</data></originalData>
  <segment id="s1"><source>Hello.</source><target>Bonjour.</target></segment>
  <ignorable><source> </source></ignorable>
  <segment id="s2" state="translated"><source>How<ph id="1" dataRef="d1"/>are y<ph id="2"
    dataRef="d2"/>ou?</source><target>Ça va ?</target></segment>
  <segment id="s3"><source>Not yet</source></segment>
</unit></group></file></xliff>
"""


def first_version(units, attributes='source-language="en" target-language="de"'):
    return in_memory(
        f'<xliff version="1.2"><file {attributes}><body>{units}</body></file></xliff>'.encode()
    )


def second_version(units, attributes='srcLang="en" trgLang="de"'):
    return in_memory(
        f'<xliff version="2.1" {attributes}><file id="f">{units}</file></xliff>'.encode()
    )


def test_version_1():
    records = read(in_memory(V1.encode()))
    assert (records.form, records.columns) == ("XLIFF 1.2", ["en-US", "de"])
    assert (records.source, records.target) == (0, 1)
    for _ in range(2):
        assert list(records.rows()) == [["Hello", "Hallo"], ["Open", ""], ["Close", ""]]
    assert records.skipped == {}


def test_version_2():
    records = read(in_memory(V2.encode()))
    assert (records.form, records.columns) == ("XLIFF 2.0", ["en", "fr"])
    assert (records.source, records.target) == (0, 1)
    assert list(records.rows()) == [
        ["Hello.", "Bonjour."],
        ["How are you?", "Ça va ?"],
        ["Not yet", ""],
    ]


def test_files_with_several_target_languages():
    def file(target, text):
        return (
            f'<file source-language="en" target-language="{target}"><body><trans-unit>'
            f"<source>Yes</source><target>{text}</target></trans-unit></body></file>"
        )

    content = f'<xliff version="1.1">{file("fr", "Oui")}{file("de_AT", "Ja")}</xliff>'
    records = read(in_memory(content.encode()))
    assert (records.form, records.columns) == ("XLIFF 1.1", ["en", "fr", "de-AT"])
    assert (records.source, records.target) == (0, None)
    assert list(records.rows()) == [["Yes", "Oui", ""], ["Yes", "", "Ja"]]


def test_files_of_both_directions_have_no_one_source():
    content = "<xliff>" + "".join(
        f'<file source-language="{source}" target-language="{target}"><body><trans-unit>'
        f"<source>{source}!</source><target>{target}!</target></trans-unit></body></file>"
        for source, target in (("en", "de"), ("de", "en"))
    )
    records = read(in_memory(f"{content}</xliff>".encode()))
    assert (records.form, records.columns) == ("XLIFF", ["en", "de"])
    assert (records.source, records.target) == (None, None)
    assert list(records.rows()) == [["en!", "de!"], ["en!", "de!"]]


@pytest.mark.parametrize(
    ("attributes", "target", "columns"),
    [
        ("", "<target>b</target>", ["source", "target"]),
        ('source-language="en"', "<target>b</target>", ["en", "target"]),
        ('source-language="en"', '<target xml:lang="DE">b</target>', ["en", "de"]),
        ('source-language="en" target-language="EN"', "<target>b</target>", ["en", "target"]),
    ],
)
def test_languages_that_are_not_named(attributes, target, columns):
    unit = f"<trans-unit><source>a</source>{target}</trans-unit>"
    records = read(first_version(unit, attributes))
    assert records.columns == columns
    assert list(records.rows()) == [["a", "b"]]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<g id="1">Hel<g id="2">l</g></g>o', "Hello"),
        ('Hel<x id="1"/>lo', "Hello"),
        ('Hello<x id="1" ctype="lb"/>you', "Hello you"),
        ('Hello<x id="LINE_BREAK" equiv-text="&lt;br /&gt;"/>you', "Hello you"),
        ('Hello <x id="INTERPOLATION" equiv-text="{{{{name}}}}"/> you', "Hello you"),
        ('<bx id="1"/>Hello<ex id="2"/>', "Hello"),
        ('H<bpt id="1">&lt;b></bpt>ello<ept id="1">&lt;/b></ept>', "Hello"),
        ('Hello<it id="1" pos="open">&lt;p></it>you', "Hello you"),
        ('Hello<ph id="1">&lt;img alt="<sub>a picture</sub>"/></ph> you', "Hello you"),
        ('<mrk mtype="seg" mid="1">One.</mrk> <mrk mtype="seg" mid="2">Two.</mrk>', "One. Two."),
        ('Hello <mrk mtype="x-sdl-deleted">old </mrk><mrk mtype="x-sdl-added">new</mrk>',
         "Hello new"),
    ],
)  # fmt: skip
def test_elements_within_version_1(source, text):
    unit = f"<trans-unit><source>{source}</source><target>{source}</target></trans-unit>"
    assert list(read(first_version(unit)).rows()) == [[text, text]]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<pc id="1">Hel<pc id="2">l</pc></pc>o', "Hello"),
        ('Hel<ph id="1"/>lo', "Hello"),
        ('Hello<ph id="1" type="fmt" subType="xlf:lb"/>you', "Hello you"),
        ('Hello <ph id="1" equiv="name"/> you', "Hello you"),
        ('Hello<ph id="1" disp="&lt;br>"/>you', "Hello you"),
        ('<sc id="1"/>Hello<ec startRef="1"/>', "Hello"),
        ('<sm id="m1" type="comment"/>Hello<em startRef="m1"/>', "Hello"),
        ('He<cp hex="001b"/>llo', "Hello"),
        ('<mrk id="m2" type="term">Hel</mrk>lo', "Hello"),
    ],
)
def test_elements_within_version_2(source, text):
    segment = f"<segment><source>{source}</source><target>{source}</target></segment>"
    records = read(second_version(f'<unit id="1">{segment}</unit>'))
    assert records.form == "XLIFF 2.1"
    assert list(records.rows()) == [[text, text]]


@pytest.mark.parametrize(
    ("state", "target", "expected"),
    [
        ("new", "Save", ""),
        ("needs-translation", "Save", ""),
        ("initial", "Save", ""),
        ("translated", "Save", "Save"),
        ("final", "Save", "Save"),
        ("new", "Sichern", "Sichern"),
        ("needs-translation", "Sichern", "Sichern"),
    ],
)
def test_a_copy_of_the_source_is_no_translation(state, target, expected):
    texts = f"<source>Save</source><target state='{state}'>{target}</target>"
    assert list(read(first_version(f"<trans-unit>{texts}</trans-unit>")).rows()) == [
        ["Save", expected]
    ]
    texts = f"<source>Save</source><target>{target}</target>"
    segment = f"<unit><segment state='{state}'>{texts}</segment></unit>"
    assert list(read(second_version(segment)).rows()) == [["Save", expected]]


def test_a_copy_without_a_state_is_taken():
    unit = "<trans-unit><source>OK</source><target>OK</target></trans-unit>"
    assert list(read(first_version(unit)).rows()) == [["OK", "OK"]]


def test_what_is_not_to_be_translated_is_counted():
    unit = "<source>a</source><target>b</target>"
    records = read(
        first_version(
            f'<trans-unit translate="no">{unit}</trans-unit>'
            f'<group translate="no"><trans-unit>{unit}</trans-unit>'
            f'<trans-unit translate="yes">{unit}</trans-unit></group>'
        )
    )
    for _ in range(2):
        assert list(records.rows()) == [["a", "b"]]
        assert records.skipped == {"translate=no": 2}


def test_a_file_without_units_is_refused():
    with pytest.raises(InputError, match=r"^file\.x: holds no trans-unit and no unit; export"):
        read(first_version(""))


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "iso-8859-1"])
def test_codings_that_the_file_declares(coding):
    content = V2.replace("UTF-8", coding).encode(coding)
    assert reader_of(in_memory(content, "a.xml")) is read
    assert list(read(in_memory(content)).rows())[1] == ["How are you?", "Ça va ?"]


def test_a_file_broken_off_anywhere_ends_in_one_line():
    assert read_every_prefix(read, V1.encode()) == 1  # the line feed at the end may be missing
    assert read_every_prefix(read, V2.encode()) == 1


@pytest.mark.parametrize("version", [1, 2])
@given(pairs=st.lists(st.tuples(xml_text, xml_text), min_size=1, max_size=5))
def test_what_lxml_writes_is_read_back(version, pairs):
    space = f"urn:oasis:names:tc:xliff:document:{version}.0"
    names = {1: ("source-language", "target-language"), 2: ("srcLang", "trgLang")}[version]
    languages = dict(zip(names, ("en", "he"), strict=True))
    root = etree.Element(
        f"{{{space}}}xliff", languages if version == 2 else {}, nsmap={None: space}
    )
    parent = etree.SubElement(root, f"{{{space}}}file", languages if version == 1 else {})
    for pair in pairs:
        unit = etree.SubElement(parent, f"{{{space}}}{'unit' if version == 2 else 'trans-unit'}")
        holder = etree.SubElement(unit, f"{{{space}}}segment") if version == 2 else unit
        for name, text in zip(("source", "target"), pair, strict=True):
            etree.SubElement(holder, f"{{{space}}}{name}").text = text
    for coding in ("utf-8", "utf-16"):
        content = etree.tostring(root, encoding=coding, xml_declaration=True)
        rows = [tuple(row) for row in read(in_memory(content)).rows()]
        assert rows == pairs
        other = ElementTree.fromstring(content)
        for side, name in enumerate(("source", "target")):
            texts = [element.text or "" for element in other.iter(f"{{{space}}}{name}")]
            assert [row[side] for row in rows] == texts


@pytest.mark.slow
def test_memory_stays_flat(tmp_path):
    def written(name, count):
        path = tmp_path / name
        with path.open("w", encoding="utf-8") as file:
            file.write(
                '<xliff version="1.2"><file source-language="en" target-language="de"><body>'
            )
            for number in range(count):
                file.write(
                    f"<trans-unit id='{number}'><source>This is <g id='1'>sentence</g> {number}."
                    f"</source><target>Das ist Satz {number}.</target></trans-unit>\n"
                )
            file.write("</body></file></xliff>")
        return path

    rows, growth = memory_growth("xliff", written("small.xlf", 1000), written("large.xlf", 200_000))
    assert rows == 200_000
    assert growth < 20, growth
