"""A segment of a translation file: the text to be translated, and the tags set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from lxml import etree

from seq2seq_keras.corpus.formats.inline import own_code, plain_text
from seq2seq_keras.documents.document import Translated
from seq2seq_keras.documents.markup import Element, Markup
from seq2seq_keras.documents.tags import Tag, letters, place_tags, with_tags
from seq2seq_keras.text.normalisation import normalise

Attributes = Mapping[str, str]

# What XML cannot hold, and no text should.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _never(attributes: Attributes) -> bool:
    return False


@dataclass(frozen=True)
class Codes:
    """What the elements within a segment are.

    Attributes:
        alone: Local names of those that stand for a code of the document, contents and all. Any
            other element is a pair of tags around text.
        opened: Tells what a code opens, by its local name and attributes; "" if nothing.
        closed: Likewise what it closes.
        kept: Says of any other element that it is kept whole, like a code.
        dropped: Says that an element is not there in the translation.
        written: Returns what a code stands for, where that is told elsewhere.
    """

    alone: Collection[str]
    opened: Callable[[str, Attributes], str]
    closed: Callable[[str, Attributes], str]
    kept: Callable[[Attributes], bool] = _never
    dropped: Callable[[Attributes], bool] = _never
    written: Callable[[Attributes], str] = lambda attributes: ""


@dataclass(frozen=True)
class Segment:
    """A text with its tags.

    Attributes:
        text: What is to be translated, without spaces around it; "" if there is nothing.
        before, after: The white space around it.
        tags: The tags, in order.
    """

    text: str
    before: str = ""
    after: str = ""
    tags: tuple[Tag, ...] = ()

    @property
    def has_inner_tags(self) -> bool:
        """Whether tags stand within the text, whose places in a translation must be found."""
        return _has_inner(self.tags, letters(self.text))

    def fill(self, translation: Translated) -> str:
        """Writes a translation with the tags, as XML."""
        text = xml_text(translation.text).strip()
        placed = place_tags(self.tags, self.text, text, translation.links)
        return f"{escape(self.before)}{with_tags(text, placed, escape)}{escape(self.after)}"


def xml_text(text: str) -> str:
    """Returns a text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def read_segment(
    markup: Markup, element: Element, codes: Codes, label: str, keep_spaces: bool = False
) -> Segment:
    """Reads the text in an element, and sets its tags aside.

    Args:
        markup: The file.
        element: The element.
        codes: What the elements in it are.
        label: What the file is called.
        keep_spaces: Whether line breaks are part of the text.
    """
    reader = _Reader(markup, codes)
    tags = reader.tags(element)
    raw = text = "".join(reader.texts)
    before, after = raw[: len(raw) - len(raw.lstrip())], raw[len(raw.rstrip()) :]
    if tags:  # as a corpus is read, whose texts are compared with this one

        def left_out(inner: etree._Element) -> bool:
            attributes = dict(inner.attrib)
            return codes.kept(attributes) or codes.dropped(attributes)

        text = plain_text(
            _as_lxml(element),
            label,
            codes.alone,
            lambda code: codes.written(dict(code.attrib)) or own_code(code),
            left_out,
        )
    lines = text.strip().split("\n") if keep_spaces else [text]
    text = "\n".join(map(normalise, lines))
    return Segment(text, before, after, tuple(_settled(tag, raw) for tag in tags))


class _Reader:
    """Reads text and tags, whose places are first told by the characters before them."""

    def __init__(self, markup: Markup, codes: Codes) -> None:
        self._markup = markup
        self._codes = codes
        self.texts: list[str] = []
        self._length = 0

    def tags(self, element: Element) -> list[Tag]:
        tags: list[Tag] = []
        opened: list[tuple[str, int]] = []
        for part in element.content:
            if isinstance(part, str):
                self.texts.append(part)
                self._length += len(part)
            elif self._codes.dropped(part.attributes):
                continue
            elif part.local in self._codes.alone:
                self._add_code(part, tags, opened)
            else:
                tags.append(self._tag(part))
        return tags

    def _tag(self, element: Element) -> Tag:
        start = self._length
        whole = self._markup.between(element.start, element.end)
        if self._codes.kept(element.attributes) or element.inner_end == element.end:
            return Tag(whole, "", start, start)
        inner = tuple(self.tags(element))
        return Tag(
            self._markup.opening(element),
            self._markup.closing(element),
            start,
            self._length,
            inner,
        )

    def _add_code(self, code: Element, tags: list[Tag], opened: list[tuple[str, int]]) -> None:
        """Adds a code; of two that open and close the same a pair is made."""
        place, whole = self._length, self._markup.between(code.start, code.end)
        key = self._codes.closed(code.local, code.attributes)
        if key and key in [other for other, _ in opened]:
            while opened:
                other, index = opened.pop()
                if other == key:
                    break
            first, inner = tags[index], tuple(tags[index + 1 :])
            tags[index:] = [Tag(first.opening, whole, first.start, place, inner)]
            return
        if key := self._codes.opened(code.local, code.attributes):
            opened.append((key, len(tags)))
        tags.append(Tag(whole, "", place, place))


def _settled(tag: Tag, raw: str) -> Tag:
    """Counts the letters before a tag, and sees to which word it belongs."""
    start, end = (letters(normalise(raw[:place])) for place in (tag.start, tag.end))
    before, behind = raw[: tag.start][-1:], raw[tag.start :][:1]
    sticks = bool(before.strip()) and not behind.isalnum()
    inner = tuple(_settled(each, raw) for each in tag.inner)
    return replace(tag, start=start, end=end, inner=inner, behind=sticks)


def _has_inner(tags: Collection[Tag], end: int) -> bool:
    for tag in tags:
        if (tag.start, tag.end) == (0, end) and tag.closing:
            if _has_inner(tag.inner, end):
                return True
        elif tag.start != tag.end or tag.start not in (0, end):
            return True
    return False


def _as_lxml(element: Element) -> etree._Element:
    attributes = {name: value for name, value in element.attributes.items() if ":" not in name}
    made = etree.Element(element.local, attributes)
    last: etree._Element | None = None
    for part in element.content:
        if isinstance(part, Element):
            last = _as_lxml(part)
            made.append(last)
        elif last is None:
            made.text = (made.text or "") + part
        else:
            last.tail = (last.tail or "") + part
    return made
