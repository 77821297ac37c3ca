"""Segments with any tags in them, filled, and read back by xml.etree."""

from collections import Counter
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.documents import read_document

TEXT = st.text(st.sampled_from("ab .,&<你"), max_size=6).map(escape)


@st.composite
def contents(draw, numbers, depth=0):
    """What a source may hold: wrappers, lone codes, and halves that may cross each other."""
    parts = []
    for _ in range(draw(st.integers(0, 6))):
        parts.append(draw(TEXT))
        kind, number = draw(st.sampled_from("gxx1112mp")), next(numbers)
        if kind == "g" and depth < 3:
            parts.append(f'<g id="{number}">{draw(contents(numbers, depth + 1))}</g>')
        elif kind == "m" and depth < 3:
            parts.append(f'<mrk mtype="term" mid="{number}">{draw(TEXT)}</mrk>')
        elif kind in "12":
            name = draw(st.sampled_from(["bpt", "ept"]))
            parts.append(f'<{name} id="{number}" rid="{kind}">&lt;b/&gt;</{name}>')
        elif kind == "p":
            parts.append(f'<mrk mtype="protected" mid="{number}">kept</mrk>')
        else:
            parts.append(f'<x id="{number}"/>')
    return "".join([*parts, draw(TEXT)])


def tags(element):
    """Every tag with its attributes and the one around it, the segment itself aside."""
    return Counter(
        (child.tag, tuple(child.attrib.items()), None if parent is element else parent.get("id"))
        for parent in element.iter()
        for child in parent
    )


def words(element):
    """The text without that of codes."""
    if element.tag in ("bpt", "ept") or element.get("mtype") == "protected":
        return ""
    inner = "".join(words(child) + (child.tail or "") for child in element)
    return (element.text or "") + inner


@settings(max_examples=200)
@given(st.data(), st.text(st.sampled_from("xyz é&<好"), min_size=1).filter(str.strip))
def test_every_tag_is_there_and_the_text_is_the_translation(write, data, translation):
    content = data.draw(contents(iter(range(1000))))
    unit = f"<trans-unit id='1'><source>{content} a</source></trans-unit>"
    path = write("any.xlf", f"<xliff version='1.2'><file><body>{unit}</body></file></xliff>")
    document = read_document(path)
    unit = ElementTree.fromstring(document.encode([translation])).find(".//trans-unit")
    source, target = unit
    assert target.tag == "target"
    assert tags(target) == tags(source)
    assert words(target).strip() == translation.strip()
    # As a corpus reads it, so that a memory made of such files knows it.
    assert document.segments[0].split() == words_as_read(write, content)


def words_as_read(write, content):
    unit = f"<trans-unit id='1'><source>{content} a</source><target>b</target></trans-unit>"
    unit = unit.replace("kept", "")
    return (
        load_corpus(
            write("read.xlf", f"<xliff version='1.2'><file><body>{unit}</body></file></xliff>")
        )
        .sources[0]
        .split()
    )
