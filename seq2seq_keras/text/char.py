"""Characters as tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from seq2seq_keras.text.vocabulary import VocabularyTokenizer


class CharTokenizer(VocabularyTokenizer):
    """Each character of a sentence is a token, the space too."""

    kind: ClassVar[str] = "char"

    @staticmethod
    def split(text: str) -> list[str]:
        return list(text)

    @staticmethod
    def join(tokens: Sequence[str]) -> str:
        return "".join(tokens)

    def piece(self, token: int) -> str:
        piece = self._tokens[token]
        return "▁" if piece == " " else piece
