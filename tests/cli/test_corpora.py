import pytest

from seq2seq_keras.cli.corpora import chosen_settings
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError


def test_options_that_were_not_given_are_left_out(tmp_path):
    assert chosen_settings(None, {"units": 32, "cell": None}) == (None, {"units": 32})
    Config.create(units=48).save(tmp_path / "config.yaml")
    base, chosen = chosen_settings(tmp_path / "config.yaml", {"cell": "lstm"})
    assert (base.units, chosen) == (48, {"cell": "lstm"})


def test_settings_are_checked_against_what_the_command_goes_on_with(tmp_path):
    odd = {"units": 33, "bidirectional": None}
    with pytest.raises(InputError, match="units must be even"):
        chosen_settings(None, odd)
    start = tmp_path / "config.yaml"
    Config.create(units=33, bidirectional=False).save(start)
    assert chosen_settings(None, odd, start)[1] == {"units": 33}
    with pytest.raises(InputError, match="units"):
        chosen_settings(None, {"units": 0}, start)
    with pytest.raises(InputError, match="units must be even"):
        chosen_settings(None, odd, tmp_path / "nothing.yaml")
