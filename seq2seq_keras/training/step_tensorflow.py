"""The training step in TensorFlow: a graph for all shapes, traced once."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from seq2seq_keras.config import Config
from seq2seq_keras.network import Network
from seq2seq_keras.text import PADDING
from seq2seq_keras.training.batches import Batch, EncodedPairs
from seq2seq_keras.training.gradients import clip_by_global_norm
from seq2seq_keras.training.loss import LossSums, masked_loss
from seq2seq_keras.training.replicas import ONE, Replicas
from seq2seq_keras.training.replicas_tensorflow import TensorFlowReplicas

_IDS = tf.TensorSpec((None, None), tf.int32)
_Tensors = list[tf.Tensor]


class TensorFlowSteps:
    """See `seq2seq_keras.training.step.Steps`."""

    multiple = 1  # the graph takes every shape, so no padding is worth adding
    needs_full_batches = False

    def __init__(
        self,
        network: Network,
        optimizer: keras.optimizers.Optimizer,
        config: Config,
        replicas: Replicas = ONE,
    ) -> None:
        self._network = network
        self._config = config
        self._replicas = replicas
        self._variables = network.training.trainable_variables

        def update(*arrays: tf.Tensor) -> tf.Tensor:
            """Of one replica."""
            own = replicas.number() if isinstance(replicas, TensorFlowReplicas) else 0
            first = 3 * own
            gradients, unsmoothed, tokens = self._added_up(arrays[first : first + 3])
            gradients, unsmoothed, tokens = self._of_all(gradients, unsmoothed, tokens)
            gradients, norm = clip_by_global_norm(gradients, config.gradient_clip, tokens)
            optimizer.apply(gradients, self._variables)
            return tf.stack([unsmoothed, tokens, norm])

        @tf.function(input_signature=[_IDS] * 3 * len(replicas.local), autograph=False)
        def train(*arrays: tf.Tensor) -> tf.Tensor:
            if not isinstance(replicas, TensorFlowReplicas):
                return update(*arrays)
            strategy = replicas.strategy
            # Arrays of every replica go to each of them, which picks its own.
            results = strategy.run(lambda: update(*arrays))
            return strategy.experimental_local_results(results)[0]

        @tf.function(input_signature=[_IDS] * 3, autograph=False)
        def evaluate(*batch: tf.Tensor) -> tf.Tensor:
            result = self._sums(batch, 0.0, training=False)
            return tf.stack([result.unsmoothed, result.tokens])

        self._train = train
        self._evaluate = evaluate

    def shares(self, pairs: EncodedPairs, rows: np.ndarray) -> list[Batch]:
        count, parts = self._replicas.count, self._config.accumulation
        dealt = [rows[number::count] for number in self._replicas.local]
        return [pairs.batch(share, size=-(-max(len(share), 1) // parts) * parts) for share in dealt]

    def train(self, *shares: Batch) -> tf.Tensor:
        return self._train(*(array for share in shares for array in share))

    def evaluate(self, batch: Batch) -> tf.Tensor:
        return self._evaluate(*batch)

    def _sums(self, batch: tuple[tf.Tensor, ...], smoothing: float, training: bool) -> LossSums:
        source, target_input, target = batch
        hidden = self._network.fast([source, target_input], training=training)
        real = tf.where(tf.reshape(target, [-1]) != PADDING)[:, 0]  # (positions,)
        hidden = tf.gather(tf.reshape(hidden, [-1, hidden.shape[-1]]), real)
        target = tf.gather(tf.reshape(target, [-1]), real)
        return masked_loss(hidden, *self._network.projection(), target, smoothing)

    def _gradients(self, batch: tuple[tf.Tensor, ...]) -> tuple[_Tensors, tf.Tensor, tf.Tensor]:
        """Returns the gradients of the smoothed sum, the unsmoothed sum, and the tokens."""
        with tf.GradientTape() as tape:
            result = self._sums(batch, self._config.label_smoothing, training=True)
        gradients = tape.gradient(result.smoothed, [each.value for each in self._variables])
        # An embedding's gradient comes as slices; Adam moves every row's moments anyway.
        dense = [tf.convert_to_tensor(gradient) for gradient in gradients]
        return dense, result.unsmoothed, result.tokens

    def _added_up(self, batch: tuple[tf.Tensor, ...]) -> tuple[_Tensors, tf.Tensor, tf.Tensor]:
        """Does the same for a batch in several parts, of which one is in memory at a time."""
        parts = self._config.accumulation
        if parts == 1:
            return self._gradients(batch)
        stacked = [tf.reshape(each, [parts, -1, tf.shape(each)[1]]) for each in batch]

        def add(part: tf.Tensor, *totals: Any) -> tuple[Any, ...]:
            gradients, unsmoothed, tokens = self._gradients(tuple(each[part] for each in stacked))
            new = [*gradients, unsmoothed, tokens]
            return part + 1, *(total + each for total, each in zip(totals, new, strict=True))

        zeros = [tf.zeros(each.shape, each.dtype) for each in self._variables]
        start = [tf.constant(0), *zeros, tf.constant(0.0), tf.constant(0.0)]
        found = tf.while_loop(lambda part, *_: part < parts, add, start, parallel_iterations=1)
        *gradients, unsmoothed, tokens = found[1:]
        return list(gradients), unsmoothed, tokens

    def _of_all(
        self, gradients: _Tensors, *sums: tf.Tensor
    ) -> tuple[_Tensors, tf.Tensor, tf.Tensor]:
        """Adds up what the replicas found, in one exchange of one vector."""
        if not isinstance(self._replicas, TensorFlowReplicas):
            return gradients, *sums
        flat = tf.concat([tf.reshape(each, [-1]) for each in [*gradients, *sums]], axis=0)
        shapes = [tuple(each.shape) for each in self._variables]
        sizes = [*map(math.prod, shapes), 1, 1]
        flat = tf.ensure_shape(flat, (sum(sizes),))
        total = tf.distribute.get_replica_context().all_reduce("sum", flat)
        pieces = tf.split(total, sizes)
        whole = [tf.reshape(piece, shape) for piece, shape in zip(pieces, shapes, strict=False)]
        return whole, pieces[-2][0], pieces[-1][0]
