"""Loss, BLEU and example translations of the validation sentences after an epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import ops

from seq2seq_keras.decoding import attention_weights, search_all
from seq2seq_keras.errors import InputError
from seq2seq_keras.evaluation import bleu
from seq2seq_keras.text import Tokenizer
from seq2seq_keras.training.batches import encode_pairs, sorted_batches
from seq2seq_keras.training.step import Steps

if TYPE_CHECKING:
    from seq2seq_keras.corpus import Corpus

MOST_SENTENCES = 2000
"""BLEU of more sentences takes longer and tells hardly more."""

_BATCH = 64
_EXAMPLES = 3


@dataclass(frozen=True)
class Validated:
    """Means and scores over the validation sentences; see `EpochEnd`."""

    loss: float
    bleu: float
    examples: list[dict[str, str]]
    attention: dict[str, Any] | None = None


class Validation:
    """Scores the network's current weights on a validation corpus.

    Translations are greedy. Of a corpus of more than 2,000 pairs an evenly spaced choice is
    taken, and pairs over the length limit are left out, as in training.

    Args:
        network: the network.
        steps: its compiled steps.
        corpus: the validation corpus.
        source_tokenizer: encodes the sources.
        target_tokenizer: encodes the references and decodes the translations.

    Raises:
        InputError: when no pair is left.

    Example:
        >>> validation = Validation(network, steps, splits.valid, source_tokens, target_tokens)
        >>> validation.run().bleu
        31.4
    """

    def __init__(
        self,
        network: Any,
        steps: Steps,
        corpus: Corpus,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
    ) -> None:
        self._network = network
        self._steps = steps
        self._tokenizer = target_tokenizer
        self._source_tokenizer = source_tokenizer
        chosen = np.linspace(0, len(corpus) - 1, min(len(corpus), MOST_SENTENCES)).astype(int)
        sources = [corpus.sources[index] for index in chosen]
        references = [corpus.targets[index] for index in chosen]
        max_length = network.config.max_length
        self._pairs = encode_pairs(
            sources, references, source_tokenizer, target_tokenizer, max_length
        )
        if not len(self._pairs):
            raise InputError(
                f"validation corpus {corpus.name!r}: none of its {len(corpus)} pairs has at most "
                f"{max_length} tokens a side; give other validation sentences or raise max_length"
            )
        self._sources = [sources[index] for index in self._pairs.indices]
        self._references = [references[index] for index in self._pairs.indices]
        self._shown = self._choose_examples()

    def __len__(self) -> int:
        return len(self._pairs)

    def run(self, on_progress: Callable[[int], None] | None = None) -> Validated:
        """Validates the weights as they are now.

        Args:
            on_progress: called now and then with the number of sentences translated.
        """
        translations = self._translate(on_progress)
        score = bleu(translations, self._references, self._network.config.target_lang)
        examples = [
            {
                "source": self._sources[row],
                "reference": self._references[row],
                "translation": translations[row],
            }
            for row in self._shown
        ]
        return Validated(self._loss(), score, examples, self._attention())

    def _attention(self) -> dict[str, Any] | None:
        """Where the network looks while it is made to write the first example's reference."""
        if self._network.attention_weights is None:
            return None
        source, target = (
            rows[self._shown[0]] for rows in (self._pairs.sources, self._pairs.targets)
        )
        (weights,) = attention_weights(self._network, source[None], target[None, :-1])
        return {
            "source": self._source_tokenizer.pieces(source.tolist()),
            "target": self._tokenizer.pieces(target[1:].tolist()),
            "weights": weights.round(3).tolist(),
        }

    def _loss(self) -> float:
        size = _BATCH if self._steps.needs_full_batches else None
        results = [
            self._steps.evaluate(self._pairs.batch(rows, self._steps.multiple, size))
            for rows in sorted_batches(self._pairs, _BATCH)
        ]
        total, tokens = np.sum(
            [ops.convert_to_numpy(result) for result in results], axis=0, dtype="float64"
        )
        return float(total / tokens)

    def _translate(self, on_progress: Callable[[int], None] | None) -> list[str]:
        sentences = [row[:-1].tolist() for row in self._pairs.sources]  # END is search's to add
        found = search_all(self._network, sentences, on_progress=on_progress)
        return [self._tokenizer.decode(best[0].tokens) if best else "" for best in found]

    def _choose_examples(self) -> list[int]:
        """Three sentences of middling length, the same ones after every epoch."""
        order = np.argsort(self._pairs.sources.lengths, kind="stable")
        places = np.linspace(0.25, 0.75, _EXAMPLES) * (len(order) - 1)
        return sorted({int(order[int(place)]) for place in places})
