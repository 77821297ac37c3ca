"""Pure functions of a network's variables, compiled."""

import keras
import numpy as np
import pytest

from helpers.networks import random_network, small, to_numpy
from seq2seq_keras.decoding.compiling import (
    apply,
    compiled,
    rounded_up,
    variable_signature,
    variable_values,
)


def test_a_compiled_function_takes_any_size_and_reads_only_its_arguments():
    double = compiled(lambda x: 2 * x, [keras.KerasTensor((None,), "float32")])
    for size in (3, 5):
        x = keras.ops.ones((size,))
        np.testing.assert_array_equal(to_numpy(double(x)), np.full(size, 2.0))


def test_a_model_is_applied_with_the_variables_given():
    network = random_network(small(attention="none"))
    source = keras.ops.convert_to_tensor([[5, 4, 2]])
    values = variable_values(network.encoder)
    expected = to_numpy(network.encoder(source))
    np.testing.assert_array_equal(
        to_numpy(apply(network.encoder, values, source))["memory"]["context"],
        expected["memory"]["context"],
    )
    zeros = keras.tree.map_structure(keras.ops.zeros_like, values)
    assert (to_numpy(apply(network.encoder, zeros, source))["memory"]["context"] == 0).all()
    np.testing.assert_array_equal(  # and its own were left alone
        to_numpy(network.encoder(source))["memory"]["context"], expected["memory"]["context"]
    )


def test_the_signature_fits_the_values():
    model = random_network(small(attention="none")).training
    values, signature = variable_values(model), variable_signature(model)
    keras.tree.assert_same_structure(values, signature)
    assert [tuple(v.shape) for v in values["trainable"]] == [
        v.shape for v in signature["trainable"]
    ]


@pytest.mark.parametrize(("size", "expected"), [(1, 8), (8, 8), (9, 16)])
def test_sizes_are_rounded_only_where_each_is_compiled(size, expected):
    on_jax = keras.backend.backend() == "jax"
    assert rounded_up(size, 8) == (expected if on_jax else size)
