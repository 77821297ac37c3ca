"""One training step: its loss, its gradients and its compilation."""

import keras
import numpy as np
import pytest

from helpers.slow import slow_but
from seq2seq_keras.config import Config
from seq2seq_keras.network import build_network
from seq2seq_keras.training.batches import Batch
from seq2seq_keras.training.step import device_name, dtype_policy, make_optimizer, make_steps

CONFIG = Config(units=8, embedding_dim=6, dropout=0.0, learning_rate=0.01, gradient_clip=0.05)


def make_batch(rows=5, source_time=7, target_time=6, seed=0):
    random = np.random.default_rng(seed)
    source = np.zeros((rows, source_time), "int32")
    target_input = np.zeros((rows, target_time), "int32")
    target_output = np.zeros((rows, target_time), "int32")
    for row in range(rows):
        words = random.integers(4, 20, source_time - 1 - row % 3)
        source[row, : len(words) + 1] = [*words, 2]
        words = random.integers(4, 15, target_time - 1 - row % 4)
        target_input[row, : len(words) + 1] = [1, *words]
        target_output[row, : len(words) + 1] = [*words, 2]
    return Batch(source, target_input, target_output)


def widen(batch, by):
    return Batch(*(np.pad(array, ((0, 0), (0, by))) for array in batch))


def filled_up(batch, by):
    """Adds rows as `EncodedPairs.batch` does with `size`."""
    nothing = np.zeros((by, batch.target_input.shape[1]), "int32")
    return Batch(
        np.concatenate([batch.source, np.repeat(batch.source[:1], by, axis=0)]),
        np.concatenate([batch.target_input, nothing]),
        np.concatenate([batch.target_output, nothing]),
    )


def fresh(config=CONFIG):
    network = build_network(config, 20, 15)
    optimizer = make_optimizer(network, config)
    return network, optimizer, make_steps(network, optimizer, config)


def numpy_of(variables):
    return [keras.ops.convert_to_numpy(variable.value) for variable in variables]


def cross_entropy(network, batch, smoothing):
    logits = keras.ops.convert_to_numpy(network.training([batch.source, batch.target_input]))
    logits = logits.astype("float64")
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    target = (1 - smoothing) * np.eye(15)[batch.target_output] + smoothing / 15
    mask = batch.target_output != 0
    return -(target * log_p).sum(-1)[mask].sum(), mask.sum()


def test_reports_the_unsmoothed_loss_and_the_tokens():
    network, _, steps = fresh()
    batch = make_batch()
    total, tokens = cross_entropy(network, batch, 0.0)
    evaluated = np.asarray(steps.evaluate(batch))
    assert evaluated[0] == pytest.approx(total, rel=1e-5)
    assert evaluated[1] == tokens
    trained = np.asarray(steps.train(batch))
    assert trained[:2] == pytest.approx(evaluated, rel=1e-6)


@pytest.mark.slow
def test_padding_changes_neither_loss_nor_gradients_nor_update():
    batch = make_batch()
    results = []
    for one in (batch, widen(batch, 9), filled_up(batch, 3)):
        network, optimizer, steps = fresh()
        values = np.asarray(steps.train(one))
        moments = [v for v in optimizer.variables if "momentum" in v.path]
        results.append((values, numpy_of(moments), numpy_of(network.training.weights)))
    for values, moments, weights in results[1:]:
        np.testing.assert_allclose(values, results[0][0], rtol=1e-5)
        for one, other in zip(moments, results[0][1], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-7)
        # Adam divides by the root of what may be next to nothing: no tighter than this.
        for one, other in zip(weights, results[0][2], strict=True):
            np.testing.assert_allclose(one, other, atol=1e-4)


def test_gradients_are_those_of_the_smoothed_mean_clipped():
    """Adam's first moment after one step is (1 - beta_1) times the clipped gradient."""
    network, optimizer, steps = fresh()
    batch = make_batch()
    variable = next(v for v in network.training.trainable_variables if "deep_output" in v.path)
    where = (0,) * len(variable.shape)
    before = keras.ops.convert_to_numpy(variable.value).copy()

    def loss(shift):
        moved = before.copy()
        moved[where] += shift
        variable.assign(moved)
        total, tokens = cross_entropy(network, batch, CONFIG.label_smoothing)
        return total / tokens

    slope = (loss(1e-2) - loss(-1e-2)) / 2e-2
    variable.assign(before)
    norm = np.asarray(steps.train(batch))[2]
    assert norm > CONFIG.gradient_clip
    index = [v is variable for v in network.training.trainable_variables].index(True)
    momentum = numpy_of(v for v in optimizer.variables if "momentum" in v.path)[index]
    assert momentum[where] / 0.1 == pytest.approx(slope * CONFIG.gradient_clip / norm, rel=2e-2)
    moments = numpy_of(v for v in optimizer.variables if "momentum" in v.path)
    length = np.sqrt(sum((moment**2).sum() for moment in moments)) / 0.1
    assert length == pytest.approx(CONFIG.gradient_clip, rel=1e-4)


