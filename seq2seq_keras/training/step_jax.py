"""The training step in JAX: a pure function of all variables, compiled once a shape."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from seq2seq_keras.config import Config
from seq2seq_keras.network import Network
from seq2seq_keras.training.batches import Batch, EncodedPairs
from seq2seq_keras.training.gradients import clip_by_global_norm
from seq2seq_keras.training.loss import LossSums, masked_loss
from seq2seq_keras.training.replicas import ONE, Replicas
from seq2seq_keras.training.replicas_jax import JaxReplicas

_Arrays = list[jax.Array]


class JaxSteps:
    """See `seq2seq_keras.training.step.Steps`.

    Over several devices the program is the same: its sums are of the whole batch, and the compiler
    adds up what each device has of them.
    """

    multiple = 8  # every shape is compiled, so there had better be few
    needs_full_batches = True

    def __init__(
        self,
        network: Network,
        optimizer: keras.optimizers.Optimizer,
        config: Config,
        replicas: Replicas = ONE,
    ) -> None:
        self._trainable = network.training.trainable_variables
        self._other = network.training.non_trainable_variables  # the seed generators of dropout
        self._optimizer = optimizer
        self._replicas = replicas
        parts = config.accumulation
        rows_at_once = replicas.count * parts
        self._rows = -(-config.batch_size // rows_at_once) * rows_at_once

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

        def smoothed(trainable: _Arrays, other: _Arrays, batch: Batch) -> tuple[jax.Array, Any]:
            result, other = sums(trainable, other, batch, config.label_smoothing, training=True)
            return result.smoothed, (jnp.stack([result.unsmoothed, result.tokens]), other)

        def gradients_of(
            trainable: _Arrays, other: _Arrays, batch: Batch
        ) -> tuple[_Arrays, jax.Array, _Arrays]:
            found = jax.value_and_grad(smoothed, has_aux=True)(trainable, other, batch)
            (_, (counts, other)), gradients = found
            return gradients, counts, other

        def added_up(
            trainable: _Arrays, other: _Arrays, batch: Batch
        ) -> tuple[_Arrays, jax.Array, _Arrays]:
            """Does the same for a batch in several parts, of which one is in memory at a time."""
            if parts == 1:
                return gradients_of(trainable, other, batch)

            def add(carry: Any, part: Batch) -> tuple[Any, None]:
                totals, other = carry
                gradients, counts, other = gradients_of(trainable, other, part)
                return (jax.tree.map(jnp.add, totals, (gradients, counts)), other), None

            # Neighbours, which lie on one device, go into different parts.
            stacked = jax.tree.map(
                lambda each: jnp.swapaxes(each.reshape(-1, parts, each.shape[1]), 0, 1), batch
            )
            start = ([jnp.zeros_like(each) for each in trainable], jnp.zeros(2))
            ((gradients, counts), other), _ = jax.lax.scan(add, (start, other), stacked)
            return gradients, counts, other

        def train(
            trainable: _Arrays, other: _Arrays, moments: _Arrays, batch: Batch
        ) -> tuple[_Arrays, _Arrays, _Arrays, jax.Array]:
            gradients, counts, other = added_up(trainable, other, batch)
            gradients, norm = clip_by_global_norm(gradients, config.gradient_clip, counts[1])
            trainable, moments = optimizer.stateless_apply(moments, gradients, trainable)
            return trainable, other, moments, jnp.append(counts, norm)

        def evaluate(trainable: _Arrays, other: _Arrays, batch: Batch) -> jax.Array:
            result, _ = sums(trainable, other, batch, 0.0, training=False)
            return jnp.stack([result.unsmoothed, result.tokens])

        self._train = jax.jit(train, donate_argnums=(0, 2))
        self._evaluate = jax.jit(evaluate)

    def shares(self, pairs: EncodedPairs, rows: np.ndarray) -> list[Batch]:
        workers, count = self._replicas.workers, self._replicas.count
        # All devices together hold one array, so its widths are those of the whole batch.
        size = self._rows * len(self._replicas.local) // count
        own = rows[self._replicas.worker :: workers]
        batch = pairs.batch(own, self.multiple, size, among=rows)
        if isinstance(self._replicas, JaxReplicas):
            batch = self._replicas.spread(batch)
        return [batch]

    def train(self, *shares: Batch) -> jax.Array:
        (batch,) = shares
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
