"""The readers that are fuzzed: files to begin with, words of each format, ways to change it."""

import base64
import bz2
import gzip
import io
import json
import lzma
import os
import random
import resource
import signal
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from unittest.mock import patch

import zstandard

from corpus import test_archives
from corpus.formats import (
    test_arrow,
    test_gettext,
    test_qt,
    test_sheets,
    test_tatoeba,
    test_tmx,
    test_xliff,
)
from fuzz.property import SECONDS, BrokenError, check, read_corpus, read_text
from helpers.archives import zipped
from seq2seq_keras.corpus.formats import sheet_process, sheets
from seq2seq_keras.errors import InputError

Mutate = Callable[[bytes, int], bytes]
_BETWEEN = b"\n=====\n"  # parts the files of a subject that has several


@dataclass(frozen=True)
class Subject:
    """A reader, and how to fuzz it.

    Attributes:
        name: Of the file that it is given.
        seeds: Valid files.
        words: What the format is made of, for the fuzzer to put in.
        read: Reads the file as its name says, in one of this package's ways.
        repack: Changes what is within a packed file, given how to change bytes.
        split: Whether several files stand one behind the other.
        encodings: Of which the first byte chooses one that is stated.
    """

    name: str
    seeds: tuple[bytes, ...]
    words: str = ""
    read: Callable[..., None] = read_corpus
    repack: Callable[[bytes, Mutate, random.Random], bytes] | None = None
    split: bool = False
    encodings: tuple[str | None, ...] = ()

    def run(self, data: bytes, folder: Path, alone: bool = False) -> str | None:
        """Writes a file and reads it; see `check`.

        Args:
            data: What is in it.
            folder: Where to write it.
            alone: Whether workbooks are read in a new process of their own, as users have it.
        """
        choice = {}
        if self.encodings:
            choice = {"encoding": self.encodings[data[0] % len(self.encodings)] if data else None}
            data = data[1:]
        parts = data.split(_BETWEEN)[:3] if self.split else [data]
        stem, _, ending = self.name.partition(".")
        paths = [folder / f"{stem}{number}.{ending}" for number in range(len(parts))]
        for path, part in zip(paths, parts, strict=True):
            path.write_bytes(part)
        with _forked(self.name.endswith(".xlsx") and not alone):
            return check(lambda: self.read(*paths, **choice), paths)


@contextmanager
def _forked(instead: bool) -> Iterator[None]:
    """Reads workbooks in a fork of this process, which starts many times as fast as a new one."""
    if not instead:
        yield
        return

    def rows(file, sheet, most_rows):
        with file.open() as stream:
            content = stream.read()
        receiver, sender = os.pipe()
        child = os.fork()
        if not child:
            os.close(receiver)
            _write_lines(content, sheet, most_rows, sender)
        os.close(sender)
        ended = False
        try:
            with os.fdopen(receiver) as lines:
                for line in lines:
                    index, *some = json.loads(line)
                    if isinstance(index, int):
                        yield from ((index, row) for row in some)
            ended = True
        finally:
            if not ended:
                os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            raise BrokenError(f"took more than {SECONDS} seconds")
        if status:  # what a process of its own is for
            raise InputError(f"{file.label}: needs too much memory")

    with patch.object(sheets, "_read_sheets", rows):
        yield


def _write_lines(content: bytes, sheet: int, most_rows: int, descriptor: int) -> NoReturn:
    deadly = signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGXCPU, signal.SIGALRM
    for number in deadly:
        signal.signal(number, signal.SIG_DFL)  # the fuzzer's own would call it a finding
    signal.alarm(6 * SECONDS)  # a lock that a thread of the fuzzer held is held here for ever
    begun = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (begun + SECONDS + 1, begun + SECONDS + 2))
    # Less than users have, so that a file which asks for all there is takes little time.
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        with os.fdopen(descriptor, "w") as sender:
            for line in sheet_process.lines(io.BytesIO(content), sheet, most_rows):
                sender.write(json.dumps(line) + "\n")
        os._exit(0)
    finally:
        os._exit(1)


