"""A desk for each visitor, its limits, and how it is cleared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helpers.clock import Clock
from helpers.tiny_models import save_untrained
from seq2seq_keras.app.visitors.demo_desks import VisitorDesks
from seq2seq_keras.app.visitors.limits import Limits
from seq2seq_keras.app.visitors.people import PERSON, Person
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, Workspace

ADA, BOB, EVE = ("a" * 32, "b" * 32, "e" * 32)
HOUR = 3600.0


@pytest.fixture
def clock() -> Clock:
    return Clock(1e9)


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    return {"shipped_models": tmp_path / "shipped", "samples": tmp_path / "samples"}


@pytest.fixture
def desks(tmp_path: Path, clock: Clock, places: dict[str, Path]) -> VisitorDesks:
    limits = Limits(
        jobs=2, waiting=3, disk_bytes=10**6, upload_bytes=4 * 10**5, visitors=2, hours=24
    )
    return VisitorDesks(tmp_path / "visitors", limits, places, clock)


def workspace(desks: VisitorDesks, visitor: str, clock: Clock | None = None) -> Workspace:
    found = desks.of({PERSON: Person(visitor)}).workspace
    if clock is not None:
        mark(found, clock)
    return found


def mark(found: Workspace, clock: Clock) -> None:
    """Files are marked with the real time; these tests have their own."""
    if (found.folder / ".seen").exists():
        os.utime(found.folder / ".seen", (clock.time, clock.time))


def corpus(tmp_path: Path, size: int = 100) -> Path:
    path = tmp_path / f"pairs-{size}.tsv"
    line = "a dog\tun chien\n"
    path.write_text((line * (1 + size // len(line)))[: size - 1] + "\n", encoding="utf-8")
    return path


def submit(found: Workspace) -> Job:
    return found.jobs.submit("score", "work", {})


def test_each_sees_their_own(desks: VisitorDesks, tmp_path: Path) -> None:
    info = workspace(desks, ADA).add_corpus([corpus(tmp_path)])
    job = submit(workspace(desks, ADA))
    assert [each.id for each in workspace(desks, ADA).corpora()] == [info.id]
    assert workspace(desks, ADA).jobs.get(job.id) == job
    assert workspace(desks, BOB).corpora() == []
    assert workspace(desks, BOB).jobs.all() == []
    with pytest.raises(InputError, match="there is no such job"):
        workspace(desks, BOB).jobs.get(job.id)
    assert workspace(desks, ADA) is workspace(desks, ADA)


def test_who_only_looks_leaves_nothing_behind(desks: VisitorDesks, tmp_path: Path) -> None:
    assert workspace(desks, ADA).models() == []
    assert workspace(desks, ADA).test_sets() == []
    assert workspace(desks, ADA).trash.all() == []
    assert not (tmp_path / "visitors").exists()
    assert desks.workspaces() == []


def test_outside_of_a_request_there_is_nobody(desks: VisitorDesks, tmp_path: Path) -> None:
    nobody = desks.current().workspace
    assert nobody.corpora() == []
    with pytest.raises(RuntimeError, match="nobody in particular"):
        nobody.add_corpus([corpus(tmp_path)])
    with pytest.raises(RuntimeError, match="nobody in particular"):
        submit(nobody)
    assert not (tmp_path / "visitors").exists()


@pytest.mark.tensorflow
def test_what_is_shipped_is_everybodys_and_stays(
    desks: VisitorDesks, places: dict[str, Path]
) -> None:
    save_untrained(places["shipped_models"] / "my-model")
    found = workspace(desks, ADA)
    assert [info.shipped for info in found.models()] == [True]
    for change in (
        lambda: found.delete_model("saved/my-model"),
        lambda: found.rename_model("saved/my-model", "hers"),
        lambda: found.annotate_model("saved/my-model", "hers"),
    ):
        with pytest.raises(InputError, match="comes with the project"):
            change()


def test_a_visitor_has_so_many_jobs(desks: VisitorDesks) -> None:
    found = workspace(desks, ADA)
    first = submit(found)
    submit(found)
    with pytest.raises(InputError, match="2 jobs that wait or run"):
        submit(found)
    found.jobs.ask(first.id, "pause")
    third = submit(found)
    with pytest.raises(InputError, match="2 jobs that wait or run"):
        found.jobs.resume(first.id)
    assert found.jobs.get(first.id).state == "paused"
    found.jobs.ask(third.id, "cancel")
    assert found.jobs.resume(first.id).state == "queued"


def test_all_visitors_have_so_many_jobs(desks: VisitorDesks) -> None:
    submit(workspace(desks, ADA))
    submit(workspace(desks, ADA))
    submit(workspace(desks, BOB))
    with pytest.raises(InputError, match="3 jobs of this demo's visitors wait already"):
        submit(workspace(desks, BOB))


def test_files_and_all_together_have_a_size(desks: VisitorDesks, tmp_path: Path) -> None:
    found = workspace(desks, ADA)
    with pytest.raises(InputError, match="files of at most 0 MB"):
        found.add_corpus([corpus(tmp_path, 4 * 10**5 + 1)])
    for _ in range(3):
        found.add_corpus([corpus(tmp_path, 3 * 10**5)])
    with pytest.raises(InputError, match="Delete some in the Models tab"):
        found.add_corpus([corpus(tmp_path, 3 * 10**5)])
    assert len(found.corpora()) == 3


def test_things_are_swept_after_a_day_away(
    desks: VisitorDesks, tmp_path: Path, clock: Clock
) -> None:
    for visitor in (ADA, BOB):
        workspace(desks, visitor).add_corpus([corpus(tmp_path)])
        mark(workspace(desks, visitor), clock)
    clock.time += 23 * HOUR
    workspace(desks, BOB, clock)  # is back
    clock.time += 2 * HOUR
    assert desks.sweep() == 1
    assert [path.name for path in (tmp_path / "visitors").iterdir()] == [BOB]
    assert workspace(desks, ADA).corpora() == []
    assert len(workspace(desks, BOB).corpora()) == 1
    assert workspace(desks, ADA).add_corpus([corpus(tmp_path)])  # and may begin anew


def test_a_visit_is_marked(desks: VisitorDesks, tmp_path: Path) -> None:
    workspace(desks, ADA).add_corpus([corpus(tmp_path)])
    seen = tmp_path / "visitors" / ADA / ".seen"
    os.utime(seen, (0, 0))
    VisitorDesks(tmp_path / "visitors", Limits()).of({PERSON: Person(ADA)})  # by the next server
    assert seen.stat().st_mtime > 0


def test_nobody_is_swept_whose_job_goes_on(desks: VisitorDesks, clock: Clock) -> None:
    job = submit(workspace(desks, ADA))
    mark(workspace(desks, ADA), clock)
    clock.time += 100 * HOUR
    assert desks.sweep() == 0
    workspace(desks, ADA).jobs.ask(job.id, "cancel")
    mark(workspace(desks, ADA), clock)
    clock.time += 25 * HOUR
    assert desks.sweep() == 1
    assert desks.workspaces() == []


def test_what_a_killed_sweep_left_goes_with_the_next(desks: VisitorDesks, tmp_path: Path) -> None:
    left = tmp_path / "visitors" / f".doomed-{ADA}"
    left.mkdir(parents=True)
    (left / ".seen").touch()
    assert desks.workspaces() == []
    desks.sweep()
    assert not left.exists()


def test_a_full_demo_clears_who_left_longest_ago(
    desks: VisitorDesks, tmp_path: Path, clock: Clock
) -> None:
    for visitor in (ADA, BOB):
        workspace(desks, visitor).add_corpus([corpus(tmp_path)])
        mark(workspace(desks, visitor), clock)
        clock.time += 60
    with pytest.raises(InputError, match="This public demo is full"):
        workspace(desks, EVE).add_corpus([corpus(tmp_path)])
    clock.time += HOUR
    workspace(desks, EVE).add_corpus([corpus(tmp_path)])
    assert workspace(desks, ADA).corpora() == []
    assert len(workspace(desks, BOB).corpora()) == 1
