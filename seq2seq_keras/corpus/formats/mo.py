"""The binary catalogues of GNU gettext."""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator

from seq2seq_keras.corpus.compression import readable
from seq2seq_keras.corpus.encodings import is_of_files
from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.errors import InputError

_MAGICS = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}
# Its strings lie anywhere in it, so a file is held whole. The largest catalogues, of office
# programs, have some 10 MB.
_LARGEST = 64 * 2**20


class Catalogue:
    """A binary catalogue, held as it is in the file; strings are decoded when asked for.

    Example:
        >>> catalogue = Catalogue(text_files("de.mo")[0])  # doctest: +SKIP
        >>> catalogue.header["Language"]  # doctest: +SKIP
        'de'
    """

    def __init__(self, file: TextFile) -> None:
        """Reads a catalogue and looks whether its tables fit into the file.

        Args:
            file: The catalogue.

        Raises:
            InputError: if it is none, damaged, or larger than 64 MB.
        """
        self._label = file.label
        with readable(file.label), file.open() as stream:
            self._content = stream.read(_LARGEST + 1)
        if len(self._content) > _LARGEST:
            raise InputError(
                f"{file.label}: is larger than 64 MB; convert it with `msgunfmt`, PO may be larger"
            )
        order = _MAGICS.get(self._content[:4])
        if order is None or len(self._content) < 20:
            raise self._damaged("its header is cut off")
        self._pair = struct.Struct(f"{order}II")
        revision, self._count = self._pair.unpack_from(self._content, 4)
        self._tables = self._pair.unpack_from(self._content, 12)
        if revision >> 16 > 1:
            raise InputError(
                f"{file.label}: has revision {revision >> 16} of the MO format, and only 0 and 1 "
                "are known; convert it with `msgunfmt`"
            )
        if any(table + 8 * self._count > len(self._content) for table in self._tables):
            raise self._damaged(f"its tables of {self._count} strings do not fit into it")
        self._charset = "utf-8"
        self.header: dict[str, str] = {}
        if self._count and not self._string(0, 0):
            self._read_header(self._string(1, 0))

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yields each message and its translation; one with plural forms twice.

        Raises:
            InputError: if a string lies outside the file, or is not in the file's charset.
        """
        total = 0
        for index in range(self._count):
            raw_message, raw_translation = (self._string(table, index) for table in (0, 1))
            total += len(raw_message) + len(raw_translation)
            if total > len(self._content):  # or a small file could hold endless text
                raise self._damaged("its strings overlap")
            if not raw_message:
                continue
            message = self._text(raw_message.rpartition(b"\x04")[2], index).split("\0")
            translation = self._text(raw_translation, index).split("\0")
            yield message[0], translation[0]
            if len(message) > 1:
                yield message[1], translation[-1]

    def _read_header(self, raw: bytes) -> None:
        named = re.search(rb"charset=([\w.:-]+)", raw)
        if named:
            self._charset = known_charset(named[1].decode(), self._label)
        for line in self._text(raw, 0).split("\n"):
            name, found, value = line.partition(":")
            if found:
                self.header[name.strip()] = value.strip()

    def _string(self, table: int, index: int) -> bytes:
        length, offset = self._pair.unpack_from(self._content, self._tables[table] + 8 * index)
        if offset + length > len(self._content):
            raise self._damaged(f"string {index + 1} lies outside of it")
        return self._content[offset : offset + length]

    def _text(self, raw: bytes, index: int) -> str:
        try:
            return raw.decode(self._charset)
        except UnicodeError:
            raise InputError(
                f"{self._label}: string {index + 1} is not in {self._charset}, which the header "
                "names; make it anew with `msgfmt`"
            ) from None

    def _damaged(self, why: str) -> InputError:
        return InputError(f"{self._label}: is damaged, {why}; make it anew with `msgfmt`")


def recognises(start: bytes) -> bool:
    """Says whether a file that begins so is a binary catalogue."""
    return start[:4] in _MAGICS


def known_charset(name: str, label: str) -> str:
    """Returns the charset that a header names, UTF-8 for the placeholder of templates.

    Args:
        name: The charset, such as `ISO-8859-1`.
        label: What the file is called.

    Raises:
        InputError: if Python knows none of that name.

    Example:
        >>> known_charset("CHARSET", "messages.pot")
        'utf-8'
    """
    if name.casefold() == "charset":
        return "utf-8"
    try:
        codec = codecs.lookup(name)
        if not is_of_files(codec.name):
            raise LookupError
    except LookupError:
        raise InputError(
            f"{label}: its header names the charset {name!r}, which is not known; convert it "
            "with `msgconv --to-code=UTF-8`"
        ) from None
    return codec.name
