"""XML of strangers, read piece by piece: nothing is fetched, and little is held."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator
from contextlib import suppress
from typing import IO, NoReturn

from lxml import etree

from seq2seq_keras.corpus.compression import readable
from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.errors import InputError

XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

_CHUNK = 32 * 2**10
# A unit is a sentence or a paragraph in some languages. A megabyte of elements, the smallest of
# four bytes, takes some 40 MB in memory.
_UNIT_BYTES = 2**20
_PROLOG_BYTES = 2**20
# libxml2 keeps every name of an element or attribute; the formats know some hundred.
_NAMES = 10_000
# From here on libxml2 guesses the line of an element from those of its neighbours.
_COUNTED_LINES = 65_535
_OWN_CODINGS = {
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"<\x00": "utf-16-le",
    b"\x00<": "utf-16-be",
}
_BEFORE_ROOT = re.compile(
    r"\ufeff?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE\s[^\[>]*(?:\[.*?\]\s*)?>\s*)*<", re.DOTALL
)
_NAME = re.compile(r"(?:[\w.-]+:)?([\w.-]+)(?=[\s/>])")


def root_name(start: bytes) -> str | None:
    """Returns the local name of the root element, if the beginning of a file holds it.

    Args:
        start: The first bytes, such as 4 KiB, in UTF-8, UTF-16 or any coding that has ASCII.

    Returns:
        The name without its prefix; None if this is no XML, or the root begins later.

    Example:
        >>> root_name(b'<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4">')
        'tmx'
    """
    # Latin-1 reads any bytes; names in these formats are ASCII.
    coding = _OWN_CODINGS.get(start[:2], "latin-1")
    text = start.removeprefix(b"\xef\xbb\xbf").decode(coding, errors="replace")
    before = _BEFORE_ROOT.match(text)
    found = before and _NAME.match(text, before.end())
    return found[1] if found else None


def local_name(element: etree._Element) -> str:
    """Returns the name of an element without its namespace; "" of what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yields the children of a name that stand in the namespace of their parent."""
    return element.iterchildren(f"{element.tag.rpartition('}')[0]}}}{name}".removeprefix("}"))


def place(label: str, element: etree._Element) -> str:
    """Says where an element stands, for a message."""
    line = element.sourceline
    return f"{label}, line {line}" if line and line < _COUNTED_LINES else label


def elements(file: TextFile, names: Collection[str]) -> Generator[etree._Element, None, None]:
    """Yields each element of some names when it is complete, and then forgets it.

    Its ancestors still have their attributes while it is looked at; an element of these names
    within another one is part of it. A DOCTYPE is passed over and what it points to is never
    fetched.

    Args:
        file: The XML file, in the coding that it declares.
        names: Local names; the namespace is of no account.

    Yields:
        The elements, valid until the next one is asked for.

    Raises:
        InputError: if the file is no well-formed XML, declares entities, or is built to fill
            the memory.
    """
    label = file.label
    parser = etree.XMLPullParser(
        ("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    unit: etree._Element | None = None
    seen: set[str] = set()
    held = 0
    with readable(label), file.open() as stream:
        for piece in _pieces(stream, seen):
            held += len(piece)
            _parse(parser, piece, label)
            for event, element in parser.read_events():
                if event == "start":
                    if not seen:
                        _refuse_entities(element, label)
                        held = 0
                    seen.add(element.tag)
                    seen.update(element.keys())
                    if unit is None and local_name(element) in names:
                        unit, held = element, 0
                elif unit is None or element is unit:
                    if element is unit:
                        yield element
                        unit = None
                    held = 0
                    _forget(element)
            if unit is not None and held > _UNIT_BYTES:
                raise _too_large(parser, unit, label)
            _limit(label, held, len(seen))


def _pieces(stream: IO[bytes], seen: Collection[str]) -> Iterator[bytes]:
    """Yields a file by chunks, and b"" at its end.

    As long as no element is seen they are cut behind each `>`, so that the declarations of a
    DOCTYPE are looked at before libxml2 meets what uses them.
    """
    while chunk := stream.read(_CHUNK):
        if seen:
            yield chunk
        else:
            yield from re.findall(b"[^>]*>|[^>]+", chunk)
    yield b""


def _forget(element: etree._Element) -> None:
    """Empties an element, and takes those before it out of the tree."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def _limit(label: str, held: int, names: int) -> None:
    """Refuses what is built to fill the memory."""
    if not names and held > _PROLOG_BYTES:
        raise InputError(
            f"{label}: the first element does not open within a megabyte; take out what stands "
            "before or in it"
        )
    if names > _NAMES:
        raise InputError(
            f"{label}: has more than {_NAMES:,} different names of elements and attributes, "
            "which no translation file has; export it again"
        )