def test_learning_rate_may_change_between_steps():
    network, optimizer, steps = fresh()
    batch = make_batch()
    steps.train(batch)
    before = numpy_of(network.training.weights)
    optimizer.learning_rate = 0.0
    steps.train(batch)
    for one, other in zip(before, numpy_of(network.training.weights), strict=True):
        np.testing.assert_array_equal(one, other)
    optimizer.learning_rate = 0.01
    steps.train(batch)
    assert any(
        (one != other).any()
        for one, other in zip(before, numpy_of(network.training.weights), strict=True)
    )


@pytest.mark.tensorflow
def test_one_graph_for_all_shapes():
    _, optimizer, steps = fresh()
    for number, (rows, source_time, target_time) in enumerate([(5, 7, 6), (3, 9, 8), (1, 5, 5)]):
        optimizer.learning_rate = 0.01 / (number + 1)
        steps.train(make_batch(rows, source_time, target_time))
        steps.evaluate(make_batch(rows, source_time, target_time))
    assert steps._train.experimental_get_tracing_count() == 1
    assert steps._evaluate.experimental_get_tracing_count() == 1


def test_dropout_moves_on_and_is_off_in_evaluation():
    _, optimizer, steps = fresh(CONFIG.updated(dropout=0.5))
    batch = make_batch()
    assert np.asarray(steps.evaluate(batch)).tolist() == np.asarray(steps.evaluate(batch)).tolist()
    optimizer.learning_rate = 0.0
    losses = {float(np.asarray(steps.train(batch))[0]) for _ in range(3)}
    assert len(losses) == 3


def test_half_precision_where_a_gpu_is():
    expected = "float32" if device_name().startswith("cpu") else "mixed_bfloat16"
    assert dtype_policy() == expected


def test_trains_in_mixed_precision():
    config = CONFIG.updated(gradient_clip=5.0, label_smoothing=0.0)
    network = build_network(config, 20, 15, "mixed_bfloat16")
    optimizer = make_optimizer(network, config)
    steps = make_steps(network, optimizer, config)
    batch = make_batch()
    losses = [float(np.asarray(steps.train(batch))[0]) for _ in range(40)]
    assert losses[-1] < 0.8 * losses[0]
    assert {keras.backend.standardize_dtype(v.dtype) for v in network.training.weights} == {
        "float32"
    }


@pytest.mark.tensorflow
@pytest.mark.parametrize("attention", slow_but(["additive"], ["additive", "none"]))
def test_after_forty_steps_it_is_where_the_reference_network_gets(attention):
    """The reference: Keras's layers, one-hot targets, automatic derivatives, Keras's Adam."""
    import tensorflow as tf

    config = CONFIG.updated(attention=attention, label_smoothing=0.1, gradient_clip=1.0)
    _, _, steps = fresh(config)
    model = build_network(config, 20, 15).training
    adam = keras.optimizers.Adam(config.learning_rate)

    @tf.function(reduce_retracing=True)
    def reference_step(source, target_input, target_output):
        with tf.GradientTape() as tape:
            log_p = tf.nn.log_softmax(model([source, target_input], training=True))
            target = 0.9 * tf.one_hot(target_output, 15) + 0.1 / 15
            losses = tf.boolean_mask(-tf.reduce_sum(target * log_p, -1), target_output != 0)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
        # Of slices that name a word twice Keras's Adam would square each by itself.
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        gradients, _ = tf.clip_by_global_norm(gradients, 1.0)
        adam.apply(gradients, model.trainable_variables)

    for number in range(40):
        batch = make_batch(seed=number % 4)
        steps.train(batch)
        reference_step(*map(tf.constant, batch))
    batch = make_batch(seed=0)
    total, tokens = np.asarray(steps.evaluate(batch))
    logits = model([batch.source, batch.target_input])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(batch.target_output, logits)
    expected = float(tf.reduce_mean(tf.boolean_mask(losses, batch.target_output != 0)))
    start = cross_entropy(fresh(config)[0], batch, 0.0)
    assert expected < 0.8 * start[0] / start[1]  # both have learnt
    assert total / tokens == pytest.approx(expected, rel=1e-3)
