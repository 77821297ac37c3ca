"""The text of a segment, without the codes of the document that it came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from lxml import etree

from seq2seq_keras.corpus.formats.xml import local_name, refuse_reference

# Codes that part words: breaks of lines, pages and cells, and the tags of blocks.
_BLOCKS = "br|hr|p|div|li|ul|ol|dl|dt|dd|td|th|tr|table|h[1-6]|tab|lb|pb|cb"
_BREAKING_KIND = re.compile(rf"(?:x-|xlf:)?(?:html-)?(?:{_BLOCKS}|line|page)", re.IGNORECASE)
_BREAKING_CODE = re.compile(
    rf"\s+|.*(?:<\s*/?\s*(?:\w+:)?(?:{_BLOCKS})\b|\\(?:par|line|tab|page|cell|row|n|t)\b).*",
    re.IGNORECASE | re.DOTALL,
)
_KINDS = ("type", "ctype", "subType", "equiv-text", "equiv", "disp")


def own_code(element: etree._Element) -> str:
    """Returns what a code element itself holds of the document's code."""
    return "".join(element.itertext())


def plain_text(
    element: etree._Element,
    label: str,
    codes: Collection[str],
    code: Callable[[etree._Element], str] = own_code,
    skip: Callable[[etree._Element], bool] = lambda element: False,
) -> str:
    """Returns the text of a segment; codes of formatting are left out.

    Where a code stood between two spaces one remains. Where it stands for a break, such as the
    end of a line, a space keeps the words beside it apart; any other leaves no trace, for it
    may stand within a word.

    Args:
        element: The segment.
        label: What the file is called, for an error.
        codes: Local names of the elements that are codes; text in all others is kept.
        code: Returns the code that such an element stands for.
        skip: Says of any other element that it is left out like a code.

    Raises:
        InputError: if the text refers to an entity that XML does not know.

    Example:
        >>> segment = etree.fromstring("<seg>un<bpt>[b]</bpt>believ<ept>[/b]</ept>able</seg>")
        >>> plain_text(segment, "memory.tmx", {"bpt", "ept"})
        'unbelievable'
    """
    parts: list[str] = []
    gap, breaks = False, False
    for piece in _pieces(element, label, codes, code, skip):
        if isinstance(piece, bool):
            gap, breaks = True, breaks or piece
        elif piece:
            if gap and parts:
                before, behind = parts[-1][-1].isspace(), piece[0].isspace()
                if before and behind:
                    piece = piece.lstrip()
                elif breaks and not before and not behind:
                    parts.append(" ")
            if piece:
                parts.append(piece)
                gap, breaks = False, False
    return "".join(parts)


def _pieces(
    element: etree._Element,
    label: str,
    codes: Collection[str],
    code: Callable[[etree._Element], str],
    skip: Callable[[etree._Element], bool],
) -> Iterator[str | bool]:
    """Yields text, and for each code whether it is a break."""
    yield element.text or ""
    for child in element:
        if not isinstance(child.tag, str):
            refuse_reference(child, label)
        if local_name(child) in codes or skip(child):
            yield _is_break(child, code)
        else:
            yield from _pieces(child, label, codes, code, skip)
        yield child.tail or ""


def _is_break(element: etree._Element, code: Callable[[etree._Element], str]) -> bool:
    for name in _KINDS:
        kind = element.get(name)
        if kind and (_BREAKING_KIND.fullmatch(kind) or _BREAKING_CODE.fullmatch(kind)):
            return True
    return _BREAKING_CODE.fullmatch(code(element)) is not None
