"""Pushing to the Hub: the real client, talking to a small stand-in for the Hub on this machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from helpers.shell import run_program
from helpers.stand_in_hub import StandIn


def test_all_files_arrive(hub: StandIn, model: Path) -> None:
    result = run_program("push", model, "me/en-fr", "--private", "--license", "apache-2.0")
    assert result.returncode == 0, result.stderr.decode()
    assert result.stdout.decode().strip() == f"{hub.address}/me/en-fr"
    assert hub.repositories["en-fr"]["visibility"] == "private"
    expected = {"config.yaml", "metrics.csv", "model.keras", "scores.json", "README.md"}
    assert set(hub.files) == expected | {"source.model", "target.model"}
    for name in set(hub.files) - {"README.md"}:
        assert hub.files[name] == (model / name).read_bytes(), name
    assert b"license: apache-2.0" in hub.files["README.md"]


def test_the_card_is_as_the_hub_reads_it(model: Path, tmp_path: Path, hub: StandIn) -> None:
    out = tmp_path / "out"
    result = run_program("push", model, "me/en-fr", "--dry-run", out)
    assert result.returncode == 0 and hub.files == {}, result.stderr.decode()
    card = ModelCard.load(out / "README.md")  # refuses metadata that are none
    data = card.data
    assert data.language == ["en", "fr"] and data.pipeline_tag == "translation"
    assert data.library_name == "keras" and "attention" in data.tags
    scores = json.loads((model / "scores.json").read_text(encoding="utf-8"))["scores"]
    results = {each.metric_type: each for each in data.eval_results}
    assert set(results) == {"bleu", "chrf", "ter"}
    assert results["bleu"].metric_value == pytest.approx(scores["bleu"]["value"], abs=0.005)
    assert results["bleu"].metric_config == scores["bleu"]["signature"]
    assert results["bleu"].dataset_name == "english-french"
    assert 'snapshot_download("me/en-fr")' in card.text and "# English to French" in card.text
    # Pushed again, as by somebody who downloaded it, the card has one heading of metadata.
    again = run_program("push", out, "me/again", "--dry-run", tmp_path / "again")
    assert again.returncode == 0
    text = (tmp_path / "again" / "README.md").read_text(encoding="utf-8")
    assert text.count("library_name:") == 1
    assert 'snapshot_download("me/again")' in text


@pytest.mark.parametrize(
    ("token", "refuse", "code", "words"),
    [
        ("", 0, 2, "no token of the Hugging Face Hub"),
        ("hf_wrong", 0, 2, "does not know this token"),
        ("hf_right", 403, 2, "may not write there"),
        ("hf_right", 503, 1, "refused it (503)"),
    ],
)
def test_what_the_hub_refuses_is_one_line(
    hub: StandIn, model: Path, monkeypatch, token: str, refuse: int, code: int, words: str
) -> None:
    hub.refuse = refuse
    monkeypatch.setenv("HF_TOKEN", token)
    result = run_program("push", model, "me/en-fr")
    said = result.stderr.decode()
    assert result.returncode == code and said.count("\n") == 1 and words in said, said


@pytest.mark.slow
def test_what_is_wrong_is_told_before_anything_is_sent(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments, words in (
        ((model, "no slash"), "USER/NAME"),
        ((tmp_path, "me/en-fr"), "not a saved translator"),
        ((model, "me/en-fr", "--dry-run", model), "something lies there"),
    ):
        result = run_program("push", *arguments)
        said = result.stderr.decode()
        assert result.returncode == 2 and words in said and said.count("\n") == 1, said
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    result = run_program("push", model, "me/en-fr")
    assert result.returncode == 1 and b"cannot be reached" in result.stderr
