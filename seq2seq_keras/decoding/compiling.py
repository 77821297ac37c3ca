"""Compiles a pure function over a network's variables on the backend in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras


def compiled(function: Callable[..., Any], signature: Any) -> Callable[..., Any]:
    """Compiles `function`, which must be pure: of its arguments alone, without side effects.

    Args:
        function: Takes and returns (nested) tensors.
        signature: A nested structure of `keras.KerasTensor`, one part an argument, with None
            for the sizes that vary. TensorFlow traces once for all sizes; JAX compiles anew
            for each, so keep them few there (see `rounded_up`).

    Returns:
        The compiled function.

    Example:
        >>> double = compiled(lambda x: 2 * x, [keras.KerasTensor((None,), "float32")])
    """
    if keras.backend.backend() == "jax":
        import jax

        return jax.jit(function)
    import tensorflow as tf

    specification = keras.tree.map_structure(
        lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype), signature
    )
    return tf.function(function, input_signature=specification, autograph=False)


def variable_values(model: keras.Model) -> dict[str, list[Any]]:
    """Returns a model's current variables as tensors, the argument of `stateless_call`."""
    return {
        "trainable": [keras.ops.convert_to_tensor(v) for v in model.trainable_variables],
        "non_trainable": [keras.ops.convert_to_tensor(v) for v in model.non_trainable_variables],
    }


def variable_signature(model: keras.Model) -> dict[str, list[keras.KerasTensor]]:
    """Returns the signature that belongs to `variable_values`."""
    return keras.tree.map_structure(
        lambda value: keras.KerasTensor(value.shape, keras.backend.standardize_dtype(value.dtype)),
        variable_values(model),
    )


def variables_of(model: keras.Model, weights: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Chooses a model's variables from tensors by path, in the form of `variable_values`.

    The states of random generators, which `apply` never uses, may be missing: each network gives
    them other paths.
    """

    def value_of(variable: keras.Variable) -> Any:
        if variable.path in weights:
            return weights[variable.path]
        return keras.ops.zeros(variable.shape, variable.dtype)

    return {
        "trainable": [weights[v.path] for v in model.trainable_variables],
        "non_trainable": [value_of(v) for v in model.non_trainable_variables],
    }


def apply(model: keras.Model, variables: dict[str, list[Any]], inputs: Any) -> Any:
    """Calls `model` as a pure function of `variables` and `inputs`, without dropout."""
    outputs, _ = model.stateless_call(
        variables["trainable"], variables["non_trainable"], inputs, training=False
    )
    return outputs


def rounded_up(size: int, multiple: int) -> int:
    """Rounds a size up where every new size would be compiled anew, which is on JAX."""
    if keras.backend.backend() != "jax":
        return size
    return -(-size // multiple) * multiple
