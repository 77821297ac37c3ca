"""The studies of translation quality: a real one, small, from its command to the page."""

from __future__ import annotations

import dataclasses
import json
import statistics
from pathlib import Path

import numpy as np
import pytest
from sacrebleu.metrics import BLEU

from benchmarks import pages
from benchmarks.quality import attention_or_not, run, table
from benchmarks.quality.lengths import Pairs
from benchmarks.quality.studies import STUDIES, Study
from seq2seq_keras.comparison import Report
from seq2seq_keras.corpus import Corpus

SOURCES = ["ein Wort", "drei Worte hier", "sechs Worte stehen in dieser Zeile"] * 30
TARGETS = [
    "the one word there is",
    "these are three words here",
    "there are six of these words in this line",
] * 30


def spoilt(every: int, longest: int = 99) -> list[str]:
    """The references, of which every so many-th, if it is not longer, loses its words' order."""
    return [
        " ".join(sorted(text.split())) if n % every == 0 and len(text.split()) <= longest else text
        for n, text in enumerate(TARGETS)
    ]


def bleu(translations: list[str], rows: list[int] | None = None) -> float:
    rows = list(range(len(TARGETS))) if rows is None else rows
    references = [[TARGETS[row] for row in rows]]
    return BLEU(force=True).corpus_score([translations[row] for row in rows], references).score


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    test = Corpus(SOURCES, TARGETS, "de", "en")
    plain, attention = [spoilt(2), spoilt(4)], [spoilt(5), spoilt(7)]
    return Pairs(test, plain, attention, samples=200)


def test_gains_are_means_over_the_seeds(pairs: Pairs) -> None:
    gains = [bleu(spoilt(5)) - bleu(spoilt(2)), bleu(spoilt(7)) - bleu(spoilt(4))]
    gap = pairs.gap()
    assert gap.value == pytest.approx(statistics.mean(gains))
    assert gap.low < gap.value < gap.high
    assert gap.is_shown == (gap.low > 0)
    over_seeds = pairs.gap_over_seeds()
    assert over_seeds is not None and over_seeds.value == pytest.approx(gap.value)
    # Student's t with one degree of freedom has its 97.5% point at tan(0.475 pi).
    margin = np.tan(0.475 * np.pi) * abs(gains[0] - gains[1]) / 2
    assert over_seeds.high - over_seeds.value == pytest.approx(margin)


def test_one_seed_says_nothing_about_others() -> None:
    test = Corpus(SOURCES, TARGETS, "de", "en")
    assert Pairs(test, [spoilt(2)], [spoilt(3)], samples=10).gap_over_seeds() is None


def test_lengths_are_scored_apart(pairs: Pairs) -> None:
    found = pairs.by_length()
    assert sum(gap.bucket.sentences for gap in found) == len(SOURCES)
    assert len(found) == 3
    for gap in found:
        rows = [
            row
            for row, source in enumerate(SOURCES)
            if gap.bucket.low <= len(source.split()) <= gap.bucket.high
        ]
        expected = [
            statistics.mean(bleu(spoilt(n), rows) for n in seeds) for seeds in ((2, 4), (5, 7))
        ]
        assert [gap.plain.value, gap.attention.value] == pytest.approx(expected)
        assert gap.gap.value == pytest.approx(expected[1] - expected[0])
        assert gap.gap.low <= gap.gap.value <= gap.gap.high


def test_draws_are_paired() -> None:
    """Two systems that differ on no sentence differ on no drawn test set either."""
    test = Corpus(SOURCES, TARGETS, "de", "en")
    gap = Pairs(test, [spoilt(3)], [spoilt(3)], samples=50).gap()
    assert (gap.value, gap.low, gap.high) == (0, 0, 0)
    assert not gap.is_shown


@pytest.fixture(scope="module")
def study(tiny_files: Path) -> Study:
    options = "--tokenizer word --units 8 --embedding-dim 8 --epochs 1 --beam-size 2"
    return Study(
        "tiny",
        "A tiny corpus",
        "BLEU on the tokens",
        ("en", "fr"),
        train=(str(tiny_files / "train.tsv"),),
        valid=(str(tiny_files / "valid.tsv"),),
        test=(str(tiny_files / "test.en"), str(tiny_files / "test.fr")),
        options=(*options.split(), "--tokenize", "none"),
    )


