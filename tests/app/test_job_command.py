"""The command and the settings that the form shows do what the form would do."""

from __future__ import annotations

import importlib
import shlex
from pathlib import Path
from typing import Any

import pytest

from seq2seq_keras.app.job_command import as_shell, as_yaml, training_command
from seq2seq_keras.config import CHOSEN_BY_CORPUS, Config
from seq2seq_keras.corpus import Cleaning
from seq2seq_keras.errors import InputError
from seq2seq_keras.recipe import for_all_devices

# The package offers the Typer object by the module's name.
program = importlib.import_module("seq2seq_keras.cli.program")

READING = {
    "files": ["/data/my pairs; rm -rf 'x'.tsv"],
    "source_column": "the source",
    "target_column": "-2",
    "cleaning": ["repeated", "untranslated"],
    "encoding": "GB18030",
}

SETTINGS: list[dict[str, Any]] = [
    {},
    {"units": 384, "vocab_size": 4000, "embedding_dim": 256},  # the defaults, but given
    {"units": 64, "time_limit": 2.0, "epochs": 37, "learning_rate": 1e-05, "dropout": 0.0},
    {"bidirectional": False, "tie_embeddings": False, "units": 65, "cell": "lstm", "seed": 7},
    {"attention": "none", "tokenizer": "char", "source_lang": "en", "target_lang": "zh"},
    {"attention": "scaled_dot", "attention_placement": "after", "time_limit": 0.5},
    {name: field.default for name, field in Config.model_fields.items()},
]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the command was told, as it begins its work."""
    told: dict[str, Any] = {}
    settle = program.chosen_settings

    def chosen_settings(*arguments: Any) -> Any:
        told["base"], told["chosen"], told["settled"] = settle(*arguments)
        return told["base"], told["chosen"], told["settled"]

    def load_splits(
        corpora: list[Path],
        valid: Any,
        test: Any,
        config: Config,
        source: str | None,
        target: str | None,
        encoding: str | None,
        clean: str,
        **sizes: Any,
    ) -> Any:
        told.update(corpora=corpora, columns=(source, target), clean=clean, encoding=encoding)
        raise InputError("far enough")

    count = program.number_of_devices

    def number_of_devices(text: str) -> int | None:
        told["devices"] = count(text)
        return count(text)

    monkeypatch.setattr(program, "number_of_devices", number_of_devices)
    monkeypatch.setattr(program, "chosen_settings", chosen_settings)
    monkeypatch.setattr(program, "load_splits", load_splits)
    return told


def run(line: str) -> None:
    name, *arguments = shlex.split(line)
    assert name == "seq2seq-keras"
    with pytest.raises(SystemExit) as end:
        program.main(arguments)
    assert end.value.code == 2


@pytest.mark.parametrize("kind", ["train", "compare"])
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_the_command_gives_the_same_configuration(
    parsed: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    kind: Any,
    settings: dict[str, Any],
) -> None:
    config = Config.create(**settings)
    run(as_shell(training_command(kind, "my run", READING, config)))
    assert capsys.readouterr().err.strip().endswith("far enough")
    assert parsed["settled"] == config
    # What training takes from the corpus unless it is given: given here where it was there.
    for name in CHOSEN_BY_CORPUS:
        assert parsed["chosen"].get(name) == config.chosen().get(name)
    assert parsed["corpora"] == [Path(READING["files"][0])]
    assert parsed["columns"] == ("the source", "-2")
    assert Cleaning.parse(parsed["clean"]) == Cleaning(READING["cleaning"])
    assert parsed["encoding"] == READING["encoding"]


@pytest.mark.parametrize("kind", ["train", "compare"])
@pytest.mark.parametrize("batch_size", [64, 128, 200])
def test_the_command_takes_as_many_devices(
    parsed: dict[str, Any], kind: Any, batch_size: int
) -> None:
    config = Config.create(batch_size=batch_size, units=64)
    run(as_shell(training_command(kind, "my run", READING, config, devices=2)))
    assert parsed["devices"] == 2
    # What training then makes of it: the batch is given, whether or not it is the usual one.
    trained = for_all_devices(parsed["settled"], parsed["chosen"], 2)
    assert trained.batch_size == batch_size and trained.learning_rate == config.learning_rate
    assert "--devices" not in training_command(kind, "my run", READING, config)


@pytest.mark.parametrize("names", [[], Cleaning().names, ["long", *Cleaning().names[1:]]], ids=str)
def test_the_command_cleans_as_the_form_does(parsed: dict[str, Any], names: list[str]) -> None:
    command = training_command("train", "x", {**READING, "cleaning": names}, Config.create())
    assert ("--clean" in command) == (names != Cleaning().names)
    run(as_shell(command))
    assert Cleaning.parse(parsed["clean"]) == Cleaning(names)


def test_a_job_of_before_there_was_a_default_is_not_cleaned(parsed: dict[str, Any]) -> None:
    old = {name: value for name, value in READING.items() if name != "cleaning"}
    run(as_shell(training_command("train", "x", old, Config.create())))
    assert parsed["clean"] == "none"


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_the_settings_give_the_same_configuration(
    parsed: dict[str, Any], tmp_path: Path, settings: dict[str, Any]
) -> None:
    config = Config.create(**settings)
    path = tmp_path / "config.yaml"
    path.write_text(as_yaml(config), encoding="utf-8")
    if settings:
        run(as_shell(["seq2seq-keras", "train", "c", "--out", "o", "--config", str(path)]))
        assert parsed["base"].chosen() == config.chosen()
    else:
        assert as_yaml(config) == "{}\n"


def test_what_is_not_given_is_not_named() -> None:
    plain = {"files": ["a.de", "a.en"], "source_column": None, "target_column": None}
    plain["cleaning"] = list(Cleaning().names)
    words = training_command("compare", "Größe: 1", plain, Config.create(epochs=20, cell="lstm"))
    assert words == [
        "seq2seq-keras", "compare", "a.de", "a.en", "--out", "Größe-1", "--cell", "lstm",
    ]  # fmt: skip
