"""The training step in TensorFlow: a graph for all shapes, traced once."""

from __future__ import annotations

import keras
import tensorflow as tf

from seq2seq_keras.config import Config
from seq2seq_keras.network import Network
from seq2seq_keras.text import PADDING
from seq2seq_keras.training.batches import Batch
from seq2seq_keras.training.gradients import clip_by_global_norm
from seq2seq_keras.training.loss import LossSums, masked_loss

_IDS = tf.TensorSpec((None, None), tf.int32)


class TensorFlowSteps:
    """See `seq2seq_keras.training.step.Steps`."""

    multiple = 1  # the graph takes every shape, so no padding is worth adding
    needs_full_batches = False

    def __init__(
        self, network: Network, optimizer: keras.optimizers.Optimizer, config: Config
    ) -> None:
        variables = network.training.trainable_variables

        def sums(batch: tuple[tf.Tensor, ...], smoothing: float, training: bool) -> LossSums:
            source, target_input, target = batch
            hidden = network.fast([source, target_input], training=training)
            real = tf.where(tf.reshape(target, [-1]) != PADDING)[:, 0]  # (positions,)
            hidden = tf.gather(tf.reshape(hidden, [-1, hidden.shape[-1]]), real)
            target = tf.gather(tf.reshape(target, [-1]), real)
            return masked_loss(hidden, *network.projection(), target, smoothing)

        @tf.function(input_signature=[_IDS] * 3, autograph=False)
        def train(*batch: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                result = sums(batch, config.label_smoothing, training=True)
                loss = result.smoothed / result.tokens
            gradients = tape.gradient(loss, [variable.value for variable in variables])
            # An embedding's gradient comes as slices; Adam moves every row's moments anyway.
            gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
            gradients, norm = clip_by_global_norm(gradients, config.gradient_clip)
            optimizer.apply(gradients, variables)
            return tf.stack([result.unsmoothed, result.tokens, norm])

        @tf.function(input_signature=[_IDS] * 3, autograph=False)
        def evaluate(*batch: tf.Tensor) -> tf.Tensor:
            result = sums(batch, 0.0, training=False)
            return tf.stack([result.unsmoothed, result.tokens])

        self._train = train
        self._evaluate = evaluate

    def train(self, batch: Batch) -> tf.Tensor:
        return self._train(*batch)

    def evaluate(self, batch: Batch) -> tf.Tensor:
        return self._evaluate(*batch)
