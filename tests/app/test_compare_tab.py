"""The Compare tab without a browser: what its events do to the queue, and what they show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
import yaml

from seq2seq_keras.app.desks import OneDesk
from seq2seq_keras.app.drawer import Drawer
from seq2seq_keras.app.studio import Studio
from seq2seq_keras.app.tabs.compare import Compare, build
from seq2seq_keras.comparison import Report
from seq2seq_keras.comparison.build import SystemOutput, build_report
from seq2seq_keras.comparison.translations import TRANSLATIONS, save_translations
from seq2seq_keras.config import Config
from seq2seq_keras.corpus import Corpus
from seq2seq_keras.jobs import Job, Workspace
from seq2seq_keras.localisation import ENGLISH

LINES = [f"The cat number {number} sleeps ." for number in range(60)]


def save_model(folder: Path, target_lang: str) -> None:
    """What a saved translator looks like to who does not load it."""
    folder.mkdir(parents=True)
    (folder / "model.keras").write_bytes(b"")
    settings = Config.create(source_lang="en", target_lang=target_lang).model_dump()
    (folder / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")


@pytest.fixture
def tab(tmp_path: Path) -> Compare:
    for name, target in (("a-attention", "fr"), ("a-plain", "fr"), ("other", "de")):
        save_model(tmp_path / "data" / "models" / name, target)
    for name in ("sample-x-attention", "sample-x-plain"):
        save_model(tmp_path / "shipped" / name, "fr")
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "english-french.tsv").write_text("a\tb\n", encoding="utf-8")
    workspace = Workspace(tmp_path / "data", shipped_models=tmp_path / "shipped", samples=samples)
    workspace.prepare()
    runner: Any = SimpleNamespace(wake=lambda: None)
    studio = Studio(OneDesk(workspace), runner, runner)
    with gr.Blocks():
        return build(studio, Drawer(ENGLISH))


def finish(tab: Compare, job: Job) -> None:
    """Does what the job's process would."""
    queue = tab._studio.workspace.jobs
    queue.claim(job.id)
    names = list(job.details["models"])
    outputs = [
        SystemOutput(
            name, Config.create(), 9, [line.replace("cat", word) for line in LINES], 1.0, 5
        )
        for name, word in zip(names, ("cat", "dog", "cow"), strict=False)
    ]
    build_report(outputs, LINES, LINES, target_lang="en").save(job.out)
    save_translations(job.out / TRANSLATIONS, Corpus(LINES, LINES), outputs, "en")
    queue.end(queue.get(job.id), "finished")


def submit(tab: Compare, models: Sequence[str] = ("mine/a-attention", "mine/a-plain")) -> Job:
    tab._compare(models, "part/sample/english-french")
    return tab._studio.workspace.jobs.all()[-1]


def test_the_newest_pair_and_a_fitting_test_set_are_chosen_at_first(tab: Compare) -> None:
    models, test, report, empty, ready, finished = tab.refresh(None, None, None)
    assert sorted(models["value"]) == ["mine/a-attention", "mine/a-plain"]
    assert test["value"] == "part/sample/english-french"
    assert (report["value"], empty["visible"], finished["visible"]) == (None, True, False)
    assert ready["visible"] and "English → French" in ready["value"]
    kept = tab.refresh(["mine/other", "gone"], None, None)
    assert kept[0]["value"] == ["mine/other"]
    assert tab.with_partner("mine/a-plain") == ["mine/a-plain", "mine/a-attention"]
    assert tab.with_partner("mine/other") == ["mine/other"]


@pytest.mark.parametrize(
    ("models", "test", "words"),
    [
        ([], "part/sample/english-french", "Choose two models"),
        (["mine/a-plain"], "part/sample/english-french", "Choose two models"),
        (["mine/a-plain", "mine/other"], "part/sample/english-french", "different languages"),
        (["mine/a-plain", "gone"], "part/sample/english-french", "no longer exists"),
        (["mine/a-plain", "mine/a-attention"], None, "Choose a test set"),
        (["mine/a-plain", "mine/a-attention"], "gone", "no longer exists"),
        ([f"mine/{number}" for number in range(9)], "part/sample/english-french", "at most 8"),
    ],
)
def test_what_cannot_be_compared_is_told(
    tab: Compare, models: list[str], test: str | None, words: str
) -> None:
    with pytest.raises(gr.Error, match=words):
        tab._compare(models, test)
    assert tab._studio.workspace.jobs.all() == []


