"""Translation memories in TMX, of which units without a translation get one."""

from __future__ import annotations

from collections.abc import Sequence

from seq2seq_keras.corpus.files import TextFile
from seq2seq_keras.corpus.formats.language_tags import language_tag
from seq2seq_keras.documents.document import Document, Translated, Unit
from seq2seq_keras.documents.formats.found import (
    MEMORY_MARK,
    NETWORK_MARK,
    Direction,
    Found,
    is_language,
)
from seq2seq_keras.documents.markup import Edit, Element, Markup, with_attributes
from seq2seq_keras.documents.segment import Attributes, Codes, Segment, read_segment
from seq2seq_keras.errors import InputError

_PROPERTY = "x-seq2seq-keras"
# By this name tools know that a machine translated, and trust it less.
_MACHINE = "MT!"


def _opened(local: str, attributes: Attributes) -> str:
    return attributes.get("i", "") if local == "bpt" else ""


def _closed(local: str, attributes: Attributes) -> str:
    return attributes.get("i", "") if local == "ept" else ""


_CODES = Codes(frozenset({"bpt", "ept", "it", "ph", "sub", "ut"}), _opened, _closed)


def read(file: TextFile, direction: Direction) -> Document:
    """Reads a translation memory in any number of languages.

    Units that have a text in the source language and none in the target language get a
    variant (`tuv`), with a property that tells where it comes from; regions are of no account.

    Args:
        file: The file.
        direction: The languages to translate between, both known.

    Raises:
        InputError: If the file is damaged, or has no unit to fill.
    """
    if direction.source is None or direction.target is None:
        raise InputError(
            f"{file.label}: may hold many languages, and the model does not tell which it "
            "translates; write source_lang and target_lang into its config.yaml"
        )
    return _Reader(Markup(file, ("tu",)), Found(file.label, direction)).document()


class _Reader:
    def __init__(self, markup: Markup, found: Found) -> None:
        self._markup = markup
        self._found = found
        self._direction = found.direction
        units = [each for each in markup.root.elements() if each.local == "tu"]
        self._units = units
        # As the file itself writes the target language, regions and all.
        written = (
            language
            for unit in units
            for variant in unit.children("tuv")
            if is_language(language := _language(variant), self._direction.target) and language
        )
        self._written = next(written, self._direction.target or "")

    def document(self) -> Document:
        units = []
        for element in self._units:
            unit = self._unit(element)
            if unit is None:
                self._found.left += 1
            else:
                units.append((element, unit))
        return self._found.document(self._markup.parts(units), self._markup.encoding)

    def _unit(self, element: Element) -> Unit | None:
        variant, source = self._variant(element, self._direction.source)
        own, target = self._variant(element, self._direction.target)
        if variant is None or not source.text:
            languages = [_language(each) for each in element.children("tuv")]
            if languages and not variant:
                self._found.foreign.append(Direction(*[*languages, None][:2]))
            return None
        if target.text:
            assert own is not None
            if own.attributes.get("creationid") != _MACHINE:
                self._found.pairs.append((source.text, target.text))
            return None

        def edits(translations: Sequence[Translated]) -> list[Edit]:
            translation = translations[0]
            if not translation.text:
                return []
            mark = MEMORY_MARK if translation.from_memory else NETWORK_MARK
            told = f'<prop type="{_PROPERTY}">{mark}</prop>'
            author = {} if translation.from_memory else {"creationid": _MACHINE}
            return [
                self._place(variant, own, told, f"<seg>{source.fill(translation)}</seg>", author)
            ]

        linked = [source.text] if source.has_inner_tags else []
        return self._markup.unit(element, [source.text], linked, edits)

    def _place(
        self,
        variant: Element,
        own: Element | None,
        told: str,
        segment: str,
        author: dict[str, str],
    ) -> Edit:
        """Writes a variant behind that of the source language, or into the empty one."""
        if own is not None:
            opening = with_attributes(self._markup.opening(own), author)
            empty = own.child("seg")
            inside = self._markup.between(own.inner, empty.start if empty else own.inner_end)
            return Edit(own.start, own.end, f"{opening}{inside}{told}{segment}</tuv>")
        outer = self._markup.indentation(variant)
        first = next((part for part in variant.content if isinstance(part, Element)), None)
        inner = self._markup.indentation(first) if first is not None else ""
        name = "xml:lang" if "xml:lang" in variant.attributes else "lang"
        opening = with_attributes("<tuv>", {name: self._written, **author})
        end = outer if self._markup.between(variant.inner, variant.inner_end)[-1:].isspace() else ""
        written = f"{outer}{opening}{inner}{told}{inner}{segment}{end}</tuv>"
        return Edit(variant.end, variant.end, written)

    def _variant(self, unit: Element, language: str | None) -> tuple[Element | None, Segment]:
        """Returns the variant of a language, the first with a text if there is one."""
        found: Element | None = None
        for variant in unit.children("tuv"):
            written = _language(variant)
            if not written or not is_language(written, language):
                continue
            found = found or variant
            segment = variant.child("seg")
            if segment is not None:
                spaces = variant.inherited("xml:space") == "preserve"
                read = read_segment(self._markup, segment, _CODES, self._found.label, spaces)
                if read.text:
                    return variant, read
        return found, Segment("")


def _language(variant: Element) -> str:
    return language_tag(variant.attributes.get("xml:lang") or variant.attributes.get("lang") or "")
