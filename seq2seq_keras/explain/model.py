"""A translator as plain arrays and two tokenizers: all that an explanation needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.explain.weights import Weights, read_weights
from seq2seq_keras.text import END, Tokenizer, normalise

if TYPE_CHECKING:
    from seq2seq_keras.translator import Translator


@dataclass(frozen=True)
class Model:
    """A translator whose weights have been read; what uses it needs no Keras any more.

    Attributes:
        config: The configuration of the translator.
        weights: Its weights, by the names of the formulas.
        source_tokenizer, target_tokenizer: Its tokenizers.

    Example:
        >>> model = Model.of(translator)
        >>> explain(model, "A man is riding a horse."), explain(model, "A dog runs.")
    """

    config: Config
    weights: Weights
    source_tokenizer: Tokenizer
    target_tokenizer: Tokenizer

    @classmethod
    def of(cls, translator: Translator | Model, dtype: str = "float32") -> Model:
        """Reads a translator's present weights; of a `Model` returns the model itself."""
        if isinstance(translator, Model):
            return translator
        return cls(
            translator.config,
            read_weights(translator.network, dtype),
            translator.source_tokenizer,
            translator.target_tokenizer,
        )

    def source_ids(self, sentence: str) -> list[int]:
        """Returns the tokens of a source sentence, end token last.

        Raises:
            InputError: if it is empty, or longer than what the network was trained on.
        """
        return self._ids(sentence, self.source_tokenizer, "sentence")

    def target_ids(self, sentence: str) -> list[int]:
        """Returns the tokens of a target sentence, end token last; raises as `source_ids`."""
        return self._ids(sentence, self.target_tokenizer, "reference")

    def _ids(self, sentence: str, tokenizer: Tokenizer, name: str) -> list[int]:
        ids = tokenizer.encode(normalise(sentence))
        if not ids:
            raise InputError(f"{name}: there is no text in it; give a sentence")
        most = self.config.max_length - 1  # the end token takes one place
        if len(ids) > most:
            raise InputError(
                f"{name}: it has {len(ids)} tokens, more than the {most} that this network was "
                "trained on; give a shorter one"
            )
        return [*ids, END]

    def limit(self, source_tokens: int) -> int:
        """Returns the most tokens of a translation, as search has it; both count end tokens."""
        # Imported here so that this package, without a translator, does not import Keras.
        from seq2seq_keras.decoding.search import most_tokens

        return int(most_tokens(np.array([source_tokens]), self.config.tokenizer)[0])
