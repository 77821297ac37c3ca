"""A tokenizer that is a list of its most frequent tokens, saved as readable JSON."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Self

from seq2seq_keras.errors import InputError
from seq2seq_keras.text.normalisation import normalise
from seq2seq_keras.text.tokenizer import SPECIAL_PIECES, UNKNOWN, Tokenizer

_VERSION = 1
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # as JSON may escape it, and no text holds it


class VocabularyTokenizer(Tokenizer):
    """Splits a sentence into tokens by rule and numbers those of its vocabulary.

    Args:
        entries: the tokens with ids 4, 5, 6, ..., most frequent first.
    """

    suffix: ClassVar[str] = ".json"

    def __init__(self, entries: Sequence[str]) -> None:
        self.entries = list(entries)
        self._tokens = [*SPECIAL_PIECES, *self.entries]
        self._ids = {
            token: number for number, token in enumerate(self.entries, len(SPECIAL_PIECES))
        }

    @classmethod
    def train(cls, sentences: Iterable[str], vocab_size: int) -> Self:
        """Keeps the most frequent tokens; equally frequent ones in code point order."""
        counts = Counter(
            token for sentence in sentences for token in cls.split(normalise(sentence))
        )
        ranked = sorted(counts, key=lambda token: (-counts[token], token))
        return cls(ranked[: vocab_size - len(SPECIAL_PIECES)])

    @staticmethod
    @abstractmethod
    def split(text: str) -> list[str]:
        """Splits normalised text into tokens."""

    @staticmethod
    @abstractmethod
    def join(tokens: Sequence[str]) -> str:
        """Puts tokens together, the inverse of `split`."""

    @property
    def vocab_size(self) -> int:
        return len(self._tokens)

    def encode(self, text: str) -> list[int]:
        return [self._id(token) for token in self.split(normalise(text))]

    def decode(self, ids: Sequence[int]) -> str:
        return self.join([self._tokens[token] for token in self._content(ids)]).strip()

    def spelling(self, text: str) -> list[str]:
        return self.split(normalise(text))

    def _id(self, token: str) -> int:
        return self._ids.get(token, UNKNOWN)

    def _serialised(self) -> bytes:
        content = {"kind": self.kind, "version": _VERSION, "entries": self.entries}
        return (json.dumps(content, ensure_ascii=False, indent=0) + "\n").encode()


def read_entries(path: Path) -> tuple[str, list[str]]:
    """Reads what a `VocabularyTokenizer` saved.

    Returns:
        The kind, and the entries.

    Raises:
        InputError: if the file is damaged, or written by a later version.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):  # a number may have too many digits
        raise InputError(f"{path}: damaged tokenizer: not JSON; train or copy it again") from None
    if not isinstance(content, dict) or not isinstance(content.get("version"), int):
        raise InputError(f"{path}: not a tokenizer of this program")
    if content["version"] > _VERSION:
        raise InputError(f"{path}: written by a later version of this program; update it")
    entries = content.get("entries")
    if (
        not isinstance(entries, list)
        or not all(isinstance(entry, str) and entry for entry in entries)
        or len(set(entries)) < len(entries)
        or _LONE_SURROGATE.search("".join(entries))
    ):
        raise InputError(f"{path}: damaged tokenizer: entries must be distinct texts")
    return str(content.get("kind")), entries
