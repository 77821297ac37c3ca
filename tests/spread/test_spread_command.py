"""What the command `spread` refuses before any work, and what it reads; Ray is not started."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow
import pytest

from seq2seq_keras.cli.spread_cluster import _check, _reason
from seq2seq_keras.cli.spread_files import kind_of
from seq2seq_keras.cli.spreading import spread
from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.spread.ranges import Range
from seq2seq_keras.spread.reading import _json_rows, read_table


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"model": Path("elsewhere")}, "elsewhere: not a saved translator"),
        ({"file": "rows.csv"}, "name the column to translate by --column"),
        ({"column": "en"}, "text.en is a text without columns"),
        ({"file": "rows.csv", "column": "en", "output": "a.txt"}, "a.txt: give it the ending .csv"),
        ({"file": "rows.csv", "column": "en", "output": "a.tsv"}, "a.tsv: give it the ending .csv"),
        ({"file": "folder", "column": "en"}, "this folder holds no Parquet files"),
        ({"file": "gone.en"}, "gone.en: there is no such file"),
    ],
)
def test_what_does_not_fit_is_refused_at_once(
    sample_model: Path, tmp_path: Path, settings: dict[str, Any], message: str
) -> None:
    pytest.importorskip("ray")
    for name in ("text.en", "rows.csv"):
        (tmp_path / name).write_text("en,fr\n")
    (tmp_path / "folder").mkdir()
    given = {"file": "text.en", "output": "out.fr", "column": None, "model": sample_model}
    given.update(settings)
    files = {name: tmp_path / given.pop(name) for name in ("file", "output")}
    with pytest.raises(InputError, match=message):
        spread(**files, **given, workers=1, address="nowhere")


def test_kinds_of_files(tmp_path: Path) -> None:
    (tmp_path / "part" / "deep").mkdir(parents=True)
    (tmp_path / "part" / "deep" / "0.parquet").touch()
    names = ("a.CSV", "a.tsv", "a.jsonl", "a.ndjson", "a.parquet", "a.de", "a.txt", "a", "part")
    assert [kind_of(tmp_path / name) for name in names] == [
        *(".csv", ".tsv", ".jsonl", ".jsonl", ".parquet", "text", "text", "text", ".parquet")
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1]", "line 3: no JSON object"),
        ("", "line 3: no JSON object"),
        ('{"de": "a"}', "line 3: there is no text under 'en'"),
        ('{"en": 4}', "line 3: there is no text under 'en'"),
        ('{"en": "a", "translation": "b"}', "there is a 'translation' already"),
    ],
)
def test_a_json_line_that_does_not_fit_is_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "rows.jsonl"
    first = json.dumps({"en": "ä"}, ensure_ascii=False)
    file.write_text(f"{first}\n{first}\n{line}\n", encoding="utf-8")
    size = len(f"{first}\n".encode())
    begin = Range(0, size)
    assert list(_json_rows("en", file, begin)) == [{"line": first, "text": "ä"}]
    with pytest.raises(InputError, match=message):
        list(_json_rows("en", file, Range(size, 3 * size)))


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    (tmp_path / "rows.csv").touch()
    with pytest.raises(InputError, match=r"rows.csv: cannot be read as a table \(Empty CSV file\)"):
        read_table(tmp_path / "rows.csv", 10)


def test_too_few_gpus_are_refused_here_and_waited_for_elsewhere(capsys) -> None:
    needed, there = {"CPU": 3, "GPU": 1.0}, {"CPU": 4.0}
    with pytest.raises(InputError, match=r"--workers 2: they need 1 GPUs, and this machine has 0"):
        _check("local", 2, needed, there)
    _check("head:6379", 2, needed, there)
    assert capsys.readouterr().err == "note: waiting for 1 GPUs; the cluster has 0\n"
    _check("local", 2, needed, {**there, "GPU": 1.0})


def test_what_a_worker_raised_is_said_without_what_ray_adds() -> None:
    class RayError(Exception):
        cause: Exception

    def raised(cause: Exception) -> RayError:
        error, outer = RayError("long\ntrace\nlast line"), RayError("outer")
        error.cause = cause
        outer.__cause__ = error
        return outer

    found = _reason(raised(WorkError("no room")))
    assert isinstance(found, WorkError) and str(found) == "no room"
    added = "a.tsv, line 3: bad\nFailed to apply UDF transform after 1/1 attempts (total ...)"
    for message in (added, str(InputError(added))):
        error = InputError()
        error.args = (message,)
        found = _reason(raised(error))
        assert isinstance(found, InputError) and str(found) == "a.tsv, line 3: bad"
    ragged = pyarrow.ArrowInvalid(
        "CSV parse error: Expected 2 columns, got 3\nFailed to a attempts"
    )
    found = _reason(raised(ragged))
    assert isinstance(found, InputError)
    assert str(found) == "the table is damaged: CSV parse error: Expected 2 columns, got 3"
    other = _reason(raised(OSError("disk")))
    assert isinstance(other, WorkError) and str(other).startswith("Ray: ")
