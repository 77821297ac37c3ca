"""From a corpus to a saved translator, with everything that can come between."""

import json

import numpy as np
import pytest

import seq2seq_keras.joint_training as joint_training
from helpers.tiny_corpus import tiny_pairs
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, Splits, clean
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.pipeline import train
from seq2seq_keras.training import EpochEnd, Finished, Notice, Started
from seq2seq_keras.translator import Translator

CONFIG = Config.create(
    units=32, embedding_dim=16, tokenizer="word", batch_size=16, learning_rate=0.01, beam_size=2,
    epochs=2,
)  # fmt: skip
TIMES = {"elapsed_seconds", "tokens_per_second"}


class InterruptionError(Exception):
    """What ends a training without warning."""


def interrupt_after(epoch):
    def listen(event):
        if isinstance(event, EpochEnd) and event.epoch == epoch:
            raise InterruptionError

    return listen


@pytest.fixture(scope="module")
def splits():
    corpus = Corpus(*tiny_pairs(120), source_lang="en", target_lang="fr", name="tiny")
    return Splits(
        corpus.subset(range(90)), corpus.subset(range(90, 105)), corpus.subset(range(105, 120))
    )


@pytest.fixture(scope="module")
def trained(splits, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained") / "en-fr"
    events = []
    translator = train(splits, folder, config=CONFIG, listener=events.append)
    return folder, translator, events


@pytest.mark.slow
def test_a_translator_tells_how_its_corpus_was_cleaned(splits, tmp_path):
    noisy = Corpus(
        [*splits.train.sources, "Salt &amp; pepper", splits.train.sources[0]],
        [*splits.train.targets, "Sel et poivre", splits.train.targets[0]],
    )
    cleaned = clean(noisy, ["html", "repeated"])
    parts = Splits(cleaned.subset(range(len(cleaned))), splits.valid, splits.test)
    train(parts, tmp_path / "out", config=CONFIG, epochs=1)
    assert Translator.load(tmp_path / "out").record["cleaning"] == {
        "rules": ["html", "repeated"],
        "mended": {"html": 1},
        "dropped": {"repeated": len(noisy) - len(cleaned)},
        "read": 92,
    }


def untimed(rows):
    return [{name: row[name] for name in row if name not in TIMES} for row in rows]


@pytest.mark.slow
def test_a_trained_translator_is_saved_before_it_is_scored(splits, tmp_path, monkeypatch):
    def interrupted(self, corpus, **settings):
        raise InterruptionError

    monkeypatch.setattr(Translator, "evaluate", interrupted)
    with pytest.raises(InterruptionError):
        train(splits, tmp_path / "out", config=CONFIG, epochs=1)
    monkeypatch.undo()
    saved = Translator.load(tmp_path / "out")
    assert saved.scores is None and len(saved.history) == 1
    other = Splits(splits.train, splits.valid, splits.test.subset(range(5)))
    assert train(other, tmp_path / "out", resume=True).scores is None  # of another corpus
    resumed = train(splits, tmp_path / "out", resume=True)
    assert resumed.scores == saved.evaluate(splits.test)
    assert Translator.load(tmp_path / "out").scores == resumed.scores


def test_a_folder_has_one_training_at_a_time(splits, tmp_path):
    refused = []

    def second(event):
        if isinstance(event, Started):
            for settings in ({"config": CONFIG}, {"resume": True}):
                with pytest.raises(WorkError, match="another training is under way here") as error:
                    train(splits, tmp_path / "out", **settings)
                refused.append(error)

    train(splits, tmp_path / "out", config=CONFIG, epochs=1, listener=second)
    assert len(refused) == 2
    assert len(Translator.load(tmp_path / "out").history) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.slow
def test_what_was_not_given_is_chosen_by_the_corpus(splits, tmp_path):
    translator = train(splits, tmp_path / "out", units=16, epochs=1)
    assert translator.config.units == 16
    assert (translator.config.vocab_size, translator.config.embedding_dim) == (1000, 128)
    assert Config.load(tmp_path / "out" / "config.yaml") == translator.config


def test_trains_scores_and_saves(trained, splits):
    folder, translator, events = trained
    names = {path.name for path in folder.iterdir()}
    assert {"config.yaml", "model.keras", "source.json", "target.json", "metrics.csv"} <= names
    assert "checkpoints" not in names
    assert (translator.config.source_lang, translator.config.target_lang) == ("en", "fr")
    assert isinstance(events[0], Started) and isinstance(events[-1], Finished)
    assert [row["epoch"] for row in translator.history] == [1, 2]
    assert "examples" not in translator.history[0]
    assert translator.scores == translator.evaluate(splits.test)
    saved = Translator.load(folder)
    assert untimed(saved.history) == untimed(translator.history)
    assert saved.record["pairs"] == {"train": 90, "valid": 15, "test": 15}
    assert "cleaning" not in saved.record
    sentences = splits.test.sources[:3]
    assert [each.text for each in saved.translate(sentences)] == [
        each.text for each in translator.translate(sentences)
    ]


def test_a_finished_translator_is_not_overwritten(trained, splits):
    folder, _, _ = trained
    before = (folder / "model.keras").read_bytes()
    with pytest.raises(InputError, match=r"finished translator lies here.*--from.*another --out"):
        train(splits, folder, config=CONFIG)
    assert (folder / "model.keras").read_bytes() == before


def test_resuming_a_finished_one_does_nothing_and_says_so(trained, splits):
    folder, translator, _ = trained
    events = []
    same = train(splits, folder, resume=True, listener=events.append)
    assert [type(event) for event in events] == [Notice]
    assert "finished" in events[0].message
    assert untimed(same.history) == untimed(translator.history)


@pytest.mark.slow
def test_resumes_to_the_same_translator(trained, splits, tmp_path):
    _, whole, _ = trained
    folder = tmp_path / "en-fr"
    with pytest.raises(InterruptionError):
        train(splits, folder, config=CONFIG, listener=interrupt_after(1))
    with pytest.raises(InputError, match="not a saved translator"):
        Translator.load(folder)
    with pytest.raises(InputError, match=r"interrupted training lies here.*--resume"):
        train(splits, folder, config=CONFIG)
    with pytest.raises(InputError, match="--resume: units cannot be changed from 32 to 64"):
        train(splits, folder, resume=True, units=64)
    other = Splits(splits.train.subset(range(80)), splits.valid, splits.test)
    with pytest.raises(InputError, match="--resume needs the corpus"):
        train(other, folder, resume=True)

    resumed = train(splits, folder, config=CONFIG, resume=True)
    assert untimed(resumed.history) == untimed(whole.history)
    assert resumed.scores == whole.scores
    pairs = zip(
        resumed.network.training.get_weights(), whole.network.training.get_weights(), strict=True
    )
    for one, other in pairs:
        np.testing.assert_array_equal(one, other)
    assert not (folder / "checkpoints").exists()


@pytest.mark.slow
def test_trains_a_finished_one_further_in_its_place(trained, splits, tmp_path):
    _, base, _ = trained
    folder = tmp_path / "en-fr"
    base.save(folder)
    with pytest.raises(InputError, match="--from: units cannot be changed from 32 to 64"):
        train(splits, folder, start_from=folder, units=64)

    with pytest.raises(InterruptionError):
        train(splits, folder, start_from=folder, epochs=3, listener=interrupt_after(1))
    assert Translator.load(folder).scores == base.scores  # the old one is still whole
    further = train(splits, folder, resume=True)

    assert [row["epoch"] for row in further.history] == [1, 2, 3]
    assert further.history[0]["loss"] < base.history[0]["loss"]
    assert further.history[-1]["valid_loss"] < base.history[-1]["valid_loss"]
    assert Translator.load(folder).scores == further.scores
    assert base.network is not further.network


@pytest.mark.slow
def test_resumes_a_further_training_before_its_first_checkpoint(trained, splits, tmp_path):
    _, base, _ = trained
    folder = tmp_path / "en-fr"

    def interrupt(event):
        raise InterruptionError

    with pytest.raises(InterruptionError):
        train(splits, folder, start_from=base, epochs=1, listener=interrupt)
    further = train(splits, folder, resume=True)
    assert further.history[0]["loss"] < base.history[0]["loss"]


@pytest.mark.slow
def test_a_stop_keeps_a_usable_translator(splits, tmp_path):
    corpus = Corpus(
        splits.train.sources + splits.valid.sources, splits.train.targets + splits.valid.targets
    )
    translator = train(corpus, tmp_path / "out", config=CONFIG, should_stop=lambda: True)
    assert len(translator.history) == 1
    assert json.loads((tmp_path / "out" / "scores.json").read_text())["finished"] == "stopped"
    assert Translator.load(tmp_path / "out").scores == translator.scores
    assert translator.scores.sentences > 0


@pytest.mark.slow
def test_a_wreck_saves_the_best_model(splits, tmp_path, monkeypatch):
    networks = []

    def build(*arguments):
        networks.append(pipeline_build(*arguments))
        return networks[-1]

    def poison(event):
        if isinstance(event, EpochEnd):
            variable = networks[0].training.weights[0]
            variable.assign(np.full(variable.shape, np.nan, "float32"))

    pipeline_build = joint_training.build_network
    monkeypatch.setattr(joint_training, "build_network", build)
    folder = tmp_path / "out"
    with pytest.raises(WorkError, match=r"no longer a number.*of epoch 1, saved in"):
        train(splits, folder, config=CONFIG, listener=poison)
    assert len(Translator.load(folder).history) == 1


def test_a_folder_with_something_else_is_refused(splits, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="holds something else"):
        train(splits, tmp_path, config=CONFIG)
    with pytest.raises(InputError, match="this is a file"):
        train(splits, tmp_path / "thesis.txt", config=CONFIG)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_cannot_be_trained_is_said_before_any_work(splits, tmp_path):
    empty = splits.train.subset([])
    with pytest.raises(InputError, match="no sentence pair to validate on"):
        train(Splits(splits.train, empty, empty), config=CONFIG)
    with pytest.raises(InputError, match="no sentence pair to train on"):
        train(Splits(empty, splits.valid, empty), config=CONFIG)
    with pytest.raises(InputError, match="no such setting"):
        train(splits, config=CONFIG, unit=5)
    with pytest.raises(InputError, match="no interrupted training"):
        train(splits, tmp_path / "none", resume=True)
    with pytest.raises(InputError, match="resume: give the folder"):
        train(splits, resume=True)
    assert list(tmp_path.iterdir()) == []
