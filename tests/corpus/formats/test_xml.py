import os
import threading
from contextlib import suppress

import pytest

from helpers.translation_files import in_memory
from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats import qt, tmx, xliff
from seq2seq_keras.corpus.formats.xml import elements, root_name
from seq2seq_keras.errors import InputError

READERS = {
    "tmx": (
        tmx.read,
        '<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>{0}</seg></tuv>'
        '<tuv xml:lang="de"><seg>b</seg></tuv></tu></body></tmx>',
    ),
    "xliff": (
        xliff.read,
        '<xliff version="1.2"><file source-language="en" target-language="de"><body>'
        "<trans-unit><source>{0}</source><target>b</target></trans-unit></body></file></xliff>",
    ),
    "TS": (
        qt.read,
        '<TS language="de" sourcelanguage="en"><context><message><source>{0}</source>'
        "<translation>b</translation></message></context></TS>",
    ),
}
each_format = pytest.mark.parametrize("root", READERS)


def rows(root, text, prolog=""):
    read, frame = READERS[root]
    content = f'<?xml version="1.0"?>\n{prolog}\n{frame.format(text)}'
    return list(map(list, read(in_memory(content.encode())).rows()))


def error_of(root, text, prolog=""):
    with pytest.raises(InputError) as caught:
        rows(root, text, prolog)
    message = str(caught.value)
    assert message.startswith("file.x") and "\n" not in message
    return message


@each_format
def test_what_xml_itself_escapes_is_read(root):
    text = "&lt;&gt;&amp;&quot;&apos; &#233;&#x1F600; <![CDATA[<&amp;>]]><!-- no --><?no no?>"
    assert rows(root, text) == [["<>&\"' é😀 <&amp;>", "b"]]


@each_format
@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE {0}>",
        '<!DOCTYPE {0} SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE {0} PUBLIC "-//x//y" "x.dtd">',
        "<!DOCTYPE {0} [<!-- <!ENTITY no 'entity'> --><!ELEMENT {0} ANY>"
        "<!ATTLIST {0} x CDATA 'y'>]>",
        "<!-- before --><?and this?>",
    ],
)
def test_a_doctype_is_passed_over(root, prolog):
    assert rows(root, "a", prolog.format(root)) == [["a", "b"]]


LAUGHS = '<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10)
)


@each_format
@pytest.mark.parametrize(
    ("declaration", "text"),
    [
        ('<!ENTITY a "b">', "a"),
        ('<!ENTITY a "b">', "&a;"),
        (LAUGHS, "&l9;"),
        ('<!ENTITY a "' + "x" * 50_000 + '">', "&a;" * 50_000),
        ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
        ('<!ENTITY a PUBLIC "x" "http://127.0.0.1:9/x">', "&a;"),
        ('<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;', "a"),
        ("<!ENTITY % a \"<!ENTITY b 'c'>\"> %a;", "&b;"),
        ('<!NOTATION n SYSTEM "x"><!ENTITY a SYSTEM "x.gif" NDATA n>', "a"),
    ],
    ids=["unused", "used", "laughs", "quadratic", "file", "net", "parameter", "nested", "unparsed"],
)
def test_a_declared_entity_is_refused(root, declaration, text):
    message = error_of(root, text, f"<!DOCTYPE {root} [{declaration}]>")
    assert "declares the entity" in message and message.endswith("write the characters themselves")


@each_format
def test_laughs_in_an_attribute_of_the_root_are_refused(root):
    content = f"<!DOCTYPE {root} [{LAUGHS}]><{root} version='&l9;'/>"
    with pytest.raises(InputError, match="entity"):
        READERS[root][0](in_memory(content.encode()))


def test_no_file_is_ever_read(tmp_path):
    # Whoever opens the pipe would wake the one that waits for a reader.
    pipe = tmp_path / "secret"
    os.mkfifo(pipe)
    opened = threading.Event()

    def wait_for_a_reader():
        descriptor = os.open(pipe, os.O_WRONLY)
        opened.set()
        os.close(descriptor)

    threading.Thread(target=wait_for_a_reader, daemon=True).start()
    for declaration in (
        f'SYSTEM "file://{pipe}"',
        f'SYSTEM "{pipe}" [<!ENTITY a SYSTEM "file://{pipe}">]',
        f'[<!ENTITY % a SYSTEM "{pipe}"> %a;]',
    ):
        for text in ("a", "&a;"):
            content = f"<!DOCTYPE tmx {declaration}>{READERS['tmx'][1].format(text)}"
            with suppress(InputError):  # where an entity is declared or used
                list(tmx.read(in_memory(content.encode())).rows())
    assert not opened.is_set()
    os.close(os.open(pipe, os.O_RDONLY))
    assert opened.wait(10)


@each_format
@pytest.mark.parametrize("prolog", ["", "<!DOCTYPE {0}>", '<!DOCTYPE {0} SYSTEM "x.dtd">'])
def test_an_unknown_entity_is_refused(root, prolog):
    message = error_of(root, "a&nbsp;b", prolog.format(root))
    assert message.startswith("file.x, line 3: ") and "nbsp" in message


