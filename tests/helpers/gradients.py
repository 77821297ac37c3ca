"""Derivatives by the backend's automatic differentiation."""

import keras
import numpy as np


def value_and_gradients(function, variables):
    """Returns `function()` and its derivatives with respect to variables, as NumPy arrays."""
    if keras.backend.backend() == "jax":
        import jax

        def of_values(values):
            with keras.StatelessScope(list(zip(variables, values, strict=True))):
                return function()

        value, gradients = jax.jit(jax.value_and_grad(of_values))([v.value for v in variables])
        return float(value), [np.asarray(gradient) for gradient in gradients]
    import tensorflow as tf

    @tf.function(autograph=False)
    def compiled():
        with tf.GradientTape() as tape:
            value = function()
        gradients = tape.gradient(value, [v.value for v in variables], unconnected_gradients="zero")
        return value, [tf.convert_to_tensor(gradient) for gradient in gradients]

    value, gradients = compiled()
    return float(value), [gradient.numpy() for gradient in gradients]
