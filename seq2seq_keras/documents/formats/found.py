"""What is found in a translation file: units to fill, and those that are left as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from seq2seq_keras.corpus.formats.language_tags import language_tag
from seq2seq_keras.documents.document import Document, Slot, Unit
from seq2seq_keras.errors import InputError
from seq2seq_keras.languages import short_code

NETWORK_MARK = "mt-suggestion"
MEMORY_MARK = "exact-match"
"""How XLIFF 1.2 calls a translation by a machine, and one from a memory."""

Part = TypeVar("Part", bound=str | Slot | Unit)


@dataclass(frozen=True)
class Direction:
    """The languages between which is translated, as far as they are known."""

    source: str | None = None
    target: str | None = None

    def fits(self, source: str, target: str) -> bool:
        """Says whether a unit is in these languages; regions are of no account.

        Example:
            >>> Direction("en", "fr").fits("en-GB", "fr_CA"), Direction("en", "fr").fits("de", "")
            (True, False)
        """
        return is_language(source, self.source) and is_language(target, self.target)


def is_language(written: str, language: str | None) -> bool:
    """Says whether a tag or locale may stand for a language."""
    tag = language_tag(written)
    return not tag or language is None or short_code(tag) == short_code(language)


@dataclass
class Found:
    """What a reader finds, unit by unit.

    Attributes:
        pairs: Sources and their translations that the file has already.
        left: How many units need no translation or must not get one.
        foreign: Languages of units that are in others than asked for.
    """

    label: str
    direction: Direction
    pairs: list[tuple[str, str]] = field(default_factory=list)
    left: int = 0
    foreign: list[Direction] = field(default_factory=list)

    def fits(self, source: str, target: str) -> bool:
        """Says whether a unit is in the right languages; one that is not is left as it is."""
        fits = self.direction.fits(source, target)
        if not fits:
            self.left += 1
            self.foreign.append(Direction(source or None, target or None))
        return fits

    def document(self, parts: list[Part], encoding: str = "utf-8") -> Document:
        """Makes the document.

        Raises:
            InputError: If no unit is to be filled.
        """
        document = Document(parts, self.pairs, self.left, encoding)
        if document.segments:
            return document
        if self.foreign:
            source, target = self.foreign[0].source or "?", self.foreign[0].target or "?"
            raise InputError(
                f"{self.label}: is from {source} to {target}, and the model translates from "
                f"{self.direction.source or '?'} to {self.direction.target or '?'}; choose "
                "another model or another file"
            )
        if self.left:
            raise InputError(
                f"{self.label}: has no empty translation to fill in; all {self.left:,} units are "
                "translated, or must not be"
            )
        raise InputError(f"{self.label}: holds no text; choose a file with something to translate")
