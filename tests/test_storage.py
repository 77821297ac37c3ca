"""Replacing a folder: the new one whole, or the old one untouched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq_keras.errors import WorkError
from seq2seq_keras.storage import recover_folder, replace_folder


def write(text):
    def write_into(folder):
        (folder / "sub").mkdir()
        (folder / "sub" / "file.txt").write_text(text)

    return write_into


def content(folder):
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def saved(tmp_path):
    folder = tmp_path / "model"
    replace_folder(folder, write("old"))
    (folder / "extra.txt").write_text("old")
    return folder


OLD = {"sub/file.txt": "old", "extra.txt": "old"}


def test_makes_a_folder_and_its_parents(tmp_path):
    replace_folder(tmp_path / "a" / "b", write("new"))
    assert content(tmp_path) == {"a/b/sub/file.txt": "new"}


def test_replaces_the_folder_with_all_that_is_in_it(saved):
    replace_folder(saved, write("new"))
    assert content(saved) == {"sub/file.txt": "new"}
    assert list(saved.parent.iterdir()) == [saved]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError("odd")])
def test_a_failure_in_the_middle_leaves_the_old_one(error, saved):
    def fail(folder):
        write("new")(folder)
        raise error

    with pytest.raises(WorkError, match=r"model: could not be saved \((No space|odd).*make room"):
        replace_folder(saved, fail)
    assert content(saved.parent) == {f"model/{name}": text for name, text in OLD.items()}


@pytest.mark.parametrize("error", [ValueError("a defect of ours"), KeyboardInterrupt()])
def test_any_other_failure_leaves_the_old_one_too_and_no_litter(error, saved):
    def fail(folder):
        write("new")(folder)
        raise error

    with pytest.raises(type(error)):
        replace_folder(saved, fail)
    assert content(saved) == OLD
    assert list(saved.parent.iterdir()) == [saved]


@pytest.mark.parametrize("failing", [1, 2])
def test_a_failing_rename_leaves_the_old_one(failing, saved, monkeypatch):
    rename, calls = Path.rename, []

    def fail_once(path, target):
        calls.append(path)
        if len(calls) == failing:
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises(WorkError, match="nothing that was there is lost"):
        replace_folder(saved, write("new"))
    assert content(saved) == OLD
    assert list(saved.parent.iterdir()) == [saved]


KILLED = """
import os, sys
from pathlib import Path
from seq2seq_keras.storage import replace_folder
rename, calls = Path.rename, []
def die_before(path, target):
    calls.append(path)
    if len(calls) == int(sys.argv[2]):
        os._exit(9)
    return rename(path, target)
Path.rename = die_before
replace_folder(Path(sys.argv[1]), lambda folder: (folder / "file.txt").write_text("new"))
"""


@pytest.mark.parametrize("dies_before_rename", [1, 2])
def test_a_crash_is_recovered_from(dies_before_rename, saved, repository):
    """A process that dies between the two renames leaves no folder of that name at all."""
    arguments = [sys.executable, "-c", KILLED, str(saved), str(dies_before_rename)]
    result = subprocess.run(arguments, cwd=repository, timeout=60)
    assert result.returncode == 9
    assert saved.exists() == (dies_before_rename == 1)
    recover_folder(saved)
    assert content(saved) == OLD
    replace_folder(saved, write("newer"))
    assert content(saved) == {"sub/file.txt": "newer"}
    assert list(saved.parent.iterdir()) == [saved]


def test_a_crash_before_the_old_one_was_removed_keeps_the_new_one(saved):
    saved.rename(saved.with_name(".model.old"))
    replace = saved
    replace.mkdir()
    (replace / "file.txt").write_text("new")
    recover_folder(saved)
    assert content(saved) == {"file.txt": "new"}
    assert list(saved.parent.iterdir()) == [saved]


def test_nothing_to_recover_is_fine(tmp_path):
    recover_folder(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_relative_paths_and_links_lead_to_the_folder(saved, monkeypatch):
    (saved / "sub").mkdir(exist_ok=True)
    monkeypatch.chdir(saved / "sub")
    replace_folder(Path(".."), write("new"))
    assert content(saved) == {"sub/file.txt": "new"}
    link = saved.with_name("link")
    link.symlink_to(saved, target_is_directory=True)
    replace_folder(link, write("newer"))
    assert link.is_symlink()
    assert content(saved) == {"sub/file.txt": "newer"}
    assert sorted(path.name for path in saved.parent.iterdir()) == ["link", "model"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_a_clear_error(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(WorkError, match="could not be saved"):
        replace_folder(tmp_path / "model", write("new"))
