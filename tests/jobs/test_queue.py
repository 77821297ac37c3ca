"""The queue's states, without any worker."""

import sqlite3
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.jobs import Job, JobQueue, JobState


@pytest.fixture
def queue(tmp_path: Path) -> JobQueue:
    return JobQueue(tmp_path / "jobs")


@pytest.fixture
def job(queue: JobQueue) -> Job:
    return queue.submit("train", "My job 一", {"settings": {"units": 4}})


def run(queue: JobQueue, job: Job) -> Job:
    """A job as it stands once a process took it and died: nobody holds its lock."""
    assert queue.claim(job.id)
    return queue.get(job.id)


def bring(queue: JobQueue, job: Job, state: JobState) -> Job:
    """The job in some state, by the ways in which jobs get there."""
    if state in ("finished", "stopped", "failed", "died", "paused", "cancelled"):
        queue.claim(job.id)
        if state != "died":
            assert queue.end(queue.get(job.id), state)
    assert queue.get(job.id).state == state
    return queue.get(job.id)


def test_there_is_nothing_before_the_first_job(queue: JobQueue) -> None:
    assert (queue.all(), queue.waiting(), queue.events("x")) == ([], [], ([], 0))
    assert not queue.folder.exists()


def test_a_new_job_waits_and_another_process_finds_it(queue: JobQueue, job: Job) -> None:
    again = JobQueue(queue.folder).get(job.id)
    assert (again.name, again.kind, again.created) == ("My job 一", "train", job.created)
    assert again.details == {"settings": {"units": 4}}
    assert (again.state, again.wish, again.models, again.started) == ("queued", None, {}, None)
    assert again.folder.is_dir()


@pytest.mark.parametrize("job_id", ["..", "../jobs", "", "nothing", "/etc"])
def test_an_id_is_no_path(queue: JobQueue, job: Job, job_id: str) -> None:
    with pytest.raises(InputError, match="no such job"):
        queue.get(job_id)
    with pytest.raises(InputError, match="no such job"):
        queue.delete(job_id)


def test_only_one_process_gets_a_job(queue: JobQueue, job: Job) -> None:
    tokens: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: tokens.append(JobQueue(queue.folder).claim(job.id)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (token,) = filter(None, tokens)
    assert queue.get(job.id).launch == token


def test_a_job_runs_as_long_as_its_process_holds_the_lock(queue: JobQueue, job: Job) -> None:
    queue.being_born.add(job.id)
    assert run(queue, job).state == "running"  # its process is being born
    queue.being_born.clear()
    with FileLock(job.lock):
        assert queue.get(job.id).state == "running"
        assert queue.dead() == []
    assert queue.get(job.id).state == "died"
    assert "ended without a word" in queue.get(job.id).message
    (dead,) = queue.dead()
    assert queue.end(dead, "died", "It is told why.")
    assert (queue.get(job.id).message, queue.dead()) == ("It is told why.", [])


def test_a_process_taken_for_dead_changes_nothing_any_more(queue: JobQueue, job: Job) -> None:
    late = run(queue, job)
    queue.resume(job.id)
    assert queue.get(job.id).state == "queued"
    assert not queue.end(late, "finished")
    queue.give_back(late)
    second = run(queue, job)
    assert second.launch != late.launch
    assert not queue.end(late, "finished")
    assert queue.end(second, "finished", models={"attention": "mine"})
    assert queue.get(job.id).models == {"attention": "mine"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("queued", {"pause": "paused", "stop": "stopped", "cancel": "cancelled"}),
        ("paused", {"pause": "paused", "stop": "stopped", "cancel": "cancelled"}),
        ("died", {"pause": "died", "stop": "stopped", "cancel": "cancelled"}),
        ("failed", {"pause": "failed", "stop": "stopped", "cancel": "cancelled"}),
        ("finished", {"pause": "finished", "stop": "finished", "cancel": "finished"}),
        ("cancelled", {"pause": "cancelled", "stop": "cancelled", "cancel": "cancelled"}),
    ],
)
def test_wishes_of_a_job_that_does_not_run(
    queue: JobQueue, state: JobState, expected: dict[str, str]
) -> None:
    for wish, after in expected.items():
        job = bring(queue, queue.submit("train", wish, {}), state)
        assert queue.ask(job.id, wish).state == after  # type: ignore[arg-type]
        assert queue.get(job.id).wish is None


