"""What every tokenizer does, and the four ids that all of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

PADDING, START, END, UNKNOWN = 0, 1, 2, 3
SPECIAL_PIECES = ("<pad>", "<s>", "</s>", "<unk>")
SUFFIXES = (".model", ".json")


class Tokenizer(ABC):
    """Turns a sentence into ids below `vocab_size`, and ids into a sentence.

    Ids 0 to 3 are padding, start, end and unknown. `encode` adds neither start nor end.

    Example:
        >>> from seq2seq_keras.text import train_tokenizer
        >>> tokenizer = train_tokenizer("word", ["A man rides.", "A dog runs."], vocab_size=100)
        >>> tokenizer.decode(tokenizer.encode("A man runs."))
        'A man runs.'
    """

    kind: ClassVar[str]
    suffix: ClassVar[str]

    @property
    @abstractmethod
    def vocab_size(self) -> int:
        """Number of entries, the four special ones among them."""

    @abstractmethod
    def encode(self, text: str) -> list[int]:
        """Returns the ids of a sentence; what is not in the vocabulary is `UNKNOWN`."""

    def encode_all(self, sentences: Sequence[str]) -> list[list[int]]:
        """Returns what `encode` does for each sentence, sooner where that is possible."""
        return [self.encode(sentence) for sentence in sentences]

    @abstractmethod
    def decode(self, ids: Sequence[int]) -> str:
        """Returns the sentence up to the first `END`; padding and start are passed over."""

    @abstractmethod
    def piece(self, token: int) -> str:
        """Returns one id as readable text; a space is shown as `▁`."""

    @abstractmethod
    def spelling(self, text: str) -> list[str]:
        """Returns how each token of `encode(text)` stands in the text, unknown ones too."""

    @abstractmethod
    def _serialised(self) -> bytes:
        """Returns what `save` writes."""

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """Returns one readable piece for each id, for axes of a heat map."""
        return [self.piece(self._known(token)) for token in ids]

    def save(self, folder: Path, side: str) -> Path:
        """Writes `source.model`, `target.json` and the like.

        Args:
            folder: an existing folder.
            side: `source` or `target`.

        Returns:
            The file written.
        """
        folder = Path(folder)
        for suffix in SUFFIXES:  # no tokenizer of another kind stays beside this one
            if suffix != self.suffix:
                (folder / f"{side}{suffix}").unlink(missing_ok=True)
        path = folder / f"{side}{self.suffix}"
        path.write_bytes(self._serialised())
        return path

    def _content(self, ids: Sequence[int]) -> Iterator[int]:
        """Yields the ids that stand for text, up to the end token."""
        for token in map(self._known, ids):
            if token == END:
                return
            if token not in (PADDING, START):
                yield token

    def _known(self, token: int) -> int:
        token = int(token)
        return token if 0 <= token < self.vocab_size else UNKNOWN
