"""A document: what stays as it is, and between it the places for translations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

from seq2seq_keras.documents.tags import Links
from seq2seq_keras.errors import WorkError
from seq2seq_keras.storage import write_file


class Translated(NamedTuple):
    """The translation of a segment.

    Attributes:
        text: The translation; "" where there is none.
        cut: Whether a sentence in it was too long for the network and translated in parts.
        links: Which words of it come from which of the segment, if it was asked for and the
            network has attention.
        from_memory: Whether it comes from a translation memory, not from the network.
    """

    text: str
    cut: bool = False
    links: Links | None = None
    from_memory: bool = False


@dataclass(frozen=True)
class Slot:
    """A place in a document where a translation belongs.

    Attributes:
        text: What is to be translated there; never empty.
        fill: Puts a translation into the form that the place asks for.
    """

    text: str
    fill: Callable[[str], str]
    linked: ClassVar[tuple[str, ...]] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.text,)

    def filled(self, translations: Sequence[Translated]) -> str:
        return self.fill(translations[0].text)


@dataclass(frozen=True)
class Unit:
    """A part of a document with places for translations, and with marks that tell of them.

    Attributes:
        texts: What is to be translated in it; none is empty.
        linked: Those of which it should be known which words go together.
        fill: Writes the part anew with a translation for each of `texts`; those with the text ""
            leave their places as they are.
    """

    texts: tuple[str, ...]
    linked: tuple[str, ...]
    fill: Callable[[Sequence[Translated]], str]

    def filled(self, translations: Sequence[Translated]) -> str:
        return self.fill(translations)


class Tally(NamedTuple):
    """How the units of a document came to their translations.

    Attributes:
        network: Filled by the network.
        memory: Filled from a memory alone.
        left: Left as they were: they have a translation, or must not get one.
    """

    network: int
    memory: int
    left: int


class Document:
    """A file as a sequence of what is kept, character by character, and of places to fill.

    Args:
        parts: Text that is kept, slots and units, in the order of the file.
        pairs: What the file itself has translated already: sources and their translations.
        left: How many units need no translation.
        encoding: Of the file; what it cannot hold is written as XML writes such characters.

    Attributes:
        pairs, left: As given.

    Example:
        >>> document = Document(["- ", Slot("A dog.", lambda text: text), "\\n"])
        >>> document.segments
        ['A dog.']
        >>> document.encode(["Un chien."])
        b'- Un chien.\\n'
    """

    def __init__(
        self,
        parts: Sequence[str | Slot | Unit],
        pairs: Sequence[tuple[str, str]] = (),
        left: int = 0,
        encoding: str = "utf-8",
    ) -> None:
        self._parts = list(parts)
        self._encoding = encoding
        self.pairs = list(pairs)
        self.left = left

    @property
    def _places(self) -> list[Slot | Unit]:
        return [part for part in self._parts if not isinstance(part, str)]

    @property
    def segments(self) -> list[str]:
        """The texts to be translated, in the order of the file."""
        return [text for place in self._places for text in place.texts]

    @property
    def linked(self) -> set[str]:
        """Those of `segments` of which it should be known which words go together."""
        return {text for place in self._places for text in place.linked}

    @property
    def has_units(self) -> bool:
        """Whether it holds units of source and translation, not texts alone."""
        return any(isinstance(place, Unit) for place in self._places)

    def encode(self, translations: Sequence[str | Translated]) -> bytes:
        """Returns the file with the translations in place.

        Args:
            translations: One for each of `segments`; an empty one leaves its place empty.

        Raises:
            ValueError: If there are more or fewer.
        """
        remaining = iter(self._divided(translations))
        texts = (
            part if isinstance(part, str) else part.filled(next(remaining)) for part in self._parts
        )
        errors = "strict" if self._encoding == "utf-8" else "xmlcharrefreplace"
        return "".join(texts).encode(self._encoding, errors)

    def tally(self, translations: Sequence[str | Translated]) -> Tally:
        """Counts the units by where their translations come from.

        Args:
            translations: As of `encode`; units with an empty one are not counted.

        Raises:
            ValueError: As of `encode`.
        """
        filled = [own for own in self._divided(translations) if all(each.text for each in own)]
        memory = sum(all(each.from_memory for each in own) for own in filled)
        return Tally(len(filled) - memory, memory, self.left)

    def _divided(self, translations: Sequence[str | Translated]) -> list[list[Translated]]:
        """Divides the translations among the places."""
        places = self._places
        count = sum(len(place.texts) for place in places)
        if len(translations) != count:
            raise ValueError(f"translations: expected {count}, received {len(translations)}")
        remaining = iter(translations)
        return [[_translated(next(remaining)) for _ in place.texts] for place in places]

    def write(self, translations: Sequence[str | Translated], path: str | Path) -> None:
        """Writes the file with the translations in place; a file that lies there is replaced.

        Args:
            translations: As of `encode`.
            path: The file to write.

        Raises:
            WorkError: If it cannot be written; what was there is then untouched.
        """
        path = Path(path)
        content = self.encode(translations)
        try:
            write_file(path, content)
        except OSError as error:
            raise WorkError(
                f"{path}: cannot be written ({error.strerror or error}); make room, or choose "
                "another place"
            ) from error


def _translated(translation: str | Translated) -> Translated:
    return Translated(translation) if isinstance(translation, str) else translation
