"""Search over any number of sentences: sorted by length, in batches, given back in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from seq2seq_keras.decoding.compiling import (
    apply,
    compiled,
    rounded_up,
    variable_signature,
    variable_values,
)
from seq2seq_keras.decoding.search import search, word_part
from seq2seq_keras.errors import WorkError
from seq2seq_keras.network import Network
from seq2seq_keras.text import END, PADDING, START

# Hypotheses in one batch: enough for fast products, few enough for the processor's cache.
_HYPOTHESES_A_BATCH = 640
# Hypotheses times source tokens in one batch: bounds the memory of long sentences.
_TOKENS_A_BATCH = 16_000
# Numbers in a table of what words bring to a step: 256 MiB.
_NUMBERS_IN_A_TABLE = 2**26
# Numbers in the largest array while attention weights are computed: 256 MiB.
_NUMBERS_AT_ONCE = 2**26


@dataclass(frozen=True)
class Hypothesis:
    """One translation of one sentence.

    Attributes:
        tokens: Token ids without start and end.
        score: Length-normalised log-probability.
        attention: Weights, a row for each of `tokens`, a column for each source token and
            the end token, `(target_time, source_time)`; None without attention.
    """

    tokens: list[int]
    score: float
    attention: np.ndarray | None = None


def search_all(
    network: Network,
    sentences: Sequence[Sequence[int]],
    *,
    beam_size: int = 1,
    n_best: int = 1,
    length_penalty: float = 0.6,
    attention: bool = False,
    batch_size: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> list[list[Hypothesis]]:
    """Translates encoded sentences of any number and length.

    Args:
        network: The network; its current weights are used.
        sentences: Source token ids, without start and end. Empty sentences give one empty
            hypothesis.
        beam_size, n_best, length_penalty: As of `search`.
        attention: Whether to compute attention weights for what was found.
        batch_size: Most sentences a batch; by default as many as search fastest.
        on_progress: Called after each batch with the number of sentences done.

    Returns:
        At least one and at most `n_best` hypotheses for each sentence, best first, in the
        order given.

    Raises:
        WorkError: if the network computes no numbers, as after a training that diverged.

    Example:
        >>> [best[0].tokens for best in search_all(network, [[5, 9], [7]], beam_size=5)]
    """
    results: list[list[Hypothesis]] = [[Hypothesis([], 0.0)] for _ in sentences]
    order = sorted((i for i, ids in enumerate(sentences) if ids), key=lambda i: -len(sentences[i]))
    done = len(sentences) - len(order)
    words = _word_part(network, beam_size * sum(map(len, sentences)))
    most = batch_size or max(1, _HYPOTHESES_A_BATCH // beam_size)
    start = 0
    while start < len(order):
        longest = len(sentences[order[start]]) + 1
        size = max(1, min(most, _TOKENS_A_BATCH // (longest * beam_size)))
        left = len(order) - start
        size = -(-left // -(-left // size))  # as many batches, of equal size
        rows = order[start : start + size]
        start += size
        source = padded([[*sentences[row], END] for row in rows])
        found = search(
            network,
            source,
            beam_size=beam_size,
            n_best=n_best,
            length_penalty=length_penalty,
            words=words,
        )
        if not np.isfinite(found.scores[:, 0]).all():
            raise WorkError(
                "the network's weights are no longer numbers; take an earlier copy of it, or train "
                "anew with a lower learning rate"
            )
        for position, row in enumerate(rows):
            results[row] = [
                Hypothesis(found.tokens[position, k, :length].tolist(), float(score))
                for k, (length, score) in enumerate(
                    zip(found.lengths[position], found.scores[position], strict=True)
                )
                if np.isfinite(score)
            ]
        if attention and network.attention_weights is not None:
            _add_attention(network, source, rows, results)
        done += len(rows)
        if on_progress is not None:
            on_progress(done)
    return results


def _word_part(network: Network, hypothesis_steps: int) -> Any:
    """Returns what `search` needs not compute again and again, where that pays."""
    config, vocab_size = network.config, network.target_vocab_size
    numbers = vocab_size * (4 * config.units + config.embedding_dim)  # at most
    if hypothesis_steps < vocab_size or numbers > _NUMBERS_IN_A_TABLE:
        return None
    return word_part(network)


def attention_weights(network: Network, source: np.ndarray, target_input: np.ndarray) -> np.ndarray:
    """Returns the weights a_ti with which the network would write `target_input`.

    Args:
        network: A network with attention; its current weights are used.
        source: Token ids with end tokens, `(batch, source_time)`.
        target_input: Token ids from the start token on, `(batch, target_time)`.

    Returns:
        `(batch, target_time, source_time)`; row t belongs to the token after position t.
    """
    model = network.attention_weights
    if model is None:
        raise ValueError("This network has no attention.")
    name = "attention weights"
    if name not in network.compiled:
        tokens = keras.KerasTensor((None, None), "int32")

        def function(variables: Any, source: Any, target_input: Any) -> Any:
            return apply(model, variables, [source, target_input])

        network.compiled[name] = compiled(function, [variable_signature(model), tokens, tokens])
    rows, (source_time, target_time) = len(source), (source.shape[1], target_input.shape[1])
    shape = rounded_up(rows, 8), rounded_up(source_time, 8), rounded_up(target_time, 8)
    weights = network.compiled[name](
        variable_values(model),
        ops.convert_to_tensor(_grown(source, shape[0], shape[1])),
        ops.convert_to_tensor(_grown(target_input, shape[0], shape[2])),
    )
    return ops.convert_to_numpy(ops.cast(weights, "float32"))[:rows, :target_time, :source_time]


def padded(sentences: Sequence[Sequence[int]]) -> np.ndarray:
    """Puts sentences of different length into one array, `(batch, time)`, padded with 0."""
    longest = max((len(ids) for ids in sentences), default=0)
    array = np.full((len(sentences), longest), PADDING, dtype="int32")
    for row, ids in enumerate(sentences):
        array[row, : len(ids)] = ids
    return array


def _grown(array: np.ndarray, rows: int, time: int) -> np.ndarray:
    grown = np.full((rows, time), PADDING, dtype="int32")
    grown[:, 0] = END  # a source of nothing but padding would have nothing to attend to
    grown[: array.shape[0], : array.shape[1]] = array
    return grown


def _add_attention(
    network: Network, source: np.ndarray, rows: list[int], results: list[list[Hypothesis]]
) -> None:
    most = max(len(results[row]) for row in rows)
    for k in range(most):
        having = [position for position, row in enumerate(rows) if len(results[row]) > k]
        targets = padded([[START, *results[rows[position]][k].tokens] for position in having])
        # Additive attention after the recurrence holds (batch, target_time, source_time, units).
        numbers_a_row = targets.shape[1] * source.shape[1] * network.config.units
        size = max(1, _NUMBERS_AT_ONCE // numbers_a_row)
        weights = np.concatenate(
            [
                attention_weights(
                    network, source[having[first : first + size]], targets[first : first + size]
                )
                for first in range(0, len(having), size)
            ]
        )
        for index, position in enumerate(having):
            hypothesis = results[rows[position]][k]
            source_time = int(np.count_nonzero(source[position]))
            results[rows[position]][k] = Hypothesis(
                hypothesis.tokens,
                hypothesis.score,
                weights[index, : len(hypothesis.tokens), :source_time],
            )
