"""The tokenizers as TensorFlow graphs: from texts to token ids and back, inside a SavedModel."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from typing import Any

import tensorflow as tf
import tensorflow_text as tf_text

from seq2seq_keras.text import END, UNKNOWN, Tokenizer
from seq2seq_keras.text.normalisation import INVISIBLE
from seq2seq_keras.text.subword import SPACE, SubwordTokenizer
from seq2seq_keras.text.tokenizer import SPECIAL_PIECES
from seq2seq_keras.text.vocabulary import VocabularyTokenizer
from seq2seq_keras.text.word import LETTER, PATTERN, WordTokenizer

# What Python's `str.split` takes for white space.
_WHITE_SPACE = "".join(chr(c) for c in range(sys.maxunicode + 1) if chr(c).isspace())
# Stands in no normalised text.
_SEPARATOR = "\x1f"


def graph_tokenizer(tokenizer: Tokenizer) -> GraphTokenizer:
    """Returns a tokenizer that does in a TensorFlow graph what another one does in Python.

    Example:
        >>> graph_tokenizer(translator.source_tokenizer).encode(tf.constant(["A dog runs."]))
    """
    if isinstance(tokenizer, SubwordTokenizer):
        return _GraphSubwords(tokenizer)
    if isinstance(tokenizer, WordTokenizer):
        return _GraphWords(tokenizer)
    assert isinstance(tokenizer, VocabularyTokenizer)
    return _GraphCharacters(tokenizer)


class GraphTokenizer(tf.Module):
    """A tokenizer whose methods take and give tensors."""

    def encode(self, texts: Any) -> tf.RaggedTensor:
        """Returns token ids, the end token last, `(batch, source_time)`, of texts `(batch,)`."""
        rows = self._ids(normalised(texts))
        ends = tf.fill([rows.nrows(), 1], END)
        return tf.concat([rows, tf.RaggedTensor.from_tensor(ends)], axis=1)

    def decode(self, ids: tf.RaggedTensor) -> Any:
        """Returns texts `(batch,)` of token ids `(batch, target_time)`, none of them special."""
        raise NotImplementedError

    def pieces(self, ids: Any) -> Any:
        """Returns each token id as readable text, of the same shape."""
        raise NotImplementedError

    def _ids(self, texts: Any) -> tf.RaggedTensor:
        raise NotImplementedError


def normalised(texts: Any) -> Any:
    """What `text.normalise` does, in a graph."""
    texts = tf.strings.regex_replace(texts, _for_re2(INVISIBLE.pattern), "")
    texts = tf_text.normalize_utf8(texts, "NFC")
    return tf.strings.strip(tf.strings.regex_replace(texts, f"[{_for_re2(_WHITE_SPACE)}]+", " "))


class _GraphSubwords(GraphTokenizer):
    def __init__(self, tokenizer: SubwordTokenizer) -> None:
        super().__init__(name="subword")
        # In a process all processors of one name are one, those of other SavedModels too.
        name = "sentencepiece_" + hashlib.sha256(tokenizer.model).hexdigest()[:16]
        self._processor = tf_text.SentencepieceTokenizer(
            tokenizer.model, out_type=tf.int32, name=name
        )

    def encode(self, texts: Any) -> tf.RaggedTensor:
        return super().encode(tf.strings.regex_replace(texts, SPACE, "_"))

    def decode(self, ids: tf.RaggedTensor) -> Any:
        return tf.strings.strip(self._processor.detokenize(ids))

    def pieces(self, ids: Any) -> Any:
        return self._processor.id_to_string(ids)

    def _ids(self, texts: Any) -> tf.RaggedTensor:
        return self._processor.tokenize(texts)


class _GraphVocabulary(GraphTokenizer):
    def __init__(self, tokenizer: VocabularyTokenizer) -> None:
        super().__init__(name=tokenizer.kind)
        # Without entries there would be no type; padding stands for itself.
        keys, values = [SPECIAL_PIECES[0], *tokenizer.entries], [0, *range(4, tokenizer.vocab_size)]
        self._table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(keys, values, tf.string, tf.int32), UNKNOWN
        )
        self._tokens = tf.constant([*SPECIAL_PIECES, *tokenizer.entries])
        self._pieces = tf.constant(tokenizer.pieces(range(tokenizer.vocab_size)))

    def pieces(self, ids: Any) -> Any:
        return tf.gather(self._pieces, ids)

    def _lookup(self, tokens: tf.RaggedTensor) -> tf.RaggedTensor:
        return tf.ragged.map_flat_values(self._table.lookup, tokens)


class _GraphCharacters(_GraphVocabulary):
    def decode(self, ids: tf.RaggedTensor) -> Any:
        return tf.strings.strip(tf.strings.reduce_join(tf.gather(self._tokens, ids), axis=-1))

    def _ids(self, texts: Any) -> tf.RaggedTensor:
        return self._lookup(tf.strings.unicode_split(texts, "UTF-8"))


class _GraphWords(_GraphVocabulary):
    def __init__(self, tokenizer: WordTokenizer) -> None:
        super().__init__(tokenizer)
        letter, tokens = re.compile(LETTER), ["", "", "", "a", *tokenizer.entries]
        self._starts_as_word = tf.constant([bool(letter.match(token)) for token in tokens])
        self._ends_as_word = tf.constant([bool(letter.match(token[-1:])) for token in tokens])

    def decode(self, ids: tf.RaggedTensor) -> Any:
        tokens = tf.gather(self._tokens, ids)
        # Whether the token before ends as a word; of the first there is none.
        nothing = tf.fill([ids.nrows(), 1], False)
        after_word = tf.concat([nothing, tf.gather(self._ends_as_word, ids)], axis=1)[:, :-1]
        spaced = after_word & tf.gather(self._starts_as_word, ids)
        return tf.strings.strip(
            tf.strings.reduce_join(tf.where(spaced, " " + tokens, tokens), axis=-1)
        )

    def _ids(self, texts: Any) -> tf.RaggedTensor:
        marked = tf.strings.regex_replace(
            texts, f"({_for_re2(PATTERN)})", rf"{_SEPARATOR}\1{_SEPARATOR}"
        )
        tokens = tf.strings.split(marked, _SEPARATOR)
        # Between two words a space is understood, and so is no token.
        tokens = tf.ragged.boolean_mask(tokens, (tokens != "") & (tokens != " "))
        ids = self._lookup(tokens)
        stripped = self._lookup(tf.ragged.map_flat_values(tf.strings.strip, tokens))
        return tf.where(ids == UNKNOWN, stripped, ids)


def _for_re2(pattern: str | Sequence[str]) -> str:
    """Writes characters that cannot be seen by their numbers."""
    return "".join(c if c.isprintable() else f"\\x{{{ord(c):x}}}" for c in pattern)
