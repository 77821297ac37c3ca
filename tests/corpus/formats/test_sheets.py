import base64
import io
import time
import zipfile
import zlib
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.corpus.files import TextFile, text_files
from seq2seq_keras.corpus.formats import sheets
from seq2seq_keras.corpus.formats.sheets import read
from seq2seq_keras.errors import InputError

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OPEN = "urn:oasis:names:tc:opendocument:xmlns"
ROWS = [["English", "French"], ["Hello there.", "Bonjour."], ["How are you?", "Comment ça va ?"]]

# ROWS, as xlwt 1.3.0 writes them.
XLS = (
    "c-rk)O=uHA6#izLv`I+wQ&XW8%2KduEd}x7rLI=mda+am6%lmXE~Yl!l{HoB#cIt_5IiYf3cYx#dhrK6=*@#"
    "r(Sslei5@(75>!02S>L>DXsS6hqD5uCW!}7f@0*?3c{6W+UMwW@vv*qy_yIdnhoTooeT7X>371b2Aiw8HwOo"
    "g&cnbd%!XXM|eGrctpEt-D%6J!`;ZEQwN#GroV>pdL$F}q}L@$rQ6mkqbBn57gC59FrRTIk*mg`vFX69p-yV"
    "!DtWe;)l;wTo3!Ok82Dn6pMvo8jD-TU0;4O_OM8PDV@zHn8PxIyf8$IQ&%>1Yc?F$ap<fMr{*naLwX0i44ZP"
    "X|7icj^;e+1J)CK=yAd?G07z*R%jI4etam@Ej%AuXUvWA6&#C-ixwOfcxx|nXxlzI_q~Wdn6qN_F9>Yqi55W"
    "YjsoR?RD%^&ZOHdJ<d7ZbS-_#nKa_S9%o|0va|XJQ$K6!Mnq<D-t~zUyS|ZkLzLtw;;bimPb4U>FW&m}a^LW"
    "fahxsFoasx?gN^bQ;NhZdL5*YV;k#gNC(ErYFY#43u-?itMJt)=j-h5>>7QZFW%hPZKie6vj7=5#X3}#X_dj"
    "UMy*IXyK0i=6pPGMd%%Yv9aFp81V+LKKOWe3F@z5yO!p|LVS+@L?M?zY{AG_y2^x{}Tgw-U=(wUqc;qyfmzF"
    "@xQ^9A$ke7;tNuQ5O1^GmZIl+R(U3HPLvvf45tP*6}%P*6}%P*C_42>(4@zMIOo&*1Vm2mjYuqEb}9N&Z_Lf"
    "I~-?K1};yQ|)4^ruDNPK~cVzSY?~?|3Znw)Vqsu4D&d~YhJ(fH76?XXVnc8zi$iG+JCW@asJ`{zXRpb)SC"
)


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def cell(reference, value):
    if isinstance(value, bool):
        return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{reference}"><v>{value}</v></c>'
    text = f'<t xml:space="preserve">{escape(value)}</t>'
    return f'<c r="{reference}" t="inlineStr"><is>{text}</is></c>'


def body(rows):
    return "".join(
        f'<row r="{number}">'
        + "".join(
            cell(f"{chr(65 + index)}{number}", value)
            for index, value in enumerate(row)
            if value != ""
        )
        + "</row>"
        for number, row in enumerate(rows, 1)
    )


def xlsx(*bodies, hidden=()):
    numbers = range(1, len(bodies) + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
        f'ContentType="{SPREADSHEET}.worksheet+xml"/>'
        for number in numbers
    )
    links = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    names = "".join(
        f'<sheet name="S{number}" sheetId="{number}" r:id="r{number}"'
        + (' state="hidden"/>' if number in hidden else "/>")
        for number in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{names}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
        "</Relationships>",
    }
    for number, content in zip(numbers, bodies, strict=True):
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{content}</sheetData></worksheet>'
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet
    return zipped(**parts)


def ods(rows, encrypted=False):
    def one(value):
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(value)}</text:p></table:table-cell>"
        )

    table = "".join(f"<table:table-row>{''.join(map(one, row))}</table:table-row>" for row in rows)
    lock = "<manifest:encryption-data/>" if encrypted else ""
    return zipped(
        **{
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<office:document-content xmlns:office="{OPEN}:office:1.0" '
            f'xmlns:table="{OPEN}:table:1.0" xmlns:text="{OPEN}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="S">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{OPEN}:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="content.xml">{lock}</manifest:file-entry>'
            "</manifest:manifest>",
        }
    )


def file_of(content, name="a.xlsx"):
    return TextFile(name, name, lambda: io.BytesIO(content))


def table(content, name="a.xlsx"):
    records = read(file_of(content, name))
    return records.columns, list(records.rows())


