import gettext as standard_library
import io
import shutil
import struct
import subprocess

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.translation_files import in_memory, memory_growth, read_every_prefix
from seq2seq_keras.corpus.formats.gettext import read
from seq2seq_keras.errors import InputError

HEADER = r"""# written for this test
msgid ""
msgstr ""
"Project-Id-Version: test\n"
"Language: de_AT\n"
"X-Source-Language: en\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""
CATALOGUE = (
    HEADER
    + r"""
#  a translator's comment
#. an extracted one
#: a.c:12 b.c
#, c-format
msgid "Open \"%s\""
msgstr "Öffne „%s“"

msgctxt "menu"
msgid "Close"
msgstr "Schließen"

msgid ""
"One line, "
"and the\nnext\t\\"
msgstr ""
"Eine Zeile, "
"und die\n"
"nächste\t\\"

#, fuzzy, c-format
#| msgctxt "old"
#| msgid "Seve"
msgid "Save"
msgstr "Retten"

msgid "%d file"
msgid_plural "%d files"
msgstr[0] "%d Datei"
msgstr[1] "%d Dateien"

msgid "Not yet"
msgstr ""

#, fuzzy
msgid "%d day"
msgid_plural "%d days"
msgstr[0] "%d Tag"
msgstr[1] ""
#~ msgid "Old"
#~ msgstr "Alt"

