"""The real thing, small: two networks of 16 units on a hundred pairs, interrupted and resumed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import NamedTuple

import pytest
from sacrebleu.metrics import BLEU

from seq2seq_keras.comparison import Report, compare, compare_translators, train_network
from seq2seq_keras.comparison.plan import plan
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus, Splits
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.evaluation import score, sentence_bleu
from seq2seq_keras.training import DivergedError, History
from seq2seq_keras.translator import Translator

NOUNS = {
    "dog": "chien", "cat": "chat", "man": "garçon", "bird": "pigeon", "king": "roi",
    "farmer": "fermier", "teacher": "maître", "wolf": "loup",
}  # fmt: skip
VERBS = {"sees": "voit", "hears": "entend", "knows": "connaît", "finds": "trouve"}
PAIRS = [
    (f"The {one} {verb} the {other}.", f"Le {NOUNS[one]} {VERBS[verb]} le {NOUNS[other]}.")
    for one in NOUNS
    for verb in VERBS
    for other in NOUNS
    if one != other
]
SETTINGS = {
    "units": 16, "embedding_dim": 16, "epochs": 2, "tokenizer": "word", "beam_size": 2,
    "batch_size": 16,
}  # fmt: skip


def corpus(first: int, last: int) -> Corpus:
    sources, targets = zip(*PAIRS[first:last], strict=True)
    return Corpus(list(sources), list(targets), "en", "fr", name=f"pairs {first} to {last}")


SPLITS = Splits(corpus(0, 100), corpus(100, 120), corpus(120, 150))


class Run(NamedTuple):
    report: Report
    out: Path
    before: list[tuple[str, str]]  # (network, kind of event) until the interruption
    after: list[tuple[str, str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    """A comparison that is killed while the second network trains, and then resumed."""
    out = tmp_path_factory.mktemp("comparison") / "out"
    before: list[tuple[str, str]] = []
    after: list[tuple[str, str]] = []

    def killing(name, event):
        before.append((name, event.kind))
        if (name, event.kind) == ("attention", "epoch_end"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(SPLITS, out, listener=killing, **SETTINGS)
    assert not (out / "report.json").exists()
    report = compare(
        SPLITS,
        out,
        resume=True,
        listener=lambda name, event: after.append((name, event.kind)),
        **{name: value for name, value in SETTINGS.items() if name != "epochs"},
    )
    return Run(report, out, before, after)


@pytest.mark.slow
def test_only_what_was_unfinished_is_trained_on_resuming(run):
    assert ("plain", "finished") in run.before
    assert not [kind for name, kind in run.after if name == "plain" and kind != "notice"]
    assert ("attention", "finished") in run.after


def test_both_translators_are_saved_and_alike_but_for_attention(run):
    plain, attention = (Translator.load(run.out / name) for name in ("plain", "attention"))
    assert plain.config == attention.config.updated(attention="none")
    assert attention.config.attention == "additive"
    for side in ("source.json", "target.json"):
        assert (run.out / "plain" / side).read_bytes() == (
            run.out / "attention" / side
        ).read_bytes()
    assert attention.parameters > plain.parameters


def test_the_report_is_on_what_the_saved_translators_say(run):
    assert Report.load(run.out) == run.report
    assert (run.out / "report.html").stat().st_size > 1_000_000
    assert [system.name for system in run.report.systems] == ["plain", "attention"]
    for system in run.report.systems:
        translator = Translator.load(run.out / system.name)
        translations = [
            translation.text for translation in translator.translate(SPLITS.test.sources)
        ]
        expected = score(translations, SPLITS.test.targets, "fr")
        assert system.bleu.value == pytest.approx(expected.bleu.value)
        assert system.chrf.value == pytest.approx(expected.chrf.value)
        assert system.parameters == translator.parameters
        assert [row["epoch"] for row in system.history] == [1, 2]
        assert system.training_seconds == system.history[-1]["elapsed_seconds"]
        assert system.sentences_per_second > 0
        assert system.ended == "epochs"
    assert run.report.budget.epochs == 2
    assert run.report.test_name == "pairs 120 to 150"
    assert run.report.device


def test_all_translations_are_in_a_table(run):
    with (run.out / "translations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:4] == ["source", "reference", "plain", "attention"]
    assert rows[0][4:] == ["plain: sentence BLEU", "attention: sentence BLEU"]
    translated = [
        [each.text for each in Translator.load(run.out / name).translate(SPLITS.test.sources)]
        for name in ("plain", "attention")
    ]
    expected = zip(SPLITS.test.sources, SPLITS.test.targets, *translated, strict=True)
    assert [row[:4] for row in rows[1:]] == [list(row) for row in expected]
    for column, texts in zip((4, 5), translated, strict=True):
        scores = sentence_bleu(texts, SPLITS.test.targets, "fr")
        assert [float(row[column]) for row in rows[1:]] == pytest.approx(scores, abs=0.006)


def test_saved_translators_compare_to_the_same_scores(run, tmp_path):
    translators = {name: Translator.load(run.out / name) for name in ("plain", "attention")}
    done = []
    report = compare_translators(
        translators,
        SPLITS.test,
        tmp_path / "out",
        on_progress=lambda name, number: done.append((name, number)),
    )
    assert Report.load(tmp_path / "out") == report
    made = (tmp_path / "out" / "translations.csv").read_bytes()
    assert made == (run.out / "translations.csv").read_bytes()
    assert [system.bleu for system in report.systems] == [
        system.bleu for system in run.report.systems
    ]
    assert report.pairs == run.report.pairs
    assert report.systems[0].history == run.report.systems[0].history
    # Once to warm up, and once against the clock.
    assert {("attention", len(SPLITS.test)), ("attention", 2 * len(SPLITS.test))} <= set(done)
    assert report.budget is None


def test_translators_of_other_languages_are_refused(run):
    translators = {"plain": Translator.load(run.out / "plain")}
    with pytest.raises(InputError, match=r"target languages differ .*the test set: de, plain: fr"):
        compare_translators(translators, Corpus(["a"], ["b"], "en", "de"))
    with pytest.raises(InputError, match="test set is empty"):
        compare_translators(translators, Corpus([], []))
    with pytest.raises(InputError, match="no translator"):
        compare_translators({}, SPLITS.test)


def test_resuming_another_comparison_is_refused(run):
    with pytest.raises(InputError, match="--resume needs the corpus and the settings"):
        compare(SPLITS, run.out, resume=True, **{**SETTINGS, "units": 32})
    other = Splits(SPLITS.train, SPLITS.valid, SPLITS.train)
    with pytest.raises(InputError, match="--resume needs the corpus and the settings"):
        compare(other, run.out, resume=True, **SETTINGS)


def test_a_folder_in_use_is_refused_and_left_alone(run):
    before = (run.out / "report.json").read_bytes()
    with pytest.raises(InputError, match="not empty"):
        compare(SPLITS, run.out, **SETTINGS)
    assert (run.out / "report.json").read_bytes() == before


@pytest.mark.slow
def test_a_budget_changed_between_two_networks_is_told(tmp_path):
    def killing(name, event):
        if name == "attention":
            raise KeyboardInterrupt

    settings = {**SETTINGS, "epochs": 1}
    with pytest.raises(KeyboardInterrupt):
        compare(SPLITS, tmp_path, listener=killing, **settings)
    report = compare(SPLITS, tmp_path, resume=True, **{**settings, "epochs": 2})
    assert [len(system.history) for system in report.systems] == [1, 2]
    assert any("not compared on equal terms" in notice for notice in report.notices)


def test_stopped_in_the_first_network(tmp_path):
    stop = []

    def listen(name, event):
        if event.kind == "epoch_end":
            stop.append(name)

    report = compare(
        SPLITS, tmp_path / "out", listener=listen, should_stop=lambda: bool(stop), **SETTINGS
    )
    assert [system.name for system in report.systems] == ["plain"]
    assert report.notices[0].startswith("plain was stopped after 1 of 2 epochs")
    assert "stopped before attention was trained" in report.notices[1]
    assert report.verdict().startswith("Only plain was scored")
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["notices"]


def test_stopped_before_anything_was_trained():
    report = compare(SPLITS, should_stop=lambda: True, **SETTINGS)
    assert report.systems == []
    assert len(report.notices) >= 2


@pytest.mark.slow
def test_a_network_that_diverges_is_left_out():
    def diverging(name, event):
        if name == "plain":
            raise DivergedError("the loss became NaN", History())

    report = compare(SPLITS, listener=diverging, **{**SETTINGS, "epochs": 1})
    assert [system.name for system in report.systems] == ["attention"]
    assert "plain is left out: the loss became NaN" in report.notices


def test_if_all_diverge_the_work_has_failed():
    def diverging(name, event):
        raise DivergedError(f"{name}: the loss became NaN", History())

    with pytest.raises(WorkError, match="attention: the loss became NaN"):
        compare(SPLITS, listener=diverging, **SETTINGS)


def test_networks_of_a_comparison():
    config = Config.create(attention="dot", cell="lstm")
    two = plan(config, None)
    assert {name: settled.attention for name, settled in two.items()} == {
        "plain": "none",
        "attention": "dot",
    }
    assert {settled.cell for settled in two.values()} == {"lstm"}
    crossed = plan(config, ["gru", "rnn", "gru"])
    assert list(crossed) == ["gru-plain", "gru-attention", "rnn-plain", "rnn-attention"]
    assert (crossed["rnn-plain"].cell, crossed["rnn-plain"].attention) == ("rnn", "none")
    assert list(plan(config, ["lstm"])) == ["lstm-plain", "lstm-attention"]
    assert list(plan(config, "lstm, rnn")) == list(plan(config, ["lstm", "rnn"]))


@pytest.mark.slow
def test_parameters_are_matched_and_bleu_is_counted_as_asked(tmp_path):
    settings = {**SETTINGS, "epochs": 1}
    report = compare(SPLITS, tmp_path, match_parameters=True, bleu_tokenizer="char", **settings)
    plain, attention = report.systems
    unmatched = 2 * 8 * 3 * (16 + 8 + 2)  # of the encoder alone, far less than the whole
    assert abs(plain.parameters - attention.parameters) < unmatched
    assert Translator.load(tmp_path / "plain").config.units > SETTINGS["units"]
    assert Translator.load(tmp_path / "attention").config.units == SETTINGS["units"]
    assert "tok:char" in plain.bleu.signature
    test = SPLITS.test
    output = [t.text for t in Translator.load(tmp_path / "plain").translate(test.sources)]
    assert plain.bleu.value == pytest.approx(
        BLEU(tokenize="char").corpus_score(output, [test.targets]).score
    )
    resumed = compare(
        SPLITS, tmp_path, match_parameters=True, bleu_tokenizer="char", resume=True, **settings
    )
    assert [one.parameters for one in resumed.systems] == [plain.parameters, attention.parameters]


def test_an_unknown_tokenizer_is_refused_at_once(tmp_path):
    with pytest.raises(InputError, match=r"tokenize: expected one of none.*received 'moses'"):
        compare(SPLITS, tmp_path / "out", bleu_tokenizer="moses", **SETTINGS)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("cells", [["gru", "lsmt"], [], "gru,"])
def test_unknown_cells(cells):
    with pytest.raises(InputError, match="expected some of lstm, gru, rnn"):
        plan(Config(), cells)


def test_attention_none_still_compares_with_attention():
    report = compare(
        SPLITS, config=Config.create(attention="none"), should_stop=lambda: True, **SETTINGS
    )
    assert "given additive attention" in report.notices[0]


def test_wrong_input(tmp_path):
    empty = Splits(SPLITS.train, SPLITS.valid, Corpus([], []))
    with pytest.raises(InputError, match="no sentence pair to test on"):
        compare(empty, tmp_path / "out", **SETTINGS)
    with pytest.raises(InputError, match="no interrupted comparison"):
        compare(SPLITS, tmp_path / "out", resume=True, **SETTINGS)
    with pytest.raises(InputError, match="give the folder"):
        compare(SPLITS, resume=True, **SETTINGS)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(InputError, match="this is a file"):
        compare(SPLITS, file, **SETTINGS)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_networks_may_be_trained_one_by_one(run: Run, tmp_path: Path) -> None:
    told: list[str] = []
    for name in ("attention", "plain"):
        translator = train_network(
            name, SPLITS, tmp_path, listener=lambda who, _: told.append(who), **SETTINGS
        )
        assert (tmp_path / name / "model.keras").exists()
        assert (translator.config.attention == "none") == (name == "plain")
    assert told.index("plain") > told.index("attention")
    report = compare(SPLITS, tmp_path, resume=True, **SETTINGS)
    assert [one.bleu for one in report.systems] == [one.bleu for one in run.report.systems]


def test_only_a_network_of_this_comparison_may_be_trained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"general: there is no such network; .* plain, attention"):
        train_network("general", SPLITS, tmp_path / "out", **SETTINGS)
    assert not (tmp_path / "out").exists()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(InputError, match="the folder is not empty"):
        train_network("plain", SPLITS, tmp_path / "other", **SETTINGS)
