"""What a form asks for: a corpus, the networks to train on it, and their settings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq_keras.app.budgets import BUDGETS, epochs_for
from seq2seq_keras.config import CHOSEN_BY_CORPUS, Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import CorpusInfo, Job, JobKind
from seq2seq_keras.localisation import later
from seq2seq_keras.recipe import for_all_devices

ARCHITECTURES = {
    "both": later("Both, and compare them"),
    "attention": later("With attention"),
    "plain": later("Without attention"),
}

DEFAULTS = {name: Config.model_fields[name].default for name in CHOSEN_BY_CORPUS}
"""What stands in the fields that suit the corpus, as long as there is none."""

_NAME = re.compile(r"[\w .,()+-]{1,60}", re.UNICODE)
_TRAINED_SHARE = 0.9  # a twentieth each is kept for validation and test


@dataclass(frozen=True)
class Wanted:
    """A training as the form asks for it.

    Attributes:
        architecture: A key of `ARCHITECTURES`.
        config: The settings; without attention where only that network is asked for.
        devices: Over how many devices it is spread.
    """

    architecture: str
    config: Config
    devices: int = 1

    @property
    def kind(self) -> JobKind:
        """The kind of job that does it."""
        return "compare" if self.architecture == "both" else "train"

    @property
    def networks(self) -> dict[str, Config]:
        """The networks by name, in the order in which they are trained."""
        if self.architecture == "both":
            return {"plain": self.config.updated(attention="none"), "attention": self.config}
        return {self.architecture: self.config}


def wanted_of(
    architecture: str,
    budget: str,
    own: Mapping[str, Any],
    fields: Mapping[str, Any],
    corpus: CorpusInfo | None,
    pairs: int,
    suggested: Mapping[str, Any] = DEFAULTS,
    devices: int = 1,
) -> Wanted:
    """Puts together what the form says.

    Args:
        architecture: A key of `ARCHITECTURES`.
        budget: A key of `BUDGETS`.
        own: The time limit and epochs of an own budget.
        fields: All other settings.
        corpus: The corpus, whose languages are settings too; None while none is chosen.
        pairs: How many pairs it has.
        suggested: What was suggested for the corpus; the defaults where nothing was yet.
        devices: Over how many devices it is spread.

    Raises:
        InputError: A setting is out of range.
    """
    # An empty field asks for what suits the corpus.
    settings = {**({} if suggested == DEFAULTS else suggested), **fields}
    minutes = BUDGETS[budget].minutes
    if minutes is None:
        settings |= own
    else:
        # What is wrong with the batch size is said below.
        usual = for_all_devices(Config(), {}, devices).batch_size
        batch_size = settings.get("batch_size") or usual
        epochs = epochs_for(int(_TRAINED_SHARE * pairs), int(batch_size)) if pairs else None
        settings |= {"time_limit": minutes, **({"epochs": epochs} if epochs else {})}
    if suggested == DEFAULTS:  # nothing was suggested yet: let training choose
        settings = {
            name: value
            for name, value in settings.items()
            if name not in DEFAULTS or value != DEFAULTS[name]
        }
    if corpus is not None:
        settings |= {"source_lang": corpus.source_lang, "target_lang": corpus.target_lang}
    if architecture == "plain":
        settings["attention"] = "none"
    config = for_all_devices(Config.create(**settings), settings, devices)
    return Wanted(architecture, config, devices)


def name_for(typed: str, corpus_name: str) -> str:
    """The name of a training: what was typed, else one made from that of the corpus.

    Raises:
        InputError: There are other characters in it than names may have.

    Example:
        >>> name_for("", "Sample: English–French"), name_for(" my run ", "x")
        ('English-French', 'my run')
    """
    name = typed.strip()
    if not name:
        stem = corpus_name.removeprefix("Sample: ").split(".")[0]
        return re.sub(r"[^\w .,()+-]+", "-", stem)[:60] or "model"
    if not _NAME.fullmatch(name):
        raise InputError(
            "Name: use letters, digits, spaces and . , ( ) + - only, 60 characters at most."
        )
    return name


def form_of(job: Job, names: Sequence[str]) -> dict[str, Any]:
    """What the form has to say for a training like an earlier one.

    Args:
        job: The earlier one, a training or a comparison.
        names: The settings for which the form has fields.

    Returns:
        Values for "architecture", "budget", "name", "time_limit", "epochs", "devices" and `names`;
        None where the training took what suits its corpus.
    """
    given = job.details["settings"]
    config = Config.create(**given)
    architecture = "both" if job.kind == "compare" else "attention"
    if job.kind == "train" and config.attention == "none":
        architecture = "plain"
    values = {name: getattr(config, name) for name in (*names, "time_limit", "epochs")}
    values |= {name: None for name in CHOSEN_BY_CORPUS if name not in given}
    if config.attention == "none":
        values["attention"] = Config.model_fields["attention"].default
    budget = job.details.get("budget", "own")
    return {
        **values,
        "architecture": architecture,
        "budget": budget,
        "name": job.name,
        "devices": job.devices,
    }
