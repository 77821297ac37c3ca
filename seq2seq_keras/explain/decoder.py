"""The decoder: one step with everything that it computes, and a sentence written step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from seq2seq_keras.explain import attention, cells
from seq2seq_keras.explain.attention import log_softmax, softmax
from seq2seq_keras.explain.cells import CellRecord
from seq2seq_keras.explain.changes import Change, alteration, changed_attention, changed_word
from seq2seq_keras.explain.encoder import Encoding
from seq2seq_keras.explain.weights import Weights
from seq2seq_keras.text import END, PADDING, START, UNKNOWN

_NEVER_WRITTEN = [PADDING, START, UNKNOWN]


@dataclass(frozen=True)
class DecoderStep:
    """What the decoder computed in step t; T is the number of source tokens.

    Attributes:
        token: The token before, y_{t-1}.
        vector: Its word vector, `(..., embedding_dim)`.
        query: The state that attention asks with: s_{t-1} of the first layer where attention
            comes before the recurrence, s_t of the last where it comes after, `(..., units)`.
            None without attention, like the next two.
        scores: e_ti, `(..., T)`.
        weights: a_ti, `(..., T)`.
        context: c_t, or c without attention, `(..., units)`.
        layers: A record for each layer.
        hidden: tanh(W_o [y_{t-1}; s_t; c_t]), `(..., embedding_dim)`.
        logits: V times that, `(..., target_vocab_size)`.
        log_probabilities: Of every target token, `(..., target_vocab_size)`.
    """

    token: np.ndarray
    vector: np.ndarray
    query: np.ndarray | None
    scores: np.ndarray | None
    weights: np.ndarray | None
    context: np.ndarray
    layers: tuple[CellRecord, ...]
    hidden: np.ndarray
    logits: np.ndarray
    log_probabilities: np.ndarray

    @property
    def states(self) -> tuple[tuple[np.ndarray, ...], ...]:
        """What the next step starts from: of each layer s_t, and of an LSTM C_t."""
        return tuple(record.states for record in self.layers)


States = Sequence[Sequence[np.ndarray]]
Choose = Callable[[int, DecoderStep], int]
"""Takes the number of a step and what it computed, and returns the token to write."""


def decoder_step(
    weights: Weights,
    encoding: Encoding,
    token: int | np.ndarray,
    states: States,
    number: int = 0,
    changes: Sequence[Change] = (),
) -> DecoderStep:
    """Takes the decoder one step further.

    Args:
        weights: The network's weights.
        encoding: The source sentence.
        token: The token before, or several of as many hypotheses.
        states: Of each layer its states after the step before, each `(..., units)`.
        number: The number of the step, from 0, which tells what changes apply.
        changes: Changes of attention and clamps of the decoder's gates.

    Example:
        >>> first = decoder_step(weights, encoding, START, encoding.start)
        >>> first.log_probabilities.argmax()
    """
    vector = weights.target_embedding[token]  # (..., embedding_dim)
    query = e = a = None
    context = encoding.context
    if weights.attends_before:
        query = states[0][0]
        e, a, context = _attend(weights, encoding, query, number, changes)
    elif weights.attention is None:
        context = np.broadcast_to(context, (*vector.shape[:-1], context.shape[-1]))
    x = vector if weights.attends_after else np.concatenate([vector, context], axis=-1)
    records = []
    for layer, (cell, before) in enumerate(zip(weights.decoder, states, strict=True), 1):
        record = cells.step(cell, x, before, alteration(changes, "decoder", layer, number))
        x = record.values["h"]
        records.append(record)
    if weights.attends_after:
        query = x
        e, a, context = _attend(weights, encoding, query, number, changes)
    hidden = np.tanh(weights.deep_output(np.concatenate([vector, x, context], axis=-1)))
    logits = weights.vocabulary(hidden)
    return DecoderStep(
        np.asarray(token),
        vector,
        query,
        e,
        a,
        context,
        tuple(records),
        hidden,
        logits,
        log_softmax(logits),
    )


def write(
    weights: Weights,
    encoding: Encoding,
    choose: Choose,
    limit: int,
    changes: Sequence[Change] = (),
) -> tuple[list[int], list[DecoderStep]]:
    """Writes a sentence until its end token, or until the limit.

    Args:
        weights, encoding, changes: As of `decoder_step`; a change of a word goes before `choose`.
        choose: Which token each step writes, such as `greedy(limit)` or `forced(tokens)`.
        limit: Most tokens, end token included.

    Returns:
        The tokens, and what was computed to write each.

    Example:
        >>> tokens, steps = write(weights, encoding, greedy(20), 20)
    """
    token, states = START, encoding.start
    tokens: list[int] = []
    steps: list[DecoderStep] = []
    while len(tokens) < limit and token != END:
        number = len(tokens)
        step = decoder_step(weights, encoding, token, states, number, changes)
        wanted = changed_word(changes, number)
        token = choose(number, step) if wanted is None else wanted
        states = step.states
        tokens.append(token)
        steps.append(step)
    return tokens, steps


def greedy(limit: int) -> Choose:
    """Takes the likeliest token, and the end token where the limit leaves no other."""

    def choose(number: int, step: DecoderStep) -> int:
        if number == limit - 1:
            return END
        return int(writable(step.log_probabilities).argmax())

    return choose


def forced(tokens: Sequence[int]) -> Choose:
    """Takes the tokens given, whatever the network thinks of them."""
    return lambda number, _: tokens[number]


def writable(log_probabilities: np.ndarray) -> np.ndarray:
    """Returns the log-probabilities with -inf at tokens that a translation never holds."""
    allowed = log_probabilities.copy()
    allowed[..., _NEVER_WRITTEN] = -np.inf
    return allowed


def likeliest(log_probabilities: np.ndarray, count: int) -> np.ndarray:
    """Returns the `count` likeliest tokens of `(target_vocab_size,)`, best first."""
    count = min(count, len(log_probabilities))
    least = np.partition(log_probabilities, -count)[-count]
    enough = np.flatnonzero(log_probabilities >= least)  # few to sort; of equal ones the first
    return enough[np.argsort(-log_probabilities[enough], kind="stable")[:count]]


def _attend(
    weights: Weights,
    encoding: Encoding,
    query: np.ndarray,
    number: int,
    changes: Sequence[Change],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    assert weights.attention is not None and encoding.keys is not None
    e = attention.scores(weights.attention, query, encoding.keys)  # (..., T)
    a = changed_attention(changes, number, softmax(e))
    return e, a, a @ encoding.states
