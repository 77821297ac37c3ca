import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from helpers.translation_files import in_memory, memory_growth, read_every_prefix, xml_text
from seq2seq_keras.corpus.formats import reader_of
from seq2seq_keras.corpus.formats.qt import read
from seq2seq_keras.errors import InputError

FILE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<!-- written for this test -->
<TS version="2.1" language="de_AT" sourcelanguage="en">
<context>
    <name>MainWindow</name>
    <message>
        <location filename="a.cpp" line="1"/>
        <source>&amp;Open &quot;it&quot;</source>
        <oldsource>Open</oldsource>
        <comment>in the menu</comment>
        <extracomment>more</extracomment>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message><source>Close</source><translation type="unfinished"></translation></message>
    <message><source>Save</source><translation type="unfinished">Sichern</translation></message>
    <message><source>Old</source><translation type="obsolete">Alt</translation></message>
    <message><source>Gone</source><translation type="vanished">Weg</translation></message>
    <message numerus="yes"><source>%n file(s)</source><translation>
        <numerusform>%n Datei</numerusform><numerusform>%n Dateien</numerusform></translation>
    </message>
</context>
<context><name>Other</name>
    <message><source>Bell<byte value="x7"/> and <byte value="27"/>escape</source>
        <translation>Glocke<byte value="x07"/></translation></message>
    <message><source>Preferences</source><translation variants="yes">
        <lengthvariant>Einstellungen</lengthvariant><lengthvariant>Einst.</lengthvariant>
    </translation></message>
    <message><source>No translation</source></message>
</context>
</TS>
"""


def messages(inner, attributes='language="de" sourcelanguage="en"'):
    return in_memory(f"<TS {attributes}><context>{inner}</context></TS>".encode())


def test_every_kind_of_message():
    records = read(in_memory(FILE.encode()))
    assert (records.form, records.columns) == ("Qt TS 2.1", ["en", "de-AT"])
    assert (records.source, records.target) == (0, 1)
    for _ in range(2):
        assert list(records.rows()) == [
            ('&Open "it"', "Ö&ffnen"),
            ("Close", ""),
            ("Save", "Sichern"),
            ("%n file(s)", "%n Dateien"),
            ("Bell\a and \x1bescape", "Glocke\a"),
            ("Preferences", "Einstellungen"),
            ("No translation", ""),
        ]
        assert records.skipped == {"obsolete message": 1, "vanished message": 1}


@pytest.mark.parametrize(
    ("forms", "text"),
    [
        (["%n 个文件"], "%n 个文件"),
        (["%n plik", "%n pliki", "%n plików"], "%n plików"),
        (["%n Datei", ""], "%n Datei"),
        (["", " "], ""),
        (["<lengthvariant>lang</lengthvariant><lengthvariant>l</lengthvariant>"], "lang"),
    ],
)
def test_of_forms_by_number_the_last_is_taken(forms, text):
    inner = "".join(f"<numerusform>{form}</numerusform>" for form in forms)
    message = (
        f"<message numerus='yes'><source>a</source><translation>{inner}</translation></message>"
    )
    assert list(read(messages(message)).rows()) == [("a", text)]


@pytest.mark.parametrize(
    ("attributes", "columns"),
    [
        ("", ["source", "translation"]),
        ('language="fr"', ["source", "fr"]),
        ('sourcelanguage="en_GB" language="zh_CN"', ["en-GB", "zh-CN"]),
        ('sourcelanguage="en" language="en"', ["en", "translation"]),
    ],
)
def test_languages_name_the_columns(attributes, columns):
    assert read(messages("<message><source>a</source></message>", attributes)).columns == columns


def test_messages_by_identifier_may_lack_the_source():
    message = '<message id="x"><translation>b</translation></message>'
    assert list(read(messages(message)).rows()) == [("", "b")]


@pytest.mark.parametrize("value", ["", "x", "seven", "xzz", "x110000", "-1", "9" * 30])
def test_a_byte_that_is_none_is_refused(value):
    message = f'\n<message><source>a<byte value="{value}"/></source></message>'
    with pytest.raises(InputError, match=r"^file\.x, line 2: <byte value=.* is no character;"):
        list(read(messages(message)).rows())


def test_a_file_without_messages_is_refused():
    with pytest.raises(InputError, match=r"^file\.x: holds no message; fill it"):
        read(messages(""))


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "iso-8859-1"])
def test_codings_that_the_file_declares(coding):
    content = FILE.replace("utf-8", coding).encode(coding)
    assert reader_of(in_memory(content, "a.xml")) is read
    assert next(read(in_memory(content)).rows()) == ('&Open "it"', "Ö&ffnen")


def test_a_file_broken_off_anywhere_ends_in_one_line():
    assert read_every_prefix(read, FILE.encode()) == 1  # the line feed at the end may be missing


def test_other_files_named_ts_are_not_recognised():
    assert reader_of(in_memory(b"import { a } from './b';\nconst x = 1 < 2;\n", "a.ts")) is None
    assert reader_of(in_memory(b"G@\x00\x10\x00\x00", "a.ts")) is None


@given(st.lists(st.tuples(xml_text, xml_text), min_size=1, max_size=5))
def test_what_lxml_writes_is_read_back(pairs):
    root = etree.Element("TS", language="he", sourcelanguage="en")
    context = etree.SubElement(root, "context")
    for source, translation in pairs:
        message = etree.SubElement(context, "message")
        etree.SubElement(message, "source").text = source
        etree.SubElement(message, "translation").text = translation
    content = etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE TS>")
    rows = list(read(in_memory(content)).rows())
    assert rows == pairs
    other = ElementTree.fromstring(content).iter("message")
    assert rows == [(element[0].text or "", element[1].text or "") for element in other]


@pytest.mark.slow
def test_memory_stays_flat(tmp_path):
    def written(name, count):
        path = tmp_path / name
        with path.open("w", encoding="utf-8") as file:
            file.write('<!DOCTYPE TS><TS language="de"><context>')
            for number in range(count):
                file.write(
                    f"<message><source>This is sentence {number}.</source>"
                    f"<translation>Das ist Satz {number}.</translation></message>\n"
                )
            file.write("</context></TS>")
        return path

    rows, growth = memory_growth("qt", written("small.ts", 1000), written("large.ts", 200_000))
    assert rows == 200_000
    assert growth < 20, growth
