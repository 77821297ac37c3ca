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


def masked_loss(
    hidden: Any,
    matrix: Any,
    bias: Any | None,
    target: Any,
    label_smoothing: float = 0.0,
) -> LossSums:
    """Sums the cross-entropy over all tokens that are not padding.

    With logits z = V h + b of N words, and q_v = eps / N + (1 - eps) [v = y] in place of the
    one-hot target (Szegedy et al. 2016),

        -sum_v q_v log p_v = logsumexp(z) - (1 - eps) z_y - eps mean(z)

    Of these only the first needs all logits: z_y is h times one row of V, and the mean of z is
    h times the mean of V's rows.

    Args:
        hidden: h, what the logits are made of, `(..., dim)`.
        matrix: V, `(vocabulary, dim)`.
        bias: b, `(vocabulary,)`, or None.
        target: ids y of the words, `(...)`, padded with 0.
        label_smoothing: eps.

    Returns:
        The smoothed sum (to be minimised), the unsmoothed sum (to be reported), and the
        number of tokens, as float32 scalars.

    Example:
        >>> sums = masked_loss(hidden, *network.projection(), target, label_smoothing=0.1)
        >>> loss = sums.unsmoothed / sums.tokens
    """
    matrix = ops.cast(matrix, hidden.dtype)
    hidden = ops.reshape(hidden, (-1, hidden.shape[-1]))  # (positions, dim)
    target = ops.reshape(target, (-1,))  # (positions,)
    mask = ops.cast(ops.not_equal(target, PADDING), "float32")
    chosen = ops.sum(_float32(hidden) * _float32(ops.take(matrix, target, axis=0)), axis=-1)
    if bias is not None:
        bias = _float32(bias)
        chosen = chosen + ops.take(bias, target)
    unsmoothed = log_normalizer(hidden, matrix, bias) - chosen
    smoothed = unsmoothed
    if label_smoothing:
        mean = _float32(ops.matmul(hidden, ops.mean(matrix, axis=0)[:, None]))[:, 0]
        if bias is not None:
            mean = mean + ops.mean(bias)
        smoothed = unsmoothed + label_smoothing * (chosen - mean)
    return LossSums(ops.sum(smoothed * mask), ops.sum(unsmoothed * mask), ops.sum(mask))


def log_normalizer(hidden: Any, matrix: Any, bias: Any | None) -> Any:
    """Computes logsumexp_v(h . V_v + b_v) in as few passes over the logits as possible.

    The logits are the largest array of a training step, so they are read three times in all: to
    make probabilities of them, and for the largest logit and the largest probability, which
    together give the normalizer: log sum_v exp(z_v) = max z - log max p. The gradient has no
    more to do than two products with the probabilities.

    Args:
        hidden: h, `(positions, dim)`.
        matrix: V, `(vocabulary, dim)`, in the type of `hidden`.
        bias: b, `(vocabulary,)`, float32, or None.

    Returns:
        float32, `(positions,)`.
    """

    @ops.custom_gradient
    def compute(hidden: Any, matrix: Any, *biases: Any) -> tuple:
        logits = _float32(ops.matmul(hidden, ops.transpose(matrix)))  # (positions, vocabulary)
        if biases:
            logits = logits + biases[0]
        probabilities = ops.softmax(logits, axis=-1)
        normalizer = ops.max(logits, axis=-1) - ops.log(ops.max(probabilities, axis=-1))

        def gradient(upstream: Any) -> tuple:
            scale = ops.expand_dims(upstream, -1)  # (positions, 1)
            low = ops.cast(probabilities, hidden.dtype)
            scaled = ops.cast(_float32(hidden) * scale, hidden.dtype)
            d_hidden = ops.cast(_float32(ops.matmul(low, matrix)) * scale, hidden.dtype)
            d_matrix = ops.matmul(ops.transpose(low), scaled)
            d_biases = [ops.matmul(ops.transpose(scale), probabilities)[0] for _ in biases]
            return (d_hidden, d_matrix, *d_biases)

        return normalizer, gradient

    return compute(hidden, matrix, *([] if bias is None else [bias]))


def _float32(tensor: Any) -> Any:
    return ops.cast(tensor, "float32")
