"""XML as a tree that knows where in the file each element stands, so that all else can be kept.

A library that reads XML and writes it again changes quotes, spaces in tags, line ends and the
declaration. Here only the stretches that change are written, into the file as it is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import escape

from lxml import etree

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.xml import elements, refuse_reference
from seq2seq_keras.documents.document import Translated, Unit
from seq2seq_keras.errors import InputError

_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DECLARED = re.compile(
    rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z][\w.:-]*)[\"']"
)
_DEEPEST = 1000  # bytes of white space before an element that are looked for
_TAG = re.compile(rb"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")


class Element:
    """An element, and where it stands in the file.

    Attributes:
        name: Its name as it is written, with the prefix.
        attributes: Their values, by their names as they are written.
        parent: The element around it.
        content: Text and elements in it, in order.
        start, inner: Where its first tag begins and ends.
        inner_end, end: Where its last tag begins and ends; of an element of one tag both are
            `inner`.
    """

    def __init__(self, name: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.content: list[str | Element] = []
        self.start = self.inner = self.inner_end = self.end = 0

    @property
    def local(self) -> str:
        """Its name without the prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix of its name with the colon, or ""."""
        return self.name[: -len(self.local)]

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.content)

    def elements(self) -> Iterator[Element]:
        """Yields it and all elements in it, in the order of the file."""
        yield self
        for part in self.content:
            if isinstance(part, Element):
                yield from part.elements()

    def children(self, local: str) -> Iterator[Element]:
        """Yields the elements of a name right in it that share its prefix."""
        for part in self.content:
            if isinstance(part, Element) and part.name == self.prefix + local:
                yield part

    def child(self, local: str) -> Element | None:
        """Returns the first of `children`."""
        return next(self.children(local), None)

    def inherited(self, *names: str) -> str:
        """Returns an attribute of it or of the nearest element around it that has one."""
        element: Element | None = self
        while element is not None:
            for name in names:
                if name in element.attributes:
                    return element.attributes[name]
            element = element.parent
        return ""


class Edit(NamedTuple):
    """A stretch of a file, and what is to stand there instead."""

    start: int
    end: int
    text: str


class Markup:
    """A whole XML file, which is safe to read.

    Args:
        file: The file.
        units: The local names of the elements that hold a unit each, by which its size is
            limited.

    Attributes:
        root: The outermost element.
        encoding: In which the file is written.

    Raises:
        InputError: If the file is no well-formed XML, is not in its encoding, or uses entities.
    """

    def __init__(self, file: TextFile, units: Sequence[str]) -> None:
        for _ in elements(file, units):
            pass  # what is wrong with the file is told by its line
        with file.open() as stream:
            content = stream.read()
        self.encoding = _encoding(content, file.label)
        try:
            self._content = content.decode(self.encoding).encode()
        except UnicodeError:
            raise InputError(
                f"{file.label}: is not in the encoding {self.encoding!r} that it declares; save "
                "it as UTF-8, and declare that"
            ) from None
        self.root = _tree(self._content, file.label)

    def between(self, start: int, end: int) -> str:
        """Returns a stretch of the file as it is written."""
        return self._content[start:end].decode()

    def opening(self, element: Element) -> str:
        """Returns the first tag of an element as it is written."""
        return self.between(element.start, element.inner)

    def closing(self, element: Element) -> str:
        """Returns the last tag of an element as it is written; "" if it is of one tag."""
        return self.between(element.inner_end, element.end)

    def inside(self, element: Element) -> str:
        """Returns what is written between the tags of an element."""
        return self.between(element.inner, element.inner_end)

    def indentation(self, element: Element) -> str:
        """Returns the white space before an element."""
        before = self._content[max(0, element.start - _DEEPEST) : element.start]
        return before[len(before.rstrip(b" \t\r\n")) :].decode()

    def edited(self, start: int, end: int, edits: Sequence[Edit]) -> str:
        """Returns a stretch of the file with some edits."""
        parts = []
        for edit in sorted(edits, key=lambda edit: edit[:2]):
            parts += [self.between(start, edit.start), edit.text]
            start = edit.end
        return "".join([*parts, self.between(start, end)])

    def unit(
        self,
        element: Element,
        texts: Sequence[str],
        linked: Sequence[str],
        edits: Callable[[Sequence[Translated]], Sequence[Edit]],
    ) -> Unit:
        """Makes a unit of an element of which only some stretches change.

        Args:
            element: The element.
            texts, linked: As of `Unit`.
            edits: Says what changes with some translations.
        """

        def fill(translations: Sequence[Translated]) -> str:
            return self.edited(element.start, element.end, edits(translations))

        return Unit(tuple(texts), tuple(linked), fill)

    def parts(
        self, units: Sequence[tuple[Element, Unit]], edits: Sequence[Edit] = ()
    ) -> list[str | Unit]:
        """Divides the file into units and what is between them.

        Args:
            units: The elements that are units, none within another.
            edits: What changes between them.
        """
        parts: list[str | Unit] = []
        begin = 0
        for element, unit in sorted(units, key=lambda each: each[0].start):
            between = [edit for edit in edits if begin <= edit.start < element.start]
            parts += [self.edited(begin, element.start, between), unit]
            begin = element.end
        rest = [edit for edit in edits if edit.start >= begin]
        return [*parts, self.edited(begin, len(self._content), rest)]


def with_attributes(tag: str, attributes: Mapping[str, str]) -> str:
    """Writes a first tag with some attributes, in the place of those that it has.

    Args:
        tag: The tag, `<name ...>` or `<name .../>`.
        attributes: Values by names.

    Returns:
        The tag, open in any case.

    Example:
        >>> with_attributes("<target  state='new' />", {"state": "final"})
        "<target  state='final'>"
    """
    tag = tag[:-1].removesuffix("/").rstrip()
    for name, value in attributes.items():
        written = escape(value, {'"': "&quot;", "'": "&apos;"})
        pattern = re.compile(rf"(\s{re.escape(name)}\s*=\s*)(?:\"[^\"]*\"|'[^']*')")
        found = pattern.search(tag)
        if found:
            quote = found[0][-1]
            tag = f"{tag[: found.start()]}{found[1]}{quote}{written}{quote}{tag[found.end() :]}"
        else:
            tag += f' {name}="{written}"'
    return f"{tag}>"


def _encoding(content: bytes, label: str) -> str:
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return encoding
    if content[:2] in (b"<\0", b"\0<"):
        return "utf-16-le" if content[:1] == b"<" else "utf-16-be"
    declared = _DECLARED.match(content)
    if declared is None:
        return "utf-8"
    name = declared[1].decode()
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise InputError(
            f"{label}: declares the encoding {name!r}, which is not known; save it as UTF-8, and "
            "declare that"
        ) from None


def _tree(content: bytes, label: str) -> Element:
    """Reads the elements of XML in UTF-8, whatever it declares."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.specified_attributes = True
    around = Element("", {}, None)
    current = around

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal current
        element = Element(name, attributes, current if current is not around else None)
        element.start = parser.CurrentByteIndex
        tag = _TAG.match(content, element.start)
        element.inner = tag.end() if tag else element.start
        current.content.append(element)
        opened.append(current)
        current = element

    def end(name: str) -> None:
        nonlocal current
        if content.endswith(b"/>", current.start, current.inner):
            current.inner_end = current.end = current.inner
        else:
            current.inner_end = parser.CurrentByteIndex
            current.end = content.index(b">", current.inner_end) + 1
        current = opened.pop()

    def text(characters: str) -> None:
        if current is not around:
            current.content.append(characters)

    def skipped(name: str, is_parameter: bool) -> None:
        if not is_parameter:
            refuse_reference(etree.Entity(name), label)

    opened: list[Element] = []
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.SkippedEntityHandler = skipped
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise InputError(
            f"{label}, line {error.lineno}: is not well-formed XML "
            f"({expat.ErrorString(error.code)}); mend it, or export it again"
        ) from None
    (root,) = (part for part in around.content if isinstance(part, Element))
    return root
