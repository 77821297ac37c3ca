"""The four translators in saved_models/: small, loadable, and as good as their cards say."""

import json

import pytest

from seq2seq_keras.corpus import load_corpus
from seq2seq_keras.translator import Translator

NAMES = [
    f"sample-en-{target}-{architecture}"
    for target in ("fr", "zh")
    for architecture in ("attention", "plain")
]
CORPORA = {"fr": "english-french.tsv", "zh": "english-chinese.tsv"}


@pytest.fixture(params=NAMES)
def folder(request, repository):
    return repository / "saved_models" / request.param


def test_it_is_complete_and_at_most_5_megabytes(folder):
    names = {path.name for path in folder.iterdir()}
    assert {"config.yaml", "model.keras", "metrics.csv", "scores.json", "README.md"} <= names
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 5_000_000


def test_it_scores_on_its_test_part_what_its_card_says(folder, repository):
    translator = Translator.load(folder)
    corpus = load_corpus(repository / "data" / CORPORA[translator.config.target_lang])
    test = corpus.split(seed=translator.config.seed).test
    assert len(test) == translator.record["pairs"]["test"]
    sample = test.subset(range(0, len(test), 5))
    said = json.loads((folder / "scores.json").read_text(encoding="utf-8"))["scores"]["bleu"]
    assert f"{said['value']:.1f}" in (folder / "README.md").read_text(encoding="utf-8")
    assert translator.evaluate(sample).bleu.value == pytest.approx(said["value"], abs=6)


def test_attention_is_better(repository):
    def score(name):
        path = repository / "saved_models" / name / "scores.json"
        return json.loads(path.read_text(encoding="utf-8"))["scores"]["bleu"]["value"]

    for target in ("fr", "zh"):
        assert score(f"sample-en-{target}-attention") > score(f"sample-en-{target}-plain")