@pytest.fixture(scope="module")
def results(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    run.run(study, 1, folder / "networks", folder / "runs")
    return folder


@pytest.mark.slow
def test_a_study_keeps_report_command_and_translations(study: Study, results: Path) -> None:
    result = json.loads((results / "runs" / "tiny-1.json").read_text(encoding="utf-8"))
    assert result["command"].startswith("seq2seq-keras compare ")
    assert result["command"].endswith("--tokenize none --seed 1")
    assert Report.model_validate(result["report"]) == Report.load(results / "networks" / "tiny-1")
    assert set(result["translations"]) == {"plain", "attention"}
    references = attention_or_not.test_set(study, 1).targets
    for system in result["report"]["systems"]:
        translations = result["translations"][system["name"]]
        score = BLEU(tokenize="none").corpus_score(translations, [references]).score
        assert system["bleu"]["value"] == pytest.approx(score)
        assert "tok:none" in system["bleu"]["signature"]


@pytest.mark.slow
def test_networks_that_train_at_once_are_the_same(
    study: Study, results: Path, tmp_path: Path
) -> None:
    networks, again = tmp_path / "networks", tmp_path / "runs"
    run.train_at_once([(study, 1)], networks, again)
    assert not (networks / "tiny-1" / "report.json").exists()
    found = run.run(study, 1, networks, again)
    before = json.loads((results / "runs" / "tiny-1.json").read_text(encoding="utf-8"))
    assert found["translations"] == before["translations"]
    assert found["command"] == before["command"]
    run.train_at_once([(study, 1)], tmp_path / "nowhere", again)
    assert not (tmp_path / "nowhere").exists()  # its result is there


@pytest.mark.slow
def test_a_finished_study_is_not_run_again(study: Study, results: Path) -> None:
    path = results / "runs" / "tiny-1.json"
    before = path.stat().st_mtime_ns
    assert run.run(study, 1, results / "nowhere", results / "runs")["report"]
    assert path.stat().st_mtime_ns == before
    assert not (results / "nowhere").exists()


@pytest.mark.slow
def test_a_study_that_is_forgotten_is_trained_anew(study: Study, tmp_path: Path) -> None:
    networks, results = tmp_path / "networks", tmp_path / "runs"
    (networks / "tiny-1").mkdir(parents=True)
    results.mkdir()
    for seed in (1, 2):
        run.result_path(study, seed, results).touch()
    run.forget(study, 1, networks, results)
    assert not (networks / "tiny-1").exists()
    assert [path.name for path in results.iterdir()] == ["tiny-2.json"]


def test_a_failed_command_is_told(study: Study, tmp_path: Path) -> None:
    wrong = Study("wrong", "", "", ("en", "fr"), train=(str(tmp_path / "nothing.tsv"),))
    with pytest.raises(SystemExit, match="wrong, seed 1: the command failed"):
        run.run(wrong, 1, tmp_path, tmp_path)


@pytest.mark.slow
def test_tables_and_plots(study: Study, results: Path, tmp_path: Path) -> None:
    rows = table.rows([study], results / "runs")
    assert [row[1] for row in rows[1:]] == ["GRU, attention", "GRU, no attention"]
    assert all(len(row) == len(rows[0]) for row in rows)
    text = table.commands([study], results / "runs")
    assert "--tokenize none --seed 1" in text and "**tiny**, seed 1 on " in text
    found = attention_or_not.pairs_of(study, results / "runs")
    assert found is not None
    [_, row] = attention_or_not.summary({study: found})
    assert row[0] == "A tiny corpus" and row[-1] == "1"
    gaps = found.by_length()
    assert len(attention_or_not.by_length(gaps)) == len(gaps) + 1
    attention_or_not.draw(gaps, tmp_path / "plot.svg")
    picture = (tmp_path / "plot.svg").read_text()
    assert "words in the source sentence" in picture and "with attention" in picture
    attention_or_not.draw(gaps, tmp_path / "again.svg")
    assert len((tmp_path / "again.svg").read_text()) == len(picture)


def test_only_what_was_run_is_in_the_tables(tmp_path: Path) -> None:
    assert len(table.rows(STUDIES.values(), tmp_path)) == 1
    assert attention_or_not.pairs_of(STUDIES["tatoeba-en-zh"], tmp_path) is None


def test_minutes_of_different_machines_are_not_mixed(study: Study, tmp_path: Path) -> None:
    processor = {"processor": "A processor", "threads": 1}
    seeds = {  # GPU, seconds, tokens a second, BLEU
        1: ("A GPU", 60, 9000, 30.0),
        2: (None, 1200, 100, 33.0),
        3: (None, 2400, 200, 36.0),
    }
    for seed, (gpu, seconds, rate, value) in seeds.items():
        system = {
            "name": "plain", "cell": "gru", "parameters": 4_000_000, "training_seconds": seconds,
            "tokens_per_second": rate, "bleu": {"value": value, "signature": "tok:none"},
        }  # fmt: skip
        result = {
            "seed": seed, "command": f"compare --seed {seed}", "date": "2026-11-28",
            "machine": {**processor, "gpu": gpu}, "backend": "jax" if gpu else "tensorflow",
            "versions": {"keras": "3"}, "report": {"systems": [system]},
        }  # fmt: skip
        run.result_path(study, seed, tmp_path).write_text(json.dumps(result))
    study = dataclasses.replace(study, seeds=(1, 2, 3))
    [_, row] = table.rows([study], tmp_path)
    assert row[2:] == [
        "33.0 (30.0 to 36.0)", "3", "4.00 M", "1 / 30 min", "9,000 / 150",
        "A GPU / 1 thread of A processor",
    ]  # fmt: skip
    assert table.commands([study], tmp_path) == (
        "**tiny**, seed 1 on 2026-11-28: A GPU with A processor, 1 thread, with "
        "`KERAS_BACKEND=jax`, keras 3; seeds 2, 3 on 2026-11-28: A processor, 1 thread, keras 3; "
        "`tok:none`\n\n    compare --seed 1"
    )


def test_every_study_is_a_command_of_the_program(repository: Path) -> None:
    from typer.main import get_command

    from seq2seq_keras.cli import program
    from seq2seq_keras.cli.options import spread_file_lists

    command = get_command(program).commands["compare"]
    for study in STUDIES.values():
        words = spread_file_lists(study.command(study.seeds[0]))[2:]
        parameters = command.make_context("compare", [*words, "--out", "x"]).params
        assert [str(path) for path in parameters["corpora"]] == list(study.train)
        assert parameters["seed"] == study.seeds[0]
        assert parameters["tokenize"] == study.bleu_tokenizer


def test_a_part_of_a_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n")
    pages.put_into(page, "x", pages.table([["one", "two"], ["1", "2"]]))
    expected = "| one | two |\n| --- | ---: |\n| 1 | 2 |"
    assert page.read_text() == f"a\n<!-- x: begin -->\n{expected}\n<!-- x: end -->\nb\n"
    with pytest.raises(SystemExit, match="put <!-- y: begin -->"):
        pages.put_into(page, "y", "")
