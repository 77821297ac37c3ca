"""A document: what stays as it is, and between it the places for translations."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq_keras.errors import WorkError


@dataclass(frozen=True)
class Slot:
    """A place in a document where a translation belongs.

    Attributes:
        text: What is to be translated there; never empty.
        fill: Puts a translation into the form that the place asks for.
    """

    text: str
    fill: Callable[[str], str]


class Document:
    """A file as a sequence of what is kept, character by character, and of slots.

    Args:
        parts: Text that is kept, and slots, in the order of the file.

    Example:
        >>> document = Document(["- ", Slot("A dog.", lambda text: text), "\\n"])
        >>> document.segments
        ['A dog.']
        >>> document.encode(["Un chien."])
        b'- Un chien.\\n'
    """

    def __init__(self, parts: Sequence[str | Slot]) -> None:
        self._parts = list(parts)

    @property
    def segments(self) -> list[str]:
        """The texts to be translated, in the order of the file."""
        return [part.text for part in self._parts if isinstance(part, Slot)]

    def encode(self, translations: Sequence[str]) -> bytes:
        """Returns the file with the translations in place.

        Args:
            translations: One for each of `segments`; an empty one leaves its place empty.

        Raises:
            ValueError: If there are more or fewer.
        """
        slots = sum(isinstance(part, Slot) for part in self._parts)
        if len(translations) != slots:
            raise ValueError(f"translations: expected {slots}, received {len(translations)}")
        remaining = iter(translations)
        texts = (
            part.fill(next(remaining)) if isinstance(part, Slot) else part for part in self._parts
        )
        return "".join(texts).encode()

    def write(self, translations: Sequence[str], path: str | Path) -> None:
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
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
            temporary = Path(name)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(content)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise WorkError(
                f"{path}: cannot be written ({error.strerror or error}); make room, or choose "
                "another place"
            ) from error
