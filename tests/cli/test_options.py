"""Options made from the configuration, and lists of files behind an option."""

import inspect
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from typer.testing import CliRunner

from seq2seq_keras.cli.options import spread_file_lists, with_config_options
from seq2seq_keras.config import Config


@pytest.fixture(scope="module")
def run():
    """Runs a command that has the options, and returns the settings it was given."""
    program = typer.Typer()
    received = {}

    @program.command()
    @with_config_options
    def command(out: Path = Path("here"), **settings: Any) -> None:
        received.clear()
        received.update(settings, out=out)

    def run(*arguments):
        result = CliRunner(env={"COLUMNS": "200"}).invoke(program, arguments)
        return result, dict(received)

    return run


def test_every_field_of_the_configuration_is_an_option(run):
    result, settings = run()
    assert result.exit_code == 0
    assert settings.pop("out") == Path("here")
    assert settings == dict.fromkeys(Config.model_fields)  # None: not given

    help_text = run("--help")[0].output
    for name in Config.model_fields:
        assert f"--{name.replace('_', '-')} " in help_text, name
    assert "MINUTES" in help_text


def test_values_arrive_with_their_type(run):
    _, settings = run(
        *["--units", "64", "--dropout", "0.25", "--time-limit", "1.5", "--attention", "none"],
        *["--no-bidirectional", "--tie-embeddings", "--source-lang", "de", "--out", "there"],
    )
    given = {name: value for name, value in settings.items() if value is not None}
    assert given == {
        "units": 64,
        "dropout": 0.25,
        "time_limit": 1.5,
        "attention": "none",
        "bidirectional": False,
        "tie_embeddings": True,
        "source_lang": "de",
        "out": Path("there"),
    }


@pytest.mark.parametrize("name", ["attention", "attention_placement", "cell", "tokenizer"])
def test_choices_are_those_of_the_configuration(run, name):
    option = f"--{name.replace('_', '-')}"
    for choice in get_args(Config.model_fields[name].annotation):
        assert run(option, choice)[1][name] == choice
    result, _ = run(option, "nonsense")
    assert result.exit_code == 2


def test_the_command_keeps_its_own_parameters():
    def command(out: Path, **settings: Any) -> None: ...

    parameters = inspect.signature(with_config_options(command)).parameters
    assert next(iter(parameters)) == "out"
    assert "settings" not in parameters
    assert set(parameters) == {"out", *Config.model_fields}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("train t --valid a b --out o", "train t --valid a --valid b --out o"),
        ("train t --valid a --out o", "train t --valid a --out o"),
        ("train t --test a b --valid c d", "train t --test a --test b --valid c --valid d"),
        ("train --valid a b -- t", "train --valid a --valid b -- t"),
        ("train t --valid a --valid b", "train t --valid a --valid b"),
        ("train t --valid", "train t --valid"),
        ("translate m --beam-size 5", "translate m --beam-size 5"),
        ("", ""),
    ],
)
def test_file_lists_are_spread(given, expected):
    assert spread_file_lists(given.split()) == expected.split()
