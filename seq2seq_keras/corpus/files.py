"""Files of text, plain, compressed or in an archive, with errors that say where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import IO

from seq2seq_keras.corpus.archives import Member, members
from seq2seq_keras.corpus.compression import bare_name, open_unpacked, readable
from seq2seq_keras.corpus.encodings import (
    Encoding,
    decoded_lines,
    decoded_pieces,
    detect,
    find_encoding,
    read_fully,
)
from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import language_code

# Files beside the corpus in archives that people download.
_COMPANIONS = ("readme", "license", "licence", "copying", "about", "_about", "credits", "notice")
_NO_TEXT = (".md", ".pdf", ".html", ".htm", ".xml", ".json", ".py", ".xlsx", ".docx")
_LANGUAGE_PAIR = re.compile(r"(?:^|[._])([a-z_]{2,})-([a-z_]{2,})$")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class TextFile:
    """One text, which may lie in an archive.

    Attributes:
        label: how messages call it, such as `corpus.zip: train.de`.
        name: its file name, without a `.gz`.
        open: opens its bytes, unpacked.
        stated_encoding: the name of its encoding, or None to find out.

    Example:
        >>> file = text_files("corpus.txt.gz")[0]  # doctest: +SKIP
        >>> file.encoding.name, next(file.lines())
        ('GB18030', '你好。')
    """

    label: str
    name: str
    open: Callable[[], IO[bytes]]
    stated_encoding: str | None = None

    @cached_property
    def encoding(self) -> Encoding:
        """The encoding of the text: as stated, else as its beginning tells.

        Raises:
            InputError: if there is no encoding of the stated name, or the file cannot be read.
        """
        if self.stated_encoding is not None:
            return find_encoding(self.stated_encoding)
        with readable(self.label), self.open() as file:
            return detect(file)

    @property
    def read_as(self) -> str:
        """The name of the encoding that it was read in, or "" if no text of it was asked for.

        Formats such as XML and Parquet know themselves how they are encoded.
        """
        known = self.__dict__.get("encoding")
        return known.name if known is not None else ""

    def start(self, size: int) -> bytes:
        """Returns the first bytes, so many where there are.

        Raises:
            InputError: if the file cannot be read.
        """
        with readable(self.label), self.open() as file:
            return read_fully(file, size)

    def lines(self) -> Iterator[str]:
        """Yields the lines without their ends; only a line feed ends a line.

        So a sentence that holds U+2028 or a form feed stays one line, and line 100 here is
        line 100 of `wc` and of every editor.

        Raises:
            InputError: if a line is not in the text's encoding or far too long to be one, or the
                archive is damaged.
        """
        encoding = self.encoding
        with readable(self.label), self.open() as file:
            yield from decoded_lines(file, encoding, self.label)

    def pieces(self) -> Iterator[str]:
        """Yields the text in pieces of any length, without a byte order mark.

        Raises:
            InputError: if it is not in its encoding, or the archive is damaged.
        """
        encoding = self.encoding
        with readable(self.label), self.open() as file:
            yield from decoded_pieces(file, encoding, self.label)


def text_files(path: str | Path) -> list[TextFile]:
    """Returns the text in a file: one, or the two aligned files in an archive.

    Of an archive that holds more, two files are taken whose names differ in the last ending
    alone, a language each, and tell the languages before it: `Books.de-en.de`, `Books.de-en.en`,
    as OPUS names them.

    Args:
        path: a plain file; one compressed by gzip, bzip2, xz or Zstandard; a zip archive; a tar
            archive, which may be compressed. Its first bytes tell which.

    Raises:
        InputError: if there is no such file, or it is unclear which text in it is meant.

    Example:
        >>> [file.name for file in text_files("de-en.txt.zip")]  # doctest: +SKIP
        ['Books.de-en.de', 'Books.de-en.en']
    """
    path = Path(path).expanduser()
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name the corpus file in it")
    if not path.exists():
        raise InputError(f"{path}: there is no such file")
    found = members(path)
    if found is None:
        return [TextFile(str(path), bare_name(path.name), partial(open_unpacked, path))]
    if _is_sheet(path, found):
        return [TextFile(str(path), path.name, lambda: path.open("rb"))]
    return [
        TextFile(f"{path}: {member.name}", bare_name(PurePosixPath(member.name).name), member.open)
        for member in _texts(path, found)
    ]


def _is_sheet(path: Path, found: list[Member]) -> bool:
    """Says whether a zip archive is a workbook, which is one file to its user."""
    names = [member.name for member in found]
    office = "[Content_Types].xml" in names
    document = b""
    if names[:1] == ["mimetype"]:
        with found[0].open() as file:
            document = file.read(100)
    if not office and not document.startswith(_OPEN_DOCUMENT):
        return False
    if document.startswith(_OPEN_DOCUMENT + b"spreadsheet"):
        return True
    if office and any(name.startswith("xl/") for name in names):
        return True
    raise InputError(f"{path}: is an Office document; save the table as CSV")


def _texts(path: Path, found: list[Member]) -> list[Member]:
    """Chooses the corpus among the files in an archive."""
    visible = [member for member in found if not _is_hidden(member.name)]
    named = [member for member in visible if not _is_companion(member.name)] or visible
    # A workbook or the like beside texts is about them; alone it is the corpus.
    texts = [member for member in named if not _is_no_text(member.name)] or named
    if not texts:
        raise InputError(f"{path}: the archive holds no file")
    if len(texts) <= 2:
        return texts
    pairs = _pairs(texts)
    told = [pair for pair in pairs if _is_named_by_its_languages(pair)]
    if len(told) == 1:
        return list(told[0])
    names = ", ".join(member.name for member in texts[:4]) + (", ..." if len(texts) > 4 else "")
    if pairs:
        examples = " or ".join(f"{one.name} and {other.name}" for one, other in pairs[:3])
        raise InputError(
            f"{path}: unclear which of the {len(texts)} files in the archive are the corpus "
            f"({names}); unpack it and name one table or two aligned files, such as {examples}"
        )
    raise InputError(
        f"{path}: unclear which of the {len(texts)} files in the archive are the corpus "
        f"({names}); unpack it and name one table or two aligned files"
    )


def _pairs(texts: list[Member]) -> list[tuple[Member, Member]]:
    """Finds files whose names differ in the last ending alone, which names a language each."""
    families: dict[str, list[Member]] = {}
    for member in texts:
        if _language(member) is not None:
            families.setdefault(bare_name(member.name).rpartition(".")[0], []).append(member)
    return [
        (one, other)
        for family in families.values()
        for index, one in enumerate(family)
        for other in family[index + 1 :]
    ]


def _language(member: Member) -> str | None:
    """The ending of a name if it is, or by the name's `xx-yy` part seems, that of a language."""
    stem, _, ending = bare_name(PurePosixPath(member.name).name).rpartition(".")
    if not stem:
        return None
    pair = _LANGUAGE_PAIR.search(stem.casefold())
    if pair is not None and ending.casefold() in pair.groups():
        return ending
    return ending if language_code(ending) is not None else None


def _is_named_by_its_languages(pair: tuple[Member, Member]) -> bool:
    stems, endings = [], []
    for member in pair:
        stem, _, ending = bare_name(PurePosixPath(member.name).name).casefold().rpartition(".")
        stems.append(stem)
        endings.append(ending)
    languages = _LANGUAGE_PAIR.search(stems[0])
    return languages is not None and sorted(languages.groups()) == sorted(endings)


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _is_companion(name: str) -> bool:
    return PurePosixPath(name.casefold()).stem in _COMPANIONS


def _is_no_text(name: str) -> bool:
    return PurePosixPath(name.casefold()).suffix in _NO_TEXT
