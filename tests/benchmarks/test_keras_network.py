"""The model given to plain Keras computes the same logits as this project's network."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.contestants.keras_network import build_model
from seq2seq_keras.config import Config
from seq2seq_keras.network import build_network

SOURCE_VOCAB, TARGET_VOCAB, DIM, UNITS = 19, 17, 6, 8


@pytest.mark.parametrize("placement", ["before", "after", "none"])
def test_same_logits(placement: str) -> None:
    score = {"before": "additive", "after": "general", "none": "none"}[placement]
    config = Config.create(
        attention=score,
        attention_placement="after" if placement == "after" else "before",
        units=UNITS,
        embedding_dim=DIM,
    )
    ours = build_network(config, SOURCE_VOCAB, TARGET_VOCAB).training
    model = build_model(
        placement, SOURCE_VOCAB, TARGET_VOCAB, embedding_dim=DIM, units=UNITS, dropout=0.3
    )
    assert model.count_params() == ours.count_params()
    values = {weight.path: weight.numpy() for weight in ours.trainable_weights}
    for weight in model.trainable_weights:
        weight.assign(values.pop(path_in_ours(weight.path, list(values))))
    assert not values

    source = np.array([[5, 9, 11, 2], [7, 2, 0, 0]], "int32")
    target_input = np.array([[1, 4, 8], [1, 6, 0]], "int32")
    expected = np.asarray(ours([source, target_input], training=False))
    logits = np.asarray(model([source, target_input], training=False))
    real = target_input != 0
    np.testing.assert_allclose(logits[real], expected[real], atol=1e-5)
    assert np.ptp(expected) > 0.01


def path_in_ours(path: str, candidates: list[str]) -> str:
    """Finds the weight of our network that plays the part of `path` in the plain model."""
    owner, name = path.split("/")[0], path.split("/")[-1]
    beginning: str | tuple[str, ...]
    if owner == "decoder" and "query" in path:
        beginning, name = "attention/", "query_kernel"
    elif owner == "decoder" and "score" in path:
        beginning, name = "attention/", "score_vector"
    else:
        beginning = {
            "source_embedding": "source_embedding",
            "target_embedding": "target_embedding",
            "encoder": "encoder_1/forward" if "forward" in path else "encoder_1/backward",
            "initial": "decoder_1_initial",
            "keys": "attention_keys",
            "decoder": ("decoder_1", "cell/"),
            "deep_output": "deep_output",
        }[owner]
    found = [c for c in candidates if c.startswith(beginning) and c.split("/")[-1] == name]
    if owner == "decoder":
        found = [c for c in found if "initial" not in c]
    assert len(found) == 1, (path, candidates)
    return found[0]