def test_what_a_paused_job_has_is_kept_by_a_process(queue: JobQueue, job: Job) -> None:
    queue.submit("train", "other", {})
    paused = bring(queue, job, "paused")
    (paused.out / "attention").mkdir(parents=True)
    asked = queue.ask(job.id, "stop")
    assert (asked.state, asked.wish) == ("queued", "stop")
    assert queue.waiting()[0].id == job.id
    queue.claim(job.id)
    assert queue.wish(job.id) == "stop"  # its process is told


def test_a_running_job_is_asked_and_may_be_asked_otherwise(queue: JobQueue, job: Job) -> None:
    with FileLock(run(queue, job).lock):
        assert queue.ask(job.id, "stop").wish == "stop"
        assert queue.ask(job.id, "cancel").wish == "cancel"
        assert queue.resume(job.id).wish is None
        assert queue.get(job.id).state == "running"
        with pytest.raises(InputError, match="Stop or cancel it first"):
            queue.delete(job.id)


@pytest.mark.parametrize("state", ["paused", "died", "failed"])
def test_what_is_resumed_comes_first(queue: JobQueue, job: Job, state: JobState) -> None:
    bring(queue, job, state)
    other = queue.submit("train", "other", {})
    assert queue.resume(job.id).state == "queued"
    assert [each.id for each in queue.waiting()] == [job.id, other.id]


@pytest.mark.parametrize("state", ["finished", "stopped", "cancelled"])
def test_what_is_over_is_not_resumed_but_tried_again(
    queue: JobQueue, job: Job, state: JobState
) -> None:
    bring(queue, job, state)
    assert queue.resume(job.id).state == state
    again = queue.retry(job.id)
    assert (again.state, again.name, again.details) == ("queued", job.name, job.details)
    assert again.id != job.id and again.folder != job.folder


def test_a_job_given_back_keeps_its_place(queue: JobQueue, job: Job) -> None:
    other = queue.submit("train", "other", {})
    queue.give_back(run(queue, job))
    assert [each.id for each in queue.waiting()] == [job.id, other.id]


def test_waiting_jobs_change_places(queue: JobQueue) -> None:
    ids = [queue.submit("train", name, {}).id for name in "abcd"]
    queue.move(ids[3], -2)
    assert [job.name for job in queue.waiting()] == ["a", "d", "b", "c"]
    queue.move(ids[0], 99)
    assert [job.name for job in queue.waiting()] == ["d", "b", "c", "a"]
    queue.claim(ids[3])
    queue.move(ids[3], 1)  # it waits no longer
    queue.move(ids[2], -99)
    assert [job.name for job in queue.waiting()] == ["c", "b", "a"]
    assert queue.submit("train", "e", {}).id == queue.waiting()[-1].id


def test_events_are_read_from_where_one_left_off(queue: JobQueue, job: Job) -> None:
    other = queue.submit("train", "other", {})
    assert queue.events(job.id) == ([], 0)
    queue.append_event(job.id, {"kind": "stage", "text": "一"})
    queue.append_event(other.id, {"kind": "stage", "text": "another's"})
    first, last = queue.events(job.id)
    assert first == [{"kind": "stage", "text": "一"}]
    queue.append_event(job.id, {"kind": "stage", "text": "二"})
    second, end = queue.events(job.id, last)
    assert [event["text"] for event in second] == ["二"]
    assert queue.events(job.id, end) == ([], end)


def test_a_deleted_job_leaves_nothing(queue: JobQueue, job: Job) -> None:
    queue.append_event(job.id, {"kind": "stage", "text": "x"})
    (job.out / "plain").mkdir(parents=True)
    queue.delete(job.id)
    assert queue.all() == []
    assert [path.name for path in queue.folder.iterdir() if path.is_dir()] == []
    with sqlite3.connect(queue.folder / "jobs.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM events").fetchone() == (0,)
    queue.append_event(job.id, {"kind": "stage", "text": "a late word"})
    assert queue.events(job.id) == ([], 0)
    assert queue.wish(job.id) == "cancel"


def test_a_deletion_that_was_cut_short_is_finished(queue: JobQueue, job: Job) -> None:
    job.folder.rename(queue.folder / ".deleted-x")
    queue.delete(job.id)
    queue.prepare()
    assert [path.name for path in queue.folder.iterdir() if path.is_dir()] == []


def test_a_damaged_database_is_told_in_one_line(queue: JobQueue, job: Job) -> None:
    for path in queue.folder.glob("jobs.sqlite3*"):
        path.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(WorkError, match="cannot be read or written") as caught:
        queue.all()
    assert "\n" not in str(caught.value)
