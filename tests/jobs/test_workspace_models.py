"""Models are renamed, described, deleted, brought back; jobs and corpora are cleaned up."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seq2seq_keras.config import Config
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job, Workspace
from seq2seq_keras.jobs.disk_use import clean_up, measure


def save_model(folder: Path, size: int = 7) -> Path:
    """The files by which a saved translator is known; nothing here loads the network."""
    folder.mkdir(parents=True)
    Config.create(source_lang="en", target_lang="zh").save(folder / "config.yaml")
    (folder / "model.keras").write_bytes(b"x" * size)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    save_model(tmp_path / "shipped" / "sample-en-zh")
    save_model(tmp_path / "shipped" / "from-the-shell")
    save_model(tmp_path / "data" / "models" / "walk")
    save_model(tmp_path / "data" / "models" / "other")
    workspace = Workspace(tmp_path / "data", tmp_path / "shipped", tmp_path / "samples")
    workspace.prepare()
    return workspace


def over(workspace: Workspace, job: Job, state: str, size: int = 0) -> Path:
    """Ends a job as its process does; its folder holds a file of `size` bytes."""
    workspace.jobs.claim(job.id)
    (job.folder / "file").write_bytes(b"x" * size)
    assert workspace.jobs.end(workspace.jobs.get(job.id), state)  # type: ignore[arg-type]
    return job.folder


def test_a_new_name_leaves_the_id_and_so_every_way_to_the_model(workspace: Workspace) -> None:
    job = workspace.jobs.submit("train", "walk", {})
    workspace.jobs.claim(job.id)
    workspace.jobs.end(workspace.jobs.get(job.id), "finished", models={"attention": "walk"})
    workspace.rename_model("mine/walk", " Grandma’s “letters”, no. 2 ")
    (name,) = workspace.jobs.get(job.id).models.values()
    assert workspace.model(f"mine/{name}").name == "Grandma’s “letters”, no. 2"
    workspace.annotate_model("mine/walk", "Two\nlines\n")
    again = Workspace(workspace.folder).model("mine/walk")
    assert (again.name, again.note) == ("Grandma’s “letters”, no. 2", "Two\nlines")
    workspace.annotate_model("mine/walk", "")
    assert workspace.model("mine/walk").note == ""
    assert workspace.model("mine/walk").name == "Grandma’s “letters”, no. 2"


@pytest.mark.parametrize("name", ["", "  ", "a/b", "a\\b", "a\nb", "<b>", "x" * 61])
def test_what_is_no_name_is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        workspace.rename_model("mine/walk", name)
    assert workspace.model("mine/walk").name == "walk"


def test_a_name_belongs_to_one_model_and_ours_keep_theirs(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="another model has this name"):
        workspace.rename_model("mine/walk", "other")
    workspace.rename_model("mine/walk", "walk")  # its own is no other's
    for change in (workspace.rename_model, workspace.annotate_model):
        with pytest.raises(InputError, match="stays as it is"):
            change("saved/sample-en-zh", "mine now")
    with pytest.raises(InputError, match="at most 2000 characters"):
        workspace.annotate_model("mine/walk", "x" * 2001)


def test_a_new_model_takes_no_name_that_is_seen_or_leads_elsewhere(workspace: Workspace) -> None:
    workspace.rename_model("mine/walk", "run")
    workspace.delete_model("mine/other")
    for wanted, expected in (("run", "run-2"), ("walk", "walk-2"), ("other", "other-2")):
        job = workspace.jobs.submit("train", wanted, {})
        save_model(job.out / "attention")
        assert workspace.names_for(job) == {"attention": expected}


def test_a_deleted_model_comes_back_as_it_was(workspace: Workspace) -> None:
    workspace.annotate_model("mine/walk", "mine")
    before = workspace.model("mine/walk")
    item = workspace.delete_model("mine/walk")
    assert "mine/walk" not in [info.id for info in workspace.models()]
    assert [each.name for each in workspace.trash.all()] == ["walk"]
    assert workspace.restore_model(item) == before
    assert workspace.trash.all() == []
    with pytest.raises(InputError, match="no longer be brought back"):
        workspace.restore_model(item)


def test_one_from_the_shell_goes_back_to_its_place(workspace: Workspace) -> None:
    item = workspace.delete_model("saved/from-the-shell")
    assert workspace.restore_model(item).id == "saved/from-the-shell"


def test_a_place_that_was_taken_meanwhile_is_not_taken_from_its_owner(workspace: Workspace) -> None:
    item = workspace.delete_model("mine/walk")
    save_model(workspace.folder / "models" / "walk", size=99)
    back = workspace.restore_model(item)
    assert back.id == "mine/walk-2"
    assert (workspace.model("mine/walk").folder / "model.keras").stat().st_size == 99


def test_a_model_at_work_is_not_deleted(workspace: Workspace) -> None:
    folder = workspace.model("mine/walk").folder
    job = workspace.jobs.submit("translate", "film.srt", {"model": str(folder)})
    for _ in range(2):  # waiting, then paused
        with pytest.raises(InputError, match=r"needed by the job “film\.srt”"):
            workspace.delete_model("mine/walk")
        workspace.jobs.ask(job.id, "pause")
    workspace.delete_model("mine/other")
    workspace.jobs.ask(job.id, "cancel")
    workspace.delete_model("mine/walk")


def test_the_trash_forgets_after_thirty_days(workspace: Workspace) -> None:
    items = [workspace.delete_model(f"mine/{name}") for name in ("walk", "other")]
    facts = workspace.trash.folder / items[0] / "removed.json"
    content = json.loads(facts.read_text(encoding="utf-8"))
    content["removed"] = (datetime.now(UTC) - timedelta(days=31)).isoformat()
    facts.write_text(json.dumps(content), encoding="utf-8")
    workspace.prepare()
    assert [item.id for item in workspace.trash.all()] == [items[1]]
    assert not facts.exists()


@pytest.mark.parametrize("item", ["../models/other", "..", "", "/etc"])
def test_an_id_in_the_trash_is_no_path(workspace: Workspace, item: str) -> None:
    with pytest.raises(InputError, match="no longer be brought back"):
        workspace.restore_model(item)


def test_old_jobs_go_and_what_is_in_use_stays(workspace: Workspace) -> None:
    submit = workspace.jobs.submit
    folders = {
        state: over(workspace, submit("train", state, {}), state, 1_000_000)
        for state in ("finished", "stopped", "cancelled", "failed")
    }
    paused = submit("train", "paused", {})
    workspace.jobs.ask(paused.id, "pause")
    died = over(workspace, submit("train", "died", {}), "died")
    tested = over(workspace, submit("train", "tested", {}), "finished")
    details = {"test": {"files": [str(tested / "test.tsv")]}}
    submit("score", "at work", details)

    jobs = measure(workspace).parts["jobs"]
    assert jobs.count == 8
    assert {workspace.jobs.get(job_id).folder for job_id in jobs.removable} == set(folders.values())
    assert 4_000_000 <= jobs.removable_bytes <= jobs.size_bytes < 5_000_000
    assert 3_900_000 < clean_up(workspace, "jobs") < 5_000_000
    assert {job.name for job in workspace.jobs.all()} == {"paused", "died", "tested", "at work"}
    assert not any(folder.exists() for folder in folders.values())
    assert died.exists() and tested.exists()
    assert len(workspace.models()) == 4
    assert measure(workspace).parts["jobs"].removable == ()


def test_a_file_that_was_translated_goes_with_its_job(workspace: Workspace) -> None:
    files = {}
    for name in ("old", "new"):
        files[name] = workspace.folder / "files" / name / "text.txt"
        files[name].parent.mkdir(parents=True)
        files[name].write_bytes(b"x" * 50_000)
    old = workspace.jobs.submit("translate", "old", {"file": str(files["old"])})
    workspace.jobs.submit("translate", "new", {"file": str(files["new"])})
    over(workspace, old, "finished")
    assert measure(workspace).parts["jobs"].removable_bytes >= 50_000
    clean_up(workspace, "jobs")
    assert not files["old"].exists() and files["new"].exists()


def test_unused_corpora_go_and_those_of_jobs_stay(workspace: Workspace, tmp_path: Path) -> None:
    infos = {}
    for name in ("unused", "finished", "waiting", "resumable"):
        path = tmp_path / f"{name}.tsv"
        path.write_text("A dog.\t狗。\n" * 5, encoding="utf-8")
        infos[name] = workspace.add_corpus([path])
        time.sleep(0.01)
    for name in ("finished", "waiting", "resumable"):
        job = workspace.jobs.submit("train", name, {"corpus": infos[name].reading()})
        if name == "finished":
            over(workspace, job, "finished")
        if name == "resumable":
            over(workspace, job, "failed")
            (job.out / "checkpoints").mkdir(parents=True)
    share = measure(workspace).parts["corpora"]
    assert set(share.removable) == {infos["unused"].id, infos["finished"].id}
    clean_up(workspace, "corpora")
    assert {info.name for info in workspace.corpora()} == {"waiting.tsv", "resumable.tsv"}


def test_emptied_trash_is_gone_for_good_and_models_are_not_cleaned_up(workspace: Workspace) -> None:
    item = workspace.delete_model("mine/walk")
    assert measure(workspace).parts["trash"].count == 1
    clean_up(workspace, "trash")
    assert list(workspace.trash.folder.iterdir()) == []
    with pytest.raises(InputError, match="no longer be brought back"):
        workspace.restore_model(item)
    with pytest.raises(InputError, match="one by one"):
        clean_up(workspace, "models")
    with pytest.raises(InputError, match="one by one"):
        clean_up(workspace, "../etc")  # type: ignore[arg-type]


def test_what_is_measured_is_what_lies_there(workspace: Workspace) -> None:
    counted = {
        part: sum(
            os.lstat(path).st_size
            for path in (workspace.folder / part).rglob("*")
            if not path.is_dir()
        )
        for part in ("models", "jobs")
    }
    use = measure(workspace)
    assert {part: use.parts[part].size_bytes for part in counted} == counted  # type: ignore[index]
    assert use.parts["models"].count == 2
    assert use.free_bytes > 0