#~| msgid "Older yet"
#~ msgctxt "x"
#~ msgid "Older"
#~ msgstr ""
#~ "Älter"
"""
)
ROWS = [
    ('Open "%s"', "Öffne „%s“"),
    ("Close", "Schließen"),
    ("One line, and the\nnext\t\\", "Eine Zeile, und die\nnächste\t\\"),
    ("%d file", "%d Datei"),
    ("%d files", "%d Dateien"),
    ("Not yet", ""),
]
any_text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\4"), min_size=1)


def mo(pairs, order="<", header="Content-Type: text/plain; charset=UTF-8\nLanguage: he\n"):
    """Writes a catalogue from the description of the format in the manual of gettext."""
    strings = sorted(
        [(b"", header.encode()), *((a.encode(), b.encode()) for a, b in dict(pairs).items())]
    )
    count = len(strings)
    data, tables = b"", ([], [])
    for entry in strings:
        for table, text in zip(tables, entry, strict=True):
            table += [len(text), 28 + 16 * count + len(data)]
            data += text + b"\0"
    head = struct.pack(f"{order}7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count)
    return head + struct.pack(f"{order}{4 * count}I", *tables[0], *tables[1]) + data


def test_po():
    content = CATALOGUE.encode()
    records = read(in_memory(content))
    assert (records.form, records.columns) == ("PO", ["en", "de-AT"])
    assert (records.source, records.target) == (0, 1)
    for _ in range(2):
        assert list(records.rows()) == ROWS
        assert records.skipped == {"fuzzy entry": 2, "obsolete entry": 2}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_ends_of_lines_and_mark(end, mark):
    content = mark + CATALOGUE.replace("\n", end).encode()
    assert list(read(in_memory(content)).rows()) == ROWS


@pytest.mark.parametrize("charset", ["ISO-8859-1", "windows-1252", "latin1"])
def test_the_header_names_the_charset(charset):
    text = CATALOGUE.replace("UTF-8", charset).replace("„", "»").replace("“", "«")
    rows = list(read(in_memory(text.encode(charset))).rows())
    assert rows[:2] == [('Open "%s"', "Öffne »%s«"), ("Close", "Schließen")]


@pytest.mark.parametrize(
    ("charset", "text"), [("Shift_JIS", "表示 ソ"), ("GB18030", "显示 ñ"), ("Big5", "功能 許蓋")]
)
def test_charsets_with_a_backslash_as_second_byte(charset, text):
    content = HEADER.replace("UTF-8", charset) + f'msgid "Show"\nmsgstr "{text}"\n'
    assert list(read(in_memory(content.encode(charset))).rows()) == [("Show", text)]


def test_without_header_the_fields_name_the_columns():
    content = 'msgid "Yes"\nmsgstr "Já"\n'
    records = read(in_memory(content.encode()))
    assert records.columns == ["msgid", "msgstr"]
    assert list(records.rows()) == [("Yes", "Já")]


def test_a_template_has_no_translations():
    header = (
        'msgid ""\nmsgstr ""\n"Language: \\n"\n"Content-Type: text/plain; charset=CHARSET\\n"\n'
    )
    records = read(in_memory(f'#, fuzzy\n{header}\nmsgid "Yes"\nmsgstr ""\n'.encode()))
    assert (records.columns, list(records.rows())) == (["msgid", "msgstr"], [("Yes", "")])
    assert records.skipped == {}


def test_a_language_translated_into_itself():
    content = 'msgid ""\nmsgstr "Language: en\\nX-Source-Language: EN\\n"\nmsgid "a"\nmsgstr "b"\n'
    records = read(in_memory(content.encode()))
    assert (records.columns, list(records.rows())) == (["en", "msgstr"], [("a", "b")])


@pytest.mark.parametrize("forms", [1, 3, 6])
def test_plural_forms(forms):
    texts = [f"form {form}" for form in range(forms)]
    lines = "".join(f'msgstr[{form}] "{text}"\n' for form, text in enumerate(texts))
    content = f'{HEADER}\nmsgid "one"\nmsgid_plural "many"\n{lines}'
    expected = [("one", texts[0]), ("many", texts[-1])]
    assert list(read(in_memory(content.encode())).rows()) == expected
    plural = mo([("context\4one\0many", "\0".join(texts))])
    assert list(read(in_memory(plural)).rows()) == expected


def test_entries_need_no_blank_lines_between_them():
    content = HEADER + "".join(
        f'{"#, fuzzy" if number % 3 == 0 else "# comment"}\nmsgid "{number}"\nmsgstr "x{number}"\n'
        for number in range(2000)
    )
    records = read(in_memory(content.encode()))
    assert list(records.rows()) == [(f"{n}", f"x{n}") for n in range(2000) if n % 3]
    assert records.skipped == {"fuzzy entry": 667}


def test_no_file_is_read_whose_name_the_content_is(tmp_path):
    other = tmp_path / "other.po"
    other.write_text('msgid "secret"\nmsgstr "secret"\n')
    with pytest.raises(InputError, match="is no line of a PO file"):
        read(in_memory(str(other).encode()))


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ('msgid "a"\nmsgstr "b\n', 10, "is no line of a PO file"),
        ('msgid "a"\nmsgstr "b"c"\n', 10, "is no line of a PO file"),
        ('msgid "a"\nmsgstr b\n', 10, "is no line of a PO file"),
        ('msgid "a"\nmsgstr "b\\"\n', 10, "is no line of a PO file"),
        ("<<<<<<< HEAD\n", 9, "is no line of a PO file"),
        ('msgid "a"\nmsgid "b"\nmsgstr "c"\n', 10, "is no PO file from here on"),
        ('msgstr "c"\nmsgstr "d"\n', 9, "is no PO file from here on"),
        ('msgid "a"\nmsgtsr "b"\nmsgid "c"\nmsgstr "d"\n', 10, "is no PO file from here on"),
    ],
)
@pytest.mark.parametrize("before", [0, 3000])
def test_what_is_wrong_is_said_with_its_line(body, line, said, before):
    entries = 'msgid "x"\nmsgstr "y"\n' * before
    with pytest.raises(InputError, match=rf"^file\.x, line {line + 2 * before}: {said}.*;"):
        list(read(in_memory((HEADER + entries + body).encode())).rows())


def test_a_byte_outside_of_the_charset_is_said_with_its_line():
    content = HEADER.encode() + b'msgid "a"\nmsgstr "\xe4"\n'
    with pytest.raises(InputError, match=r"^file\.x, line 10: byte 0xe4 is not in .* utf-8; name"):
        read(in_memory(content))


@pytest.mark.parametrize("charset", ["no-such", "rot13", "hex", "zip", "idna", "punycode"])
def test_an_unknown_charset_is_refused(charset):
    for content in (HEADER.replace("UTF-8", charset).encode(), mo([], header=f"charset={charset}")):
        with pytest.raises(InputError, match=r"^file\.x: its header names the charset"):
            read(in_memory(content))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only a comment\n", b"#, fuzzy\n"])
def test_an_empty_catalogue_is_refused(content):
    with pytest.raises(InputError, match=r"^file\.x: holds no message; a catalogue"):
        read(in_memory(content))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a" * 2**21, "line 1: is longer than a megabyte"),
        (b'msgid ""\n' + (b'"' + b"a" * 1000 + b'"\n') * 3000, "belongs to one entry"),
    ],
)
def test_what_is_built_to_fill_the_memory_is_refused(content, said):
    with pytest.raises(InputError, match=said):
        read(in_memory(content))


def test_a_file_broken_off_anywhere_ends_in_one_line():
    content = CATALOGUE.encode()
    # It may end behind any line; what is there until then is read.
    assert read_every_prefix(read, content) >= 30
    for end in range(len(content)):
        try:
            rows = list(read(in_memory(content[:end])).rows())
        except InputError:
            continue
        assert all(
            source in dict(ROWS) or source.startswith("One line, ") or not target
            for source, target in rows
        )


@given(st.lists(st.tuples(any_text, st.text(st.characters(exclude_categories=("Cs",))))))
def test_what_polib_writes_is_read_back(pairs):
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {"Language": "he", "Content-Type": "text/plain; charset=UTF-8"}
    for source, target in pairs:
        catalogue.append(polib.POEntry(msgid=source, msgstr=target, comment="a\nb"))
    records = read(in_memory(str(catalogue).encode()))
    assert records.columns == ["msgid", "he"]
    assert list(records.rows()) == pairs


@pytest.mark.parametrize("order", ["<", ">"])
@given(pairs=st.dictionaries(any_text, any_text).map(dict.items))
def test_mo_as_three_readers_see_it(order, pairs):
    content = mo(pairs, order)
    records = read(in_memory(content))
    assert (records.form, records.columns) == ("MO", ["msgid", "he"])
    rows = list(records.rows())
    assert sorted(rows) == sorted(pairs)
    translations = standard_library.GNUTranslations(io.BytesIO(content))
    assert all(translations.gettext(source) == target for source, target in rows)
    assert rows == [(entry.msgid, entry.msgstr) for entry in polib.mofile(content)]


def test_what_msgfmt_writes_is_read(tmp_path):
    if not shutil.which("msgfmt"):
        pytest.skip("needs msgfmt of GNU gettext")
    source, compiled = tmp_path / "a.po", tmp_path / "a.mo"
    source.write_text(CATALOGUE, encoding="utf-8")
    subprocess.run(["msgfmt", str(source), "-o", str(compiled)], check=True)
    records = read(in_memory(compiled.read_bytes()))
    assert records.columns == ["en", "de-AT"]
    assert sorted(records.rows()) == sorted(row for row in ROWS if row[1])
    written = subprocess.run(["msgunfmt", str(compiled)], check=True, capture_output=True).stdout
    assert sorted(read(in_memory(written)).rows()) == sorted(records.rows())


def test_a_catalogue_broken_off_anywhere_ends_in_one_line():
    content = mo([("a", "b"), ("one\0many", "eins\0viele")])
    assert read_every_prefix(read, content) == 1  # the last zero byte may be missing
    for position in range(len(content)):  # nor do wrong bytes do more harm
        for byte in (0x00, 0x7F, 0xFF):
            damaged = content[:position] + bytes([byte]) + content[position + 1 :]
            try:
                list(read(in_memory(damaged)).rows())
            except InputError as error:
                assert "\n" not in str(error)  # noqa: PT017


def test_strings_that_overlap_are_refused():
    text = b"Content-Type: text/plain; charset=UTF-8\n".ljust(2**16, b" ")
    count = 10_000
    table = struct.pack("<2I", len(text), 28 + 8 * count) * count
    content = struct.pack("<7I", 0x950412DE, 0, count, 28, 28, 0, 0) + table + text
    with pytest.raises(InputError, match="is damaged, its strings overlap; make it anew"):
        list(read(in_memory(content)).rows())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (struct.pack("<7I", 0x950412DE, 2 << 16, 0, 28, 28, 0, 0), "revision 2 of the MO format"),
        (struct.pack("<7I", 0x950412DE, 0, 2**31, 28, 28, 0, 0), "do not fit into it"),
        (b"\xde\x12\x04\x95" + bytes(2**26), "is larger than 64 MB"),
        (mo([("a", "b")], header="charset=utf-16"), "is not in utf-16"),
    ],
)
def test_what_is_no_catalogue_is_said(content, said):
    with pytest.raises(InputError, match=rf"^file\.x.*{said}.*;"):
        list(read(in_memory(content)).rows())


@pytest.mark.slow
def test_memory_stays_flat(tmp_path):
    def written(name, count):
        path = tmp_path / name
        with path.open("w", encoding="utf-8") as file:
            file.write(HEADER)
            for number in range(count):
                file.write(
                    f'\n#: a.c:{number}\nmsgid "This is sentence number {number}."\n'
                    f'msgstr "Das ist Satz Nummer {number}."\n'
                )
        return path

    rows, growth = memory_growth("gettext", written("small.po", 1000), written("b.po", 200_000))
    assert rows == 200_000
    assert growth < 20, growth