@each_format
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<g>" * 3000 + "a" + "</g>" * 3000, "too deep"),
        ("a" * 11_000_000, "larger than a megabyte"),
        ("<x/>" * 500_000, "larger than a megabyte"),
        ("<x>" + "ab " * 500_000 + "</x>", "larger than a megabyte"),
        ('<x a="' + "a" * 11_000_000 + '"/>', "larger than a megabyte"),
        ("".join(f"<x{number}/>" for number in range(20_000)), "different names"),
        ("<x " + " ".join(f'a{number}="1"' for number in range(20_000)) + "/>", "different names"),
    ],
    ids=["depth", "text", "elements", "words", "attribute", "names", "attributes"],
)
def test_what_is_built_to_fill_the_memory_is_refused(root, text, said):
    assert said in error_of(root, text)


@pytest.mark.parametrize(
    "content",
    ["<r>" + "a" * 11_000_000 + "</r>", "<r><a b='" + "a" * 11_000_000 + "'/>", "<r><a>" * 300],
)
def test_what_is_too_large_outside_of_units_is_refused(content):
    with pytest.raises(InputError, match="nested too deep or too large for a text"):
        list(elements(in_memory(content.encode()), "u"))


@each_format
def test_an_endless_prolog_is_refused(root):
    many = "".join(f"<!ELEMENT x{number} ANY>" for number in range(100_000))
    assert "does not open" in error_of(root, "a", f"<!DOCTYPE {root} [{many}]>")
    with pytest.raises(InputError, match="does not open within a megabyte; take out"):
        READERS[root][0](in_memory(f"<{root} a='{'a' * 2_000_000}'/>".encode()))


def test_more_languages_than_there_can_be_are_refused():
    variants = [f'<tuv xml:lang="en-x-{n}"><seg>a</seg></tuv>' for n in range(1001)]
    file = '<file source-language="en" target-language="de-x-{}"><trans-unit/></file>'
    for reader, content in (
        (tmx.read, f"<tmx><tu>{''.join(variants)}</tu></tmx>"),
        (xliff.read, f"<xliff>{''.join(map(file.format, range(1001)))}</xliff>"),
    ):
        with pytest.raises(InputError, match="names more than 1,000 languages; mend"):
            reader(in_memory(content.encode()))


def test_a_lone_ampersand_is_said_where_it_stands():
    body = READERS["tmx"][1].split("<body>")[1].split("</body>")[0]
    units = [body.format("a")] * 50_000
    units[4] = body.format("AT&T")
    content = "<tmx><body>\n" + "\n".join(units) + "</body></tmx>"
    with pytest.raises(InputError, match=r"^file\.x, line 6: has an & that begins no entity"):
        tmx.read(in_memory(content.encode()))


def test_other_elements_than_units_are_forgotten():
    inner = "<other><x>1</x></other>" * 3
    found = []
    for element in elements(in_memory(f"<r>{inner}<u a='1'/>{inner}<u a='2'/></r>".encode()), "u"):
        found.append(element.get("a"))
        assert len(element.getparent()) <= 2 + 6 * 2  # what one chunk holds at most
    assert found == ["1", "2"]


@each_format
@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a\n<b>", 4, "not well-formed"),
        ("a & b", 3, "write it as &amp;"),
        ("a &lt b", 3, "write it as &amp;"),
        ("a\n\n\x01", 5, "not well-formed"),
        ("&#0;", 3, "not well-formed"),
        ("<x y=1/>", 3, "not well-formed"),
        ("<q:x/>", 3, "not well-formed"),
        ("<!-- <?xml encoding='x'?> -- -->", 3, "not well-formed"),
    ],
)
def test_what_is_malformed_is_said_with_its_line(root, text, line, said):
    message = error_of(root, text)
    assert message.startswith(f"file.x, line {line}: ") and said in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no XML, or empty"),
        (b"  \n ", "is no XML, or empty"),
        (b"Hello.\tHallo.\n", "is no XML, or empty"),
        (b"<tmx>\n<body>\n", "breaks off"),
        (b"<tmx/>\n<tmx/>", "not well-formed"),
        (b"<tmx>\n<a>\xff\xfe</a></tmx>", "not in the encoding"),
        (b'<?xml version="1.0" encoding="x-no-such"?><a/>', "not in the encoding"),
    ],
)
def test_what_is_no_xml_is_said(content, said):
    with pytest.raises(InputError, match=f"^file.x, line [123]: .*{said}.*[;,] "):
        list(elements(in_memory(content), "u"))


def test_a_damaged_archive_is_said():
    def broken():
        raise EOFError

    with pytest.raises(InputError, match="the archive is damaged"):
        list(elements(TextFile("a.gz", "a", broken), "u"))


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("prolog", ["", "<?xml version='1.0'?>\n", "<!DOCTYPE a [<!-- <b> -->]>\n"])
def test_root_name(coding, prolog):
    for root in ("<a>", "<a/>", "<x:a xmlns:x='y'>", "<a\nb='c'>"):
        assert root_name(f"{prolog}<!-- <b> -->{root}".encode(coding)) == "a"


@pytest.mark.parametrize(
    "start",
    [b"", b"<", b"<a", b"a<b>", b"\xff\xfe", b"PK\x03\x04", b"<!-- <a>", b"1 < 2", b"\x00<"],
)
def test_no_root_name(start):
    assert root_name(start) is None
