import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs.files import is_locked, new_folder, read_json, slug, told_as, write_json


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("My corpus: fr/en ", "My-corpus-fr-en"),
        ("../../etc/passwd", "etc-passwd"),
        ("中文 语料", "中文-语料"),
        ("...", "unnamed"),
        ("", "unnamed"),
        ("a" * 100, "a" * 60),
    ],
)
def test_slug_is_one_safe_folder_name(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_new_folders_never_share_a_name(tmp_path: Path) -> None:
    names = [new_folder(tmp_path / "made", "same").name for _ in range(3)]
    assert names == ["same", "same-2", "same-3"]


def test_json_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    write_json(path, {"text": "语"})
    write_json(path, {"text": "语料"})
    assert read_json(path) == {"text": "语料"}
    assert [item.name for item in tmp_path.iterdir()] == ["file.json"]


def test_unreadable_json_is_none(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text('{"a": ', encoding="utf-8")
    assert read_json(tmp_path / "half.json") is None
    assert read_json(tmp_path / "absent.json") is None


def test_a_lock_ends_with_its_process_however_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    code = (
        "import sys, time; from filelock import FileLock\n"
        "with FileLock(sys.argv[1]): print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    assert is_locked(path)
    process.kill()
    process.wait()
    process.stdout.close()
    assert not is_locked(path)


def test_an_error_calls_files_by_their_owners_names() -> None:
    names = {Path("/srv/files/1/x.tsv"): "Meine Liste.tsv", Path("/srv/files/1/y.de"): "b.de"}
    expected = r"^Meine Liste\.tsv: line 3; b\.de: line 4$"
    with pytest.raises(InputError, match=expected), told_as(names):
        raise InputError("/srv/files/1/x.tsv: line 3; /srv/files/1/y.de: line 4")
