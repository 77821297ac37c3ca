"""A tree that knows where its elements stand, against the tree of another reader."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq_keras.corpus.files import text_files
from seq2seq_keras.documents.markup import Edit, Markup, with_attributes
from seq2seq_keras.errors import InputError

NAME = st.sampled_from(["a", "b-1", "é"])
VALUE = st.text(st.sampled_from("x>'/ é\u4f60&amp;"), max_size=5).map(
    lambda text: text.replace("&amp;", "").replace("&", "&#38;")
)
TEXT = st.sampled_from(
    ["", "x", " é\n", "&lt;a&gt;", "<!-- <a> -->", "<![CDATA[<b>]]>", "<?p <a?>", "你", "\r\n"]
)


@st.composite
def elements(draw, depth=0):
    name, space = draw(NAME), draw(st.sampled_from(["", " ", "\n  "]))
    attributes = draw(st.dictionaries(NAME, VALUE, max_size=2))
    told = "".join(f' {space}{key}{space}="{value}"' for key, value in attributes.items())
    if draw(st.booleans()) or depth > 3:
        return f"<{name}{told}{space}/>"
    parts = draw(st.lists(st.one_of(TEXT, elements(depth + 1)), max_size=4))
    return f"<{name}{told}{space}>{''.join(parts)}</{name}{space}>"


def same(ours, theirs, markup):
    assert (ours.name, ours.attributes) == (theirs.tag, theirs.attrib)
    assert ours.text == "".join(theirs.itertext())
    again = ElementTree.fromstring(markup.between(ours.start, ours.end))
    again.tail = theirs.tail
    assert ElementTree.tostring(again) == ElementTree.tostring(theirs)
    written = markup.opening(ours) + markup.inside(ours) + markup.closing(ours)
    assert written == markup.between(ours.start, ours.end)
    inner = [part for part in ours.content if not isinstance(part, str)]
    for child, other in zip(inner, theirs, strict=True):
        assert child.parent is ours
        same(child, other, markup)


@given(elements(), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_every_element_is_found_in_its_place(write, element, encoding):
    declaration = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?><!-- é -->\n"
    path = write("tree.xml", (declaration + element).encode(encoding))
    markup = Markup(text_files(path)[0], ["unit"])
    same(markup.root, ElementTree.fromstring(path.read_bytes()), markup)


def test_a_part_is_written_with_edits(write):
    path = write("edits.xml", "<a><b>é</b> <c/></a>")
    markup = Markup(text_files(path)[0], [])
    b, c = list(markup.root.elements())[1:]
    edits = [Edit(c.start, c.end, "<d/>"), Edit(b.inner, b.inner_end, "ü")]
    root = markup.root
    assert markup.edited(root.start, root.end, edits) == "<a><b>ü</b> <d/></a>"
    assert markup.indentation(c) == " "


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("<t>", '<t s="&quot;1&quot;">'),
        ("<t s='0' />", "<t s='&quot;1&quot;'>"),
        ("<t xs='0'\n s = \"2\" z='3'>", "<t xs='0'\n s = \"&quot;1&quot;\" z='3'>"),
    ],
)
def test_an_attribute_is_written_in_its_place(tag, expected):
    assert with_attributes(tag, {"s": '"1"'}) == expected


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "entit"),
        (b"<!DOCTYPE a SYSTEM 'none.dtd'><a>&b;</a>", "entit"),
        (b"<a><b></a>", "line 1"),
        (b"<?xml version='1.0' encoding='utf-8'?><a>\xe9</a>", "encoding"),
        (b"<?xml version='1.0' encoding='x-none'?><a/>", "encoding"),
        (b"", "no XML"),
    ],
)
def test_what_is_not_safe_or_no_xml_is_refused(write, content, says):
    path = write("wrong.xml", content)
    with pytest.raises(InputError, match=says) as caught:
        Markup(text_files(path)[0], [])
    assert str(path) in str(caught.value)


def test_nothing_is_fetched(write, tmp_path: Path):
    secret = tmp_path / "secret.dtd"
    secret.write_text("<!ELEMENT a ANY><!ATTLIST a told CDATA 'secret'>")
    path = write("doctype.xml", f"<!DOCTYPE a SYSTEM '{secret.as_uri()}'><a/>")
    assert Markup(text_files(path)[0], []).root.attributes == {}
    path = write("default.xml", "<!DOCTYPE a [<!ATTLIST a told CDATA 'default'>]><a/>")
    assert Markup(text_files(path)[0], []).root.attributes == {}  # it does not stand there
