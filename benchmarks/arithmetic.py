"""How many operations a network's formulas take, and so how fast a machine could compute them.

An operation is a multiplication or an addition of a matrix product, so two for each
multiply-add. Only real tokens count, padding does not. Left out are embedding look-ups, biases,
gates, softmax, dropout and the optimizer. A program that rearranges the formulas needs fewer: this
project's search looks up products with word vectors in a table and multiplies contexts once a
sentence, and drops hypotheses that cannot win. Shares of the limit are comparable all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_GATES = {"rnn": 1, "gru": 3, "lstm": 4}


@dataclass(frozen=True)
class Arithmetic:
    """Counts the operations of a network with one encoder layer in both directions and one decoder.

    Multiply-adds, with E = embedding_dim, U = units, V = vocab_size, and G = 3 gates for a GRU,
    4 for an LSTM. For each source token, the end token included:

    - encoder, two directions of U/2: input 2 · E · G·U/2, recurrence 2 · U/2 · G·U/2
    - keys of the scores `general` and `additive`: U · U

    For each sentence:

    - the decoder's first state (of an LSTM two) from the encoder's last: U · U
    - without attention the context is the same at every step, so that its parts of the decoder's
      input (U · G·U) and of the output layer (U · E) are needed once

    For each target token, the end token included:

    - decoder: input E · G·U, recurrence U · G·U; with attention before it, context U · G·U
    - the query's part of the score `additive`: U · U
    - output layer tanh(W_o [y; s; c]): (E + U) · E, and with attention U · E for c
    - vocabulary: E · V

    For each pair of a target and a source token:

    - score: U (`additive`: the product with v)
    - context, the weighted sum of the encoder states: U

    Args:
        placement: `before`, `after` or `none`.
        score: Score function of the attention, `none` without.
        embedding_dim, units, vocab_size: E, U and V.
        cell: `gru`, `lstm` or `rnn`.

    Example:
        >>> Arithmetic("after", "general", 256, 512, 8000).training([12], [11])
    """

    placement: str
    score: str
    embedding_dim: int
    units: int
    vocab_size: int
    cell: str = "gru"

    def training(self, source_lengths: Sequence[int], target_lengths: Sequence[int]) -> int:
        """Operations of a training step on these sentences; backward counts twice forward.

        Args:
            source_lengths, target_lengths: Tokens of each sentence, end tokens included.
        """
        pairs = zip(source_lengths, target_lengths, strict=True)
        return 3 * 2 * sum(self._encoding(source) + self._steps(source, n) for source, n in pairs)

    def search(
        self, source_lengths: Sequence[int], output_lengths: Sequence[int], beam_size: int
    ) -> int:
        """Operations of a beam search that takes `beam_size` steps for each token of its output.

        Args:
            source_lengths, output_lengths: Tokens of each sentence, end tokens included.
            beam_size: Hypotheses a sentence; 1 for greedy search.
        """
        pairs = zip(source_lengths, output_lengths, strict=True)
        return 2 * sum(
            self._encoding(source) + self._steps(source, beam_size * n) for source, n in pairs
        )

    def _encoding(self, source_length: int) -> int:
        """Multiply-adds once a sentence."""
        gates, units = _GATES[self.cell], self.units
        directions = (self.embedding_dim + units // 2) * gates * units
        keys = units * units if self.score in ("general", "additive") else 0
        first_states = (2 if self.cell == "lstm" else 1) * units * units
        context = 0
        if self.placement == "none":
            context = units * gates * units + units * self.embedding_dim
        return source_length * (directions + keys) + first_states + context

    def _steps(self, source_length: int, steps: int) -> int:
        """Multiply-adds of so many decoder steps."""
        gates, units, dim = _GATES[self.cell], self.units, self.embedding_dim
        decoder = (dim + units) * gates * units
        output = (dim + units) * dim + dim * self.vocab_size
        if self.placement == "none":
            return steps * (decoder + output)
        if self.placement == "before":
            decoder += units * gates * units
        query = units * units if self.score == "additive" else 0
        attention = source_length * 2 * units
        return steps * (decoder + query + attention + output + units * dim)
