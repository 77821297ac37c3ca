"""The configuration: what it refuses, and its file."""

import math

import pytest
import yaml

from seq2seq_keras.config import FIELD_GROUPS, Config
from seq2seq_keras.errors import InputError


def test_defaults_are_valid_and_read_from_the_class():
    config = Config()
    assert (config.attention, config.attention_placement, config.cell) == (
        "additive",
        "before",
        "gru",
    )
    assert Config.create() == config


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"units": 0}, r"^units: .*greater than or equal to 1, received 0$"),
        ({"units": "many"}, r"^units: .*received 'many'$"),
        ({"units": 7}, r"^units must be even in a bidirectional encoder, received 7$"),
        ({"attention": "cosine"}, r"^attention: .*'additive', received 'cosine'$"),
        ({"cell": "transformer"}, r"^cell: "),
        ({"dropout": 1.0}, r"^dropout: .*less than 1"),
        ({"label_smoothing": -0.1}, r"^label_smoothing: "),
        ({"time_limit": 0}, r"^time_limit: .*greater than 0"),
        ({"learning_rate": math.nan}, r"^learning_rate: "),
        ({"learning_rate": math.inf}, r"^learning_rate: "),
        ({"length_penalty": math.inf}, r"^length_penalty: "),
        ({"time_limit": math.nan}, r"^time_limit: "),
        ({"beam_size": 65}, r"^beam_size: "),
        ({"vocab_size": 7}, r"^vocab_size: "),
        ({"seed": -1}, r"^seed: "),
        ({"learning_rat": 1.0}, r"^learning_rat: there is no such setting; .*learning_rate"),
        ({"source_lang": False}, r"^source_lang: .*valid string, received False$"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(fields, message):
    with pytest.raises(InputError, match=message) as caught:
        Config.create(**fields)
    assert "\n" not in str(caught.value)


def test_an_odd_width_fits_one_direction():
    assert Config.create(units=7, bidirectional=False).units == 7


def test_it_cannot_be_changed_but_copied_with_changes():
    config = Config.create(units=8)
    with pytest.raises(ValueError, match="frozen"):
        config.units = 10
    changed = config.updated(units=10)
    assert (config.units, changed.units) == (8, 10)
    with pytest.raises(InputError, match="even"):
        config.updated(units=9)


def test_a_saved_configuration_is_read_back_equal(tmp_path):
    config = Config.create(
        source_lang="no", target_lang="zh", time_limit=0.5, learning_rate=1e-5, dropout=0, seed=0
    )
    config.save(tmp_path / "config.yaml")
    assert Config.load(tmp_path / "config.yaml") == config
    written = yaml.safe_load((tmp_path / "config.yaml").read_text())
    assert list(written) == ["format", "saved_by", *Config.model_fields]


def test_a_person_may_write_only_what_differs(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("cell: lstm  # as in class\nlearning_rate: 1e-3\n")
    assert Config.load(path) == Config.create(cell="lstm", learning_rate=0.001)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        b"- units: 8",
        b"units: [",
        b"units: \xff\xfe",
        b"units: 0",
        b"1: 2",
        b"seed: 2020-13-41",
        b"[" * 5000,
        b"units: !!python/object/apply:os.getcwd []",
        b"seed: !!bool maybe",
        b"seed: !!timestamp maybe",
        b"seed: !!int ''",
        b"seed: !!float []",
        b"? [a]\n: 1",
    ],
)
def test_a_bad_file_is_named_with_its_fault_in_one_line(content, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        Config.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml: not a readable configuration"):
        Config.load(tmp_path / "none.yaml")


def test_every_field_is_in_one_group():
    grouped = [name for names in FIELD_GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(Config.model_fields)
