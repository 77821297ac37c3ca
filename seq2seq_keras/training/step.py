"""One compiled training step and one compiled evaluation step, on either Keras backend."""

from __future__ import annotations

from typing import Any, Protocol

import keras
import numpy as np

from seq2seq_keras.config import Config
from seq2seq_keras.training.batches import Batch, EncodedPairs
from seq2seq_keras.training.optimizer import Adam
from seq2seq_keras.training.replicas import ONE, Replicas


class Steps(Protocol):
    """What both backends offer. The results stay on the device until they are read."""

    multiple: int
    """Lengths are worth rounding up to a multiple of this many tokens."""

    needs_full_batches: bool
    """Whether a smaller batch is worth filling up to the usual number of rows."""

    def shares(self, pairs: EncodedPairs, rows: np.ndarray) -> list[Batch]:
        """Divides the rows of a batch among all replicas; returns what `train` takes here.

        The rows are dealt out like cards, so that in a batch sorted by length all replicas get as
        much to do. One that gets none takes part with nothing to predict.
        """

    def train(self, *shares: Batch) -> Any:
        """Updates the weights; returns [unsmoothed sum, tokens, gradient norm], float32."""

    def evaluate(self, batch: Batch) -> Any:
        """Returns [unsmoothed sum, tokens], float32, with dropout off."""


def make_optimizer(network: Any, config: Config) -> keras.optimizers.Optimizer:
    """Returns Adam, built for the network's variables; the training step clips, not Adam."""
    optimizer = Adam(learning_rate=config.learning_rate)
    optimizer.build(network.training.trainable_variables)
    return optimizer


def make_steps(
    network: Any,
    optimizer: keras.optimizers.Optimizer,
    config: Config,
    replicas: Replicas = ONE,
) -> Steps:
    """Compiles the steps for the backend that Keras runs on.

    A training step minimises the label-smoothed loss averaged over the tokens of the batch,
    with gradients clipped by global norm. Over several replicas the gradients of sums and the
    tokens are added up first, then divided, clipped and applied: it is the same step.

    Args:
        network: its `fast` model and `projection` are trained; built in the replicas' scope.
        optimizer: built on the model's trainable variables, in that scope too; its learning rate
            may be changed between steps.
        config: `label_smoothing`, `gradient_clip` and `accumulation` are read.
        replicas: what the batch is divided among.

    Returns:
        The two steps.
    """
    backend = keras.config.backend()
    if backend == "tensorflow":
        from seq2seq_keras.training.step_tensorflow import TensorFlowSteps

        return TensorFlowSteps(network, optimizer, config, replicas)
    if backend == "jax":
        from seq2seq_keras.training.step_jax import JaxSteps

        return JaxSteps(network, optimizer, config, replicas)
    raise RuntimeError(f"training needs the tensorflow or jax backend of Keras, not {backend}")


def dtype_policy() -> str:
    """Picks the number format of a new network: bfloat16 products where a GPU is."""
    return "float32" if _device().startswith("cpu") else "mixed_bfloat16"


def device_name() -> str:
    """Names what the training runs on, such as `cpu:0`."""
    return _device()


def _device() -> str:
    return keras.distribution.list_devices()[0].lower()
