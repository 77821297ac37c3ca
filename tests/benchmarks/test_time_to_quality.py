"""Time to quality: the clock, the record, and what is read from the contestants' files."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import joey_recipe, time_to_quality
from benchmarks.stopwatch import Stopwatch
from benchmarks.timed_run import Record, Validation, measure

linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")

# As Joey NMT 2.3.0 wrote it.
REPORT = (
    "Steps: 20\tloss: 5.68461\tacc: 0.10046\tppl: 294.30283\tbleu: 0.00734\tLR: 0.00100000\t*\n"
    "Steps: 40\tloss: 5.51211\tacc: 0.15871\tppl: 247.67342\tbleu: 0.14410\tLR: 0.00100000\t\n"
)

# A training that counts to its argument, a checkpoint and a validation at each number, and goes on
# from the checkpoint that it finds; with a second argument it waits after that number.
TRAINING = """
import pathlib, sys, time
checkpoint = pathlib.Path("checkpoint")
number = int(checkpoint.read_text()) if checkpoint.exists() else 0
while number < int(sys.argv[1]):
    number += 1
    time.sleep(0.4)
    checkpoint.write_text(str(number))
    with open("scores", "a") as file:
        file.write(f"{number}\\n")
    if sys.argv[2:] == [str(number)]:
        time.sleep(600)