def test_a_sheet_with_names():
    assert table(xlsx(body(ROWS))) == (ROWS[0], ROWS[1:])
    assert table(ods(ROWS), "a.ods") == (ROWS[0], ROWS[1:])
    assert read(file_of(xlsx(body(ROWS)))).form == "Excel sheet"
    assert read(file_of(ods(ROWS), "a.ods")).form == "OpenDocument sheet"


def test_the_format_of_old():
    content = zlib.decompress(base64.b85decode(XLS))
    assert table(content, "a.xls") == (ROWS[0], ROWS[1:])


def test_a_sheet_without_names():
    assert table(xlsx(body(ROWS[1:]))) == (["1", "2"], ROWS[1:])
    assert table(xlsx(body(ROWS[1:2]))) == (["1", "2"], ROWS[1:2])


def test_other_cells_are_text():
    rows = [["n", "English", "French", "x"]]
    rows += [[number, f"Sentence {number}.", f"Phrase {number}.", True] for number in range(9)]
    rows += [[1.5, "", "Seule.", "1.0"], [], ["", "Last.", "Dernière.", ""]]
    columns, found = table(xlsx(body(rows)))
    assert columns == rows[0]
    assert found[:2] == [[str(n), f"Sentence {n}.", f"Phrase {n}.", "TRUE"] for n in (0, 1)]
    assert found[9:] == [["1.5", "", "Seule.", "1.0"], [""] * 4, ["", "Last.", "Dernière.", ""]]


def test_the_first_sheet_with_two_columns_of_text():
    notes, numbers = body([["Read me."]]), body([["a", "b"], *[[1, 2]] * 20])
    book = xlsx(notes, numbers, body(ROWS[::-1]), body(ROWS), hidden=(3,))
    assert table(book) == (ROWS[0], ROWS[1:])
    with pytest.raises(InputError, match=r"a\.xlsx: no sheet has two columns of text"):
        read(file_of(xlsx(notes, numbers)))


def test_a_sheet_is_a_corpus(write):
    for name, content in (("a.xlsx", xlsx(body(ROWS))), ("a.ods", ods(ROWS))):
        path = write(name, content)
        (file,) = text_files(path)
        assert (file.label, file.name) == (str(path), name)
        assert list(read(file).rows()) == ROWS[1:]
        assert load_corpus(path).sources == ["Hello there.", "How are you?"]
    path = write("b.zip", zipped(**{"table.xlsx": xlsx(body(ROWS)), "README": "hi"}))
    (file,) = text_files(path)
    assert list(read(file).rows()) == ROWS[1:]


def test_a_preview_ends_the_process(monkeypatch):
    started = []
    real = sheets.subprocess.Popen
    monkeypatch.setattr(
        sheets.subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1]
    )
    rows = read(file_of(xlsx(body(ROWS[1:] * 3000)))).rows()
    assert next(rows) == ROWS[1]
    rows.close()
    assert len(started) == 2
    assert all(process.returncode is not None for process in started)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is damaged or no workbook"),
        (b"Hello\tHallo\n", "is damaged or no workbook"),
        (zipped(a="b"), "is damaged or no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "is damaged or no workbook"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(2**20 - 18)
            + "EncryptedPackage".encode("utf-16-le")
            + bytes(500),
            "is locked by a password",
        ),
        (ods(ROWS, encrypted=True), "is locked by a password"),
    ],
)
def test_what_is_no_workbook(content, message):
    with pytest.raises(InputError) as error:
        read(file_of(content))
    assert str(error.value).startswith(f"a.xlsx: {message}") and "\n" not in str(error.value)


def test_cells_far_apart_ask_for_no_more_than_there_is():
    corners = body([["a"]]) + f'<row r="1048576">{cell("{}1048576", "b")}</row>'
    for column in ("XFD", "ABC", "Z"):
        start = time.monotonic()
        try:
            rows = sum(1 for _ in read(file_of(xlsx(corners.replace("{}", column)))).rows())
        except InputError as error:
            message = str(error)
            assert message.startswith("a.xlsx: ") and "\n" not in message
        else:
            assert rows == 2**20
        assert time.monotonic() - start < 60


def test_a_bomb(monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST", 10**6)
    with pytest.raises(InputError, match="unpacks to more than"):
        read(file_of(xlsx(body([["a" * 1000, "b" * 1000]] * 600))))


def test_what_breaks_off_is_refused_in_a_line():
    content = xlsx(body(ROWS))
    for size in [*range(0, len(content), 97), len(content) - 1]:
        with pytest.raises(InputError) as error:
            read(file_of(content[:size]))
        assert str(error.value).startswith("a.xlsx: ") and "\n" not in str(error.value)


TEXT = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn", "Co", "Cc"]), min_size=1
).filter(lambda text: text.strip() == text and "_x" not in text)


@settings(max_examples=20)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=9))
def test_any_texts_come_back(rows):
    rows = [["source", "target"], ["A sentence.", "Ein Satz."], *map(list, rows)]
    assert table(xlsx(body(rows))) == (rows[0], rows[1:])
