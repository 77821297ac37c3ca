import pytest

from seq2seq_keras.config import Config
from seq2seq_keras.network import build_network
from seq2seq_keras.network_size import count_parameters, parameter_parts, units_for

KINDS = [
    {},
    {"attention": "none"},
    {"attention": "dot", "cell": "lstm"},
    {"attention": "general", "attention_placement": "after", "bidirectional": False},
    {"attention": "additive", "attention_placement": "after", "cell": "rnn"},
    {"attention": "scaled_dot", "encoder_layers": 3, "decoder_layers": 2, "cell": "lstm"},
    {"attention": "none", "tie_embeddings": False, "encoder_layers": 2, "cell": "rnn"},
]


@pytest.mark.parametrize("settings", KINDS, ids=str)
def test_counts_what_keras_counts(settings):
    config = Config.create(units=6, embedding_dim=5, **settings)
    expected = build_network(config, 13, 17).training.count_params()
    assert count_parameters(config, 13, 17) == expected


@pytest.mark.parametrize("settings", KINDS, ids=str)
def test_the_nearest_width_is_found(settings):
    config = Config.create(embedding_dim=5, **settings)
    counts = {
        units: count_parameters(config.updated(units=units), 13, 17) for units in range(2, 80, 2)
    }
    for units, parameters in list(counts.items())[:-2]:
        assert units_for(config, parameters, 13, 17) == units
        assert units_for(config, parameters + 1, 13, 17) == units
        assert units_for(config, counts[units + 2] - 1, 13, 17) == units + 2
    assert units_for(config, 0, 13, 17) == 2


@pytest.mark.parametrize("settings", KINDS, ids=str)
def test_parts_are_those_of_the_layers(settings):
    config = Config.create(units=6, embedding_dim=5, **settings)
    parts = parameter_parts(config, 13, 17)
    counted = dict.fromkeys(parts, 0)
    for layer in build_network(config, 13, 17).training.layers:
        if layer.count_params():
            counted[_part_of(layer.name)] += layer.count_params()
    # The recurrence that attends holds the attention too, all but the projection of its keys.
    for each in (parts, counted):
        each["decoder"] += each.pop("attention")
    assert parts == counted


def _part_of(layer):
    if layer in ("source_embedding", "target_embedding"):
        return layer
    if "_initial_" in layer:
        return "start"
    if layer in ("deep_output", "vocabulary", "logits"):
        return "output"
    return layer.split("_")[0]