"""


class Counter:
    """A contestant whose BLEU is ten times its step."""

    name = "counter"
    limit: float | None = None

    def __init__(self, folder: Path, *arguments: int) -> None:
        self.folder = folder / "counter"
        self._arguments = arguments
        self.begun: list[bool] = []

    def command(self, resume: bool) -> str:
        self.begun.append(resume)
        (self.folder / "training.py").write_text(TRAINING)
        arguments = " ".join(str(argument) for argument in self._arguments)
        return f"cd {self.folder} && exec {sys.executable} training.py {arguments}"

    def can_resume(self, step: int) -> bool:
        checkpoint = self.folder / "checkpoint"
        return checkpoint.exists() and checkpoint.read_text() == str(step)

    def validations(self) -> list[tuple[int, float]]:
        scores = self.folder / "scores"
        lines = scores.read_text().split() if scores.exists() else []
        return [(int(line), 10.0 * int(line)) for line in lines]


def ignore(text: str) -> None:
    pass


def test_report_of_joey_is_read_without_the_line_being_written():
    assert time_to_quality.read_report(REPORT) == {20: 0.00734, 40: 0.1441}
    assert time_to_quality.read_report(REPORT + "Steps: 60\tloss: 5.3\tbl") == {
        20: 0.00734,
        40: 0.1441,
    }


def test_joey_goes_on_from_the_checkpoint_of_its_last_validation_only(tmp_path):
    joey = time_to_quality.JoeyNMT(tmp_path, tmp_path, minutes=90)
    (joey.folder / "model-1").mkdir(parents=True)
    (joey.folder / "model-1" / "validations.txt").write_text(REPORT)
    (joey.folder / "model-1" / "20.ckpt").touch()
    (joey.folder / "model-1" / "47.ckpt").touch()  # where it was interrupted: its clock is unknown
    assert joey.validations() == [(20, 0.00734), (40, 0.1441)]
    assert not joey.can_resume(40)
    (joey.folder / "model-1" / "40.ckpt").touch()
    assert joey.can_resume(40)


def test_translations_are_those_of_the_newest_folder(tmp_path):
    joey = time_to_quality.JoeyNMT(tmp_path, tmp_path, minutes=90)
    for number, text in ((2, "old\n"), (10, "new\nlines\n")):
        (joey.folder / f"model-{number}").mkdir(parents=True)
        (joey.folder / f"model-{number}" / "40.hyps").write_text(text)
    assert joey.translations(40) == ["new", "lines"]


def test_history_of_this_project_is_read_from_checkpoint_and_from_the_saved_translator(tmp_path):
    this = time_to_quality.ThisProject(tmp_path, tmp_path, 30)
    assert this.validations() == []
    checkpoints = this.folder / "model" / "checkpoints"
    (checkpoints / "907").mkdir(parents=True)
    history = [{"epoch": 1, "valid_bleu": 11.25}, {"epoch": 2, "valid_bleu": 20.5}]
    (checkpoints / "907" / "state.json").write_text(json.dumps({"history": history}))
    (checkpoints / "latest").write_text("907")
    assert this.validations() == [(1, 11.25), (2, 20.5)]
    assert this.can_resume(2)
    assert not this.can_resume(3)
    (this.folder / "model" / "metrics.csv").write_text(
        "epoch,loss,valid_bleu\n1,5.0,11.25\n2,4.0,20.5\n3,3.5,24.75\n"
    )
    assert this.validations() == [(1, 11.25), (2, 20.5), (3, 24.75)]


CURVE = [
    Validation(1, 4.0, 60.0, 110.0),
    Validation(2, 12.0, 120.0, 220.0),
    Validation(3, 9.0, 180.0, 330.0),
    Validation(4, 20.0, 240.0, 440.0),
]


def test_a_mark_is_reached_with_the_first_validation_at_or_above_it():
    assert time_to_quality.first_at(CURVE, 10) == CURVE[1]
    assert time_to_quality.first_at(CURVE, 20) == CURVE[3]
    assert time_to_quality.first_at(CURVE, 20.1) is None
    row = time_to_quality.summary(CURVE, {"reason": "limit", "seconds": 300.0})
    assert row["minutes_to_bleu"] == {"10": 2.0, "20": 4.0, "25": None}
    assert (row["last_bleu"], row["best_bleu"], row["minutes"]) == (20.0, 20.0, 5.0)


def test_comparison_takes_the_bleu_that_joey_had_within_the_limit():
    slow = [Validation(1, 3.0, 1500.0, 0.0), Validation(2, 8.0, 3000.0, 0.0)]
    assert time_to_quality.compare(CURVE, slow, minutes=40) == {
        "joey_bleu": 3.0,
        "joey_minutes": 40,
        "this_minutes": 1.0,
        "share_of_joey": 0.025,
    }
    assert time_to_quality.compare(CURVE, slow, minutes=50)["this_minutes"] == 2.0
    assert time_to_quality.compare(CURVE[:1], slow, minutes=50)["share_of_joey"] is None


def test_table_says_what_was_not_reached():
    result = {
        "contestants": {"this project": time_to_quality.summary(CURVE, None)},
        "comparison": time_to_quality.compare(CURVE, CURVE[3:], minutes=4),
    }
    lines = time_to_quality.table(result).splitlines()
    assert lines[1].split() == ["this", "project", "2.0", "4.0", "-", "20.0", "-"]
    assert "after 4.0 min, 1.000 of its time" in lines[2]


def test_recipe_is_yaml_with_numbers_and_has_no_plateau_scheduler(tmp_path):
    yaml = pytest.importorskip("yaml")
    stems = {"train": tmp_path / "train", "dev": tmp_path / "val"}
    model = tmp_path / "joint.model"
    recipe = joey_recipe.recipe(tmp_path / "model", stems, (model, model))
    path = joey_recipe.write(recipe, tmp_path / "config.yaml")
    # YAML takes some of JSON's numbers, such as 1e-08, for text.
    assert yaml.safe_load(path.read_text()) == recipe
    training = recipe["training"]
    assert training["scheduling"] != "plateau"
    assert training["validation_freq"] % training["logging_freq"] == 0


@linux
def test_stopped_periods_do_not_count():
    busy = "import time\nend = time.monotonic() + 60\nwhile time.monotonic() < end: pass"
    process = subprocess.Popen([sys.executable, "-c", busy], start_new_session=True)
    try:
        watch = Stopwatch(process.pid, seconds=100.0, cpu_seconds=50.0)

        def poll_for(seconds: float) -> list[bool]:
            polls, end = [], time.monotonic() + seconds
            while time.monotonic() < end:
                time.sleep(0.02)
                polls.append(watch.poll())
            return polls

        begin = time.monotonic()
        poll_for(0.6)
        ran = time.monotonic() - begin
        os.killpg(process.pid, signal.SIGSTOP)
        poll_for(0.1)  # the poll that falls into the change
        before, cpu_before = watch.seconds, watch.cpu_seconds
        assert before == pytest.approx(100 + ran, abs=0.2)
        assert not any(poll_for(0.6))
        assert watch.seconds == before
        assert watch.cpu_seconds == cpu_before
        os.killpg(process.pid, signal.SIGCONT)
        poll_for(0.6)
        assert watch.seconds > before + 0.3
        assert watch.cpu_seconds > cpu_before > 50
    finally:
        process.kill()
        process.wait()


@linux
def test_a_contestant_is_measured_to_its_end_and_not_again(tmp_path):
    counter = Counter(tmp_path, 3)
    record = measure(counter, ignore)
    assert record.end is not None
    assert record.end["reason"] == "finished"
    assert [validation.bleu for validation in record.validations] == [10.0, 20.0, 30.0]
    seconds = [validation.seconds for validation in record.validations]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0.3  # a step takes 0.4 s
    assert seconds[2] - seconds[0] > 0.4
    again = measure(counter, ignore)
    assert again.validations == record.validations
    assert counter.begun == [False]


@linux
def test_a_limit_ends_it_and_a_later_one_lets_it_go_on_with_its_clock(tmp_path):
    counter = Counter(tmp_path, 3, 2)
    counter.limit = 2.0
    record = measure(counter, ignore)
    assert record.end is not None
    assert record.end["reason"] == "limit"
    assert [validation.step for validation in record.validations] == [1, 2]
    counter = Counter(tmp_path, 3)
    counter.limit = 60.0
    resumed = measure(counter, ignore)
    assert counter.begun == [True]
    assert [validation.step for validation in resumed.validations] == [1, 2, 3]
    second, third = resumed.validations[1:]
    # The time after the checkpoint was lost with the work; the clock goes on from the checkpoint.
    assert second == record.validations[1]
    assert second.seconds + 0.1 < third.seconds < second.seconds + 1.9
    assert not (counter.folder / "pid").exists()


@linux
def test_without_a_checkpoint_it_begins_anew_and_keeps_the_old_folder(tmp_path):
    counter = Counter(tmp_path, 2)
    counter.folder.mkdir()
    Record(counter.folder / "record.jsonl").add(Validation(1, 10.0, 500.0, 900.0))
    said: list[str] = []
    record = measure(counter, said.append)
    assert counter.begun == [False]
    assert record.validations[0].seconds < 100
    assert "begins anew" in said[0]
    (aside,) = tmp_path.glob("counter-until-*")
    assert Record(aside / "record.jsonl").validations[0].seconds == 500.0


@linux
def test_failure_is_told_with_the_log(tmp_path):
    class Failing(Counter):
        def command(self, resume: bool) -> str:
            return "echo broken; exit 3"

    with pytest.raises(SystemExit, match=r"status 3; see .*log\.txt"):
        measure(Failing(tmp_path), ignore)
    assert (tmp_path / "counter" / "log.txt").read_text() == "broken\n"


@linux
def test_it_is_not_started_beside_itself(tmp_path):
    counter = Counter(tmp_path, 2)
    counter.folder.mkdir()
    (counter.folder / "pid").write_text(f"{os.getpid()}\n")
    with pytest.raises(SystemExit, match="still runs"):
        measure(counter, ignore)


def test_record_survives_a_line_cut_short(tmp_path):
    path = tmp_path / "record.jsonl"
    record = Record(path)
    record.note("started", seconds=0.0)
    record.add(CURVE[0])
    with path.open("a") as file:
        file.write('{"kind": "validation", "st')
    resumed = Record(path)
    assert resumed.validations == [CURVE[0]]
    resumed.add(CURVE[1])
    assert Record(path).validations == CURVE[:2]
