"""How the characters of a text are written as bytes: found out, stated, decoded."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from seq2seq_keras.corpus.legacy_encodings import guess_legacy
from seq2seq_keras.errors import EncodingError, InputError

LONGEST_LINE = 16 * 2**20
"""No line of text has more bytes; one that has would fill the memory."""

FEW_BROKEN = 0.001
"""A text of which fewer lines are broken is UTF-8 that was damaged, not another encoding."""

_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "utf-32-le": "UTF-32LE",
    "utf-32-be": "UTF-32BE",
    "gb18030": "GB18030",
    "cp950": "Big5",
    "big5hkscs": "Big5-HKSCS",
    "cp932": "Shift_JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR",
    "cp874": "Windows-874",
    "iso8859-2": "ISO-8859-2",
    "iso8859-15": "ISO-8859-15",
    "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U",
    "mac-roman": "Mac Roman",
    **{f"cp{number}": f"Windows-{number}" for number in range(1250, 1259)},
}
_CODECS = {name.casefold(): codec for codec, name in _NAMES.items()}
# What people mean by a name is most often what Windows writes by it, which has more characters.
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-8-sig": "utf-8",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
}
# What Python reads by these names is no file but a name of a host, or its own source text.
_NO_FILES = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined")
# A byte 0x0A is a line feed and nothing else.
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_MARKS = (  # UTF-32 before UTF-16, whose mark its own begins with
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PIECE = 2**18
_MOST_READ = 16 * _PIECE
_ENOUGH = 2**18  # bytes of lines that are not all ASCII
_UTF16 = ("utf-16-le", "utf-16-be")
_NO_TEXT = ("Cc", "Cn", "Co", "Cs")  # control characters, and numbers that no character has
_MOST_LOOKED_AT = 10_000
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0e-\x1f]")
_FEW_ZEROS = 0.3  # in UTF-16 every second byte is zero where the text is in Latin letters


@dataclass(frozen=True)
class Encoding:
    """The encoding of a text.

    Attributes:
        name: As users know it, such as `GB18030` or `Windows-1252`.
        codec: As Python knows it.
        guessed: Whether only the look of the text tells so: neither the user, nor a byte order
            mark, nor that all its bytes are valid UTF-8.
    """

    name: str
    codec: str
    guessed: bool = False


UTF8 = Encoding("UTF-8", "utf-8")


def find_encoding(name: str) -> Encoding:
    """Returns the encoding of a name, in any of its usual writings.

    Args:
        name: Such as `big5`, `Shift-JIS`, `windows-1252`, `latin1` or `UTF-16`.

    Raises:
        InputError: If we know none of that name.

    Example:
        >>> find_encoding("GBK").name, find_encoding("latin1").name
        ('GB18030', 'Windows-1252')
    """
    try:
        codec = codecs.lookup(_CODECS.get(name.strip().casefold(), name.strip())).name
        if not is_of_files(codec):
            raise LookupError
    except (LookupError, ValueError, TypeError):
        raise InputError(
            f"encoding: there is none called {name!r}; known are UTF-8, UTF-16, GB18030, Big5, "
            "Shift_JIS, EUC-JP, EUC-KR, Windows-1252, ISO-8859-15, KOI8-R and others"
        ) from None
    codec = _MEANT.get(codec, codec)
    return Encoding(_NAMES.get(codec, codec.upper()), codec)


def is_of_files(codec: str) -> bool:
    """Says whether a codec of Python's makes text of the bytes of a file.

    Example:
        >>> is_of_files("gb18030"), is_of_files("base64"), is_of_files("idna")
        (True, False, False)
    """
    found = codecs.lookup(codec)
    if found.name in _NO_FILES:
        return False
    try:
        "".encode(found.name)  # refuses what makes no bytes of text, such as base64
        codecs.getincrementaldecoder(found.name)
    except (LookupError, ValueError, TypeError):
        return False
    return True


def detect(file: IO[bytes]) -> Encoding:
    """Finds out how a text is encoded, from its beginning.

    A byte order mark tells, or that all lines are UTF-8, or zero bytes in every second place;
    else which of the older encodings makes words of the languages that are written in it. UTF-8
    of which a few lines are broken stays UTF-8.

    Args:
        file: The text from its beginning; some of it is read, at most 4 MiB.

    Returns:
        The likeliest encoding; UTF-8 also where none is likely.

    Example:
        >>> import io
        >>> detect(io.BytesIO("Les élèves sont très occupés à l'école.".encode("cp1252")))
        Encoding(name='Windows-1252', codec='cp1252', guessed=True)
    """
    start = read_fully(file, _PIECE)
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return Encoding(_NAMES[codec], codec)
    if b"\0" in start:
        wide = _wide(start)
        return UTF8 if wide is None else Encoding(_NAMES[wide], wide, True)
    counts = {None: 0, True: 0, False: 0}  # of lines in ASCII, in UTF-8 beyond it, and broken
    sample: list[bytes] = []

    def count(line: bytes, whole: bool = True) -> None:
        valid = None if line.isascii() else _is_utf8(line, whole)
        counts[valid] += 1
        if valid is not None:
            sample.append(line)

    piece, rest, read, seen = start, b"", 0, 0
    while piece and read < _MOST_READ and seen < _ENOUGH:
        read += len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        before = len(sample)
        for line in lines:
            count(line)
        seen += sum(map(len, sample[before:]))
        piece = read_fully(file, _PIECE)
    count(rest, whole=not piece)  # else it may be cut off within a character
    broken = counts[False]
    # In an older encoding hardly a line looks like UTF-8 by chance.
    if broken <= counts[True] or broken < FEW_BROKEN * sum(counts.values()):
        return UTF8
    likely = guess_legacy(b"\n".join(sample))
    return UTF8 if likely is None else Encoding(_NAMES[likely], likely, True)


def decoded_lines(file: IO[bytes], encoding: Encoding, label: str) -> Iterator[str]:
    """Yields the lines of a text without their ends; only a line feed ends a line.

    Args:
        file: The text from its beginning, with or without a byte order mark.
        encoding: How it is encoded.
        label: How messages call it.

    Raises:
        InputError: If a line is not in the encoding, or is far too long to be one.
    """
    if encoding.codec not in _NAMES or encoding.codec in _WIDE:
        yield from _lines_of_pieces(file, encoding, label)
        return
    position = 0
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        _refuse_long(len(raw), number, label)
        line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 and encoding == UTF8 else raw
        try:
            text = line.decode(encoding.codec)
        except UnicodeDecodeError as error:
            offset = position + len(raw) - len(line) + error.start
            _refuse(encoding, label, number, line, error.start, offset)
        if "\0" in text:
            _refuse_zero(label, number)
        position += len(raw)
        yield text.removesuffix("\n").removesuffix("\r")


def decoded_pieces(file: IO[bytes], encoding: Encoding, label: str) -> Iterator[str]:
    """Yields a text piece by piece, for formats whose lines mean nothing.

    Args and Raises are those of `decoded_lines`.
    """
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    position, number = 0, 1
    first = True
    while True:
        piece = file.read(_PIECE)
        # A decoder keeps the beginning of a character to itself.
        kept = _kept(decoder)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            given = kept + piece
            good = given[: error.start].decode(encoding.codec, errors="ignore")
            yield good.removeprefix("\ufeff") if first else good
            number += good.count("\n")
            _refuse(encoding, label, number, given, error.start, position - len(kept) + error.start)
        except UnicodeError:  # Python's own word for a beginning without a mark
            raise EncodingError(
                f"{label}: does not begin with the byte order mark of {encoding.name}; name "
                "another encoding, or the order of its bytes as well, as in UTF-16LE"
            ) from None
        position += len(piece)
        number += text.count("\n")
        yield text.removeprefix("\ufeff") if first else text
        first = first and not text
        if not piece:
            return


def _lines_of_pieces(file: IO[bytes], encoding: Encoding, label: str) -> Iterator[str]:
    number = 1
    rest = ""
    for piece in decoded_pieces(file, encoding, label):
        *lines, rest = (rest + piece).split("\n")
        for line in lines:
            if "\0" in line:
                _refuse_zero(label, number)
            number += 1
            yield line.removesuffix("\r")
        _refuse_long(len(rest), number, label)
    if "\0" in rest:
        _refuse_zero(label, number)
    if rest:
        yield rest.removesuffix("\r")


def _refuse(
    encoding: Encoding, label: str, number: int, given: bytes, start: int, offset: int
) -> None:
    byte = f"{given[start]:02x}" if start < len(given) else "??"
    if encoding.codec == "utf-8":
        if offset == 0 and given.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise EncodingError(f"{label}: is UTF-16; save it as UTF-8")
        raise EncodingError(
            f"{label}, line {number}: not UTF-8 (byte 0x{byte} at offset {offset}); save the file "
            "as UTF-8, such as with `iconv -f ISO-8859-1 -t UTF-8`"
        ) from None
    raise EncodingError(
        f"{label}, line {number}: not {encoding.name} (byte 0x{byte} at offset {offset}), though "
        "the file was taken for it; save the file as UTF-8, or name its encoding"
    ) from None


def _refuse_zero(label: str, number: int) -> None:
    raise InputError(
        f"{label}, line {number}: holds a zero byte, so it is no text in UTF-8; save it as UTF-8 "
        "text"
    )


def _refuse_long(size: int, number: int, label: str) -> None:
    if size > LONGEST_LINE:
        raise InputError(
            f"{label}, line {number}: is longer than {LONGEST_LINE // 2**20} MiB, which no "
            "sentence is; see that the file is text, a sentence or a row a line"
        )


def _kept(decoder: codecs.IncrementalDecoder) -> bytes:
    state = decoder.getstate()[0]
    return state if isinstance(state, bytes) else b""


def read_fully(file: IO[bytes], size: int) -> bytes:
    """Reads so many bytes, or all there are: what is unpacked comes in smaller pieces."""
    pieces = []
    while size and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _is_utf8(text: bytes, final: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(text, final)
    except UnicodeDecodeError:
        return False
    return True


def _wide(start: bytes) -> str | None:
    """Tells UTF-16 and UTF-32 without a mark: the high bytes of a text are of fewer kinds."""
    few = start.count(0) < _FEW_ZEROS * len(start)
    if few and not _CONTROL.search(start) and _is_utf8(start, final=False):
        return None  # a text with stray zeros; high bytes of other alphabets look like controls
    kinds = [len(set(start[place : len(start) // 2 * 2 : 2])) for place in (0, 1)]
    little_first = kinds[1] <= kinds[0]
    # Few numbers below 2**32 are characters, so what can be UTF-32 is.
    for codec in ("utf-32-le", "utf-32-be", *(_UTF16 if little_first else _UTF16[::-1])):
        try:
            text = codecs.getincrementaldecoder(codec)().decode(start, final=False)
        except UnicodeDecodeError:
            continue
        if text and not any(
            character not in "\t\n\r\f\x85" and unicodedata.category(character) in _NO_TEXT
            for character in text[:_MOST_LOOKED_AT]
        ):
            return codec
    return None
