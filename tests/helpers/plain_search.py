"""Search as the textbook has it: Python lists, one sentence, no early stop, NumPy's network."""

from __future__ import annotations

import itertools

import numpy as np

from helpers.reference import Reference, log_softmax

START, END, FIRST_WORD = 1, 2, 4


def penalty(length: int, alpha: float) -> float:
    """lp(y) of Wu et al. (2016); `length` counts the end token."""
    return ((5 + length) / 6) ** alpha


def ranked(finished: dict, alpha: float) -> list[tuple[list[int], float]]:
    """Returns hypotheses without their end token and normalised scores, best first."""
    scores = {tokens: total / penalty(len(tokens), alpha) for tokens, total in finished.items()}
    best_first = sorted(scores.items(), key=lambda item: -item[1])
    return [(list(tokens[:-1]), score) for tokens, score in best_first]


def exhaustive_search(
    reference: Reference, source: list[int], vocab_size: int, max_length: int, alpha: float
) -> list[tuple[list[int], float]]:
    """Scores every sentence of at most `max_length` tokens, its end token included."""
    words = range(FIRST_WORD, vocab_size)
    finished = {}
    for length in range(max_length):
        for sentence in itertools.product(words, repeat=length):
            tokens = (*sentence, END)
            finished[tokens] = reference.log_probability(source, list(tokens))
    return ranked(finished, alpha)


def beam_search(
    reference: Reference,
    source: list[int],
    beam_size: int,
    max_length: int,
    alpha: float,
    hasty: bool = False,
) -> list[tuple[list[int], float]]:
    """Beam search that runs to the limit; a finished hypothesis leaves its place empty.

    A hasty one stops once no live hypothesis, as long as it is now, beats the best finished
    one; it forgets that a longer one is divided by a larger penalty.
    """
    encoded = reference.encode(source)
    live = [((), 0.0, encoded.decoder_states)]
    finished = {}
    for step in range(max_length):
        if hasty and finished and live:
            best_live = max(total for _, total, _ in live) / penalty(step, alpha)
            if best_live <= ranked(finished, alpha)[0][1]:
                break
        candidates = []
        for tokens, total, states in live:
            logits, new_states, _, _ = reference.step(
                tokens[-1] if tokens else START, encoded, states
            )
            log_probs = log_softmax(logits)
            words = [END] if step == max_length - 1 else [END, *range(FIRST_WORD, len(logits))]
            for word in words:
                candidates.append(((*tokens, word), total + log_probs[word], new_states))
        candidates.sort(key=lambda candidate: -candidate[1])
        live = []
        for tokens, total, states in candidates[:beam_size]:
            if tokens[-1] == END:
                finished[tokens] = total
            else:
                live.append((tokens, total, states))
    return ranked(finished, alpha)


def greedy_search(
    reference: Reference, source: list[int], max_length: int
) -> tuple[list[int], float]:
    """Always takes the likeliest next word."""
    encoded = reference.encode(source)
    states, token, tokens, total = encoded.decoder_states, START, [], 0.0
    while len(tokens) < max_length - 1:
        logits, states, _, _ = reference.step(token, encoded, states)
        log_probs = log_softmax(logits)
        allowed = [END, *range(FIRST_WORD, len(logits))]
        token = allowed[int(np.argmax(log_probs[allowed]))]
        total += log_probs[token]
        if token == END:
            return tokens, total
        tokens.append(token)
    logits, _, _, _ = reference.step(token, encoded, states)
    return tokens, total + log_softmax(logits)[END]
