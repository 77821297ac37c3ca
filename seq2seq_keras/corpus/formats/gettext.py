"""Catalogues of GNU gettext: PO, which is text, and MO, which is binary."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from typing import IO, SupportsIndex

import polib

from seq2seq_keras.corpus.compression import readable
from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats import mo
from seq2seq_keras.corpus.formats.language_tags import language_tag
from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.errors import InputError

# polib holds all that it is given, at ten times its size, so it is given one group of entries
# after the other.
_GROUP = 500
_LARGEST_GROUP = 2**21  # characters; 500 entries of a program have some 100,000
_LONGEST_LINE = 2**20
_START = 2**16
_UTF8_MARK = b"\xef\xbb\xbf"
_CHARSET = re.compile(rb'Content-Type:[^\n"]*?charset=([\w.:-]+)', re.IGNORECASE)
_STRING = re.compile(r'(?:#~\s*)?(?:(msg[a-z_]+)(?:\[\d\])?\s+)?"(?:[^"\\]|\\.)*"')


class _Lines(str):
    """Text whose lines end at line feeds alone, as in gettext; str ends them at U+2028 too."""

    __slots__ = ()

    def splitlines(self, keepends: SupportsIndex = False) -> list[str]:
        return self.split("\n")


def read(file: TextFile) -> Records:
    """Reads a catalogue: `msgid` and `msgstr` of each entry, in file order.

    An entry with plural forms gives two rows, `msgid` with the first form and `msgid_plural`
    with the last one. Contexts are of no account.

    Args:
        file: A PO or MO file, in the charset that its header names, else in UTF-8.

    Returns:
        The records; the columns are named by the fields `X-Source-Language` and `Language` of
        the header, else `msgid` and `msgstr`. `skipped` counts fuzzy and obsolete entries.

    Raises:
        InputError: if the file does not follow the format, or is damaged.

    Example:
        >>> records = read(text_files("de.po")[0])  # doctest: +SKIP
    """
    with readable(file.label), file.open() as stream:
        start = stream.read(_START)
    skipped: dict[str, int] = {}
    if mo.recognises(start):
        catalogue = mo.Catalogue(file)
        return _records("MO", catalogue.header, catalogue.rows, skipped)
    named = _CHARSET.search(start)
    charset = mo.known_charset(named[1].decode() if named else "utf-8", file.label)
    with closing(_groups(file, charset)) as groups:
        first = next(groups, None)
    if first is None:
        raise InputError(f"{file.label}: holds no message; a catalogue has msgid and msgstr")
    return _records("PO", first.metadata, lambda: _rows(file, charset, skipped), skipped)


def _records(
    form: str,
    header: Mapping[str, str],
    rows: Callable[[], Iterator[tuple[str, str]]],
    skipped: dict[str, int],
) -> Records:
    source = language_tag(header.get("X-Source-Language", "")) or "msgid"
    target = language_tag(header.get("Language", "")) or "msgstr"
    columns = [source, target if target != source else "msgstr"]
    return Records(form, columns, rows, 0, 1, skipped)


def _rows(file: TextFile, charset: str, skipped: dict[str, int]) -> Iterator[tuple[str, str]]:
    for group in _groups(file, charset):
        for entry in group:
            if not entry.msgid:  # the header, or nothing to translate
                continue
            if entry.obsolete or entry.fuzzy:
                reason = "obsolete entry" if entry.obsolete else "fuzzy entry"
                skipped[reason] = skipped.get(reason, 0) + 1
            elif entry.msgid_plural:
                forms = [text for _, text in sorted(entry.msgstr_plural.items())] or [""]
                yield entry.msgid, forms[0]
                yield entry.msgid_plural, forms[-1]
            else:
                yield entry.msgid, entry.msgstr


def _groups(file: TextFile, charset: str) -> Generator[polib.POFile, None, None]:
    """Yields the entries of a PO file, some hundred at a time; the header is in the first group."""
    with readable(file.label), file.open() as stream:
        lines: list[str] = []
        begin, entries, size, keyword = 1, 0, 0, ""
        for number, line in enumerate(_lines(stream, charset, file.label), 1):
            string = _STRING.fullmatch(line)
            if line.startswith("#") and not string and not line.startswith(("#,", "#~ ")):
                line = ""  # what comments say is of no account, and need not be right
            elif line and not string and not line.startswith("#,"):
                raise InputError(
                    f"{file.label}, line {number}: is no line of a PO file; a text stands behind "
                    'its keyword in quotes on one line, such as msgid "Yes", with \\" for a quote'
                )
            found = string[1] if string else None
            if keyword.startswith("msgstr") and (
                found in ("msgctxt", "msgid") or line.startswith("#,")
            ):
                entries, keyword = entries + 1, ""
                if entries >= _GROUP or size > _LARGEST_GROUP // 2:
                    yield _parsed(lines, begin, file.label)
                    lines, begin, entries, size = [], number, 0, 0
            keyword = found or keyword
            lines.append(line)
            size += len(line) + 1
            if size > _LARGEST_GROUP:
                raise InputError(
                    f"{file.label}, line {number}: more than a megabyte of text belongs to one "
                    "entry; take it out"
                )
        if keyword:
            yield _parsed(lines, begin, file.label)


def _lines(stream: IO[bytes], charset: str, label: str) -> Iterator[str]:
    number = 0
    while raw := stream.readline(_LONGEST_LINE):
        number += 1
        if len(raw) == _LONGEST_LINE:
            raise InputError(
                f"{label}, line {number}: is longer than a megabyte, so this is no PO file; name "
                "another file"
            )
        try:
            text = raw.removeprefix(_UTF8_MARK if number == 1 else b"").decode(charset)
        except UnicodeError as error:
            byte = raw[error.start] if isinstance(error, UnicodeDecodeError) else raw[0]
            raise InputError(
                f"{label}, line {number}: byte 0x{byte:02x} is not in the charset "
                f"{charset}; name the right one in the header, or save the file as UTF-8"
            ) from None
        yield text.strip()


def _parsed(lines: list[str], begin: int, label: str) -> polib.POFile:
    try:
        return polib.pofile(_Lines("\n".join(lines) + "\n"), encoding="utf-8")
    except OSError as error:
        found = re.search(r"line (\d+)", str(error))
        where = f"{label}, line {begin + int(found[1]) - 1}" if found else label
        raise InputError(
            f"{where}: is no PO file from here on; an entry is msgid and then msgstr, each with "
            "a text in quotes"
        ) from None
