"""Translation sources of Qt Linguist, a row each message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from lxml import etree

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.language_tags import language_tag
from seq2seq_keras.corpus.formats.records import Records
from seq2seq_keras.corpus.formats.xml import (
    children,
    elements,
    local_name,
    place,
    refuse_reference,
)
from seq2seq_keras.errors import InputError

_LEFT_OUT = ("obsolete", "vanished")


def read(file: TextFile) -> Records:
    """Reads a TS file: source and translation of each message.

    Unfinished messages are taken as they are, which may be "". Of a message with a number
    (`%n`) the last form that is written is taken, the plural: it fits most numbers, and its
    source text stands for any. Of variants by length the first, which is the longest.

    Args:
        file: The TS file.

    Returns:
        The records, columns named by `sourcelanguage` and `language`, else `source` and
        `translation`. `skipped` counts obsolete and vanished messages.

    Raises:
        InputError: if the file is no well-formed XML, or holds no message.

    Example:
        >>> records = read(text_files("app_de.ts")[0])  # doctest: +SKIP
    """
    with closing(elements(file, ("message",))) as messages:
        first = next(messages, None)
        if first is None:
            raise InputError(f"{file.label}: holds no message; fill it with Qt's lupdate")
        root = first.getroottree().getroot()
        version = root.get("version", "")
        source = language_tag(root.get("sourcelanguage", "")) or "source"
        target = language_tag(root.get("language", "")) or "translation"
    skipped: dict[str, int] = {}
    return Records(
        f"Qt TS {version}".strip(),
        [source, target if target != source else "translation"],
        lambda: _rows(file, skipped),
        0,
        1,
        skipped,
    )


def _rows(file: TextFile, skipped: dict[str, int]) -> Iterator[tuple[str, str]]:
    for message in elements(file, ("message",)):
        source = next(children(message, "source"), None)
        translation = next(children(message, "translation"), None)
        kind = translation.get("type") if translation is not None else None
        if kind in _LEFT_OUT:
            reason = f"{kind} message"
            skipped[reason] = skipped.get(reason, 0) + 1
            continue
        yield (
            _text(source, file.label) if source is not None else "",
            _translation(translation, file.label) if translation is not None else "",
        )


def _translation(translation: etree._Element, label: str) -> str:
    forms = [_variant(form, label) for form in children(translation, "numerusform")]
    if forms:
        return next((form for form in reversed(forms) if form.strip()), "")
    return _variant(translation, label)


def _variant(element: etree._Element, label: str) -> str:
    return _text(next(children(element, "lengthvariant"), element), label)


def _text(element: etree._Element, label: str) -> str:
    parts = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            refuse_reference(child, label)
        byte = local_name(child) == "byte"
        parts.append(_character(child, label) if byte else _text(child, label))
        parts.append(child.tail or "")
    return "".join(parts)


def _character(byte: etree._Element, label: str) -> str:
    """Returns the character that XML cannot hold, written as `x1f` or `31`."""
    value = byte.get("value", "")
    try:
        return chr(int(value[1:], 16) if value[:1] in ("x", "X") else int(value))
    except (ValueError, OverflowError):
        raise InputError(
            f"{place(label, byte)}: <byte value={value!r}/> is no character; write a number, or "
            'one in hexadecimal behind an x, such as value="x1f"'
        ) from None
