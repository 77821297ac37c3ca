"""Long-distance dependence: how much each output word still depends on each source word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from seq2seq_keras.explain.attention import softmax
from seq2seq_keras.explain.backward import decoder_backward, encoder_backward
from seq2seq_keras.explain.encoder import Encoding
from seq2seq_keras.explain.weights import Weights
from seq2seq_keras.explain.writing import Writing

OutputName = Literal["logit", "log_probability"]


@dataclass(frozen=True)
class SourceGradients:
    """Gradients of every output with respect to every source word.

    Attributes:
        of: What was differentiated: the `logit` of the word written, or its `log_probability`.
        norms: Euclidean norm of the gradient of the output at t with respect to the word vector
            x_i, `(T', T)`.
        distances: Recurrent steps on the way from x_i to output t, through the encoder to its
            end, then through the decoder, `(T', T)`; in a bidirectional encoder by the nearer
            end. Attention is a way besides, which does not grow with it.
    """

    of: OutputName
    norms: np.ndarray
    distances: np.ndarray

    def by_distance(self) -> list[tuple[int, float, int]]:
        """Returns (distance, mean norm, number of pairs) for each distance there is."""
        return mean_by_distance([self])


def source_gradients(
    weights: Weights, encoding: Encoding, writing: Writing, of: OutputName = "logit"
) -> SourceGradients:
    """Differentiates every output of a translation with respect to every source word vector.

    The words before each output are taken as given. The gradient of a log-probability is next to
    nothing wherever the network is sure of its word, however far the source word is; that of the
    logit is free of this, so it is what to hold against distance.

    Args:
        weights: The network's weights.
        encoding: What it made of the sentence.
        writing: What it wrote, or a reference that it followed, with nothing changed.
        of: What to differentiate.

    Example:
        >>> gradients = source_gradients(model.weights, e.encoding, e.greedy)
        >>> gradients.norms.shape, gradients.by_distance()[0]
    """
    steps, words = len(writing.ids), len(encoding.ids)
    d_logits = np.zeros_like(writing.log_probabilities)
    d_logits[np.arange(steps), writing.ids] = 1
    if of == "log_probability":
        d_logits = d_logits - softmax(writing.log_probabilities)
    memory = decoder_backward(weights, encoding, writing, d_logits)
    d_vectors = encoder_backward(weights, encoding, memory)  # (T', T, embedding_dim)
    to_an_end = words - np.arange(words)
    if weights.config.bidirectional:
        to_an_end = np.minimum(to_an_end, np.arange(words) + 1)
    distances = to_an_end + 1 + np.arange(steps)[:, None]
    return SourceGradients(of, np.linalg.norm(d_vectors, axis=-1), distances)


def mean_by_distance(gradients: list[SourceGradients]) -> list[tuple[int, float, int]]:
    """Returns (distance, mean norm, number of pairs) over several sentences, nearest first."""
    norms = np.concatenate([each.norms.ravel() for each in gradients])
    distances = np.concatenate([each.distances.ravel() for each in gradients])
    return [
        (int(distance), float(norms[distances == distance].mean()), int(count))
        for distance, count in zip(*np.unique(distances, return_counts=True), strict=True)
    ]
