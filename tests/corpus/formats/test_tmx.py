import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from helpers.translation_files import in_memory, memory_growth, read_every_prefix, xml_text
from seq2seq_keras.corpus.formats import reader_of
from seq2seq_keras.corpus.formats.tmx import read
from seq2seq_keras.errors import InputError

MEMORY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<!-- written for this test -->
<tmx version="1.4">
  <header creationtool="hand" creationtoolversion="1" segtype="sentence" o-tmf="none"
          adminlang="en" srclang="EN" datatype="plaintext">
    <note>A header may hold notes.</note><prop type="x">and properties</prop>
  </header>
  <body>
    <tu tuid="1"><note>of the unit</note><prop type="domain">greeting</prop>
      <tuv xml:lang="en"><prop type="y">z</prop><seg>Hello &amp; welcome!</seg></tuv>
      <tuv xml:lang="de"><seg>Hallo &amp; willkommen&#33;</seg></tuv>
    </tu>
    <tu>
      <tuv xml:lang="en"><seg>Good <![CDATA[<morning>]]>.</seg></tuv>
      <tuv xml:lang="DE"><seg>Guten <!-- a comment -->Morgen.</seg></tuv>
      <tuv xml:lang="de"><seg>Moin.</seg></tuv>
    </tu>
  </body>
