"""The training step in TensorFlow: a graph for all shapes, traced once."""

from __future__ import annotations

import keras
import tensorflow as tf

from seq2seq_keras.config import Config
from seq2seq_keras.training.batches import Batch
from seq2seq_keras.training.gradients import clip_by_global_norm
from seq2seq_keras.training.loss import masked_loss

_IDS = tf.TensorSpec((None, None), tf.int32)


class TensorFlowSteps:
    """See `seq2seq_keras.training.step.Steps`."""

    multiple = 1  # the graph takes every shape, so no padding is worth adding
    needs_full_batches = False

    def __init__(
        self, model: keras.Model, optimizer: keras.optimizers.Optimizer, config: Config
    ) -> None:
        variables = model.trainable_variables

        @tf.function(input_signature=[_IDS] * 3, reduce_retracing=True)
        def train(
            source: tf.Tensor, target_input: tf.Tensor, target_output: tf.Tensor
        ) -> tf.Tensor:
            with tf.GradientTape() as tape:
                logits = model([source, target_input], training=True)
                sums = masked_loss(logits, target_output, config.label_smoothing)
                loss = sums.smoothed / sums.tokens
            gradients = tape.gradient(loss, [variable.value for variable in variables])
            # An embedding's gradient comes as slices; Adam moves every row's moments anyway.
            gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
            gradients, norm = clip_by_global_norm(gradients, config.gradient_clip)
            optimizer.apply(gradients, variables)
            return tf.stack([sums.unsmoothed, sums.tokens, norm])

        @tf.function(input_signature=[_IDS] * 3, reduce_retracing=True)
        def evaluate(
            source: tf.Tensor, target_input: tf.Tensor, target_output: tf.Tensor
        ) -> tf.Tensor:
            sums = masked_loss(model([source, target_input], training=False), target_output)
            return tf.stack([sums.unsmoothed, sums.tokens])

        self._train = train
        self._evaluate = evaluate

    def train(self, batch: Batch) -> tf.Tensor:
        return self._train(*batch)

    def evaluate(self, batch: Batch) -> tf.Tensor:
        return self._evaluate(*batch)
