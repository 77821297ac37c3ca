"""A loop over time whose outputs need not look like what it carries, on either backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras


def scan(
    step: Callable[[list[Any], list[Any]], tuple[list[Any], list[Any]]],
    carried: Sequence[Any],
    sequences: Sequence[Any],
    *,
    reverse: bool = False,
    num_stacked: int | None = None,
) -> tuple[list[Any], list[Any]]:
    """Runs `step` at every time.

    It is `jax.lax.scan`. `keras.ops.scan` is too, save that on TensorFlow the outputs have to
    be of the shapes that are carried. The loop is not meant to be differentiated on
    TensorFlow: what uses it brings its own gradient.

    Args:
        step: Takes what is carried and the items of one time; returns what is carried on and
            the outputs of that time.
        carried: Tensors at the start.
        sequences: Tensors with time as the first axis, or outputs of a loop before that were
            left unstacked, each of which can be read once.
        reverse: Whether to go from the last time to the first. Outputs stand at the time that
            they were made at.

    Returns:
        What is carried in the end, and the outputs, time first.

    Example:
        >>> total, sums = scan(lambda c, x: ([c[0] + x[0]],) * 2, [zero], [numbers])
    """
    carried, sequences = list(carried), list(sequences)
    if keras.backend.backend() != "tensorflow":
        return keras.ops.scan(step, carried, sequences, reverse=reverse)
    import tensorflow as tf

    first = sequences[0]
    steps = first.size() if isinstance(first, tf.TensorArray) else tf.shape(first)[0]
    items, items_like = [], []
    for sequence in sequences:
        if not isinstance(sequence, tf.TensorArray):
            array = tf.TensorArray(sequence.dtype, steps, element_shape=sequence.shape[1:])
            sequence = array.unstack(sequence)
        items.append(sequence)
        items_like.append(tf.TensorSpec(sequence.element_shape, sequence.dtype))
    carried_like = [tf.TensorSpec(x.shape, x.dtype) for x in carried]
    # Traced once beforehand, to learn the shapes and types of the outputs.
    traced = tf.function(step, autograph=False).get_concrete_function(carried_like, items_like)
    arrays = [
        tf.TensorArray(output.dtype, steps, element_shape=output.shape)
        for output in traced.structured_outputs[1]
    ]

    def body(count: Any, carried: list[Any], arrays: list[Any]) -> tuple:
        time = steps - 1 - count if reverse else count
        carried, outputs = step(carried, [array.read(time) for array in items])
        written = [array.write(time, output) for array, output in zip(arrays, outputs, strict=True)]
        return count + 1, carried, written

    _, carried, arrays = tf.while_loop(
        lambda count, *_: count < steps, body, (0, carried, arrays), maximum_iterations=steps
    )
    arrays = list(arrays)
    unstacked = [] if num_stacked is None else arrays[num_stacked:]
    return list(carried), [array.stack() for array in arrays[:num_stacked]] + unstacked
