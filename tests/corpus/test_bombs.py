"""Files made to fill a memory or to hang a reader end in one line, soon, and in little memory.

Each is read in a fresh process, which says how much it took.
"""

import bz2
import gzip
import json
import lzma
import subprocess
import sys

import pytest

from helpers.archives import tar, zipped
from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.errors import InputError

pytestmark = pytest.mark.slow
linux = pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts in other units")

_MEGABYTES = 400
_READ = """
import json, resource, sys, time
from seq2seq_keras.corpus import load_corpus, preview
from seq2seq_keras.corpus.formats import arrow, gettext, json_lines, qt, sheets, tmx, xliff
from seq2seq_keras.errors import InputError

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before, begin = peak(), time.process_time()
said = []
for read in (preview, load_corpus):
    try:
        read(*sys.argv[1:])
        said.append(None)
    except InputError as error:
        said.append(str(error))
print(json.dumps([said, time.process_time() - begin, (peak() - before) / 1024]))
"""


def refused(*paths, seconds=30, megabytes=_MEGABYTES):
    """Reads a corpus in a process of its own; returns the line that it is refused with."""
    done = subprocess.run(
        [sys.executable, "-c", _READ, *paths], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said, taken, grown = json.loads(done.stdout)
    assert taken < seconds, taken
    assert grown < megabytes, grown
    message = said[1]
    assert message and len(message) <= 1000 and len(message.splitlines()) == 1
    assert any(str(path) in message for path in paths)
    return message


@linux
def test_a_gigabyte_that_packs_into_a_megabyte(tmp_path):
    path = tmp_path / "zeros.tsv.gz"
    with gzip.open(path, "wb", compresslevel=9) as stream:
        for _ in range(1024):
            stream.write(bytes(2**20))
    assert path.stat().st_size < 2**21
    assert refused(path)


@linux
def test_what_packs_into_a_kilobyte(tmp_path):
    path = tmp_path / "zeros.tsv.bz2"
    path.write_bytes(bz2.compress(bytes(2**28)))
    assert path.stat().st_size < 2**10
    assert refused(path)
    # And in archives within archives.
    inner = path.read_bytes()
    for name, content in (
        ("a.zip", zipped(a__tsv__bz2=inner)),
        ("b.zip", zipped(**{f"{n}.zip": zipped(a__tsv__bz2=inner) for n in range(2)})),
        ("a.tar.xz", lzma.compress(tar(a__tsv__bz2=inner))),
        ("b.tar", tar(a__tar=tar(a__tsv=b"a\tb\n"))),
        ("a.tsv.gz", gzip.compress(gzip.compress(inner))),
    ):
        other = tmp_path / name
        other.write_bytes(content)
        assert refused(other)


@linux
@pytest.mark.parametrize(
    ("name", "head", "tail"),
    [
        ("a.tmx", b'<tmx><body><tu><tuv xml:lang="en"><seg>', b"</seg></tuv></tu></body></tmx>"),
        ("a.xlf", b"<xliff><file><body><trans-unit><source>", b"</source></trans-unit></body>"),
        ("a.ts", b"<TS><context><message><source>", b"</source></message></context></TS>"),
    ],
)
def test_xml_of_a_hundred_thousand_levels(tmp_path, name, head, tail):
    path = tmp_path / name
    path.write_bytes(head + b"<g>" * 100_000 + b"</g>" * 100_000 + tail)
    assert "nested too deep" in refused(path)
    path.write_bytes(head.split(b"<", 2)[1].join([b"<", b"<g>" * 100_000]))
    assert refused(path)


@linux
@pytest.mark.parametrize("sign", ["[", '{"a":', '[{"a":'])
def test_json_of_a_hundred_thousand_levels(tmp_path, sign):
    path = tmp_path / "a.json"
    closing = "".join({"[": "]", "{": "}"}.get(letter, "") for letter in reversed(sign))
    path.write_text(sign * 100_000 + "1" + closing * 100_000)
    assert refused(path)
    path.write_text('{"de": "Hallo.", "en": "Hello."}\n' + sign * 100_000)
    assert "line 2" in refused(path)


@linux
@pytest.mark.parametrize(("name", "sign"), [("a.tsv", "\t"), ("a.csv", ","), ("b.csv", ";")])
def test_a_million_columns(tmp_path, name, sign):
    path = tmp_path / name
    path.write_text(f"{sign.join(f'c{number}' for number in range(1_000_000))}\n" * 3)
    assert refused(path)


@linux
def test_a_sheet_of_a_million_columns(tmp_path):
    cells = "".join(f'<c r="ABCDE{n}" t="inlineStr"><is><t>a</t></is></c>' for n in (1, 999_999))
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet><sheetData><row r="1">{cells}</row></sheetData>'
        "</worksheet>",
    }
    path = tmp_path / "a.xlsx"
    path.write_bytes(zipped(**parts))
    assert refused(path, seconds=60)


@linux
@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.jsonl", "a.po", "a.tmx"])
def test_a_line_of_half_a_gigabyte(tmp_path, name):
    path = tmp_path / name
    with path.open("wb") as stream:
        stream.write(b"a\tb\n")
        stream.seek(500 * 2**20)  # a hole, which reads as zeros
        stream.write(b"\n")
    assert refused(path)


@linux
@pytest.mark.parametrize("name", ["a.tsv.gz", "a.json.gz"])
def test_a_packed_line_of_half_a_gigabyte(tmp_path, name):
    path = tmp_path / name
    piece = bytes(range(97, 123)) * 2**14
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(b"a\tb\n" if "tsv" in name else b'[{"a": "b", "c": "')
        for _ in range(1200):
            stream.write(piece)
    assert "is longer than 16 MiB" in refused(path)


NEIGHBOURS = {
    "UTF-8 then Latin-1": "Grüße.\tHallo.\n".encode() * 200 + "Grüße.\tHallo.\n".encode("latin-1"),
    "UTF-8 then UTF-16": "Grüße.\tHallo.\n".encode() * 200 + "Grüße.\tHallo.\n".encode("utf-16-le"),
    "UTF-16 then UTF-8": "Grüße.\tHallo.\n".encode("utf-16") * 200 + "Grüße.\n".encode(),
    "half a UTF-16 pair": "Grüße.\tHallo.\n".encode("utf-16") * 200 + b"\x00\xd8",
    "NUL": "Grüße.\tHallo.\n".encode() * 200 + b"a\0b\tc\n",
    "surrogate": "Grüße.\tHallo.\n".encode() * 200 + b"\xed\xa0\x80\tc\n",
    "GB18030 then Big5": "你好。\t天气\n".encode("gb18030") * 200 + "國語\t學\n".encode("big5"),
}


@pytest.mark.parametrize("kind", NEIGHBOURS)
@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.jsonl", "a.txt.gz"])
def test_two_encodings_in_one_file(tmp_path, kind, name):
    content = NEIGHBOURS[kind]
    if name == "a.csv":
        content = content.replace(b"\t", b",")
    if name == "a.jsonl":
        rest = content[content.rindex(b"\n", 0, -2) :]
        content = json.dumps({"de": "Grüße", "en": "Hi"}).encode() + b"\n" + b'{"de": "' + rest
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    try:
        corpus = load_corpus(path)
    except InputError as error:
        message = str(error)
        assert message.startswith(f"{path}, line ") and len(message.splitlines()) == 1
    else:  # Big5 and UTF-16 give meaning to nearly any bytes; what comes is text
        assert kind in ("GB18030 then Big5", "UTF-16 then UTF-8")
        "".join([*corpus.sources, *corpus.targets]).encode()