def _change_zip(data: bytes, mutate: Mutate, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    index = chance.randrange(len(members))
    name, content = members[index]
    if chance.random() < 0.1:
        name = mutate(name.encode(), 100).decode(errors="replace") or "a"
    else:
        content = mutate(content, 20_000)
    members[index] = name, content
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def _change_tar(data: bytes, mutate: Mutate, chance: random.Random) -> bytes:
    """Changes a header and mends its check sum."""
    blocks = [data[at : at + 512] for at in range(0, len(data), 512)]
    headers = [at for at, block in enumerate(blocks) if block[257:262] == b"ustar"]
    at = chance.choice(headers)
    header = mutate(blocks[at], 512).ljust(512, b"\0")
    header = header[:148] + b" " * 8 + header[156:]
    blocks[at] = header[:148] + b"%06o\0 " % sum(header) + header[156:]
    return b"".join(blocks)


def _change_packed(data: bytes, mutate: Mutate, chance: random.Random) -> bytes:
    if data.startswith(b"PK"):
        return _change_zip(data, mutate, chance)
    if data[257:262] == b"ustar":
        return _change_tar(data, mutate, chance)
    for unpack, pack in (
        (gzip.decompress, gzip.compress),
        (bz2.decompress, bz2.compress),
        (lzma.decompress, lzma.compress),
        (zstandard.decompress, zstandard.compress),
    ):
        with suppress(
            OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, MemoryError
        ):
            inner = unpack(data)
            if inner[257:262] == b"ustar":
                return pack(_change_tar(inner, mutate, chance))
            return pack(mutate(inner, 20_000))
    return mutate(data, 20_000)


_XML = """< > </ /> <!-- --> <![CDATA[ ]]> &amp; &lt; &#65; &#x10FFFF; &x; <?xml encoding= version=
    "1.0" <!DOCTYPE [ ]> <!ENTITY SYSTEM xml:lang= xmlns= xmlns:a= utf-8 utf-16 iso-8859-1 gb18030
    "en" "de" "en-US" "" """
_JSON = (
    '{ } [ ] : , "a" "translation" "de" "en" null true 1e999 -0 NaN "\\ud800" \\u0000 [[ }] {"a":'
)
_PO = """msgid msgstr msgstr[0] msgstr[1] msgid_plural msgctxt "" \\" \\n #, #~ #| fuzzy
    charset=UTF-8\\n charset=utf-16 charset=idna charset=punycode Language:"""
_ARROW = "PAR1 ARROW1 FEA1 translation"
_SHEET = """<row r= <c r= t="s" t="inlineStr" t="b" <v> <is><t> <sheet state="hidden" A1 XFD1048576
    s="1" table:number-columns-repeated= table:number-rows-repeated= 1048576 ref="A1:XFD1048576"
    <dimension """
_TABLE = (
    """source target en de id "" " "" \\" sep=; sep= 2024-01-01 https://tatoeba.org eng deu ; | ,"""
)
_CUES = "00:00:01,000 --> WEBVTT <i> </i> <v {\\an8} &amp; NOTE STYLE 1 <00:00:01.000> --> ->"

_ENCODINGS = (
    *(None, "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "utf-16", "utf-16-le", "utf-32"),
    *("utf-7", "cp1252", "iso8859-15", "koi8-r", "mac-roman", "iso2022_jp", "iso2022_kr", "hz"),
    *("utf-8-sig", "cp037", "cp864"),
)
_SENTENCE = {
    "gb18030": "今天天气很好。\tThe weather is fine.\n",
    "cp932": "今日はいい天気です。\tThe weather is fine.\n",
    "koi8-r": "Сегодня хорошая погода.\tThe weather is fine.\n",
    "cp1252": "Les élèves sont très occupés.\tThe pupils are busy.\n",
    "utf-16": "Größe\tsize\n",
    "utf-32-be": "Größe\tsize\n",
}

_ROWS = 'id;English;French\n1;Hi there.;Salut.\n2;"Run; he said.";Cours !\n'
_TSV = b"Hi.\tSalut.\tCC-BY 2.0 #1\nRun!\tCours !\tCC-BY 2.0 #2\n"
_TATOEBA = (
    _BETWEEN.join((test_tatoeba.SENTENCES.encode(), test_tatoeba.LINKS.encode())),
    _BETWEEN.join((b"1\teng\tHi.\n4\teng\tRun!\n", b"2\tdeu\tHallo.\n", b"1\t2\n2\t1\n")),
)
_UNITS = [{"de": "Hallo.", "en": "Hello."}, {"translation": {"de": "Ja", "en": None}}, ["a", "b"]]
_SUBRIP = """1
00:00:01,000 --> 00:00:02,500
<i>A dog</i>
{\\an8}runs.

2
00:00:03,000 --> 00:00:04,500
<v Ann>Yes &amp; no.</v>
"""

_EXAMPLES = Path(__file__).parents[1] / "documents" / "examples"

SUBJECTS = {
    "tmx": Subject(
        "a.tmx", (test_tmx.MEMORY.encode(),), _XML + "<tu> <tuv <seg> <ph> <header srclang="
    ),
    "xliff": Subject(
        "a.xlf",
        (test_xliff.V1.encode(), test_xliff.V2.encode()),
        _XML + "<file source-language= target-language= <trans-unit <unit> <segment state= <target "
        '<source> <ph dataRef= <mrk translate="no" <data id= srcLang= trgLang=',
    ),
    "qt": Subject(
        "a.ts",
        (test_qt.FILE.encode(),),
        _XML
        + '<message> <source> <translation type= <byte value="x0"/> <numerusform> <lengthvariant>',
    ),
    "po": Subject("a.po", (test_gettext.CATALOGUE.encode(),), _PO),
    "mo": Subject(
        "a.mo",
        (
            test_gettext.mo(test_gettext.ROWS),
            test_gettext.mo(test_gettext.ROWS, ">"),
            test_gettext.mo([("a\0b", "x\0y")]),
        ),
        _PO,
    ),
    "json": Subject(
        "a.json",
        (
            "\n".join(map(json.dumps, _UNITS)).encode(),
            json.dumps(_UNITS, indent=1).encode(),
            json.dumps({"version": 1, "data": _UNITS}).encode(),
        ),
        _JSON,
    ),
    "arrow": Subject(
        "a.parquet", tuple(write(test_arrow.table_of()) for write in test_arrow.WRITERS), _ARROW
    ),
    "sheets": Subject(
        "a.xlsx",
        (
            test_sheets.xlsx(test_sheets.body(test_sheets.ROWS)),
            test_sheets.ods(test_sheets.ROWS),
            zlib.decompress(base64.b85decode(test_sheets.XLS)),
        ),
        _SHEET + _XML,
        repack=_change_packed,
    ),
    "tsv": Subject("a.tsv", (_TSV, _ROWS.replace(";", "\t").encode()), _TABLE),
    "csv": Subject("a.csv", (_ROWS.encode(), b'sep=,\na,"b ""c"""\nd,"e\nf"\n'), _TABLE),
    "aligned": Subject("a.txt", (b"Hallo.\nJa.\n" + _BETWEEN + b"Hello.\nYes.\n",), split=True),
    "tatoeba": Subject("a.csv", _TATOEBA, "eng deu cmn \t", split=True),
    "encodings": Subject(
        "a.tsv",
        tuple(b"\0" + (text * 3).encode(codec) for codec, text in _SENTENCE.items()),
        encodings=_ENCODINGS,
    ),
    "packed": Subject(
        "a.gz",
        (*test_archives.ARCHIVES.values(), zipped(**{"x.de-en.de": b"a", "x.de-en.en": b"b"})),
        "PK .gz .zip README __MACOSX/ [Content_Types].xml xl/a mimetype .de .en ustar",
        repack=_change_packed,
    ),
    "srt": Subject("a.srt", (_SUBRIP.encode(),), _CUES, read_text),
    "vtt": Subject(
        "a.vtt", (b"WEBVTT\n\n" + _SUBRIP.replace(",", ".").encode(),), _CUES, read_text
    ),
    "table": Subject(
        "a.csv", (_ROWS.encode(), _ROWS.replace(";", ",").encode()), _TABLE, read_text
    ),
    **{
        f"{kind}-filled": Subject(
            f"a{Path(names[0]).suffix}",
            tuple((_EXAMPLES / name).read_bytes() for name in names),
            words,
            read_text,
        )
        for kind, names, words in (
            ("tmx", ["memory.tmx"], _XML + "<tu> <tuv> <seg> <bpt i= <ept i= <ph> <prop type="),
            (
                "xliff",
                ["messages.xlf", "messages-2.xlf"],
                _XML + "<trans-unit <source> <target/> <g id= <x id= <pc <ph <mrk <segment state=",
            ),
            ("trados", ["studio.sdlxliff"], _XML + "<seg-source> <mrk mtype= <sdl:seg conf="),
            ("qt", ["app.ts"], _XML + "<translation type= <numerusform> <byte value="),
            ("po", ["messages.po"], _PO),
        )
    },
}
