"""Subwords as tokens: SentencePiece's unigram language model (Kudo 2018)."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

import sentencepiece

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.text.normalisation import normalise
from seq2seq_keras.text.scripts import is_spaceless
from seq2seq_keras.text.tokenizer import (
    END,
    PADDING,
    SPECIAL_PIECES,
    START,
    UNKNOWN,
    Tokenizer,
)

# Rarer characters than these become unknown, so that Chinese leaves room for words.
_COVERAGE = 0.9995
# SentencePiece writes a space as this character, so text cannot hold it.
SPACE = "▁"


class SubwordTokenizer(Tokenizer):
    """Pieces of words, chosen so that few of them spell the corpus.

    Args:
        model: the content of a SentencePiece model file; also an attribute.

    Raises:
        InputError: if that is not a model with the ids of this program.
    """

    kind: ClassVar[str] = "subword"
    suffix: ClassVar[str] = ".model"

    def __init__(self, model: bytes) -> None:
        self.model = model
        self._processor = sentencepiece.SentencePieceProcessor()
        try:
            self._processor.LoadFromSerializedProto(model)
            ids = [
                self._processor.pad_id(),
                self._processor.bos_id(),
                self._processor.eos_id(),
                self._processor.unk_id(),
            ]
            whole = _is_whole(model)
        except (RuntimeError, TypeError, IndexError):
            ids, whole = [], False
        if ids != [PADDING, START, END, UNKNOWN] or not whole:
            raise InputError("not a SentencePiece model with ids padding 0, start 1, end 2")

    @classmethod
    def train(cls, sentences: Sequence[str], vocab_size: int, seed: int = 1) -> Self:
        """Learns at most `vocab_size` pieces; a small corpus gets fewer, never an error."""
        texts = [_prepared(sentence) for sentence in sentences]
        spaceless = is_spaceless(None, "".join(texts[:1000]))
        rare = set("".join(texts)) - _common_characters(texts, vocab_size)
        if rare:
            blank = {ord(character): " " for character in rare}
            texts = [text.translate(blank) for text in texts]
        sentencepiece.set_random_generator_seed(seed)
        problem = ""
        # A corpus too small for the unigram model still has characters.
        for model_type in ("unigram", "char"):
            model = io.BytesIO()
            try:
                sentencepiece.SentencePieceTrainer.train(
                    sentence_iterator=filter(str.strip, texts),
                    model_writer=model,
                    model_type=model_type,
                    vocab_size=vocab_size,
                    hard_vocab_limit=False,
                    character_coverage=1.0,
                    normalization_rule_name="identity",
                    add_dummy_prefix=not spaceless,
                    split_digits=True,
                    max_sentence_length=1 << 20,
                    pad_id=PADDING,
                    bos_id=START,
                    eos_id=END,
                    unk_id=UNKNOWN,
                    unk_surface=SPECIAL_PIECES[UNKNOWN],
                    pad_piece=SPECIAL_PIECES[PADDING],
                    bos_piece=SPECIAL_PIECES[START],
                    eos_piece=SPECIAL_PIECES[END],
                    unk_piece=SPECIAL_PIECES[UNKNOWN],
                    minloglevel=2,
                )
            except RuntimeError as error:
                problem = " ".join(str(error).split())
                continue
            return cls(model.getvalue())
        raise WorkError(f"SentencePiece cannot learn a vocabulary of {vocab_size}: {problem}")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what `save`, or SentencePiece itself, wrote."""
        try:
            return cls(path.read_bytes())
        except InputError as error:
            raise InputError(
                f"{path}: damaged tokenizer: {error}; train or copy it again"
            ) from None

    @property
    def vocab_size(self) -> int:
        return self._processor.get_piece_size()

    def encode(self, text: str) -> list[int]:
        return self._processor.encode(_prepared(text))

    def encode_all(self, sentences: Sequence[str]) -> list[list[int]]:
        return self._processor.encode(list(map(_prepared, sentences)))

    def decode(self, ids: Sequence[int]) -> str:
        return self._processor.decode(list(self._content(ids))).strip()

    def piece(self, token: int) -> str:
        return self._processor.id_to_piece(token)

    def spelling(self, text: str) -> list[str]:
        pieces = self._processor.encode(_prepared(text), out_type=str)
        return [piece.replace(SPACE, " ") for piece in pieces]

    def _serialised(self) -> bytes:
        return self.model


def _is_whole(model: bytes) -> bool:
    """Says whether the settings stand behind the pieces: a file cut between two is read as well.

    A model is a protocol buffer: fields, each a byte that names it, its length in groups of seven
    bits, its content. Pieces are fields 1, the settings of training and normalisation 2 and 3.
    """
    fields, place = set(), 0
    while place < len(model):
        fields.add(model[place] >> 3)
        length, shift, more = 0, 0, True
        while more:
            place += 1
            length |= (model[place] & 0x7F) << shift
            shift, more = shift + 7, model[place] > 0x7F
        place += 1 + length
    return {1, 2, 3} <= fields


def _prepared(text: str) -> str:
    return normalise(text.replace(SPACE, "_"))


def _common_characters(texts: Sequence[str], vocab_size: int) -> set[str]:
    """Returns the characters that get a piece of their own.

    All of a small alphabet; of a large one those that make up `_COVERAGE` of the text; never
    more than three quarters of the vocabulary.
    """
    counts = [item for item in Counter("".join(texts)).most_common() if item[0] != " "]
    room = max(1, 3 * (vocab_size - len(SPECIAL_PIECES)) // 4)
    if len(counts) <= room // 4:
        return {" ", *(character for character, _ in counts)}
    enough = _COVERAGE * sum(count for _, count in counts)
    common = {" "}
    for character, count in counts[:room]:
        if enough <= 0:
            break
        common.add(character)
        enough -= count
    return common
