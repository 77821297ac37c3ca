"""A report on hand-made translations: every number in it is computed from them."""

from __future__ import annotations

import random

import pytest

from seq2seq_keras.comparison import Budget, Report
from seq2seq_keras.comparison.build import SystemOutput, build_report
from seq2seq_keras.config import Config

ANIMALS = "dog cat horse bird cow fox wolf bear sheep goat".split()
DOINGS = "sees hears follows likes avoids".split()
PLACES = ["in the garden", "near the old bridge over the river", "today"]

SOURCES = [
    f"Die {one} {doing} die {other} {place}."
    for one in ANIMALS
    for doing in DOINGS
    for other in ANIMALS
    for place in PLACES
    if one != other
][::7]
REFERENCES = [source.replace("Die", "The").replace("die", "the") for source in SOURCES]


def spoiled(sentence: str, share: float, chance: random.Random) -> str:
    words = [chance.choice(ANIMALS) if chance.random() < share else w for w in sentence.split()]
    return " ".join(words)


def output(name: str, share: float, seed: int = 1, **settings) -> SystemOutput:
    chance = random.Random(seed)
    config = Config.create(**{"attention": "none" if "plain" in name else "additive", **settings})
    history = [
        {
            "epoch": epoch,
            "loss": 4 / epoch,
            "perplexity": 50 / epoch,
            "valid_loss": 4.5 / epoch,
            "valid_perplexity": 60.0 / epoch,
            "valid_bleu": 10.0 * epoch,
            "learning_rate": 0.001,
            "tokens_per_second": 100.0 if epoch == 1 else 900.0 + 100 * epoch,
            "elapsed_seconds": 90.0 * epoch,
            "is_best": True,
            "examples": [],
        }
        for epoch in (1, 2, 3)
    ]
    return SystemOutput(
        name=name,
        config=config,
        parameters=1_234_567,
        translations=[spoiled(reference, share, chance) for reference in REFERENCES],
        sentences_per_second=41.5,
        beam_size=5,
        history=history,
        ended="epochs",
    )


def report_on(*outputs: SystemOutput, **settings) -> Report:
    known = {"source_lang": "de", "target_lang": "en", "test_name": "test.tsv"}
    return build_report(outputs, SOURCES, REFERENCES, **{**known, **settings})


@pytest.fixture(scope="session")
def outputs() -> list[SystemOutput]:
    return [output("plain", 0.5), output("attention", 0.1)]


@pytest.fixture(scope="session")
def report(outputs) -> Report:
    return report_on(*outputs, budget=Budget(epochs=3), device="cpu:0")


@pytest.fixture(scope="session")
def crossed() -> Report:
    return report_on(
        *(
            output(f"{cell}-{kind}", share, cell=cell)
            for cell, shares in (("lstm", (0.4, 0.1)), ("rnn", (0.6, 0.6)))
            for kind, share in zip(("plain", "attention"), shares, strict=True)
        )
    )
