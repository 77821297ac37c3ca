"""The training step in JAX: a pure function of all variables, compiled once a shape."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras

from seq2seq_keras.config import Config
from seq2seq_keras.network import Network
from seq2seq_keras.training.batches import Batch
from seq2seq_keras.training.gradients import clip_by_global_norm
from seq2seq_keras.training.loss import LossSums, masked_loss

_Arrays = list[jax.Array]


class JaxSteps:
    """See `seq2seq_keras.training.step.Steps`."""

    multiple = 8  # every shape is compiled, so there had better be few
    needs_full_batches = True

    def __init__(
        self, network: Network, optimizer: keras.optimizers.Optimizer, config: Config
    ) -> None:
        self._trainable = network.training.trainable_variables
        self._other = network.training.non_trainable_variables  # the seed generators of dropout
        self._optimizer = optimizer

        def sums(
            trainable: _Arrays, other: _Arrays, batch: Batch, smoothing: float, training: bool
        ) -> tuple[LossSums, _Arrays]:
            variables = [*self._trainable, *self._other]
            values = zip(variables, [*trainable, *other], strict=True)
            with keras.StatelessScope(list(values)) as scope:
                hidden = network.fast([batch.source, batch.target_input], training=training)
                result = masked_loss(hidden, *network.projection(), batch.target_output, smoothing)
            updated = [scope.get_current_value(variable) for variable in self._other]
            return result, [
                v if v is not None else old for v, old in zip(updated, other, strict=True)
            ]

        def loss(trainable: _Arrays, other: _Arrays, batch: Batch) -> tuple[jax.Array, Any]:
            result, other = sums(trainable, other, batch, config.label_smoothing, training=True)
            return result.smoothed / result.tokens, (result, other)

        def train(
            trainable: _Arrays, other: _Arrays, moments: _Arrays, batch: Batch
        ) -> tuple[_Arrays, _Arrays, _Arrays, jax.Array]:
            (_, (result, other)), gradients = jax.value_and_grad(loss, has_aux=True)(
                trainable, other, batch
            )
            gradients, norm = clip_by_global_norm(gradients, config.gradient_clip)
            trainable, moments = optimizer.stateless_apply(moments, gradients, trainable)
            return trainable, other, moments, jnp.stack([result.unsmoothed, result.tokens, norm])

        def evaluate(trainable: _Arrays, other: _Arrays, batch: Batch) -> jax.Array:
            result, _ = sums(trainable, other, batch, 0.0, training=False)
            return jnp.stack([result.unsmoothed, result.tokens])

        self._train = jax.jit(train, donate_argnums=(0, 2))
        self._evaluate = jax.jit(evaluate)

    def train(self, batch: Batch) -> jax.Array:
        groups = (self._trainable, self._other, self._optimizer.variables)
        *updated, results = self._train(*map(_values, groups), batch)
        for variables, values in zip(groups, updated, strict=True):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
        return results

    def evaluate(self, batch: Batch) -> jax.Array:
        return self._evaluate(_values(self._trainable), _values(self._other), batch)


def _values(variables: list[keras.Variable]) -> _Arrays:
    return [variable.value for variable in variables]
