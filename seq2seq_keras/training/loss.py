"""Cross-entropy over the real tokens of a batch, with and without label smoothing."""

from __future__ import annotations

from typing import Any, NamedTuple

from keras import ops

from seq2seq_keras.text import PADDING


class LossSums(NamedTuple):
    """Three scalars: sums over tokens, and how many tokens there were."""

    smoothed: Any
    unsmoothed: Any
    tokens: Any


def masked_loss(logits: Any, target: Any, label_smoothing: float = 0.0) -> LossSums:
    """Sums the cross-entropy over all tokens that are not padding.

    With V words, and q_v = eps / V + (1 - eps) [v = y] in place of the one-hot target
    (Szegedy et al. 2016),

        -sum_v q_v log p_v = logsumexp(z) - (1 - eps) z_y - eps mean(z)

    so that no array of one-hot targets is ever made.

    Args:
        logits: scores z before the softmax, (batch, target_time, vocabulary).
        target: ids y of the words, (batch, target_time), padded with 0.
        label_smoothing: eps.

    Returns:
        The smoothed sum (to be minimised), the unsmoothed sum (to be reported), and the
        number of tokens, as float32 scalars.

    Example:
        >>> sums = masked_loss(logits, target, label_smoothing=0.1)
        >>> loss = sums.unsmoothed / sums.tokens
    """
    mask = ops.cast(ops.not_equal(target, PADDING), "float32")  # (batch, target_time)
    logits = ops.cast(logits, "float32")
    normalizer = ops.logsumexp(logits, axis=-1)  # (batch, target_time)
    chosen = ops.squeeze(ops.take_along_axis(logits, target[..., None], axis=-1), -1)
    unsmoothed = normalizer - chosen
    smoothed = unsmoothed
    if label_smoothing:
        smoothed = unsmoothed + label_smoothing * (chosen - ops.mean(logits, axis=-1))
    return LossSums(ops.sum(smoothed * mask), ops.sum(unsmoothed * mask), ops.sum(mask))
