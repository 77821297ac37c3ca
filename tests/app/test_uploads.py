"""What a visitor sent, and what errors call it."""

from pathlib import Path

import pytest

from seq2seq_keras.app.uploads import taken, told_as
from seq2seq_keras.errors import InputError, WorkError


def test_uploads_are_gone_afterwards_even_after_a_failure(tmp_path: Path) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in paths:
        path.write_text("text", encoding="utf-8")

    def work() -> None:
        with taken(map(str, paths)) as files:
            assert files == paths and all(path.is_file() for path in files)
            files[0].unlink()  # somebody took it away already
            raise WorkError("no room")

    with pytest.raises(WorkError, match="no room"):
        work()
    assert list(tmp_path.iterdir()) == []


def test_an_error_calls_files_by_their_owners_names() -> None:
    names = {Path("/srv/files/1/x.tsv"): "Meine Liste.tsv", Path("/srv/files/1/y.de"): "b.de"}
    expected = r"^Meine Liste\.tsv: line 3; b\.de: line 4$"
    with pytest.raises(InputError, match=expected), told_as(names):
        raise InputError("/srv/files/1/x.tsv: line 3; /srv/files/1/y.de: line 4")