def _too_large(parser: etree.XMLPullParser, unit: etree._Element, label: str) -> InputError:
    where = f"{place(label, unit)}: the <{local_name(unit)}> that begins here"
    try:
        parser.close()  # behind an & libxml2 goes on in search of the ; until it is told the end
    except etree.XMLSyntaxError as error:
        if "EntityRef" in (error.msg or ""):
            return _error(parser, "", 0, label, True)
    return InputError(f"{where} is larger than a megabyte, which is no sentence; take it out")


def _refuse_entities(root: etree._Element, label: str) -> None:
    declared = root.getroottree().docinfo.internalDTD
    entity = next(iter(declared.iterentities()), None) if declared is not None else None
    if entity is not None:
        raise InputError(_entity_message(label, f"declares the entity {entity.name!r}"))


def _entity_message(where: str, what: str) -> str:
    return (
        f"{where}: {what}, and entities other than XML's own (such as &amp;) are not taken; "
        "write the characters themselves"
    )


def refuse_reference(element: etree._Element, label: str) -> NoReturn:
    """Raises the error for a reference to an entity that XML does not know.

    Args:
        element: What lxml puts into the tree for it.
        label: What the file is called.

    Raises:
        InputError: always.
    """
    raise InputError(_entity_message(place(label, element), f"uses the entity {element.text}"))


def _parse(parser: etree.XMLPullParser, piece: bytes, label: str) -> None:
    try:
        if piece:
            parser.feed(piece)
        else:
            parser.close()
    except etree.XMLSyntaxError as error:
        raise _error(parser, error.msg or "", error.lineno or 0, label, not piece) from None
    if parser.feed_error_log.filter_from_errors():  # lxml would raise some at the end only
        raise _error(parser, "", 0, label, False)


def _error(
    parser: etree.XMLPullParser, said: str, line: int, label: str, at_end: bool
) -> InputError:
    """Puts what libxml2 says into one line that says what to do."""
    kind = ""
    with suppress(IndexError):
        first = parser.feed_error_log.filter_from_errors()[0]
        said, line, kind = first.message, first.line, first.type_name
    said = " ".join(said.split())[:200]
    where = f"{label}, line {max(line, 1)}"
    if "amplification" in said or kind in ("ERR_UNDECLARED_ENTITY", "ERR_ENTITY_LOOP"):
        return InputError(_entity_message(where, f"uses an entity that is not known ({said})"))
    if kind == "ERR_RESOURCE_LIMIT":
        return InputError(
            f"{where}: nested too deep or too large for a text ({said.split(',')[0]}); take it out"
        )
    if "ENCODING" in kind or kind.startswith("I18N") or re.search("^[Ee]ncoding|conv error", said):
        return InputError(
            f"{where}: the bytes are not in the encoding that the file declares ({said}); save "
            "it as UTF-8, and declare that"
        )
    if kind in ("", "ERR_DOCUMENT_EMPTY"):
        return InputError(f"{where}: is no XML, or empty; export or copy it again")
    if "EntityRef" in said:
        return InputError(
            f"{where}: has an & that begins no entity ({said}); write it as &amp;, or copy the "
            "file again if it breaks off here"
        )
    if at_end and kind != "ERR_DOCUMENT_END":
        return InputError(
            f"{where}: breaks off before its last element is closed ({said}); the file is "
            "incomplete, copy or export it again"
        )
    return InputError(f"{where}: is not well-formed XML ({said}); mend it, or export it again")
