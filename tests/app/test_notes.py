"""The notes on a translation: what stands in them, and that it is true."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.tiny_models import save_untrained
from seq2seq_keras.app.notes import formulas, notes_zip
from seq2seq_keras.app.notes.heat_map import heat_map
from seq2seq_keras.config import Config
from seq2seq_keras.explain import explain
from seq2seq_keras.jobs import ModelInfo
from seq2seq_keras.jobs.explaining import trace_json
from seq2seq_keras.localisation import CHINESE, ENGLISH, Language

TEXT, REFERENCE = "A dog | runs.", "狗跑。"
EVIL = "`|<img src=x onerror=1>${x}%s"
SPACE = "{http://www.w3.org/2000/svg}"


def info(translator: Any) -> ModelInfo:
    return ModelInfo(
        "mine/a", Path("a"), False, translator.config, {}, 1, datetime.now(UTC), {"name": "*a*"}
    )


def opened(packed: bytes) -> tuple[str, dict[str, str]]:
    archive = zipfile.ZipFile(io.BytesIO(packed))
    texts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    return texts.pop("notes/notes.md"), texts


def rows(text: str, head: str) -> list[list[str]]:
    """The rows of the table below a line that contains `head`."""
    table = re.split(r"\n\n", text[text.index(head) :])[0].splitlines()[2:]
    return [re.split(r"(?<!\\) \| ", line[2:-2]) for line in table]


@pytest.mark.tensorflow
@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
@pytest.mark.parametrize(
    "settings",
    [
        {"cell": "lstm", "attention": "dot", "attention_placement": "after"},
        {"cell": "gru", "attention": "none", "bidirectional": False},
        {"cell": "rnn", "attention": "scaled_dot", "tie_embeddings": False},
    ],
)
def test_the_numbers_are_those_of_the_translation(
    tmp_path: Path, settings: dict[str, Any], language: Language
) -> None:
    translator = save_untrained(tmp_path / "tiny", **settings)
    explanation = explain(translator, TEXT, REFERENCE)
    packed = notes_zip(trace_json(explanation), info(translator), language, schematic="<svg/>")
    text, figures = opened(packed)
    assert "%(" not in text and r"\*a\*" in text
    assert explanation.beam.text in text.replace("\\", "")
    # Every figure that is shown is there, and the other way round.
    shown = {f"notes/{name}" for name in re.findall(r"\]\((figures/\S+\.svg)\)", text)}
    assert shown == set(figures)
    written = explanation.beam
    steps = rows(text, f"| {language.say('Step')} |")
    assert len(steps) == len(written.tokens)
    probabilities = np.exp(written.chosen)
    np.testing.assert_allclose([float(row[3]) for row in steps], probabilities, atol=6e-4)
    assert [int(row[4]) for row in steps] == written.ranks.tolist()
    least = int(probabilities.argmin())
    if written.weights is None:
        assert "figures/attention.svg" not in text
        assert f"{written.contexts[least][0]:.2f}"[:4] in text
    else:
        best = [float(row[5].split()[1].rstrip(",")) for row in steps]
        np.testing.assert_allclose(best, written.weights.max(axis=1), atol=6e-3)
        worked = rows(text, "| $i$ |")
        weights = [float(row[4]) for row in worked]
        np.testing.assert_allclose(weights, written.weights[least], atol=2e-4)
        powers = np.array([float(row[3]) for row in worked])
        np.testing.assert_allclose(powers / powers.sum(), weights, atol=5e-3)
    top = rows(text, f"| {language.say('Rank')} | {language.say('Token')} |")
    expected = written.top_probabilities[least]
    np.testing.assert_allclose([float(row[2]) for row in top], expected, atol=1e-4)


@pytest.mark.tensorflow
def test_nothing_in_a_sentence_acts(tmp_path: Path) -> None:
    translator = save_untrained(tmp_path / "tiny")
    trace = trace_json(explain(translator, TEXT))
    trace["sentence"] = trace["written"]["text"] = EVIL
    trace["written"]["tokens"][0] = trace["written"]["attended"][0] = EVIL
    text, figures = opened(notes_zip(trace, info(translator), ENGLISH))
    for line in text.splitlines():
        outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        assert "<img" not in outside.replace("\\<img", "")
    assert len({line.count(" | ") for line in text.splitlines() if line.startswith("| 1 | ")}) <= 4
    labels = [
        each.text
        for each in ElementTree.fromstring(figures["notes/figures/attention.svg"]).iter(
            f"{SPACE}text"
        )
    ]
    assert labels.count(EVIL) == 2


def test_a_heat_map_is_as_dark_as_its_values() -> None:
    picture = heat_map(
        np.array([[0.0, 1.0], [-1.0, 0.5]]), ["a", "<b>"], ["词", "d"], title="T & t"
    )
    root = ElementTree.fromstring(picture)
    values = next(group for group in root.iter(f"{SPACE}g") if group.get("id") == "values")
    colours = [square.get("fill") for square in values]
    assert colours[:3] == ["#ffffff", "#5b5bf0", "#d55e00"]
    assert [label.text for label in root.iter(f"{SPACE}text")] == ["词", "d", "a", "<b>"]
    assert root.findtext(f"{SPACE}title") == "T & t"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"attention": "none"}, ["[y_{t-1}; c])"]),
        ({"attention": "general", "attention_placement": "after"}, [r"s_t^\top W_a h_i"]),
        ({"attention": "additive"}, [r"W_a s_{t-1} + U_a h_i", "c_t"]),
    ],
)
def test_formulas_are_those_of_the_configuration(
    settings: dict[str, Any], words: list[str]
) -> None:
    found = formulas.decoder(Config.create(**settings))
    assert all(word in found for word in words)
    assert found.count("{") == found.count("}")
    # After the recurrence s_t comes first, before it last.
    if settings.get("attention_placement") == "after":
        assert found.index("s_t &=") < found.index("e_{ti} &=")