def test_three_models_are_one_job_however_often_one_clicks(tab: Compare) -> None:
    three = ["mine/a-attention", "mine/a-plain", "saved/sample-x-plain"]
    job = submit(tab, three)
    assert submit(tab, three).id == job.id
    assert list(job.details["models"]) == ["a-attention", "a-plain", "sample-x-plain"]
    assert (job.kind, job.name) == ("score", "a-attention, a-plain and sample-x-plain")
    assert job.details["test"]["source_lang"] == "en"


def test_a_comparison_is_followed_cancelled_and_tried_again(tab: Compare) -> None:
    queue = tab._studio.workspace.jobs
    job = submit(tab)
    status, cancel, again, followed, arrived = tab._look([])
    assert job.name in status["value"] and status["visible"]
    assert (cancel["visible"], again["visible"], followed) == (True, False, [job.id])
    tab._cancel()
    assert queue.get(job.id).state == "cancelled"
    status, cancel, again, followed, arrived = tab._look(followed)
    assert not status["visible"] and not cancel["visible"] and followed == []
    assert arrived == gr.skip()

    job = submit(tab)
    queue.claim(job.id)
    queue.end(queue.get(job.id), "failed", "no room")
    status, cancel, again, *_ = tab._look([job.id])
    assert "no room" in status["value"] and again["visible"] and not cancel["visible"]
    tab._try_again()
    assert [each.state for each in queue.all()] == ["cancelled", "failed", "queued"]
    assert queue.all()[-1].details == job.details


def test_a_comparison_that_this_page_saw_run_arrives_and_is_shown(tab: Compare) -> None:
    earlier, job = submit(tab, ["saved/sample-x-plain", "saved/sample-x-attention"]), submit(tab)
    finish(tab, earlier)
    followed = tab._look([])[3]
    assert followed == [job.id]
    finish(tab, job)
    *_, left, arrived = tab._look(followed)
    assert (left, arrived) == ([], job.id)
    assert tab._look([])[4] == gr.skip()  # one that it did not see run does not push itself in

    shown = dict(zip(tab.shown, tab.show(job.id, None, 20), strict=True))
    body = tab.body
    assert shown[body._seen] == job.id
    assert Report.load(job.out).verdict() in shown[body.summary]
    assert shown[body.csv]["link"] == f"../download/reports/{job.id}/translations.csv"
    cards = shown[body.sentences.cards]
    assert cards.count("<li>") == 20 and "1–20 of 60 sentences" in cards
    assert set(map(str, tab.show(job.id, job.id, 20))) == {str(gr.skip())}  # nothing drawn twice


def test_leafing_keeps_to_the_pages_there_are(tab: Compare) -> None:
    job = submit(tab)
    finish(tab, job)
    browser = tab.body.sentences
    choice = (job.id, "file", "reference", "", "anywhere", None, None, 50)
    cards, page, earlier, later = browser._first(*choice)
    assert "1–50 of 60" in cards and page["value"] == 1
    assert (earlier["interactive"], later["interactive"]) == (False, True)
    cards, page, earlier, later = browser._stepping(1)(1, *choice)
    assert "51–60 of 60" in cards and page["value"] == 2 == page["maximum"]
    assert (earlier["interactive"], later["interactive"]) == (True, False)
    assert browser._stepping(0)(99, *choice)[1]["value"] == 2
    assert browser._stepping(-1)(None, *choice)[1]["value"] == 1
    unfilled = browser._first(job.id, None, None, "", "anywhere", None, None, 20)
    assert unfilled == (gr.skip(),) * 4
    found = browser._first(job.id, "0", "1", "17", "source", 2, 6, 20)[0]
    assert "1–1 of 1 sentences" in found and "<del>dog</del><ins>cat</ins>" in found.replace(
        "</del> ", "</del>"
    )


def test_deleting_shows_the_neighbour_and_leaves_a_trainings_models(tab: Compare) -> None:
    queue = tab._studio.workspace.jobs
    training = queue.submit("compare", "both", {"models": {"plain": "", "attention": ""}})
    finish(tab, training)
    job = submit(tab)
    finish(tab, job)
    lists = tab._delete([], None, job.id)
    assert lists[2]["value"] == training.id
    assert [each.id for each in queue.all()] == [training.id]
    (training.out / "plain").mkdir()
    lists = tab._delete([], None, training.id)
    assert (lists[2]["value"], lists[3]["visible"]) == (None, True)
    assert not queue.get(training.id).has_report
    assert [path.name for path in training.out.iterdir()] == ["plain"]
