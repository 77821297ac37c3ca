"""Small networks with weights that show every mistake, and their NumPy reference."""

from __future__ import annotations

from functools import cache

import keras
import numpy as np

from helpers.reference import Reference
from seq2seq_keras.config import Config
from seq2seq_keras.network import Network, build_network

SOURCE_VOCAB, TARGET_VOCAB = 11, 9


def small(**settings) -> Config:
    """Returns a configuration of a network that is quick to build."""
    return Config.create(
        **{
            "units": 6,
            "embedding_dim": 5,
            "dropout": 0.3,
            "cell": "gru",
            "bidirectional": True,
            "tie_embeddings": False,
            **settings,
        }
    )


def randomise(network: Network, seed: int = 0, scale: float = 0.6) -> None:
    """Sets every weight to a random number: biases at 0 would hide mistakes."""
    random = np.random.default_rng(seed)
    weights = network.training.get_weights()
    network.training.set_weights([random.normal(0, scale, value.shape) for value in weights])


@cache
def random_network(config: Config, seed: int = 0, target_vocab: int = TARGET_VOCAB) -> Network:
    """Returns a network that tests share; they must leave its weights alone."""
    network = build_network(config, SOURCE_VOCAB, target_vocab)
    randomise(network, seed)
    return network


def reference_of(network: Network) -> Reference:
    """Returns the NumPy network with the weights that the network has now."""
    weights = {v.path: keras.ops.convert_to_numpy(v.value) for v in network.training.weights}
    return Reference(network.config, weights)


def to_numpy(tensors):
    """Turns nested tensors into arrays."""
    return keras.tree.map_structure(
        lambda t: keras.ops.convert_to_numpy(keras.ops.cast(t, "float32")), tensors
    )


def run(model: keras.Model, inputs):
    """Calls a model without dropout and returns arrays.

    On JAX it is compiled: one operation after the other would take far longer there.
    """
    inputs = keras.tree.map_structure(keras.ops.convert_to_tensor, inputs)
    if keras.backend.backend() != "jax":
        return to_numpy(model(inputs, training=False))
    variables = (
        [v.value for v in model.trainable_variables],
        [v.value for v in model.non_trainable_variables],
    )
    return to_numpy(_compiled(model)(*variables, inputs))


@cache
def _compiled(model: keras.Model):
    import jax

    def call(trainable, other, inputs):
        return model.stateless_call(trainable, other, inputs, training=False)[0]

    return jax.jit(call)
