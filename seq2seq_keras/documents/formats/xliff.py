"""XLIFF: 1.0 to 1.2, with the segments of `seg-source` that Trados writes, and 2.x."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.documents.document import Document, Translated, Unit
from seq2seq_keras.documents.formats.found import MEMORY_MARK, NETWORK_MARK, Direction, Found
from seq2seq_keras.documents.markup import Edit, Element, Markup, with_attributes
from seq2seq_keras.documents.segment import Attributes, Codes, Segment, read_segment

_AUTHORITY = "seq2seq-keras"
"""Whose sub-states ours are; XLIFF 2 asks for a prefix that names it."""

# States of a target that somebody has yet to translate or to look at.
_UNSURE = ("new", "initial", "needs-")
_MACHINE = (NETWORK_MARK, "leveraged-mt")

# Elements that stand for one half of a pair: what sort, and the attributes that name the pair.
_OPENING = {
    "bpt": ("bpt", "rid", "id"),
    "bx": ("bx", "rid", "id"),
    "sc": ("sc", "id"),
    "sm": ("sm", "id"),
}
_CLOSING = {
    "ept": ("bpt", "rid", "id"),
    "ex": ("bx", "rid", "id"),
    "ec": ("sc", "startRef"),
    "em": ("sm", "startRef"),
}


def read(file: TextFile, direction: Direction) -> Document:
    """Reads an XLIFF file.

    Units (1.x) and segments (2.x) without a translation are to be filled. What is filled gets
    a state, `needs-review-translation` with the qualifier `mt-suggestion` in 1.x; in 2.x
    `translated` with the sub-state `seq2seq-keras:mt-suggestion`.

    Args:
        file: The file.
        direction: The languages to translate between.

    Raises:
        InputError: If the file is damaged, or has no unit to fill.
    """
    markup = Markup(file, ("trans-unit", "unit"))
    found = Found(file.label, direction)
    if markup.root.attributes.get("version", "").startswith("2"):
        return _Second(markup, found).document()
    return _First(markup, found).document()


def _half(local: str, attributes: Attributes, halves: Mapping[str, tuple[str, ...]]) -> str:
    """Names the pair of which an element is one half; "" if it is none."""
    sort, *names = halves.get(local, ("",))
    values = (attributes[name] for name in names if attributes.get(name))
    return next((f"{sort} {value}" for value in values), "")


_opened = partial(_half, halves=_OPENING)
_closed = partial(_half, halves=_CLOSING)


def _is_protected(attributes: Attributes) -> bool:
    return attributes.get("mtype") == "protected" or attributes.get("translate") == "no"


def _is_deleted(attributes: Attributes) -> bool:
    """Says whether a mark holds text that a reviewer took out, as Trados writes it."""
    return attributes.get("mtype") == "x-sdl-deleted"


def _is_blank(element: Element | None) -> bool:
    """Says whether an element holds neither text nor codes."""
    return element is None or not (
        element.text.strip() or any(part.local != "mrk" for part in list(element.elements())[1:])
    )


class _First:
    """XLIFF 1.x, whose units are `trans-unit`."""

    _CODES = Codes(
        frozenset({"bpt", "bx", "ept", "ex", "it", "ph", "sub", "x"}),
        _opened,
        _closed,
        _is_protected,
        _is_deleted,
    )

    def __init__(self, markup: Markup, found: Found) -> None:
        self._markup = markup
        self._found = found

    def document(self) -> Document:
        units = [
            (element, unit)
            for element in self._markup.root.elements()
            if element.local == "trans-unit" and (unit := self._unit(element))
        ]
        return self._found.document(self._markup.parts(units), self._markup.encoding)

    def _unit(self, element: Element) -> Unit | None:
        source, target = element.child("source"), element.child("target")
        languages = element.inherited("source-language"), element.inherited("target-language")
        if source is None or not self._found.fits(*languages):
            return None
        segmented = element.child("seg-source")
        if element.inherited("translate") == "no":
            unit = None
        elif segmented is not None and list(_marks(segmented)):
            unit = self._segmented(element, segmented, target)
        else:
            unit = self._plain(element, source, target)
        if unit is None:
            self._found.left += 1
        return unit

    def _segment(self, element: Element) -> Segment:
        spaces = element.inherited("xml:space") == "preserve"
        return read_segment(self._markup, element, self._CODES, self._found.label, spaces)

    def _plain(self, element: Element, source: Element, target: Element | None) -> Unit | None:
        segment = self._segment(source)
        if not _is_blank(target):
            assert target is not None
            state, qualifier = (
                target.attributes.get(name, "") for name in ("state", "state-qualifier")
            )
            if not state.startswith(_UNSURE) and qualifier not in _MACHINE:
                self._found.pairs.append((segment.text, self._segment(target).text))
            return None
        if not segment.text:
            return None

        def edits(translations: Sequence[Translated]) -> list[Edit]:
            translation = translations[0]
            if not translation.text:
                return []
            sure = translation.from_memory and not segment.has_inner_tags
            marks = _marked([translation], sure)
            return [
                self._target(
                    source, element.child("seg-source"), target, segment.fill(translation), marks
                )
            ]

        linked = [segment.text] if segment.has_inner_tags else []
        return self._markup.unit(element, [segment.text], linked, edits)

    def _target(
        self,
        source: Element,
        segmented: Element | None,
        target: Element | None,
        content: str,
        marks: dict[str, str],
    ) -> Edit:
        """Writes a target, in the place of an empty one or behind the source."""
        name = f"{source.prefix}target"
        if target is not None:
            opening = with_attributes(self._markup.opening(target), marks)
            return Edit(target.start, target.end, f"{opening}{content}</{name}>")
        before = segmented or source
        indentation = self._markup.indentation(source)
        opening = with_attributes(f"<{name}>", marks)
        return Edit(before.end, before.end, f"{indentation}{opening}{content}</{name}>")

    def _segmented(
        self, element: Element, segmented: Element, target: Element | None
    ) -> Unit | None:
        """A unit in segments; its target has the same marks around their translations."""
        own = {mark.attributes.get("mid"): mark for mark in _marks(target)} if target else {}
        settings = {
            each.attributes.get("id"): each for each in element.elements() if each.local == "seg"
        }
        whole = not own and _is_blank(target)
        if not whole and not own:
            return None
        empty: list[tuple[Element, Segment]] = []
        for mark in _marks(segmented):
            name = mark.attributes.get("mid")
            segment = self._segment(mark)
            setting = settings.get(name)
            locked = setting is not None and setting.attributes.get("locked") == "true"
            if not _is_blank(own.get(name)):
                if setting is None or setting.attributes.get("origin") != "mt":
                    self._found.pairs.append((segment.text, self._segment(own[name]).text))
            elif segment.text and not locked and (whole or name in own):
                empty.append((mark, segment))
        if not empty:
            return None

        def edits(translations: Sequence[Translated]) -> list[Edit]:
            filled = [
                (mark, segment, translation)
                for (mark, segment), translation in zip(empty, translations, strict=True)
                if translation.text
            ]
            if not filled:
                return []
            changes, unmarked = [], []
            for mark, _, translation in filled:
                setting = settings.get(mark.attributes.get("mid"))
                if setting is None:
                    unmarked.append(translation)
                else:
                    changes.append(self._setting(setting, translation))
            marks = _marked(unmarked, False) if unmarked else {}
            texts = {id(mark): segment.fill(translation) for mark, segment, translation in filled}
            if whole:
                inside = self._copied(segmented, texts)
                return [*changes, self._target(segmented, segmented, target, inside, marks)]
            assert target is not None
            if marks:
                tag = with_attributes(self._markup.opening(target), marks)
                changes.append(Edit(target.start, target.inner, tag))
            for mark, _, _ in filled:
                place = own[mark.attributes.get("mid")]
                tag = with_attributes(self._markup.opening(place), {})
                written = f"{tag}{texts[id(mark)]}</{place.name}>"
                changes.append(Edit(place.start, place.end, written))
            return changes

        linked = [segment.text for _, segment in empty if segment.has_inner_tags]
        return self._markup.unit(element, [segment.text for _, segment in empty], linked, edits)

    def _copied(self, segmented: Element, texts: dict[int, str]) -> str:
        """Returns what stands in `seg-source`, with translations or nothing in its marks."""
        edits = []
        for mark in _marks(segmented):
            if mark.inner_end != mark.end:
                edits.append(Edit(mark.inner, mark.inner_end, texts.get(id(mark), "")))
        return self._markup.edited(segmented.inner, segmented.inner_end, edits)

    def _setting(self, setting: Element, translation: Translated) -> Edit:
        """Tells Trados where a translation comes from."""
        if translation.from_memory:
            marks = {"conf": "Draft", "origin": "tm", "percent": "100"}
        else:
            marks = {"conf": "Draft", "origin": "mt"}
        tag = with_attributes(self._markup.opening(setting), {**marks, "origin-system": _AUTHORITY})
        if setting.inner_end == setting.end:
            tag = f"{tag[:-1]}/>"
        return Edit(setting.start, setting.inner, tag)


def _marks(element: Element) -> Iterator[Element]:
    """Yields the marks of segments, none within another."""
    for part in element.content:
        if isinstance(part, Element):
            if part.local == "mrk" and part.attributes.get("mtype") == "seg":
                yield part
            else:
                yield from _marks(part)


def _marked(translations: Sequence[Translated], sure: bool) -> dict[str, str]:
    remembered = all(each.from_memory for each in translations)
    return {
        "state": "translated" if sure else "needs-review-translation",
        "state-qualifier": MEMORY_MARK if remembered else NETWORK_MARK,
    }


class _Second:
    """XLIFF 2.x, whose units hold segments."""

    def __init__(self, markup: Markup, found: Found) -> None:
        self._markup = markup
        self._found = found

    def document(self) -> Document:
        root = self._markup.root
        languages = root.attributes.get("srcLang", ""), root.attributes.get("trgLang", "")
        units: list[tuple[Element, Unit]] = []
        for element in root.elements():
            if element.local != "unit":
                continue
            codes = self._codes(element)
            for segment in element.children("segment"):
                if not self._found.fits(*languages):
                    continue
                unit = self._unit(segment, codes)
                if unit is None:
                    self._found.left += 1
                else:
                    units.append((segment, unit))
        edits = []
        target = self._found.direction.target
        if target and "trgLang" not in root.attributes:  # which a file with targets must have
            tag = with_attributes(self._markup.opening(root), {"trgLang": target})
            edits.append(Edit(root.start, root.inner, tag))
        return self._found.document(self._markup.parts(units, edits), self._markup.encoding)

    def _codes(self, unit: Element) -> Codes:
        data = {
            each.attributes.get("id", ""): each.text
            for original in unit.children("originalData")
            for each in original.children("data")
        }
        return Codes(
            frozenset({"cp", "ec", "em", "ph", "sc", "sm"}),
            _opened,
            _closed,
            _is_protected,
            written=lambda attributes: data.get(attributes.get("dataRef", ""), ""),
        )

    def _unit(self, element: Element, codes: Codes) -> Unit | None:
        source, target = element.child("source"), element.child("target")
        if source is None or element.inherited("translate") == "no":
            return None
        segment = self._segment(source, codes)
        if not _is_blank(target):
            assert target is not None
            if element.attributes.get("state") != "initial" and not element.attributes.get(
                "subState", ""
            ).endswith(f":{NETWORK_MARK}"):
                self._found.pairs.append((segment.text, self._segment(target, codes).text))
            return None
        if not segment.text:
            return None

        def edits(translations: Sequence[Translated]) -> list[Edit]:
            translation = translations[0]
            if not translation.text:
                return []
            name, mark = f"{source.prefix}target", NETWORK_MARK
            if translation.from_memory:
                mark = MEMORY_MARK
            marks = {"state": "translated", "subState": f"{_AUTHORITY}:{mark}"}
            tag = with_attributes(self._markup.opening(element), marks)
            written = f"{segment.fill(translation)}</{name}>"
            if target is not None:
                opening = with_attributes(self._markup.opening(target), {})
                place = Edit(target.start, target.end, f"{opening}{written}")
            else:
                indentation = self._markup.indentation(source)
                place = Edit(source.end, source.end, f"{indentation}<{name}>{written}")
            return [Edit(element.start, element.inner, tag), place]

        linked = [segment.text] if segment.has_inner_tags else []
        return self._markup.unit(element, [segment.text], linked, edits)

    def _segment(self, element: Element, codes: Codes) -> Segment:
        spaces = element.inherited("xml:space") == "preserve"
        return read_segment(self._markup, element, codes, self._found.label, spaces)
