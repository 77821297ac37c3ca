"""Translation sources of Qt Linguist, whose empty messages are filled and stay unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.documents.document import Document, Translated, Unit
from seq2seq_keras.documents.formats.found import Direction, Found
from seq2seq_keras.documents.markup import Edit, Element, Markup, with_attributes
from seq2seq_keras.documents.segment import xml_text
from seq2seq_keras.errors import InputError

_LEFT_OUT = ("obsolete", "vanished")


def read(file: TextFile, direction: Direction) -> Document:
    """Reads a TS file.

    Messages without a translation are filled, all forms of those with a number alike. They stay
    `unfinished` until somebody has looked at them; a comment tells where the text comes from.

    Args:
        file: The file.
        direction: The languages to translate between.

    Raises:
        InputError: If the file is no TS file or damaged, or has no message to fill.
    """
    markup = Markup(file, ("message",))
    root = markup.root
    if root.local != "TS":
        raise InputError(
            f"{file.label}: is no translation source of Qt, which begins with <TS>; give the "
            "file the suffix of its format"
        )
    found = Found(file.label, direction)
    languages = root.attributes.get("sourcelanguage", ""), root.attributes.get("language", "")
    units = []
    for message in root.elements():
        if message.local != "message" or not found.fits(*languages):
            continue
        unit = _unit(markup, message, found)
        if unit is None:
            found.left += 1
        else:
            units.append((message, unit))
    return found.document(markup.parts(units), markup.encoding)


def _unit(markup: Markup, message: Element, found: Found) -> Unit | None:
    source, translation = message.child("source"), message.child("translation")
    if source is None:
        return None
    text = source.text.strip()
    kind = translation.attributes.get("type", "") if translation is not None else ""
    # Control characters, which stand in elements of their own, and variants are for people.
    plain = _is_plain(source) and (translation is None or _is_plain(translation, "numerusform"))
    if not text or kind in _LEFT_OUT or not plain:
        return None
    forms = list(translation.children("numerusform")) if translation is not None else []
    texts = forms or ([translation] if translation is not None else [])
    places = [place for place in texts if not place.text.strip()]
    if texts and not places:
        if kind != "unfinished":
            found.pairs.append((text, texts[-1].text.strip()))
        return None
    before, _, after = source.text.partition(text)

    def edits(translations: Sequence[Translated]) -> list[Edit]:
        if not translations[0].text:
            return []
        written = escape(f"{before}{xml_text(translations[0].text).strip()}{after}")
        comment = _comment(markup, message, translation or source, translations[0])
        if translation is None:
            indentation = markup.indentation(source)
            whole = f'<translation type="unfinished">{written}</translation>'
            return [Edit(source.end, source.end, f"{comment}{indentation}{whole}")]
        opening = with_attributes(markup.opening(translation), {"type": "unfinished"})
        if comment:
            opening = comment.lstrip() + markup.indentation(translation) + opening
        if not forms:
            whole = f"{opening}{written}</translation>"
            return [Edit(translation.start, translation.end, whole)]
        filled = [
            Edit(
                form.start,
                form.end,
                f"{with_attributes(markup.opening(form), {})}{written}</numerusform>",
            )
            for form in places
        ]
        return [Edit(translation.start, translation.inner, opening), *filled]

    return markup.unit(message, [text], [], edits)


def _comment(markup: Markup, message: Element, place: Element, translation: Translated) -> str:
    """Returns a comment that tells where the text comes from, unless there is one already."""
    if message.child("translatorcomment") is not None:
        return ""
    told = "Exact match from memory" if translation.from_memory else "Machine translation"
    return f"{markup.indentation(place)}<translatorcomment>{told}</translatorcomment>"


def _is_plain(element: Element, *allowed: str) -> bool:
    inner = list(element.elements())[1:]
    return element.attributes.get("variants") != "yes" and all(
        each.local in allowed and each.attributes.get("variants") != "yes" for each in inner
    )
