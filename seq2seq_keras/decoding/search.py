"""Greedy and beam search over a whole batch in one compiled call."""

from __future__ import annotations

from collections.abc import Callable
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
from seq2seq_keras.network import Network
from seq2seq_keras.text import END, PADDING, START, UNKNOWN

_NEVER = float("-inf")


@dataclass(frozen=True)
class SearchResult:
    """The best translations of a batch, best first.

    Attributes:
        tokens: Token ids without start and end, padded with 0, `(batch, n_best, target_time)`.
        lengths: Tokens of each translation, `(batch, n_best)`.
        scores: Length-normalised log-probabilities, `(batch, n_best)`; -inf where there are
            fewer than `n_best` translations.
    """

    tokens: np.ndarray
    lengths: np.ndarray
    scores: np.ndarray


def search(
    network: Network,
    source: np.ndarray,
    *,
    beam_size: int = 1,
    n_best: int = 1,
    length_penalty: float = 0.6,
    max_length: int | None = None,
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
        max_length: Most tokens of a translation, its end token included; by default twice the
            tokens of the source plus 10.

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
    limits = np.full(count, max_length) if max_length is not None else 2 * lengths + 10
    steps = rounded_up(int(limits.max(initial=1)), 16)
    rows = rounded_up(count, 32) if count > 8 else rounded_up(count, 8)
    padded = np.zeros((rows, rounded_up(source_time, 8)), dtype="int32")
    padded[:, 0] = END  # rows that only fill up the batch hold an empty sentence
    padded[:count, :source_time] = source
    row_limits = np.ones(rows, dtype="int32")
    row_limits[:count] = limits

    function = _compiled_search(network, beam_size, n_best)
    tokens, parents, scores, last_steps, last_slots = function(
        _values(network),
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
    )


def _values(network: Network) -> dict[str, Any]:
    return {"encoder": variable_values(network.encoder), "step": variable_values(network.step)}


def _compiled_search(network: Network, beam_size: int, n_best: int) -> Callable[..., Any]:
    name = f"search, beam {beam_size}, best {n_best}"
    if name not in network.compiled:
        signature = [
            {
                "encoder": variable_signature(network.encoder),
                "step": variable_signature(network.step),
            },
            keras.KerasTensor((None, None), "int32"),
            keras.KerasTensor((None,), "int32"),
            keras.KerasTensor((None,), "int32"),
            keras.KerasTensor((), "float32"),
        ]

        def function(variables: Any, source: Any, limits: Any, steps: Any, alpha: Any) -> tuple:
            return beam_search(
                network, variables, source, limits, steps, alpha, beam_size=beam_size, n_best=n_best
            )

        network.compiled[name] = compiled(function, signature)
    return network.compiled[name]


def beam_search(
    network: Network,
    variables: dict[str, Any],
    source: Any,
    limits: Any,
    steps: Any,
    alpha: Any,
    *,
    beam_size: int,
    n_best: int,
) -> tuple:
    """The search itself, a pure function of variables and tokens, for both backends.

    Args:
        network: Gives the structure; its own weights are not read.
        variables: The values of the encoder's and the step's variables.
        source: Token ids, `(batch, source_time)`.
        limits: Most tokens of each translation, end included, `(batch,)`.
        steps: Zeros, one for each step that memory is set aside for, `(steps,)`.
        alpha: The length penalty, a scalar.
        beam_size, n_best: As of `search`.

    Returns:
        The token chosen and the slot it continues, both `(steps, batch, beam_size)`; and of
        the finished hypotheses, best first, the scores, last steps and slots
        `(batch, n_best)`.
    """
    batch, num_steps = ops.shape(source)[0], ops.shape(steps)[0]
    vocab_size = network.target_vocab_size

    encoded = apply(network.encoder, variables["encoder"], source)
    repeat = lambda tensor: ops.repeat(tensor, beam_size, axis=0)  # noqa: E731
    memory = keras.tree.map_structure(repeat, encoded["memory"])  # (batch * beam_size, ...)
    states = keras.tree.map_structure(repeat, encoded["states"])

    ids = ops.arange(vocab_size)
    is_end = ids == END
    is_word = (ids != PADDING) & (ids != START) & (ids != UNKNOWN)
    first_row = ops.expand_dims(ops.arange(batch) * beam_size, 1)  # (batch, 1)
    slots = ops.zeros((batch, 1), "int32") + ops.arange(beam_size)  # (batch, beam_size)

    def penalty(length: Any) -> Any:
        return ops.power((5.0 + ops.cast(length, "float32")) / 6.0, alpha)

    largest_penalty = ops.expand_dims(penalty(limits), 1)  # (batch, 1)

    def may_improve(step: Any, *loop: Any) -> Any:
        _, _, live, _, _, finished, _, _ = loop
        # Log-probabilities only fall, so a live hypothesis can at best keep its sum and
        # have it divided by the largest penalty.
        best_possible = ops.max(live / largest_penalty, axis=1)
        return (step < num_steps) & ops.any(best_possible > finished[:, n_best - 1])

    def extend(step: Any, *loop: Any) -> tuple:
        token, states, live, tokens, parents, finished, last_steps, last_slots = loop
        outputs = apply(
            network.step, variables["step"], {"token": token, "memory": memory, "states": states}
        )
        log_probs = ops.log_softmax(outputs["logits"], axis=-1)  # (batch * beam_size, vocab)
        log_probs = ops.reshape(log_probs, (batch, beam_size, vocab_size))
        # At its limit a translation has to end; until then it may.
        at_limit = ops.reshape(limits - 1 <= step, (batch, 1, 1))
        allowed = ops.where(at_limit, is_end, is_word)  # (batch, 1, vocab)
        scores = ops.where(allowed, ops.expand_dims(live, 2) + log_probs, _NEVER)
        scores, indices = ops.top_k(
            ops.reshape(scores, (batch, beam_size * vocab_size)), beam_size
        )  # (batch, beam_size)
        indices = ops.cast(indices, "int32")
        parent, new_token = indices // vocab_size, indices % vocab_size

        ended = new_token == END
        ended_scores = ops.where(ended, scores / penalty(step + 1), _NEVER)
        finished, order = ops.top_k(
            ops.concatenate([finished, ended_scores], axis=1), beam_size
        )  # best of old and new: (batch, beam_size)
        order = ops.cast(order, "int32")
        step_here = ops.zeros_like(slots) + step
        last_steps = ops.take_along_axis(
            ops.concatenate([last_steps, step_here], axis=1), order, axis=1
        )
        last_slots = ops.take_along_axis(
            ops.concatenate([last_slots, slots], axis=1), order, axis=1
        )

        live = ops.where(ended, _NEVER, scores)
        rows = ops.reshape(first_row + parent, (-1,))  # (batch * beam_size,)
        states = keras.tree.map_structure(
            lambda state: ops.take(state, rows, axis=0), outputs["states"]
        )
        here = ops.reshape(ops.arange(num_steps) == step, (-1, 1, 1))
        tokens = ops.where(here, new_token, tokens)  # (steps, batch, beam_size)
        parents = ops.where(here, parent, parents)
        token = ops.reshape(new_token, (-1,))
        return step + 1, token, states, live, tokens, parents, finished, last_steps, last_slots

    history = ops.reshape(steps, (-1, 1, 1)) + ops.expand_dims(ops.zeros_like(slots), 0)
    nothing = ops.zeros_like(slots)
    no_score = ops.full_like(ops.cast(slots, "float32"), _NEVER)
    loop = ops.while_loop(
        may_improve,
        extend,
        (
            ops.zeros((), "int32"),
            ops.reshape(nothing + START, (-1,)),
            states,
            ops.where(slots == 0, 0.0, no_score),  # all slots are the same at first: use one
            history,
            history,
            no_score,
            nothing,
            nothing,
        ),
    )
    _, _, _, _, tokens, parents, finished, last_steps, last_slots = loop
    return (
        tokens,
        parents,
        finished[:, :n_best],
        last_steps[:, :n_best],
        last_slots[:, :n_best],
    )


def _trace_back(
    tokens: np.ndarray,
    parents: np.ndarray,
    scores: np.ndarray,
    last_steps: np.ndarray,
    last_slots: np.ndarray,
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
    return SearchResult(found, lengths, scores)
