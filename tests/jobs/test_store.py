import os
import time
from pathlib import Path

import pytest
from filelock import FileLock

from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, JobStore


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return JobStore(tmp_path / "jobs").submit("train", "My job", {"settings": {"units": 4}})


def test_a_new_job_waits_and_is_found_again_by_its_id(job: Job) -> None:
    assert job.state == "queued"
    again = JobStore(job.folder.parent).get(job.id)
    assert (again.name, again.kind, again.created) == ("My job", "train", job.created)
    assert again.details["settings"] == {"units": 4}


def test_jobs_are_listed_oldest_first(job: Job) -> None:
    store = JobStore(job.folder.parent)
    later = store.submit("compare", "An alphabetically earlier one", {})
    assert [item.id for item in store.all()] == [job.id, later.id]


def test_a_job_whose_description_a_power_cut_emptied_is_passed_over(job: Job) -> None:
    store = JobStore(job.folder.parent)
    store.submit("train", "Emptied", {}).folder.joinpath("job.json").write_bytes(b"")
    assert [item.id for item in store.all()] == [job.id]


@pytest.mark.parametrize("job_id", ["..", "../jobs", "", "nothing", "/etc"])
def test_an_id_is_no_path(job: Job, job_id: str) -> None:
    with pytest.raises(InputError, match="no such job"):
        JobStore(job.folder.parent).get(job_id)


def test_a_waiting_job_that_is_stopped_never_starts(job: Job) -> None:
    job.ask_to_stop()
    assert job.state == "stopped"


def test_only_one_worker_may_launch_a_job(job: Job) -> None:
    assert job.launch()
    assert not job.launch()


def test_a_living_worker_is_known_by_its_lock(job: Job) -> None:
    job.launch()
    with FileLock(job.folder / "worker.lock"):
        assert job.state == "running"
        job.ask_to_stop()
        assert job.state == "stopping"


def test_a_worker_that_vanished_has_died(job: Job) -> None:
    job.launch()
    assert job.state == "running"  # its process is being born
    long_ago = time.time() - 3600
    os.utime(job.folder / "started", (long_ago, long_ago))
    assert job.state == "died"
    assert "ended without a word" in job.message


def test_the_result_decides_whatever_else_lies_there(job: Job) -> None:
    job.launch()
    job.ask_to_stop()
    job.finish("failed", "No space left.", models=["a"])
    assert (job.state, job.message, job.active) == ("failed", "No space left.", False)
    result = job.result()
    assert result is not None and result["models"] == ["a"]


def test_events_are_read_from_where_one_left_off(job: Job) -> None:
    assert job.events() == ([], 0)
    job.append_event({"kind": "stage", "text": "一"})
    first, offset = job.events()
    assert first == [{"kind": "stage", "text": "一"}]
    job.append_event({"kind": "stage", "text": "二"})
    second, end = job.events(offset)
    assert [event["text"] for event in second] == ["二"]
    assert job.events(end) == ([], end)


def test_a_line_that_is_still_being_written_waits(job: Job) -> None:
    job.append_event({"kind": "stage", "text": "whole"})
    with (job.folder / "events.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"kind": "sta')
    events, offset = job.events()
    assert len(events) == 1
    with (job.folder / "events.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('ge", "text": "now"}\n')
    assert job.events(offset)[0] == [{"kind": "stage", "text": "now"}]
