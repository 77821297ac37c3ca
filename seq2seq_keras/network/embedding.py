"""Word vectors."""

from __future__ import annotations

import keras

_STANDARD_DEVIATION = 0.2
"""Of the initial vectors. Keras's own, 0.03, hides the words from the first recurrent steps, and
with tied matrices makes all words equally likely for long: either learns far more slowly."""


def embedding(
    vocab_size: int, width: int, *, tied: bool = False, name: str, dtype: str
) -> keras.layers.Embedding:
    """Returns the layer that turns token ids into vectors.

    Args:
        vocab_size: Entries in the vocabulary.
        width: Width of a vector.
        tied: Whether the same matrix is to make logits too, `layer(hidden, reverse=True)`
            (Press and Wolf 2017).
        name: The layer's name.
        dtype: Keras dtype policy.

    Example:
        >>> vectors = embedding(4000, 256, name="source_embedding", dtype="float32")(source)
    """
    layer = keras.layers.ReversibleEmbedding if tied else keras.layers.Embedding
    initializer = keras.initializers.RandomNormal(stddev=_STANDARD_DEVIATION)
    return layer(vocab_size, width, embeddings_initializer=initializer, name=name, dtype=dtype)
