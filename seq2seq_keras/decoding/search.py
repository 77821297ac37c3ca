"""Greedy and beam search over a whole batch in one compiled call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from seq2seq_keras.config import TokenizerName
from seq2seq_keras.decoding.beam import Beam, beam_search
from seq2seq_keras.decoding.compiling import apply, compiled, rounded_up, variables_of
from seq2seq_keras.decoding.step import DecoderStep
from seq2seq_keras.decoding.vocabulary import Vocabulary
from seq2seq_keras.network import Network
from seq2seq_keras.text import END

# For so few hypotheses matrices are used as they lie. For more it pays to copy them first, side
# by side, and transposed where a tied embedding makes logits: up to three times faster products.
_FEW = 8


@dataclass(frozen=True)
class SearchResult:
    """The best translations of a batch, best first.

    Attributes:
        tokens: Token ids without start and end, padded with 0, `(batch, n_best, target_time)`.
        lengths: Tokens of each translation, `(batch, n_best)`.
        scores: Length-normalised log-probabilities, `(batch, n_best)`; -inf where there are
            fewer than `n_best` translations.
        rows_computed: Steps of single hypotheses that were computed in all.
    """

    tokens: np.ndarray
    lengths: np.ndarray
    scores: np.ndarray
    rows_computed: int


def most_tokens(lengths: np.ndarray, tokenizer: TokenizerName) -> np.ndarray:
    """Returns how many tokens a translation may have, for lengths of sources in tokens.

    Words and subwords of two languages are about as many. Characters are not: a Han character
    stands for four or five of an alphabet.

    Example:
        >>> most_tokens(np.array([5]), "subword"), most_tokens(np.array([5]), "char")
        (array([20]), array([40]))
    """
    return (6 if tokenizer == "char" else 2) * lengths + 10


def search(
    network: Network,
    source: np.ndarray,
    *,
    beam_size: int = 1,
    n_best: int = 1,
    length_penalty: float = 0.6,
    max_length: int | None = None,
    words: Any = None,
) -> SearchResult:
    """Translates a batch with the network's current weights.

    At every step each hypothesis is extended by every token and the `beam_size` best survive.
    One that ends is put aside and its place in the beam stays empty, so that `beam_size` 1 is
    greedy search. Finished hypotheses are ranked by log P(y | x) / lp(y), with
    lp(y) = ((5 + |y|) / 6)^alpha and |y| counting the end token (Wu et al. 2016). A sentence is
    done when none of its live hypotheses can still beat its `n_best`-th finished one.

    Args:
        network: The network.
        source: Token ids, each sentence with its end token, padding 0, `(batch, source_time)`.
        beam_size: Hypotheses kept; 1 is greedy search.
        n_best: Translations returned a sentence, at most `beam_size`.
        length_penalty: Alpha of the length normalisation; 0 compares plain sums.
        max_length: Most tokens of a translation, its end token included; by default as of
            `most_tokens`.
        words: What `word_part` returned for the same weights, to spare work where many
            sentences are searched.

    Returns:
        The translations.

    Raises:
        ValueError: if `n_best` is larger than `beam_size`, or `max_length` smaller than 1.

    Example:
        >>> search(network, source, beam_size=5).tokens[:, 0]
    """
    if not 1 <= n_best <= beam_size:
        raise ValueError(
            f"`n_best` must be from 1 to `beam_size` ({beam_size}). Received: n_best={n_best}"
        )
    if max_length is not None and max_length < 1:
        raise ValueError(f"`max_length` must be at least 1. Received: max_length={max_length}")
    source = np.asarray(source, dtype="int32")
    count, source_time = source.shape
    lengths = np.count_nonzero(source, axis=1)
    limits = (
        np.full(count, max_length)
        if max_length is not None
        else most_tokens(lengths, network.config.tokenizer)
    )
    steps = rounded_up(int(limits.max(initial=1)), 16)
    rows = rounded_up(count, 32) if count > 8 else rounded_up(count, 8)
    padded = np.zeros((rows, rounded_up(source_time, 8)), dtype="int32")
    padded[:, 0] = END  # rows that only fill up the batch hold an empty sentence
    padded[:count, :source_time] = source
    row_limits = np.ones(rows, dtype="int32")
    row_limits[:count] = limits

    few = count * beam_size <= _FEW and words is None
    function = _compiled_search(network, beam_size, n_best, words, few)
    tokens, parents, scores, last_steps, last_slots, computed = function(
        _weights(network),
        [] if words is None else [words],
        ops.convert_to_tensor(padded),
        ops.convert_to_tensor(row_limits),
        ops.zeros((steps,), "int32"),
        ops.convert_to_tensor(length_penalty, "float32"),
    )
    return _trace_back(
        ops.convert_to_numpy(tokens)[:, :count],
        ops.convert_to_numpy(parents)[:, :count],
        ops.convert_to_numpy(scores)[:count],
        ops.convert_to_numpy(last_steps)[:count],
        ops.convert_to_numpy(last_slots)[:count],
        int(computed),
    )


def search_tensors(
    network: Network,
    weights: dict[str, Any],
    source: Any,
    limits: Any,
    steps: Any,
    alpha: Any,
    *,
    beam_size: Any,
    n_best: Any,
    words: Any = None,
    few: bool = False,
) -> tuple[Beam, Any]:
    """Searches, as a pure function of tensors; see `search` for the rules.

    Args:
        network: The network; its weights are not read.
        weights: Every weight by its path, such as `deep_output/kernel`.
        source: Token ids, each sentence with its end token, padding 0, `(batch, source_time)`.
        limits, steps, alpha, beam_size, n_best: As of `beam_search`.
        words: As of `search`.
        few: Whether there are so few hypotheses that matrices are better used as they lie.

    Returns:
        The beam at the end, and how many rows were computed in all.
    """
    decoder = DecoderStep(
        network.config,
        weights,
        _dtype(network),
        words=words,
        project_memory=not isinstance(beam_size, int) or beam_size > 1,
        join=not few,
    )
    encoded = apply(network.fast_encoder, variables_of(network.fast_encoder, weights), source)
    return beam_search(
        decoder,
        _vocabulary(network, decoder, transpose=not few),
        decoder.memory(encoded["memory"]),
        encoded["states"],
        limits,
        steps,
        alpha,
        beam_size=beam_size,
        n_best=n_best,
    )


def word_part(network: Network) -> Any:
    """Computes what a decoder step makes of a word alone, for all words at once.

    It pays where hypotheses take more steps in all than there are words. It belongs to the
    network's current weights.

    Returns:
        The argument `words` of `search`, for as long as the weights stay as they are.
    """
    name = "word part"
    if name not in network.compiled:

        def function(weights: dict[str, Any]) -> Any:
            return DecoderStep(network.config, weights, _dtype(network)).word_part()

        network.compiled[name] = compiled(function, [_signature(network)])
    return network.compiled[name](_weights(network))


def _dtype(network: Network) -> str:
    return network.training.get_layer("target_embedding").compute_dtype


def _weights(network: Network) -> dict[str, Any]:
    return {v.path: ops.convert_to_tensor(v) for v in network.training.weights}


def _signature(network: Network) -> dict[str, keras.KerasTensor]:
    return {
        path: keras.KerasTensor(value.shape, keras.backend.standardize_dtype(value.dtype))
        for path, value in _weights(network).items()
    }


def _compiled_search(
    network: Network, beam_size: int, n_best: int, words: Any, few: bool
) -> Callable[..., Any]:
    amount = "many" if words is not None else "few" if few else "some"
    name = f"search {amount}, beam {beam_size}, best {n_best}"
    if name not in network.compiled:
        signature = [
            _signature(network),
            [] if words is None else [keras.KerasTensor(words.shape, words.dtype)],
            keras.KerasTensor((None, None), "int32"),
            keras.KerasTensor((None,), "int32"),
            keras.KerasTensor((None,), "int32"),
            keras.KerasTensor((), "float32"),
        ]

        def function(
            weights: Any, words: Any, source: Any, limits: Any, steps: Any, alpha: Any
        ) -> tuple:
            beam, computed = search_tensors(
                network,
                weights,
                source,
                limits,
                steps,
                alpha,
                beam_size=beam_size,
                n_best=n_best,
                words=words[0] if words else None,
                few=few,
            )
            best = [x[:, :n_best] for x in (beam.finished, beam.last_steps, beam.last_slots)]
            return beam.tokens, beam.parents, *best, computed

        network.compiled[name] = compiled(function, signature)
    return network.compiled[name]


def _vocabulary(network: Network, decoder: DecoderStep, transpose: bool) -> Vocabulary:
    if not network.config.tie_embeddings:
        return Vocabulary(
            decoder.weights["vocabulary/kernel"], decoder.weights["vocabulary/bias"], tied=False
        )
    if transpose:
        return Vocabulary(ops.transpose(decoder.embeddings), None, tied=False)
    return Vocabulary(decoder.embeddings, None, tied=True)


def _trace_back(
    tokens: np.ndarray,
    parents: np.ndarray,
    scores: np.ndarray,
    last_steps: np.ndarray,
    last_slots: np.ndarray,
    rows_computed: int,
) -> SearchResult:
    """Follows every finished hypothesis from its end token back to its first token.

    Args:
        tokens, parents: `(steps, batch, beam_size)`.
        scores, last_steps, last_slots: `(batch, n_best)`.
    """
    lengths = np.where(np.isneginf(scores), 0, last_steps)  # the end token stands at this index
    slots = last_slots
    rows = np.arange(len(scores))[:, None]
    found = np.zeros((*scores.shape, int(lengths.max(initial=0))), dtype="int32")
    for step in range(int(lengths.max(initial=0)), -1, -1):
        inside = step < lengths
        if step < found.shape[2]:
            found[:, :, step] = np.where(inside, tokens[step, rows, slots], 0)
        slots = np.where(step <= lengths, parents[step, rows, slots], slots)
    return SearchResult(found, lengths, scores, rows_computed)
