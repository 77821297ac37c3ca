"""The whole network against NumPy, and its two ways of running against each other."""

import itertools

import numpy as np
import pytest

from helpers.networks import random_network, reference_of, run, small

ATTENTIONS = [
    {"attention": "none"},
    *(
        {"attention": score, "attention_placement": placement}
        for placement in ("before", "after")
        for score in ("dot", "scaled_dot", "general", "additive")
    ),
]
# Every attention with every cell; depth, direction and tying go round with them.
SHAPES = itertools.cycle(
    [
        {"bidirectional": False},
        {"bidirectional": True, "decoder_layers": 2},
        {"bidirectional": True, "tie_embeddings": True},
        {"bidirectional": False, "encoder_layers": 2, "decoder_layers": 2, "tie_embeddings": True},
    ]
)
NETWORKS = [
    {**attention, "cell": cell, **next(SHAPES)}
    for attention in ATTENTIONS
    for cell in ("lstm", "gru", "rnn")
]


def name(settings):
    return "-".join(
        key if value is True else str(value) if isinstance(value, str) else f"{key}={value}"
        for key, value in settings.items()
        if value is not False
    )


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=2e-5)


every_network = pytest.mark.parametrize("settings", NETWORKS, ids=name)


@every_network
def test_logits_and_weights_are_those_of_the_formulas(settings, sentences, batch):
    network = random_network(small(**settings))
    reference = reference_of(network)
    logits = run(network.training, list(batch))
    assert logits.shape == (3, 5, 9)
    weights = None
    if network.attention_weights is not None:
        weights = run(network.attention_weights, list(batch))
        encoder_states = run(network.encoder, batch[0])["memory"]["encoder_states"]
    assert (weights is None) == (settings["attention"] == "none")
    for row, (source, target) in enumerate(zip(*sentences, strict=True)):
        written = reference.write(source, target)
        close(logits[row, : len(target)], written.logits)
        if weights is not None:
            close(weights[row, : len(target), : len(source)], written.weights)
            assert (weights[row, :, len(source) :] == 0.0).all()
            close((weights[row] @ encoder_states[row])[: len(target)], written.contexts)


@every_network
def test_step_by_step_gives_the_same_as_the_whole_sentence(settings, batch):
    network = random_network(small(**settings))
    source, target_input = batch
    logits = run(network.training, [source, target_input])
    weights = None
    if network.attention_weights is not None:
        weights = run(network.attention_weights, [source, target_input])
    encoded = run(network.encoder, source)
    memory = {**encoded["memory"]}
    if weights is not None:
        memory["source_mask"] = memory["source_mask"].astype("bool")
    states = encoded["states"]
    for t in range(target_input.shape[1]):
        inputs = {"token": target_input[:, t], "memory": memory, "states": states}
        outputs = run(network.step, inputs)
        states = outputs["states"]
        close(outputs["logits"], logits[:, t])
        if weights is None:
            assert "attention_weights" not in outputs
        else:
            close(outputs["attention_weights"], weights[:, t])


@every_network
def test_more_padding_changes_nothing(settings, batch, wider_batch):
    network = random_network(small(**settings))
    narrow, wide = (run(network.training, list(tokens)) for tokens in (batch, wider_batch))
    real = batch[1] != 0
    close(wide[:, : narrow.shape[1]][real], narrow[real])
    if network.attention_weights is not None:
        narrow, wide = (
            run(network.attention_weights, list(tokens)) for tokens in (batch, wider_batch)
        )
        close(wide[:, :5, :5][real], narrow[real])
        assert (wide[:, :, 5:] == 0.0).all()


@pytest.mark.parametrize("settings", [NETWORKS[0], NETWORKS[4], NETWORKS[16]], ids=name)
def test_no_prediction_reads_the_token_it_predicts(settings, batch):
    network = random_network(small(**settings))
    source, target_input = batch
    other = target_input.copy()
    other[:, 3:] = 8
    logits, changed = (run(network.training, [source, t]) for t in (target_input, other))
    np.testing.assert_array_equal(logits[:, :3], changed[:, :3])
    assert (logits[:, 3] != changed[:, 3]).any()


def test_the_plain_decoder_reads_the_context_at_every_step():
    """With its recurrence cut, s_t depends on y_{t-1} and on c that was read at this very step."""
    network = random_network(small(attention="none", cell="rnn"), seed=3)
    kept = network.training.get_weights()
    for weight in network.training.weights:
        if weight.path == "decoder_1_cell/recurrent_kernel":
            weight.assign(np.zeros(weight.shape))
        if weight.path == "deep_output/kernel":
            kernel = np.array(weight)
            kernel[5 + 6 :] = 0  # the output does not read c
            weight.assign(kernel)
    target_input = np.array([[1, 4, 4, 4]] * 2)
    logits = run(network.training, [np.array([[5, 7, 2], [9, 4, 2]]), target_input])
    network.training.set_weights(kept)
    assert (np.abs(logits[0] - logits[1]).max(axis=-1) > 1e-3).all()
    close(logits[:, 2], logits[:, 3])
