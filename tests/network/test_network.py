"""The functional models of one network: shared weights, seeds, gradients, files."""

import io
import json
import os
import subprocess
import sys
import zipfile
from contextlib import redirect_stdout

import keras
import numpy as np
import pytest

from helpers.networks import random_network, randomise, run, small, to_numpy
from seq2seq_keras.network import build_network

KINDS = {
    "plain": {"attention": "none", "cell": "lstm", "decoder_layers": 2},
    "before": {"attention": "additive", "cell": "lstm", "encoder_layers": 2, "decoder_layers": 2},
    "after": {
        "attention": "general",
        "attention_placement": "after",
        "bidirectional": False,
        "tie_embeddings": True,
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_all_models_are_functional_and_share_the_weights_of_training(kind):
    network = random_network(small(**KINDS[kind]))
    everything = {id(variable) for variable in network.training.weights}
    models = [network.encoder, network.step, network.attention_weights]
    for model in models:
        if model is not None:
            assert isinstance(model, keras.Model)
            assert type(model).__name__ == "Functional"
            assert {id(variable) for variable in model.weights} <= everything
    assert network.attention_weights is None or kind != "plain"
    together = {id(v) for v in [*network.encoder.weights, *network.step.weights]}
    assert together == everything
    assert len({variable.path for variable in network.training.weights}) == len(everything)


def test_the_summary_reads_like_the_papers():
    output = io.StringIO()
    with redirect_stdout(output):
        build_network(small(**KINDS["before"]), 11, 9).training.summary(line_length=120)
    text = output.getvalue()
    names = (
        "source", "source_embedding", "source_mask", "encoder_1", "encoder_2", "encoder_states",
        "attention_keys", "target_input", "target_embedding", "decoder_1_initial_hidden_state",
        "decoder_2_initial_cell_state", "decoder_1", "decoder_2", "deep_output", "vocabulary",
        "logits",
    )  # fmt: skip
    for name in names:
        assert f" {name} " in text, name
    for network in (random_network(small(**settings)) for settings in KINDS.values()):
        for model in (network.training, network.encoder, network.step):
            for operation in model.operations:
                # Keras's own names end in a number, as in `get_item_3`.
                assert operation.name.split("_")[0] not in ("get", "copy", "not", "multiply")
                assert operation.name not in ("dense", "activation", "functional")


def test_weights_follow_from_the_seed():
    one, same, other = (
        build_network(small(seed=seed), 11, 9).training.get_weights() for seed in (4, 4, 5)
    )
    for a, b in zip(one, same, strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != b).any() for a, b in zip(one, other, strict=True))


def test_equal_layers_start_from_different_weights():
    """One seed for all must not mean the same numbers in every layer."""
    network = build_network(small(encoder_layers=2, units=10, embedding_dim=10), 11, 9)
    of = {v.path: keras.ops.convert_to_numpy(v.value) for v in network.training.weights}
    one, two = (of[f"encoder_{n}/forward_encoder_{n}/gru_cell/kernel"] for n in (1, 2))
    assert not np.allclose(one, two)


def test_dropout_acts_in_training_only(batch):
    network = build_network(small(dropout=0.5), 11, 9)
    randomise(network)
    inputs = [keras.ops.convert_to_tensor(tokens) for tokens in batch]
    still = [run(network.training, inputs) for _ in range(2)]
    np.testing.assert_array_equal(*still)
    moving = [to_numpy(network.training(inputs, training=True)) for _ in range(2)]
    assert (moving[0] != still[0]).any() and (moving[0] != moving[1]).any()


@pytest.mark.parametrize(
    ("kind", "cell"),
    [("before", "lstm"), ("before", "gru"), ("before", "rnn"), ("plain", "lstm"), ("after", "gru")],
)
def test_gradients_are_finite_at_long_lengths(kind, cell):
    network = build_network(small(**{**KINDS[kind], "cell": cell}), 11, 9)
    random = np.random.default_rng(0)
    source, target_input = random.integers(4, 9, (2, 3, 200)).astype("int32")
    source[1, 90:] = 0
    source[2, 1:] = 0

    for variable, gradient in gradients(network.training, [source, target_input]):
        assert np.isfinite(gradient).all(), variable.path
        assert (gradient != 0).any(), variable.path


def gradients(model, inputs):
    """Returns each variable with its gradient of a loss over all steps."""
    inputs = [keras.ops.convert_to_tensor(tokens) for tokens in inputs]
    other = [variable.value for variable in model.non_trainable_variables]

    def loss(trainable):
        logits, _ = model.stateless_call(trainable, other, inputs, training=False)
        return -keras.ops.mean(keras.ops.log_softmax(logits)[:, :, 4])

    trainable = [variable.value for variable in model.trainable_variables]
    if keras.backend.backend() == "jax":
        import jax

        found = jax.jit(jax.grad(loss))(trainable)
    else:
        import tensorflow as tf

        @tf.function(autograph=False)
        def differentiate(trainable):
            with tf.GradientTape() as tape:
                tape.watch(trainable)
                value = loss(trainable)
            return [
                tf.convert_to_tensor(gradient)  # those of embeddings are sparse
                for gradient in tape.gradient(value, trainable)
            ]

        found = differentiate([tf.convert_to_tensor(value) for value in trainable])
    return [
        (variable, keras.ops.convert_to_numpy(gradient))
        for variable, gradient in zip(model.trainable_variables, found, strict=True)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_weights_come_back_from_a_file(kind, batch, tmp_path):
    network = random_network(small(**KINDS[kind]))
    network.save(tmp_path / "model.keras")
    twin = build_network(small(**KINDS[kind], seed=9), 11, 9)
    before = run(twin.training, list(batch))
    twin.load_weights(tmp_path / "model.keras")
    expected = run(network.training, list(batch))
    np.testing.assert_array_equal(run(twin.training, list(batch)), expected)
    assert (before != expected).any()


def test_a_saved_model_is_not_compiled(tmp_path):
    random_network(small(**KINDS["before"])).save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        config = json.loads(archive.read("config.json"))
    assert not config.get("compile_config")


OPEN = """
import sys
import keras
import numpy as np

def open_and_call(kind):
    model = keras.saving.load_model(f"{kind}.keras")
    logits = model([np.load("source.npy"), np.load("target_input.npy")])
    np.save(f"{kind}.npy", keras.ops.convert_to_numpy(logits))

open_and_call("plain")
assert not any(name.startswith("seq2seq_keras") for name in sys.modules)
import seq2seq_keras.network
open_and_call("before")
open_and_call("after")
"""


def test_keras_opens_the_files_in_a_fresh_process(batch, tmp_path, repository):
    """A plain network is made of Keras's own layers alone: it opens without our package."""
    for name, tokens in zip(("source", "target_input"), batch, strict=True):
        np.save(tmp_path / f"{name}.npy", tokens)
    for kind, settings in KINDS.items():
        random_network(small(**settings)).save(tmp_path / f"{kind}.keras")
    path = os.pathsep.join([str(repository), os.environ.get("PYTHONPATH", "")])
    result = subprocess.run(
        [sys.executable, "-c", OPEN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    for kind, settings in KINDS.items():
        expected = run(random_network(small(**settings)).training, list(batch))
        np.testing.assert_allclose(np.load(tmp_path / f"{kind}.npy"), expected, atol=1e-6)


def test_half_precision_computes_nearly_the_same_and_gives_float32(batch):
    for settings in KINDS.values():
        config = small(**settings)
        half = build_network(config, 11, 9, "mixed_bfloat16")
        half.training.set_weights(random_network(config).training.get_weights())
        inputs = [keras.ops.convert_to_tensor(tokens) for tokens in batch]
        assert half.training.output.dtype == "float32"
        assert half.step.output["states"][0][0].dtype == "bfloat16"
        logits = run(half.training, inputs)
        full = run(random_network(config).training, inputs)
        assert np.abs(logits - full).max() < 0.2
        assert np.abs(logits - full).max() > 1e-5  # it did compute in half precision
