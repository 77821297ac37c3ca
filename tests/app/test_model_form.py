"""What the form of the second step makes of what stands in it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from seq2seq_keras.app.budgets import BUDGETS, budget_words, epochs_for
from seq2seq_keras.app.estimate_words import estimate_words, measured_settings
from seq2seq_keras.app.network_view import network_html, parameter_words
from seq2seq_keras.app.settings import GROUPS, problem, setting
from seq2seq_keras.app.wanted import DEFAULTS, Wanted, form_of, name_for, wanted_of
from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import CorpusInfo, Job
from seq2seq_keras.localisation import CHINESE, ENGLISH
from seq2seq_keras.network_size import count_parameters
from seq2seq_keras.training.estimate import Estimate

CORPUS = CorpusInfo("x", "x.tsv", (Path("x.tsv"),), source_lang="en", target_lang="fr")
OWN = {"time_limit": 7.0, "epochs": 3}


def wanted(
    architecture: str = "both",
    budget: str = "good",
    fields: dict[str, Any] | None = None,
    corpus: CorpusInfo | None = CORPUS,
    pairs: int = 20_000,
    suggested: dict[str, Any] | None = None,
) -> Wanted:
    given = DEFAULTS if suggested is None else suggested
    return wanted_of(architecture, budget, OWN, fields or {}, corpus, pairs, given)


@pytest.mark.parametrize("pairs", [1, 100, 1350, 6_000, 18_000, 1_000_000])
def test_a_small_corpus_gets_more_epochs_a_large_one_the_default(pairs: int) -> None:
    epochs = epochs_for(pairs, 64)
    assert 20 <= epochs <= 100
    steps = epochs * -(-pairs // 64)
    # As few epochs as give 5,000 steps.
    assert steps >= 5000 or epochs == 100
    assert epochs == 20 or (epochs - 1) * -(-pairs // 64) < 5000


@pytest.mark.parametrize(("budget", "minutes"), [("quick", 2), ("good", 30), ("best", 240)])
def test_a_budget_sets_minutes_and_epochs(budget: str, minutes: float) -> None:
    config = wanted(budget=budget, pairs=2000).config
    assert (config.time_limit, config.epochs) == (minutes, epochs_for(1800, 64))
    assert BUDGETS[budget].minutes == minutes
    assert wanted(budget=budget, corpus=None, pairs=0).config.epochs == 20


def test_an_own_budget_is_taken_as_it_stands() -> None:
    config = wanted(budget="own").config
    assert (config.time_limit, config.epochs) == (7.0, 3)


def test_budgets_are_told_for_each_network_and_in_all() -> None:
    config = Config.create(time_limit=2, epochs=20)
    assert "At most 2 min and 20 epochs for each network, 4 min for both" in budget_words(
        "quick", config, 2, ENGLISH
    )
    hours = budget_words("best", Config.create(time_limit=240, epochs=1), 1, ENGLISH)
    assert "At most 4 hours and 1 epoch;" in hours
    endless = budget_words("own", Config.create(epochs=5), 1, ENGLISH)
    assert "At most 5 epochs for each network, however long" in endless


def test_an_architecture_says_what_is_trained() -> None:
    both = wanted("both", fields={"attention": "dot"})
    assert both.kind == "compare"
    assert {name: each.attention for name, each in both.networks.items()} == {
        "plain": "none",
        "attention": "dot",
    }
    plain = wanted("plain", fields={"attention": "dot"})
    assert (plain.kind, plain.config.attention) == ("train", "none")
    assert list(wanted("attention").networks) == ["attention"]
    assert (plain.config.source_lang, plain.config.target_lang) == ("en", "fr")


def test_what_nobody_chose_is_left_to_the_corpus() -> None:
    assert not DEFAULTS.keys() & wanted(fields=DEFAULTS).config.chosen().keys()
    assert wanted(fields={**DEFAULTS, "units": 64}).config.chosen()["units"] == 64
    suggested = {"vocab_size": 2000, "units": 192, "embedding_dim": 128}
    chosen = wanted(fields={"units": 384}, suggested=suggested).config.chosen()
    assert {name: chosen[name] for name in suggested} == {**suggested, "units": 384}


def test_names() -> None:
    assert name_for("", "Sample: English–French") == "English-French"
    assert name_for(" a (1) ", "x") == "a (1)"
    for wrong in ("a/b", "<b>", "x" * 61):
        with pytest.raises(InputError, match=r"^Name: use letters"):
            name_for(wrong, "x")


@pytest.mark.parametrize("architecture", ["both", "attention", "plain"])
@pytest.mark.parametrize("budget", ["quick", "own"])
def test_a_clone_asks_for_the_same(architecture: str, budget: str) -> None:
    fields = {"units": 64, "vocab_size": 4000, "embedding_dim": 256, "dropout": 0.1}
    first = wanted(architecture, budget, fields, suggested={})
    details = {"settings": first.config.chosen(), "budget": budget}
    now = datetime.now(UTC)
    job = Job(
        "1", Path(), first.kind, "name", details, 1, "finished", None, "", {}, "", now, None, None
    )  # fmt: skip
    names = [name for group in GROUPS.values() for name in group]
    form = form_of(job, names)
    assert (form["architecture"], form["budget"], form["name"]) == (architecture, budget, "name")
    own = {name: form[name] for name in ("time_limit", "epochs")}
    given = {name: form[name] for name in names}
    again = wanted_of(form["architecture"], form["budget"], own, given, CORPUS, 20_000, {})
    assert again.config == first.config
    assert again.kind == first.kind


def test_what_a_corpus_decided_stays_its_to_decide() -> None:
    details = {"settings": {"dropout": 0.1}}
    now = datetime.now(UTC)
    job = Job("1", Path(), "train", "n", details, 1, "finished", None, "", {}, "", now, None, None)
    form = form_of(job, ["units", "dropout", "attention"])
    assert form["units"] is None and form["dropout"] == 0.1


def test_an_error_names_the_field_as_the_form_does() -> None:
    with pytest.raises(InputError) as caught:
        wanted(fields={"embedding_dim": 0})
    said = problem(str(caught.value), ENGLISH)
    assert said.startswith("Embedding width: ") and said.endswith("received 0")
    assert problem(str(caught.value), CHINESE).startswith(f"{CHINESE.say('Embedding width')}：")
    assert problem("a.tsv: there is no such file", ENGLISH) == "a.tsv: there is no such file"


def test_every_setting_carries_its_help() -> None:
    with gr.Blocks():
        units, attention = setting("units", ENGLISH), setting("attention", ENGLISH)
    assert units.label == "Units  ·  hᵢ, sₜ"
    assert ("additive: v′ tanh(W s + U h)", "additive") in attention.choices


def test_estimates_are_told_as_people_say_them() -> None:
    slow, fast = (Estimate(e, 5.0, m, 1000, 1.0) for e, m in ((80.0, 1_130_000_000), (60.0, 9)))
    config = Config.create(epochs=20, time_limit=30)
    assert estimate_words([slow], config, ENGLISH) == (
        "About 1 min 20 s an epoch; 20 epochs take 26 min 45 s; 1.1 GB of memory."
    )
    # 2 minutes less 5 seconds hold one epoch of 80 s, and of 60 s one whole one too.
    short = config.updated(time_limit=2)
    assert estimate_words([fast, slow], short, ENGLISH) == (
        "About 1 min 00 s an epoch without attention and 1 min 20 s with it; there is time for "
        "about 1 epoch of each network, 4 min 00 s in all; 1.1 GB of memory."
    )
    unknown = Estimate(80.0, 5.0, None, 1000, 1.0)
    assert "memory" not in estimate_words([unknown], config, ENGLISH)


def test_a_measurement_holds_whatever_the_budget() -> None:
    one, other = Config.create(epochs=1, time_limit=1, seed=3), Config.create()
    assert measured_settings(one) == measured_settings(other)
    assert measured_settings(Config.create(units=2)) != measured_settings(other)


@pytest.mark.parametrize("attention", ["none", "dot", "additive"])
def test_the_network_is_drawn_with_its_shapes(attention: str) -> None:
    config = Config.create(attention=attention, units=64, embedding_dim=32, vocab_size=1000)
    name = "plain" if attention == "none" else "attention"
    drawn = network_html({name: config}, ENGLISH)
    root = ElementTree.fromstring(f"<div>{drawn}</div>")
    numbers = [
        int(cell.text.replace(",", ""))
        for cell in root.iter("td")
        if cell.get("class") == "number" and cell.text
    ]
    assert sum(numbers[:-1]) == numbers[-1] == count_parameters(config, 1000, 1000)
    text = "".join(root.itertext())
    assert "T × 64" in text and "T′ × 32" in text and "T′ × 1000" in text
    assert ("T′ × T" in text) == (attention != "none")
    assert f"{numbers[-1]:,} parameters." == parameter_words({name: config}, ENGLISH)
