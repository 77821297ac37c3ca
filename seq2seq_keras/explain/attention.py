"""Attention: scores e_ti, weights a_ti and the context c_t.

e_ti = score(s, h_i), a_ti = exp(e_ti) / sum_j exp(e_tj), c_t = sum_i a_ti h_i, where s is s_{t-1}
if attention comes before the recurrence, s_t if after, and score(s, h) is

- `dot`: s . h
- `scaled_dot`: s . h / sqrt(d), with d the width of both
- `general`: s . (W h)
- `additive`: v . tanh(W s + U h)

What depends on h_i alone, W h_i or U h_i or h_i itself, is its key k_i.
"""

from __future__ import annotations

import numpy as np

from seq2seq_keras.explain.weights import AttentionWeights


def keys(attention: AttentionWeights, states: np.ndarray) -> np.ndarray:
    """Returns the keys k_i, `(time, units)`, of encoder states h_i of the same shape."""
    return states if attention.keys is None else states @ attention.keys


def scores(attention: AttentionWeights, query: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Returns e_ti.

    Args:
        attention: The parameters.
        query: The decoder state s, `(..., units)`.
        keys: k_i, `(time, units)`.

    Returns:
        `(..., time)`.
    """
    if attention.score == "additive":
        return additive_terms(attention, query, keys) @ attention.vector
    products = query @ keys.T
    if attention.score == "scaled_dot":
        return products / np.sqrt(keys.dtype.type(keys.shape[-1]))
    return products


def additive_terms(attention: AttentionWeights, query: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Returns tanh(W s + U h_i), `(..., time, units)`, which v then sums."""
    return np.tanh((query @ attention.query)[..., None, :] + keys)


def softmax(scores: np.ndarray) -> np.ndarray:
    """exp(e_i) / sum_j exp(e_j) along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """The logarithm of `softmax`, exact where a probability is next to nothing."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
