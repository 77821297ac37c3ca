"""A training as the shell command and the configuration file that do the same."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from seq2seq_keras.config import CHOSEN_BY_CORPUS, Config
from seq2seq_keras.jobs import JobKind
from seq2seq_keras.jobs.files import slug


def training_command(
    kind: JobKind, name: str, corpus: Mapping[str, Any], config: Config, devices: int = 1
) -> list[str]:
    """The words of the command that trains as a job of the app does.

    Args:
        kind: "train" or "compare".
        name: The job's name, of which the folder's name is made.
        corpus: How the corpus is read, as of `CorpusInfo.reading`.
        config: The settings; only those that differ from the defaults are named.
        devices: Over how many devices it is spread.

    Example:
        >>> corpus = {"files": ["fra.txt"], "source_column": None, "target_column": None}
        >>> " ".join(training_command("train", "fra", corpus, Config.create(units=64)))
        'seq2seq-keras train fra.txt --out fra --units 64'
    """
    from seq2seq_keras.corpus import Cleaning  # loads with the first training, not with the page

    words = ["seq2seq-keras", kind, *map(str, corpus["files"]), "--out", slug(name)]
    for option in ("source_column", "target_column"):
        column = corpus.get(option)
        if column is not None:
            # The command counts columns from 1, and the corpus from 0.
            words += _option(option, column + 1 if isinstance(column, int) else column)
    if corpus.get("encoding"):
        words += _option("encoding", corpus["encoding"])
    cleaning = Cleaning(corpus.get("cleaning", ()))
    if cleaning != Cleaning():
        words += _option("clean", cleaning)
    decided: tuple[str, ...] = CHOSEN_BY_CORPUS
    if devices > 1:
        words += _option("devices", devices)
        decided = (*decided, "batch_size")
    for setting, value in config.chosen().items():
        default = Config.model_fields[setting].default
        # What corpus or devices decide where it is not given has to be given.
        if value is not None and (value != default or setting in decided):
            words += _option(setting, value)
    return words


def as_shell(words: Sequence[str]) -> str:
    """Words as one line for the shell of this machine, quoted where that is needed.

    Example:
        >>> as_shell(["tensorboard", "--logdir", "my runs"])
        "tensorboard --logdir 'my runs'"
    """
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def as_yaml(config: Config) -> str:
    """The settings that were chosen, as a file for `--config`.

    Example:
        >>> as_yaml(Config.create(units=64, cell="lstm"))
        'cell: lstm\\nunits: 64\\n'
    """
    return yaml.safe_dump(config.chosen(), sort_keys=False, allow_unicode=True)


def _option(name: str, value: Any) -> list[str]:
    dashed = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{dashed}" if value else f"--no-{dashed}"]
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    return [f"--{dashed}={text}"] if text.startswith("-") else [f"--{dashed}", text]