</tmx>
"""


def memory(body, header='<header srclang="en"/>', version="1.4"):
    return in_memory(f'<tmx version="{version}">{header}<body>{body}</body></tmx>'.encode())


def unit(*variants):
    inner = "".join(f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>' for code, text in variants)
    return f"<tu>{inner}</tu>"


def test_a_memory_of_two_languages():
    records = read(in_memory(MEMORY.encode()))
    assert (records.form, records.columns) == ("TMX 1.4", ["en", "de"])
    assert (records.source, records.target) == (0, 1)
    expected = [
        ["Hello & welcome!", "Hallo & willkommen!"],
        ["Good <morning>.", "Guten Morgen."],
    ]
    for _ in range(2):  # anew at every call, and counted anew
        assert list(records.rows()) == expected
        assert records.skipped == {"second variant": 1}


def test_several_languages_are_a_column_each():
    records = read(
        memory(
            unit(("en-us", "Yes"), ("fr", "Oui"))
            + unit(("EN-US", "No"), ("zh_hant_tw", "否"), ("fr", "Non"))
            + unit(("fr", "Peut-être"))
        )
    )
    assert records.columns == ["en-US", "fr", "zh-Hant-TW"]
    assert (records.source, records.target) == (0, None)  # srclang en means the only English
    assert list(records.rows()) == [["Yes", "Oui", ""], ["No", "Non", "否"], ["", "Peut-être", ""]]


@pytest.mark.parametrize(
    ("srclang", "sides"),
    [("*all*", (None, None)), ("", (None, None)), ("de-AT", (1, 0)), ("fr", (None, None))],
)
def test_the_header_names_the_source(srclang, sides):
    records = read(memory(unit(("en", "a"), ("de", "b")), f'<header srclang="{srclang}"/>'))
    assert (records.source, records.target) == sides


def test_a_source_that_may_be_either_of_two_regions_is_none():
    records = read(memory(unit(("en-GB", "colour"), ("en-US", "color"))))
    assert (records.columns, records.source) == (["en-GB", "en-US"], None)


def test_old_versions_name_languages_by_lang():
    body = '<tu><tuv lang="EN"><seg>a</seg></tuv><tuv lang="FR"><seg>b</seg></tuv></tu>'
    records = read(memory(body, version="1.1"))
    assert (records.form, records.columns) == ("TMX 1.1", ["en", "fr"])
    assert list(records.rows()) == [["a", "b"]]


def test_namespaces_are_of_no_account():
    content = (
        '<t:tmx xmlns:t="http://www.lisa.org/tmx14" version="1.4"><t:header srclang="en"/><t:body>'
        '<t:tu><t:tuv xml:lang="en"><t:seg>a<t:ph>{}</t:ph></t:seg></t:tuv>'
        '<t:tuv xml:lang="de"><t:seg>b</t:seg></t:tuv></t:tu></t:body></t:tmx>'
    )
    assert list(read(in_memory(content.encode())).rows()) == [["a", "b"]]
    assert reader_of(in_memory(content.encode(), "a.xml")) is read


def test_a_variant_without_language_is_counted():
    records = read(
        memory(
            unit(("en", "a"), ("de", "b"), ("", "c")) + "<tu><tuv xml:lang='en'></tuv></tu><tu/>"
        )
    )
    assert list(records.rows()) == [["a", "b"], ["", ""], ["", ""]]
    assert records.skipped == {"no language": 1}


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        ("un<bpt i='1'>&lt;b&gt;</bpt>believ<ept i='1'>&lt;/b&gt;</ept>able", "unbelievable"),
        ("Press <bpt i='1'>{\\b </bpt>F1<ept i='1'>}</ept>.", "Press F1."),
        ("Press <ph/> now", "Press now"),
        ("<ph>1</ph> Press <ut>x</ut><it pos='begin'>y</it> now <ph>2</ph>", " Press now "),
        ("one<ph>&lt;br/&gt;</ph>two", "one two"),
        ("one<ph type='lb'/>two", "one two"),
        ("one <ph type='lb'/>two", "one two"),
        ("one<it pos='end'>\\par </it><bpt i='1'>\\b</bpt>two", "one two"),
        ("one<ph> </ph>two<ph>\t</ph>", "one two"),
        ("<ph type='lb'/>one", "one"),
        (
            "a <hi type='x'>marked <hi>and <ph>x</ph>nested</hi></hi> word",
            "a marked and nested word",
        ),
        ("see<ph>&lt;a title='<sub>a title</sub>'&gt;</ph> here", "see here"),
        ("a<unknown>b</unknown>c", "abc"),
        ("  as  it\n stands ", "  as  it\n stands "),
        ("", ""),
        ("<ph>only</ph>", ""),
    ],
)
def test_codes_leave_whole_words(segment, text):
    records = read(memory(unit(("en", segment), ("de", "x"))))
    assert list(records.rows()) == [[text, "x"]]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "no text with a language"),
        (unit(("en", "a"), ("EN", "b")), "text in en only"),
        ("<tu><tuv><seg>a</seg></tuv></tu>", "no text with a language"),
    ],
)
def test_a_memory_of_less_than_two_languages_is_refused(body, message):
    with pytest.raises(InputError, match=f"^file.x: holds {message}; a corpus needs"):
        read(memory(body))


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_codings_that_the_file_declares(coding):
    declared = coding.removesuffix("-sig")
    content = MEMORY.replace("UTF-8", declared).replace("Moin.", "Grüß").replace("Guten", "Schön")
    content = content.encode(coding)
    assert reader_of(in_memory(content, "a.xml")) is read
    assert list(read(in_memory(content)).rows())[1] == ["Good <morning>.", "Schön Morgen."]


def test_a_file_broken_off_anywhere_ends_in_one_line():
    content = MEMORY.encode()
    assert read_every_prefix(read, content) == 1  # the line feed at the end may be missing
    assert read_every_prefix(read, MEMORY.replace("UTF-8", "UTF-16").encode("utf-16-le")) == 1


@pytest.mark.parametrize(
    ("name", "recognised"),
    [("tmx", True), ("x:tmx", True), ("tmxx", False), ("xliff", False), ("TS", False)],
)
def test_recognises(name, recognised):
    content = f"<?xml version='1.0'?>\n<!-- <tmx> -->\n<{name} a='b'>".encode()
    assert (reader_of(in_memory(content, "a.xml")) is read) is recognised


def test_plain_text_is_not_recognised():
    assert reader_of(in_memory(b"Hello.\tHallo.\n", "a.xml")) is None
    assert reader_of(in_memory(b"", "a.xml")) is None


@given(st.lists(st.tuples(xml_text, xml_text), min_size=1, max_size=5))
def test_what_lxml_writes_is_read_back(pairs):
    root = etree.Element("tmx", version="1.4")
    etree.SubElement(root, "header", srclang="en")
    body = etree.SubElement(root, "body")
    for pair in pairs:
        element = etree.SubElement(body, "tu")
        for language, text in zip(("en", "he"), pair, strict=True):
            variant = etree.SubElement(element, "tuv")
            variant.set("{http://www.w3.org/XML/1998/namespace}lang", language)
            etree.SubElement(variant, "seg").text = text
    for coding in ("utf-8", "utf-16", "ascii"):
        content = etree.tostring(root, encoding=coding, xml_declaration=True)
        rows = [tuple(row) for row in read(in_memory(content)).rows()]
        assert rows == pairs
        other = ElementTree.fromstring(content)
        assert rows == [
            tuple(segment.text or "" for segment in element.iter("seg"))
            for element in other.iter("tu")
        ]


@pytest.mark.slow
def test_memory_stays_flat(tmp_path):
    def written(name, count):
        path = tmp_path / name
        with path.open("w", encoding="utf-8") as file:
            file.write('<tmx version="1.4"><header srclang="en"/><body>\n')
            for number in range(count):
                english = f"This is sentence number <bpt i='1'>b</bpt>{number}<ept i='1'/>."
                file.write(unit(("en", english), ("de", f"Das ist Satz Nummer {number}.")) + "\n")
            file.write("</body></tmx>")
        return path

    rows, growth = memory_growth("tmx", written("small.tmx", 1000), written("large.tmx", 200_000))
    assert rows == 200_000
    assert growth < 20, growth
