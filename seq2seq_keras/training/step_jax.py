"""The training step in JAX: a pure function of all variables, compiled once a shape."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras

from seq2seq_keras.config import Config
from seq2seq_keras.training.batches import Batch
from seq2seq_keras.training.gradients import clip_by_global_norm
from seq2seq_keras.training.loss import masked_loss

_Arrays = list[jax.Array]


class JaxSteps:
    """See `seq2seq_keras.training.step.Steps`."""

    multiple = 8  # every shape is compiled, so there had better be few
    needs_full_batches = True

    def __init__(
        self, model: keras.Model, optimizer: keras.optimizers.Optimizer, config: Config
    ) -> None:
        self._trainable = model.trainable_variables
        self._other = model.non_trainable_variables  # the seed generators of dropout
        self._optimizer = optimizer

        def loss(trainable: _Arrays, other: _Arrays, batch: Batch) -> tuple[jax.Array, Any]:
            logits, other = model.stateless_call(
                trainable, other, [batch.source, batch.target_input], training=True
            )
            sums = masked_loss(logits, batch.target_output, config.label_smoothing)
            return sums.smoothed / sums.tokens, (sums, other)

        def train(
            trainable: _Arrays, other: _Arrays, moments: _Arrays, batch: Batch
        ) -> tuple[_Arrays, _Arrays, _Arrays, jax.Array]:
            (_, (sums, other)), gradients = jax.value_and_grad(loss, has_aux=True)(
                trainable, other, batch
            )
            gradients, norm = clip_by_global_norm(gradients, config.gradient_clip)
            trainable, moments = optimizer.stateless_apply(moments, gradients, trainable)
            return trainable, other, moments, jnp.stack([sums.unsmoothed, sums.tokens, norm])

        def evaluate(trainable: _Arrays, other: _Arrays, batch: Batch) -> jax.Array:
            logits, _ = model.stateless_call(
                trainable, other, [batch.source, batch.target_input], training=False
            )
            sums = masked_loss(logits, batch.target_output)
            return jnp.stack([sums.unsmoothed, sums.tokens])

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
