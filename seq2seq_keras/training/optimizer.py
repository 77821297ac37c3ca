"""Adam, in one pass over the weights where TensorFlow has one."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class Adam(keras.optimizers.Adam):
    """Adam (Kingma and Ba 2015); the training step clips the gradients, not the optimizer.

    On TensorFlow a variable and both of its moments are updated by one operation instead of
    some twelve that each read and write as much memory. The formula is the same: the
    learning rate times sqrt(1 - beta_2^t) / (1 - beta_1^t) times m / (sqrt(v) + epsilon).
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        if keras.backend.backend() != "tensorflow":
            super().update_step(gradient, variable, learning_rate)
            return
        import tensorflow as tf

        index = self._get_variable_index(variable)
        step = ops.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,  # here Keras hands over TensorFlow's own variable
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=ops.power(ops.cast(self.beta_1, variable.dtype), step),
            beta2_power=ops.power(ops.cast(self.beta_2, variable.dtype), step),
            lr=ops.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )

    def _all_reduce_sum_gradients(self, grads_and_vars: Any) -> Any:
        """Keras would add up over replicas what the training step has added up and clipped."""
        return grads_and_vars
